/** The keeper's desk: closing what was left open, stock, and activities that were not in the plan. */
import type { Recorded } from '../../db/types.ts';
import type { UnsettledRow } from '../../db/views/views.ts';
import { decideClosing } from '../../domain/attendance/decide.ts';
import { plannedEndMs } from '../../domain/attendance/elapsed.ts';
import {
  CLOCK_TRUST,
  type ClockTrust,
  type EventType,
  type JournalEvent,
} from '../../domain/journal/events.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import { MINUTE_MS, shanghaiDay } from '../../domain/time.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type {
  KeeperDesk,
  KeeperOutcome,
  KeeperRefusal,
  OpenAttendanceView,
  TimeTrust,
} from '../contract/views.ts';
import type { Core } from './core.ts';
import { activitiesToday } from './home.ts';
import type { Keepers } from './keeper.ts';
import { recordLapses } from './lapses.ts';
import type { PinKeeper } from './pins.ts';
import { mayTouch } from './spending.ts';
import { activityView, goodsView } from './viewModels.ts';

type DeskHandlers = Pick<
  StationHandlers,
  'getDesk' | 'listDoubtful' | 'confirmDate' | 'closeAttendance' | 'moveStock' | 'openActivity'
>;

/** More unsettled attendances than this are not shown at once: a keeper settles them one by one. */
const SHOWN_ATTENDANCES = 300;

/** More doubtful records than this are not listed: the clock was wrong for days, and that is the news. */
const LISTED_DOUBTFUL = 200;

const GONE = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } } as const;

function timeTrust(trust: ClockTrust | undefined): TimeTrust {
  if (trust === CLOCK_TRUST.DOUBTFUL) return 'DOUBTFUL';
  return trust === CLOCK_TRUST.UNCONFIRMED ? 'UNCONFIRMED' : 'TRUSTED';
}

function timesOf(core: Core, day: number): KeeperDesk['todayTimes'] {
  const counts = core.views.trustOfDay(day);
  return { unconfirmed: counts[CLOCK_TRUST.UNCONFIRMED], doubtful: counts[CLOCK_TRUST.DOUBTFUL] };
}

function attendanceView(core: Core, row: UnsettledRow): OpenAttendanceView {
  const activity = core.views.activity(row.activityId);
  return {
    signInSeq: row.signInSeq,
    earlier: row.earlier ?? '',
    person: core.person(row.volunteerId),
    activityId: row.activityId,
    activityName: activity?.name ?? `#${row.activityId}`,
    signedInMs: row.signedInMs,
    plannedEndMs: plannedEndMs(row, activity, core.views.rules()),
    unclosed: row.state === 'UNCLOSED',
    time: timeTrust(core.views.trustOf(row.signInSeq, row.earlier)),
  };
}

function deskOf(core: Core, keeper: PinKeeper): KeeperDesk {
  const { views } = core;
  const nowMs = core.clock.nowMs();
  return {
    keeperName: keeper.name,
    closedByLeaderAs: views.rules().attendance.closedByLeaderAs,
    todayTimes: timesOf(core, shanghaiDay(nowMs)),
    looserWishes: views.looserWishes(),
    dateToConfirmMs: core.store.dateToConfirm() ? nowMs : null,
    today: views.dayTotals(shanghaiDay(nowMs)),
    attendances: views.unsettled(SHOWN_ATTENDANCES).map((row) => attendanceView(core, row)),
    goods: views.shelf().map(goodsView),
    activities: activitiesToday(core, nowMs).map((row) => activityView(views, row, nowMs)),
    teams: views.teams().map(({ id, name }) => ({ id, name })),
  };
}

/** The event of a type among those of one request; a request that recorded none is a bug. */
function eventOf<T extends EventType>({ events }: Recorded, type: T): JournalEvent<T> {
  const event = events.find((entry): entry is JournalEvent<T> => entry.type === type);
  if (event === undefined) throw new Error(`a request recorded no ${type}`);
  return event;
}

