/** Finds volunteers who were at service at two places at once: no station sees that of another. */
import { sql, type RawBuilder } from 'kysely';
import { CLOCK_TRUST, EVENTS, type JournalEvent } from '../../../domain/journal/events.ts';
import { OVERLAP_TOLERANCE_MS as TOLERANCE_MS } from '../../../domain/attendance/backfill.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { ownField } from '../db/canonicalText.ts';
import type { Place, Tx } from '../ingestSql.ts';
import { isEndedEarlier, type EarlierAttendance, type EndedEarlier } from './earlierAttendances.ts';

export interface Span extends Place {
  /** Of the fact that ended the attendance. */
  readonly seq: number;
  readonly fromMs: number;
  readonly toMs: number;
}
export interface Doubled {
  readonly seq: number;
  readonly span: Pick<Span, 'fromMs' | 'toMs'>;
  readonly others: readonly Span[];
}

/** No service lasts longer; a fact that says so is told of by its amounts. */
const MAX_MINUTES = 7 * 1440;

type Ended = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED'>;
/**
 * A service that lasted from a time to a time: of a scan, of this journal or an earlier one, or of a back-fill, which
 * names its beginning itself.
 */
type Served = Ended | EndedEarlier | JournalEvent<'BACKFILL_SETTLED'>;

function isEnded(event: JournalEvent): event is Ended {
  return event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED';
}
function isServed(event: JournalEvent): event is Served {
  const isApproved = event.type === 'BACKFILL_SETTLED' && event.outcome === 'APPROVED';
  return isEnded(event) || isEndedEarlier(event) || isApproved;
}

/** Whose sign-in it is, and when it was. */
export type Start = Pick<JournalEvent<'SIGNED_IN'>, 'volunteerId' | 'atMs'>;

/** The sign-ins of what a run ends or credits, by their seqs: of the run, or of what came before it. */
export async function startsOf(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
): Promise<ReadonlyMap<number, Start>> {
  const starts = new Map<number, Start>(
    events.flatMap((event) => (event.type === 'SIGNED_IN' ? [[event.seq, event]] : [])),
  );
  const earlier = events
    .filter((event) => isEnded(event) || event.type === 'SERVICE_CREDITED')
    .map(({ signInSeq }) => signInSeq)
    .filter((seq) => seq > 0 && !starts.has(seq));
  if (earlier.length === 0) return starts;
  const { rows } = await sql<Start & { seq: number }>`
    SELECT seq, at_ms AS "atMs", ${ownField('SIGNED_IN', 'volunteerId')} AS "volunteerId" FROM event WHERE station_id = ${at.stationId}
      AND incarnation = ${at.incarnation} AND seq = ANY(${earlier}::bigint[])
      AND code = ${EVENTS.SIGNED_IN.code}`.execute(tx);
  for (const { seq, ...start } of rows) starts.set(seq, start);
  return starts;
}

/** What was taken back at its station is no service any more. */
const isTakenBack = (place: RawBuilder<unknown>) =>
  sql`EXISTS (SELECT 1 FROM entry_taken_back t WHERE (t.station_id, t.incarnation, t.seq) = (${place}))`;

/**
 * Keeps when volunteers were at service; answers the attendances that overlap another one. Whatever was taken back, by
 * this run or before, overlaps nothing.
 */
export async function foldAttendances(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  {
    starts,
    earlier,
    numbers,
  }: {
    readonly starts: ReadonlyMap<number, Start>;
    readonly earlier: ReadonlyMap<number, EarlierAttendance>;
    /** The other numbers of whoever was registered twice. */
    readonly numbers: ReadonlyMap<number, readonly number[]>;
  },
): Promise<readonly Doubled[]> {
  const served = events
    .filter(isServed)
    // A time that is in doubt proves nothing, but for one that somebody named.
    .filter(({ type, trust }) => type === 'BACKFILL_SETTLED' || trust !== CLOCK_TRUST.DOUBTFUL)
    .filter(({ actualMinutes }) => actualMinutes > 0 && actualMinutes <= MAX_MINUTES);
  if (served.length === 0) return [];
  const beganMs = (event: Served): number | undefined => {
    if (isEnded(event)) return starts.get(event.signInSeq)?.atMs;
    return isEndedEarlier(event) ? earlier.get(event.seq)?.atMs : event.startMs;
  };
  const spans = served.flatMap((event) => {
    const { seq, volunteerId, actualMinutes } = event;
    const fromMs = beganMs(event);
    return fromMs === undefined
      ? []
      : [{ seq, volunteerId, fromMs, toMs: fromMs + actualMinutes * MINUTE_MS }];
  });
  const columnsOf = (spans: readonly (Pick<Span, 'seq' | 'fromMs' | 'toMs'> & { volunteerId: number })[]) =>
    sql`unnest(${spans.map(({ seq }) => seq)}::bigint[],
    ${spans.map(({ volunteerId }) => volunteerId)}::bigint[], ${spans.map(({ fromMs }) => fromMs)}::bigint[],
    ${spans.map(({ toMs }) => toMs)}::bigint[])`;
  await sql`INSERT INTO attended (station_id, incarnation, seq, volunteer_id, from_ms, to_ms)
    SELECT ${at.stationId}::bigint, ${at.incarnation}::text, * FROM ${columnsOf(spans)} ON CONFLICT DO NOTHING`.execute(
    tx,
  );
  const looked = spans.flatMap((span) => [
    span,
    ...(numbers.get(span.volunteerId) ?? []).map((volunteerId) => ({ ...span, volunteerId })),
  ]);
  const { rows } = await sql<Span & { mine: number; mineFromMs: number; mineToMs: number }>`
    SELECT n.seq AS mine, n.from_ms AS "mineFromMs", n.to_ms AS "mineToMs", o.station_id AS "stationId",
      o.incarnation, o.seq, o.from_ms AS "fromMs", o.to_ms AS "toMs"
    FROM ${columnsOf(looked)} AS n (seq, volunteer_id, from_ms, to_ms)
    JOIN attended o ON o.volunteer_id = n.volunteer_id
      AND o.from_ms > n.from_ms - ${MAX_MINUTES * MINUTE_MS}::bigint
      AND least(o.to_ms, n.to_ms) - greatest(o.from_ms, n.from_ms) > ${TOLERANCE_MS}::bigint
      AND o.from_ms < n.to_ms
    WHERE ((o.station_id, o.incarnation) <> (${at.stationId}::bigint, ${at.incarnation}::text) OR o.seq < n.seq)
      AND NOT ${isTakenBack(sql`${at.stationId}::bigint, ${at.incarnation}::text, n.seq`)}
      AND NOT ${isTakenBack(sql`o.station_id, o.incarnation, o.seq`)}
    ORDER BY n.seq, o.station_id, o.incarnation, o.seq`.execute(tx);
  const found = new Map<number, Doubled>();
  for (const { mine, mineFromMs, mineToMs, ...other } of rows)
    found.set(mine, {
      seq: mine,
      span: { fromMs: mineFromMs, toMs: mineToMs },
      others: [...(found.get(mine)?.others ?? []), other],
    });
  return [...found.values()];
}
