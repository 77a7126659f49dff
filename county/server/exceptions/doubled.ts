/** Finds volunteers who were at service at two places at once: no station sees that of another. */
import { sql } from 'kysely';
import { CLOCK_TRUST, EVENTS, type JournalEvent } from '../../../domain/journal/events.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';

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

/** Clocks of two stations differ a little, and the way from one to the other is short: less is no exception. */
const TOLERANCE_MS = 10 * MINUTE_MS;
/** No service lasts longer; a fact that says so is told of by its amounts. */
const MAX_MINUTES = 7 * 1440;

type Ended = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED'>;

function isEnded(event: JournalEvent): event is Ended {
  return event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED';
}

/** Any number that no other lock here has; volunteers' are negative. */
const ALL_VOLUNTEERS = 4_030_002;
/** PostgreSQL has room for some thousands of locks, and eight batches are at work at a time. */
const MOST_LOCKS = 400;

/**
 * Lets batches that end services of one volunteer go one after the other: of two transactions at once neither would
 * see what the other has kept, and both would find the volunteer at one place only. Others do not wait, except for a
 * batch with more volunteers than any village has. To be asked before anything else is locked but the own head, and
 * in one order everywhere, so that nobody waits in a circle.
 */
export async function takeTurns(tx: Tx, events: readonly JournalEvent[]): Promise<void> {
  const ids = new Set(events.filter(isEnded).map(({ volunteerId }) => volunteerId));
  const keys = [...ids].filter((id) => id > 0).sort((a, b) => a - b);
  if (keys.length === 0) return;
  const all = sql.lit(ALL_VOLUNTEERS);
  if (keys.length > MOST_LOCKS) await sql`SELECT pg_advisory_xact_lock(${all})`.execute(tx);
  else
    await sql`SELECT pg_advisory_xact_lock_shared(${all}), count(pg_advisory_xact_lock(-id))
      FROM unnest(${bigints(keys)}) AS id`.execute(tx);
}

/** When the attendances that a run ends began, by the seq of the sign-in: by the run, or by what came before it. */
export async function startsOf(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
): Promise<ReadonlyMap<number, number>> {
  const starts = new Map(
    events.filter(({ type }) => type === 'SIGNED_IN').map(({ seq, atMs }) => [seq, atMs]),
  );
  const earlier = events
    .filter(isEnded)
    .map(({ signInSeq }) => signInSeq)
    .filter((seq) => seq > 0 && !starts.has(seq));
  if (earlier.length === 0) return starts;
  const { rows } = await sql<{ seq: number; atMs: number }>`
    SELECT seq, at_ms AS "atMs" FROM event WHERE station_id = ${at.stationId}
      AND incarnation = ${at.incarnation} AND seq = ANY(${earlier}::bigint[])
      AND code = ${EVENTS.SIGNED_IN.code}`.execute(tx);
  for (const { seq, atMs } of rows) starts.set(seq, atMs);
  return starts;
}

/** Keeps when volunteers were at service; answers the attendances that overlap another one. */
export async function foldAttendances(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  starts: ReadonlyMap<number, number>,
): Promise<readonly Doubled[]> {
  const ended = events
    .filter(isEnded)
    // A time that is in doubt proves nothing.
    .filter(({ trust, actualMinutes }) => trust !== CLOCK_TRUST.DOUBTFUL && actualMinutes > 0)
    .filter(({ actualMinutes }) => actualMinutes <= MAX_MINUTES);
  if (ended.length === 0) return [];
  const spans = ended.flatMap(({ seq, signInSeq, volunteerId, actualMinutes }) => {
    const fromMs = starts.get(signInSeq);
    return fromMs === undefined
      ? []
      : [{ seq, volunteerId, fromMs, toMs: fromMs + actualMinutes * MINUTE_MS }];
  });
  const columns = sql`unnest(${spans.map(({ seq }) => seq)}::bigint[],
    ${spans.map(({ volunteerId }) => volunteerId)}::bigint[], ${spans.map(({ fromMs }) => fromMs)}::bigint[],
    ${spans.map(({ toMs }) => toMs)}::bigint[])`;
  await sql`INSERT INTO attended (station_id, incarnation, seq, volunteer_id, from_ms, to_ms)
    SELECT ${at.stationId}::bigint, ${at.incarnation}::text, * FROM ${columns} ON CONFLICT DO NOTHING`.execute(
    tx,
  );
  const { rows } = await sql<Span & { mine: number; mineFromMs: number; mineToMs: number }>`
    SELECT n.seq AS mine, n.from_ms AS "mineFromMs", n.to_ms AS "mineToMs", o.station_id AS "stationId",
      o.incarnation, o.seq, o.from_ms AS "fromMs", o.to_ms AS "toMs"
    FROM ${columns} AS n (seq, volunteer_id, from_ms, to_ms)
    JOIN attended o ON o.volunteer_id = n.volunteer_id
      AND o.from_ms > n.from_ms - ${MAX_MINUTES * MINUTE_MS}::bigint
      AND least(o.to_ms, n.to_ms) - greatest(o.from_ms, n.from_ms) > ${TOLERANCE_MS}::bigint
      AND o.from_ms < n.to_ms
    WHERE (o.station_id, o.incarnation) <> (${at.stationId}::bigint, ${at.incarnation}::text) OR o.seq < n.seq
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
