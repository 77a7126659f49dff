/**
 * Registrations that were merged into another one of the same person (roster/merge.ts): whoever's points they are, they
 * go to the person who was kept, wherever and whenever they turn up.
 */
import { sql } from 'kysely';
import type { Merged } from '../../domain/points/merging.ts';
import { bigints } from './db/arrays.ts';
import type { Tx } from './ingestSql.ts';

/** Those of some people that were merged, and those that were merged into one of them. */
export async function mergedAround(tx: Tx, volunteerIds: readonly number[]): Promise<readonly Merged[]> {
  if (volunteerIds.length === 0) return [];
  const ids = bigints([...new Set(volunteerIds)]);
  const { rows } = await sql<Merged>`
    SELECT m.volunteer_id AS "volunteerId", m.into_id AS "intoId", coalesce((
      SELECT min(r.station_id) FROM register_person r WHERE r.volunteer_id = m.into_id
        AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = r.station_id)), 0)::bigint AS "homeStationId"
    FROM merged_person m WHERE m.volunteer_id = ANY(${ids}) OR m.into_id = ANY(${ids})
    ORDER BY m.volunteer_id`.execute(tx);
  return rows;
}

/**
 * The other numbers of the same person, of those among some people who have any: what the rules allow a person, all of
 * their numbers have together.
 */
export async function otherNumbersOf(
  tx: Tx,
  volunteerIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  if (volunteerIds.length === 0) return new Map();
  const ids = bigints([...new Set(volunteerIds)]);
  const { rows } = await sql<Pick<Merged, 'volunteerId' | 'intoId'>>`
    SELECT volunteer_id AS "volunteerId", into_id AS "intoId" FROM merged_person
    WHERE into_id = ANY(${ids}) OR into_id IN (SELECT into_id FROM merged_person WHERE volunteer_id = ANY(${ids}))`.execute(
    tx,
  );
  const numbers = new Map<number, number[]>();
  for (const { volunteerId, intoId } of rows)
    numbers.set(intoId, [...(numbers.get(intoId) ?? [intoId]), volunteerId]);
  return new Map(
    [...numbers.values()].flatMap((all) =>
      all.map((one) => [one, all.filter((other) => other !== one)] as const),
    ),
  );
}
