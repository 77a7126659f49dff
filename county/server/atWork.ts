/** Which incarnation of a station is at work, where a restored database or a copy may have begun another. */
import { sql } from 'kysely';
import type { CountyDb } from './db/open.ts';
import { raiseAlert } from './alerts.ts';
import type { Place, Tx } from './ingestSql.ts';

export interface Standing {
  /** Another incarnation than this one is at work. */
  readonly superseded: boolean;
  /** Events held of the station's other incarnations. */
  readonly others: number;
}

/** What the county has to say about an incarnation beside how far it is durable. */
export async function standingOf(db: CountyDb | Tx, at: Place): Promise<Standing> {
  const { rows } = await sql<{ atWork: string | null; others: number }>`
    SELECT coalesce(sum(durable_seq) FILTER (WHERE incarnation <> ${at.incarnation}), 0)::bigint AS others,
      (array_agg(incarnation ORDER BY admitted DESC) FILTER (WHERE admitted > 0))[1] AS "atWork"
    FROM incarnation WHERE station_id = ${at.stationId}`.execute(db);
  const atWork = rows[0]?.atWork ?? null;
  return { superseded: atWork !== null && atWork !== at.incarnation, others: rows[0]?.others ?? 0 };
}

/**
 * A station asks as its running incarnation. The first such ask puts it to work in the place of whichever was
 * before; an older one that comes back is told to a person, once.
 */
export async function admit(tx: Tx, at: Place, nowMs: number): Promise<void> {
  await sql`
    UPDATE incarnation SET admitted =
      (SELECT max(admitted) + 1 FROM incarnation WHERE station_id = ${at.stationId})
    WHERE station_id = ${at.stationId} AND incarnation = ${at.incarnation} AND admitted = 0`.execute(tx);
  const { superseded } = await standingOf(tx, at);
  if (superseded) await raiseAlert(tx, at, { kind: 'SUPERSEDED', seq: 0 }, nowMs);
}
