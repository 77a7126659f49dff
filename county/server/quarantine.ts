/** What is well signed and cannot enter the accounts by itself: kept as it came, until a person has looked at it. */
import { sql } from 'kysely';
import { raiseAlert } from './alerts.ts';
import { hex } from './codecs.ts';
import type { Place, Tx } from './ingestSql.ts';

export type SetAsideReason =
  /** Contradicts what is stored. */
  | 'FORK'
  /** Its machine's key was revoked; or its station was declared lost. */
  | 'REVOKED'
  | 'LOST'
  /** Cannot be read, or its events do not lead from its first hash to its last. */
  | 'UNREADABLE';

export interface SetAside {
  /** `incarnation` empty: it cannot be told. */
  readonly at: Place;
  readonly firstSeq: number;
  /** What tells this content from any other at the same place, in hexadecimal. */
  readonly mark: string;
  readonly reason: SetAsideReason;
  readonly envelope: Uint8Array;
}

/** The most batches that wait for a person in one room. */
const ROOM = 200;

/**
 * Lays a batch aside: KEPT, or KNOWN where the same content lies there or was decided on before. FULL: nothing was
 * kept, and a person is told so. A journal from which the county holds records has a room of its own: what a thief
 * makes up beside it cannot take the place of what was recorded before the theft.
 */
export async function setAside(tx: Tx, what: SetAside, nowMs: number): Promise<'KEPT' | 'KNOWN' | 'FULL'> {
  const { at, firstSeq, mark, reason, envelope } = what;
  const { rows } = await sql<{ known: boolean; there: number }>`
    WITH own AS (SELECT incarnation FROM incarnation WHERE station_id = ${at.stationId} AND durable_seq > 0)
    SELECT EXISTS (SELECT 1 FROM quarantine WHERE station_id = ${at.stationId} AND incarnation = ${at.incarnation}
        AND first_seq = ${firstSeq} AND head_hash = ${mark}) AS known,
      (SELECT count(*) FROM quarantine q WHERE q.station_id = ${at.stationId} AND q.state = 'KEPT'
        AND CASE WHEN ${at.incarnation} IN (SELECT incarnation FROM own) THEN q.incarnation = ${at.incarnation}
          ELSE q.incarnation NOT IN (SELECT incarnation FROM own) END)::bigint AS there`.execute(tx);
  if (rows[0]?.known === true) return 'KNOWN';
  if ((rows[0]?.there ?? 0) >= ROOM) {
    await raiseAlert(tx, at, { kind: 'REVIEW_FULL', seq: 0 }, nowMs);
    return 'FULL';
  }
  await tx
    .insertInto('quarantine')
    .values({
      ...{ station_id: at.stationId, incarnation: at.incarnation, first_seq: firstSeq, head_hash: mark },
      ...{ received_ms: nowMs, envelope: hex(envelope), reason },
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return 'KEPT';
}
