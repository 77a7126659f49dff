/** The people of a station as decisions on points need them, by what the county gave and not by the station's word. */
import { sql } from 'kysely';
import type { KeeperFact, MemberFact } from '../../../domain/points/facts.ts';
import { bigints } from '../db/arrays.ts';
import type { Tx } from '../ingestSql.ts';
import { householdsOf } from './given.ts';

export interface GivenPeople {
  /** What is certain of a volunteer: 0 where nothing, or several things, were given. */
  member(volunteerId: number): MemberFact;
  /** A keeper that was never given decides nothing. */
  keeper(keeperId: number): KeeperFact;
}

interface Person {
  readonly id: number;
  readonly spouseId: number;
  readonly birthYear: number;
}

async function personsOf(tx: Tx, stationId: number, ids: readonly number[]): Promise<readonly Person[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<Person>`SELECT volunteer_id AS id,
      CASE WHEN count(DISTINCT spouse_id) = 1 THEN max(spouse_id) ELSE 0 END AS "spouseId",
      CASE WHEN count(DISTINCT birth_year) = 1 THEN max(birth_year) ELSE 0 END AS "birthYear"
    FROM given_person WHERE station_id = ${stationId} AND volunteer_id = ANY(${bigints(ids)})
    GROUP BY volunteer_id`.execute(tx);
  return rows;
}

/** Reads some volunteers and keepers of a station, and who the keepers are. */
export async function peopleGiven(
  tx: Tx,
  stationId: number,
  volunteerIds: readonly number[],
  keeperIds: readonly number[],
): Promise<GivenPeople> {
  const { rows } = await sql<KeeperFact & { ways: number }>`
    SELECT keeper_id AS id, max(role) AS role, max(volunteer_id) AS "volunteerId", count(*)::bigint AS ways
    FROM given_keeper WHERE station_id = ${stationId} AND keeper_id = ANY(${bigints([...new Set(keeperIds)])})
    GROUP BY keeper_id`.execute(tx);
  // Of one whose role or person changed nothing is concluded: it has every role and is nobody.
  const keepers = rows.map(({ ways, ...keeper }): KeeperFact =>
    ways === 1 ? keeper : { ...keeper, role: 'STATION_HEAD', volunteerId: 0 },
  );
  const ids = [...new Set([...volunteerIds, ...keepers.map(({ volunteerId }) => volunteerId)])].filter(
    (id) => id > 0,
  );
  const persons = new Map((await personsOf(tx, stationId, ids)).map((person) => [person.id, person]));
  const households = await householdsOf(tx, stationId, ids);
  const known = new Map(keepers.map((keeper) => [keeper.id, keeper]));
  return {
    member: (volunteerId) => ({
      volunteerId,
      householdId: households.get(volunteerId) ?? 0,
      birthYear: persons.get(volunteerId)?.birthYear ?? 0,
      spouseId: persons.get(volunteerId)?.spouseId ?? 0,
    }),
    keeper: (id) => known.get(id) ?? { id, role: 'KEEPER', volunteerId: 0 },
  };
}
