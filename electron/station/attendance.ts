/** Signing in and out by a scan, and correcting the activity by touch. */
import { decideChangeActivity, decideScan, type ScanDecision } from '../../domain/attendance/decide.ts';
import { openActivities } from '../../domain/attendance/propose.ts';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { err, ok } from '../../domain/result.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { PersonSummary, SignOutcome, SignRefusal } from '../contract/views.ts';
import type { Core } from './core.ts';
import { createReplays } from './replays.ts';
import type { Scans } from './scans.ts';
import { activityViewOf, balanceOf } from './viewModels.ts';

type AttendanceHandlers = Pick<StationHandlers, 'sign' | 'changeActivity'>;
type SignedIn = Extract<SignOutcome, { kind: 'SIGNED_IN' }>;
type Capped = Extract<SignOutcome, { kind: 'SIGNED_OUT' }>['cappedBy'];

const NOBODY: PersonSummary = { volunteerId: 0, name: '', guest: false, teamName: '' };

function find<T extends JournalEvent['type']>(
  events: readonly JournalEvent[],
  type: T,
): JournalEvent<T> | undefined {
  return events.find((event): event is JournalEvent<T> => event.type === type);
}

/** An attendance of this journal that was never signed out, as the screen tells of it. */
function lapsedView(core: Core, events: readonly JournalEvent[]): SignedIn['lapsed'] {
  const event = find(events, 'ATTENDANCE_LAPSED');
  const attendance = event === undefined ? null : core.views.attendance(event.signInSeq);
  if (attendance === null) return null;
  const { activityId, signedInMs } = attendance;
  return { activityName: core.views.activity(activityId)?.name ?? '', signedInMs };
}

/** What is told of a sign-in, out of what was recorded. */
function signedIn(core: Core, event: JournalEvent<'SIGNED_IN'>, lapsed: SignedIn['lapsed']): SignedIn {
  const { views } = core;
  const { volunteerId, seq, atMs } = event;
  // The activity may have been corrected since.
  const activityId = views.attendance(seq)?.activityId ?? event.activityId;
  const others = openActivities(views, volunteerId, views.rules(), atMs).filter(
    ({ id }) => id !== activityId,
  );
  return {
    kind: 'SIGNED_IN',
    seq,
    person: core.person(volunteerId),
    activity: activityViewOf(views, activityId, atMs),
    atMs,
    lapsed,
    otherActivities: others.map(({ id }) => activityViewOf(views, id, atMs)),
    balance: balanceOf(views, volunteerId, atMs),
  };
}

function signedOut(core: Core, event: JournalEvent<'SIGNED_OUT'>, cappedBy: Capped): SignOutcome {
  const { views } = core;
  const { volunteerId, seq, atMs, signInSeq, actualMinutes, credits } = event;
  const rules = views.rules();
  return {
    kind: 'SIGNED_OUT',
    seq,
    person: core.person(volunteerId),
    activity: activityViewOf(views, views.attendance(signInSeq)?.activityId ?? 0, atMs),
    atMs,
    actualMinutes,
    creditedMinutes: credits.reduce((sum, { minutes }) => sum + minutes, 0),
    points: credits.reduce((sum, { points }) => sum + points, 0),
    postedWorkingDays: rules.points.settlement === 'posted' ? rules.ledger.postingWorkingDays : null,
    cappedBy,
    balance: balanceOf(views, volunteerId, atMs),
  };
}

/** What is told of a scan that was recorded; the events are those of one request. */
function outcomeOf(core: Core, events: readonly JournalEvent[], cappedBy: Capped): SignOutcome {
  const entered = find(events, 'SIGNED_IN');
  if (entered !== undefined) return signedIn(core, entered, lapsedView(core, events));
  const left = find(events, 'SIGNED_OUT');
  if (left === undefined) throw new Error('a request for a sign-in recorded something else');
  return signedOut(core, left, cappedBy);
}

function refused(person: PersonSummary, reason: SignRefusal): SignOutcome {
  return { kind: 'REFUSED', person, reason };
}

export function createAttendance(
  core: Core,
  scans: Scans,
  rapidActivityId: () => number | null,
): AttendanceHandlers {
  const { views } = core;
  const replays = createReplays<SignOutcome>();

  /** The outcome of a request that was recorded before; null if it is new. */
  function replayed(requestId: string): SignOutcome | null {
    const told = replays.get(requestId);
    if (told !== undefined) return told;
    const before = core.recordedBefore(requestId);
    return before === null ? null : outcomeOf(core, before.events, 'NONE');
  }

  function sign({ requestId, scanId, activityId }: Parameters<AttendanceHandlers['sign']>[0]): SignOutcome {
    const before = replayed(requestId);
    if (before !== null) return before;
    const scan = scans.find(scanId);
    if (!scan.ok) return refused(NOBODY, scan.error);
    const rapid = rapidActivityId();
    const isRapid = rapid !== null && (activityId === null || activityId === rapid);
    const request = {
      ...scan.value,
      mode: isRapid ? 'RAPID' : 'NORMAL',
      activityId: isRapid ? rapid : activityId,
    } as const;
    let decision: ScanDecision | null = null;
    const recorded = core.record(requestId, 0, (now) => {
      const decided = decideScan(views, request, views.rules(), now);
      if (!decided.ok) return decided;
      decision = decided.value;
      return ok(decided.value.drafts);
    });
    if (!recorded.ok) return refused(core.person(scan.value.volunteerId), recorded.error);
    scans.useUp(scanId);
    const cappedBy = (decision as ScanDecision | null)?.ended?.credit.cappedBy ?? 'NONE';
    return replays.keep(requestId, outcomeOf(core, recorded.value.events, cappedBy));
  }

  function changeActivity({
    requestId,
    signInSeq,
    activityId,
  }: Parameters<AttendanceHandlers['changeActivity']>[0]): SignOutcome {
    const told = replays.get(requestId);
    if (told !== undefined) return told;
    const attendance = views.attendance(signInSeq);
    const recorded = core.record(requestId, 0, (now) =>
      attendance === null
        ? err({ kind: 'NOT_SIGNED_IN' })
        : decideChangeActivity(views, { signInSeq, activityId }, views.rules(), now),
    );
    const person = attendance === null ? NOBODY : core.person(attendance.volunteerId);
    if (!recorded.ok || attendance === null)
      return refused(person, recorded.ok ? { kind: 'NOT_SIGNED_IN' } : recorded.error);
    const { volunteerId, signedInMs: atMs } = attendance;
    const now = views.attendance(signInSeq)?.activityId ?? activityId;
    const others = openActivities(views, volunteerId, views.rules(), core.clock.nowMs());
    return replays.keep(requestId, {
      kind: 'SIGNED_IN',
      seq: signInSeq,
      person,
      activity: activityViewOf(views, now, core.clock.nowMs()),
      atMs,
      lapsed: null,
      otherActivities: others
        .filter(({ id }) => id !== now)
        .map(({ id }) => activityViewOf(views, id, core.clock.nowMs())),
      balance: balanceOf(views, volunteerId, core.clock.nowMs()),
    });
  }

  return { sign, changeActivity };
}
