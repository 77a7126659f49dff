/** Hours that no scan recorded 补录: recorded by one keeper, approved by the PIN of another. */
import type { Recorded } from '../../db/types.ts';
import {
  decideBackfill,
  decideBackfillApproval,
  decideBackfillRejection,
} from '../../domain/attendance/backfill.ts';
import type { DecisionTime } from '../../domain/attendance/facts.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import { err, type Result } from '../../domain/result.ts';
import { DAY_MS, dayStartMs, shanghaiDay } from '../../domain/time.ts';
import type {
  BackfillOutcome,
  BackfillPlanView,
  BackfillRefusal,
  BackfillView,
} from '../contract/backfillViews.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { Core } from './core.ts';
import type { Keepers } from './keeper.ts';
import type { CheckPin } from './pins.ts';
import { mayTouch } from './spending.ts';

type BackfillHandlers = Pick<
  StationHandlers,
  'getBackfillPlan' | 'recordBackfill' | 'approveBackfill' | 'rejectBackfill'
>;
type Decision = Result<readonly EventDraft[], BackfillRefusal>;

/** A month of a busy village; more nobody looks through by touch. */
const MOST_ACTIVITIES = 300;
const MOST_WAITING = 300;

const GONE: BackfillOutcome = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } };

function done({ events }: Recorded): BackfillOutcome {
  const [event] = events;
  const credits = event?.type === 'BACKFILL_SETTLED' ? event.credits : [];
  return {
    kind: 'DONE',
    seq: event?.seq ?? 0,
    creditedMinutes: credits.reduce((sum, { minutes }) => sum + minutes, 0),
    points: credits.reduce((sum, { points }) => sum + points, 0),
  };
}

function planOf({ views, clock }: Core): BackfillPlanView {
  const nowMs = clock.nowMs();
  const { attendance, backfill } = views.rules();
  const fromMs = dayStartMs(shanghaiDay(nowMs)) - backfill.withinDays * DAY_MS;
  return {
    nowMs,
    withinDays: backfill.withinDays,
    unitMinutes: attendance.creditUnitMinutes,
    maxMinutes: attendance.maxSessionMinutes,
    activities: views
      .activitiesBetween(fromMs, nowMs)
      .filter(({ cancelled, startMs }) => !cancelled && startMs >= fromMs)
      .toSorted((a, b) => b.startMs - a.startMs || a.id - b.id)
      .slice(0, MOST_ACTIVITIES)
      .map(({ id, name, startMs, endMs }) => ({ activityId: id, name, startMs, endMs })),
  };
}

/** What waits for a second keeper, the oldest first. */
export function waitingBackfills({ views, person }: Core): readonly BackfillView[] {
  const keeperNames = new Map(views.keepers().map(({ id, name }) => [id, name]));
  return views.waitingBackfills(MOST_WAITING).map((row) => {
    const { incarnation, seq, volunteerId, startMs, minutes, reason, evidence, atMs } = row;
    return {
      ...{ incarnation, seq, volunteerId, startMs, minutes, reason, evidence, atMs },
      name: person(volunteerId).name,
      activityName: row.activityName ?? '',
      recordedByName: keeperNames.get(row.recordedBy) ?? '',
    };
  });
}

export function createBackfill(core: Core, keepers: Keepers, checkPin: CheckPin): BackfillHandlers {
  const { views } = core;

  function record(
    requestId: string,
    keeperId: number,
    decide: (now: DecisionTime) => Decision,
  ): BackfillOutcome {
    const result = core.record<BackfillRefusal>(requestId, keeperId, (now) =>
      // The county may have taken the keeper out since the desk was unlocked.
      views.keeper(keeperId) === null ? err({ kind: 'KEEPER_GONE' }) : decide(now),
    );
    return result.ok ? done(result.value) : { kind: 'REFUSED', reason: result.error };
  }
  /** Lets the keeper of an open desk record something; a request that was recorded before is answered again. */
  function asKeeper(
    { requestId, keeperToken }: { readonly requestId: string; readonly keeperToken: string },
    decide: (now: DecisionTime) => Decision,
  ): BackfillOutcome {
    const before = core.recordedBefore(requestId);
    if (before !== null) return done(before);
    const session = keepers.use(keeperToken);
    return session === undefined ? GONE : record(requestId, session.id, decide);
  }

  return {
    getBackfillPlan: ({ keeperToken }) =>
      keepers.use(keeperToken) === undefined ? { kind: 'KEEPER_GONE' } : { kind: 'PLAN', plan: planOf(core) },
    recordBackfill: (input) => asKeeper(input, (now) => decideBackfill(views, input, views.rules(), now)),
    approveBackfill: async ({ requestId, keeperToken, incarnation, seq, secondPin }) => {
      const before = core.recordedBefore(requestId);
      if (before !== null) return done(before);
      if (keepers.use(keeperToken) === undefined) return GONE;
      const second = await checkPin(secondPin);
      if (!second.ok) return { kind: 'PIN_REFUSED', problem: second.error };
      const { id } = second.value;
      return record(requestId, id, () => {
        const checker = views.keeper(id);
        if (checker === null) return err({ kind: 'KEEPER_GONE' });
        const may = mayTouch(core, incarnation);
        return may.ok ? decideBackfillApproval(views, { incarnation, seq }, checker, views.rules()) : may;
      });
    },
    rejectBackfill: ({ incarnation, seq, reason, ...request }) =>
      asKeeper(request, () => {
        const may = mayTouch(core, incarnation);
        return may.ok ? decideBackfillRejection(views, { incarnation, seq }, reason) : may;
      }),
  };
}
