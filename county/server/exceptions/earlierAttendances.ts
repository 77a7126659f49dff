/** Attendances that an earlier journal of a station began, and that a run of another one closes (event 48, CLOSED). */
import { sql } from 'kysely';
import { EVENTS, type JournalEvent } from '../../../domain/journal/events.ts';
import { bigints, hexTexts } from '../db/arrays.ts';
import { ownField } from '../db/canonicalText.ts';
import type { Tx } from '../ingestSql.ts';

/** What a station may name as an incarnation. */
const INCARNATION = /^[0-9a-f]{16}$/;

export type EndedEarlier = JournalEvent<'EARLIER_SERVICE_CREDITED'>;
/** DATE is more credit for what has ended before. */
export function isEndedEarlier(event: JournalEvent): event is EndedEarlier {
  return event.type === 'EARLIER_SERVICE_CREDITED' && event.cause === 'CLOSED';
}

export interface EarlierAttendance {
  /** When it was begun. */
  readonly atMs: number;
  /** The activities that it was of, in their order. */
  readonly activities: readonly number[];
}

/**
 * By the seq of the fact that closes it; absent where the county holds no such sign-in of that volunteer.
 */
export async function earlierAttendances(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
): Promise<ReadonlyMap<number, EarlierAttendance>> {
  const ended = events.filter(isEndedEarlier).filter(({ ofIncarnation }) => INCARNATION.test(ofIncarnation));
  if (ended.length === 0) return new Map();
  const incarnations = hexTexts(ended.map(({ ofIncarnation }) => ofIncarnation));
  const signIns = bigints(ended.map(({ signInSeq }) => signInSeq));
  const least = ended.reduce((seq, { signInSeq }) => Math.min(seq, signInSeq), Number.MAX_SAFE_INTEGER);
  const { rows } = await sql<{
    readonly incarnation: string;
    readonly signInSeq: number;
    readonly atMs: number;
    readonly activityId: number;
    /** 0: it is the sign-in. */
    readonly changedBy: number;
    readonly volunteerId: number;
  }>`
    SELECT e.incarnation, e.seq AS "signInSeq", e.at_ms AS "atMs", ${ownField('SIGNED_IN', 'activityId')} AS "activityId",
      0::bigint AS "changedBy", ${ownField('SIGNED_IN', 'volunteerId')} AS "volunteerId"
    FROM (SELECT DISTINCT * FROM unnest(${incarnations}, ${signIns}) AS w (incarnation, seq)) w
      JOIN event e ON e.incarnation = w.incarnation AND e.seq = w.seq
    WHERE e.station_id = ${stationId} AND e.code = ${EVENTS.SIGNED_IN.code}
    UNION ALL
    SELECT incarnation, ${ownField('ACTIVITY_CHANGED', 'signInSeq')}, at_ms,
      ${ownField('ACTIVITY_CHANGED', 'activityId')}, seq, 0::bigint
    FROM event WHERE station_id = ${stationId} AND incarnation = ANY(${incarnations}) AND seq > ${least}
      AND code = ${EVENTS.ACTIVITY_CHANGED.code} AND ${ownField('ACTIVITY_CHANGED', 'signInSeq')} = ANY(${signIns})
    ORDER BY "changedBy"`.execute(tx);
  return new Map(
    ended.flatMap(({ seq, ofIncarnation, signInSeq, volunteerId }) => {
      const own = rows.filter((row) => row.incarnation === ofIncarnation && row.signInSeq === signInSeq);
      const signIn = own.find(({ changedBy }) => changedBy === 0);
      if (signIn?.volunteerId !== volunteerId) return [];
      return [[seq, { atMs: signIn.atMs, activities: own.map(({ activityId }) => activityId) }] as const];
    }),
  );
}
