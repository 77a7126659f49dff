/** Registrations that were merged: nothing that could be spent is left in the name of the one that ended. */
import { sql } from 'kysely';
import type { CountyDb } from '../../../county/server/db/open.ts';
import type { Findings } from './findings.ts';

interface Row {
  readonly volunteerId: number;
  readonly intoId: number;
  readonly stationId: number;
  readonly available: number;
}

/**
 * Looks at stations of which no copy is about and no disk was lost, and at people whose kept registration is at home at
 * one. Answers how many registrations were merged.
 */
export async function checkMerged(
  db: CountyDb,
  isWhole: (stationId: number) => boolean,
  findings: Findings,
): Promise<number> {
  const { rows } = await sql<Row>`
    SELECT m.volunteer_id AS "volunteerId", m.into_id AS "intoId", a.station_id AS "stationId", a.available
    FROM merged_person m JOIN ledger_account a ON a.holder IN (0, 2) AND a.holder_id = m.volunteer_id
    WHERE a.available > 0 ORDER BY 1, 3`.execute(db);
  const homeOf = (volunteerId: number) => Math.floor(volunteerId / 1000);
  for (const { volunteerId, intoId, stationId, available } of rows)
    if (isWhole(stationId) && isWhole(homeOf(intoId)))
      findings.add(
        'points of a registration that was merged',
        `${volunteerId}, now ${intoId}: ${available} at station ${stationId}`,
      );
  const { count } = await db
    .selectFrom('merged_person')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
