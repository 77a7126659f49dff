/**
 * Sign-ins and closings held against the plan (RULES.md B1): nobody signs in to an activity long before it begins or
 * after its end, and no service is closed later than its activity was to end. A plan may change while a station is
 * away, so what counts is the widest span that the station was ever given; what it was never given is not judged.
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { bigints } from '../db/arrays.ts';
import type { Tx } from '../ingestSql.ts';
import type { Difference } from './decideAgain.ts';
import type { Start } from './doubled.ts';
import { isEndedEarlier, type EarlierAttendance, type EndedEarlier } from './earlierAttendances.ts';
import type { PastFacts } from './pastFacts.ts';
import type { NamedRules } from './rulesNamed.ts';

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

async function spansOf(
  tx: Tx,
  stationId: number,
  activityIds: readonly number[],
): Promise<ReadonlyMap<number, Span>> {
  if (activityIds.length === 0) return new Map();
  const { rows } = await sql<Span & { id: number }>`
    SELECT activity_id AS id, start_ms AS "startMs", end_ms AS "endMs" FROM given_activity
    WHERE station_id = ${stationId} AND activity_id = ANY(${bigints([...new Set(activityIds)])})`.execute(tx);
  return new Map(rows.map(({ id, ...span }) => [id, span]));
}

type Entering = JournalEvent<'SIGNED_IN' | 'ACTIVITY_CHANGED'>;
const isEntering = (event: JournalEvent): event is Entering =>
  event.type === 'SIGNED_IN' || event.type === 'ACTIVITY_CHANGED';
type Closing = JournalEvent<'ATTENDANCE_CLOSED'> | EndedEarlier;
const isClosing = (event: JournalEvent): event is Closing =>
  event.type === 'ATTENDANCE_CLOSED' || isEndedEarlier(event);

/** The sign-ins of closings in the journal itself: of these the activity has to be known. */
export function closedAttendances(events: readonly JournalEvent[]): readonly number[] {
  return events.flatMap((event) => (event.type === 'ATTENDANCE_CLOSED' ? [event.signInSeq] : []));
}

/** What of a run was out of the times of its activity. */
export async function checkActivityTimes(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  {
    starts,
    earlier,
    rules,
    past,
  }: {
    readonly starts: ReadonlyMap<number, Start>;
    readonly earlier: ReadonlyMap<number, EarlierAttendance>;
    readonly rules: NamedRules;
    readonly past: PastFacts;
  },
): Promise<readonly Difference[]> {
  const entering = events.filter(isEntering);
  const closing = events.filter(isClosing);
  const attendanceOf = ({ type, seq, signInSeq }: Closing): EarlierAttendance | undefined => {
    if (type === 'EARLIER_SERVICE_CREDITED') return earlier.get(seq);
    const start = starts.get(signInSeq);
    return start && { atMs: start.atMs, activities: past.activitiesOf(signInSeq, seq) };
  };
  const closed = new Map(closing.map((event) => [event.seq, attendanceOf(event)]));
  const spans = await spansOf(tx, stationId, [
    ...entering.map(({ activityId }) => activityId),
    ...[...closed.values()].flatMap((attendance) => attendance?.activities ?? []),
  ]);
  const entered = entering.flatMap((event): readonly Difference[] => {
    const span = spans.get(event.activityId);
    const by = rules.by(event);
    if (span === undefined || by === undefined) return [];
    const fromMs = span.startMs - by.attendance.signInBeforeStartMinutes * MINUTE_MS;
    const { seq, atMs } = event;
    if (atMs >= fromMs && atMs < span.endMs) return [];
    return [{ seq, expected: { kind: 'ACTIVITY_TIME', fromMs, toMs: span.endMs } }];
  });
  const late = closing.flatMap((event): readonly Difference[] => {
    const start = closed.get(event.seq);
    const by = rules.by(event);
    const ever = start?.activities ?? [];
    const known = ever.map((id) => spans.get(id));
    // Of one that the station opened itself the county was never told the end.
    const isKnown = ever.length > 0 && ever.every((id, i) => id === 0 || known[i] !== undefined);
    if (start === undefined || by === undefined || !isKnown) return [];
    // Of one that its plan no longer has, a station allows a whole session.
    const sessionEndMs = start.atMs + by.attendance.maxSessionMinutes * MINUTE_MS;
    const toMs = Math.max(sessionEndMs, ...known.map((span) => span?.endMs ?? 0));
    return event.outAtMs > toMs ? [{ seq: event.seq, expected: { kind: 'CLOSED_TOO_LATE', toMs } }] : [];
  });
  return [...entered, ...late];
}