export function createDesk(core: Core, keepers: Keepers): DeskHandlers {
  const { views } = core;

  /**
   * Lets a keeper record something: a request that was recorded before is answered out of its events, even when
   * the desk has locked since.
   */
  function asKeeper(
    requestId: string,
    keeperToken: string,
    decide: (keeper: PinKeeper) => Result<Recorded, KeeperRefusal>,
  ): Result<Recorded, KeeperRefusal> {
    const before = core.recordedBefore(requestId);
    if (before !== null) return ok(before);
    const keeper = keepers.use(keeperToken);
    return keeper === undefined ? err(GONE.reason) : decide(keeper);
  }
  function outcome(result: Result<Recorded, KeeperRefusal>, type: EventType): KeeperOutcome {
    if (!result.ok) return { kind: 'REFUSED', reason: result.error };
    return { kind: 'DONE', seq: eventOf(result.value, type).seq };
  }

  return {
    getDesk: ({ keeperToken }) => {
      const keeper = keepers.use(keeperToken);
      if (keeper === undefined) return { kind: 'KEEPER_GONE' };
      recordLapses(core);
      return { kind: 'DESK', desk: deskOf(core, keeper) };
    },

    listDoubtful: ({ keeperToken }) => {
      if (keepers.use(keeperToken) === undefined) return { kind: 'KEEPER_GONE' };
      const records = views.doubtful(LISTED_DOUBTFUL).map(({ incarnation, seq, volunteerId, ...row }) => ({
        key: `${incarnation}-${seq}`,
        type: row.type,
        person: volunteerId === 0 ? null : core.person(volunteerId),
        atMs: row.atMs,
        offByMs: row.offByMs,
      }));
      return { kind: 'DOUBTFUL', records };
    },

    confirmDate: ({ requestId, keeperToken }) =>
      outcome(
        asKeeper(requestId, keeperToken, ({ id }) =>
          core.record(requestId, id, () => ok([{ type: 'DATE_CONFIRMED' }])),
        ),
        'DATE_CONFIRMED',
      ),

    closeAttendance: ({ requestId, keeperToken, signInSeq, earlier, outAtMs, reason }) =>
      outcome(
        asKeeper(requestId, keeperToken, ({ id }) =>
          core.record<KeeperRefusal>(requestId, id, (now) => {
            // The county may have taken the keeper out since the desk was unlocked.
            const keeper = views.keeper(id);
            if (keeper === null) return err({ kind: 'KEEPER_GONE' });
            // What is still to come back may hold the very sign-out.
            const may = earlier === '' ? ok(null) : mayTouch(core, earlier);
            if (!may.ok) return may;
            const of = earlier === '' ? {} : { earlier };
            const closing = { signInSeq, ...of, outAtMs, reason };
            return decideClosing(views, closing, keeper, views.rules(), now);
          }),
        ),
        earlier === '' ? 'ATTENDANCE_CLOSED' : 'EARLIER_SERVICE_CREDITED',
      ),

    moveStock: ({ requestId, keeperToken, goodsId, quantity, reason, note }) =>
      outcome(
        asKeeper(requestId, keeperToken, ({ id }) =>
          core.record<KeeperRefusal>(requestId, id, () => {
            const goods = views.goods(goodsId);
            if (goods === null) return err({ kind: 'NOT_FOUND' });
            if (goods.stock + quantity < 0)
              return err({ kind: 'STOCK_WOULD_BE_NEGATIVE', stock: goods.stock });
            return ok([{ type: 'STOCK_MOVED', goodsId, quantity, reason, note }]);
          }),
        ),
        'STOCK_MOVED',
      ),

    openActivity: ({ requestId, keeperToken, name, teamId, platform, theme, minutes }) => {
      const result = asKeeper(requestId, keeperToken, ({ id }) =>
        core.record<KeeperRefusal>(requestId, id, ({ atMs }) => {
          if (teamId !== 0 && !views.teams().some((team) => team.id === teamId))
            return err({ kind: 'NOT_FOUND' });
          const activityId = views.nextStationActivityId();
          const endMs = atMs + minutes * MINUTE_MS;
          return ok([
            { type: 'ACTIVITY_OPENED', activityId, name, teamId, platform, theme, startMs: atMs, endMs },
          ]);
        }),
      );
      if (!result.ok) return { kind: 'REFUSED', reason: result.error };
      const { seq, activityId } = eventOf(result.value, 'ACTIVITY_OPENED');
      return { kind: 'DONE', seq, activityId };
    },
  };
}
