/** What a station was given to decide by; the county decides again by the same (RULES.md B, first line). */
import { sql } from 'kysely';
import { bigints } from '../db/arrays.ts';
import type { Tx } from '../ingestSql.ts';
import { keepPrices } from './prices.ts';

/** Keeps what the reference data of a station (null: of all) says now beside what it said before. */
export async function keepGiven(tx: Tx, stationId: number | null): Promise<void> {
  const mine = sql`(${stationId}::bigint IS NULL OR p.station_id = ${stationId}::bigint)`;
  await sql`INSERT INTO given_rules (station_id, version, rules, from_reference)
    SELECT p.station_id, (p.data->>'version')::bigint, p.data::text, coalesce(r.version, 0)
    FROM reference_part p LEFT JOIN reference_version r USING (station_id) WHERE p.kind = 'rules' AND ${mine} ON CONFLICT DO NOTHING`.execute(
    tx,
  );
  await sql`INSERT INTO given_factor (station_id, activity_id, factor_percent)
    SELECT p.station_id, (x->>'id')::bigint, max((x->>'factorPercent')::bigint)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'activities' AND ${mine} GROUP BY 1, 2
    ON CONFLICT (station_id, activity_id) DO UPDATE
      SET factor_percent = greatest(given_factor.factor_percent, excluded.factor_percent)`.execute(tx);
  await sql`INSERT INTO given_activity (station_id, activity_id, start_ms, end_ms)
    SELECT p.station_id, (x->>'id')::bigint, min((x->>'startMs')::bigint), max((x->>'endMs')::bigint)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'activities' AND ${mine} GROUP BY 1, 2
    ON CONFLICT (station_id, activity_id) DO UPDATE SET
      start_ms = least(given_activity.start_ms, excluded.start_ms),
      end_ms = greatest(given_activity.end_ms, excluded.end_ms)`.execute(tx);
  await keepPrices(tx, stationId);
  await sql`INSERT INTO given_kind (station_id, goods_id, staple, scarce)
    SELECT p.station_id, (x->>'id')::bigint, bool_and((x->>'staple')::boolean), bool_and((x->>'scarce')::boolean)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'goods' AND ${mine} GROUP BY 1, 2
    ON CONFLICT (station_id, goods_id) DO UPDATE SET staple = given_kind.staple AND excluded.staple,
      scarce = given_kind.scarce AND excluded.scarce`.execute(tx);
  // Of the rest of the county a station knows names only.
  await sql`INSERT INTO given_household (station_id, volunteer_id, household_id)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, (x->>'householdId')::bigint
    FROM reference_part p, jsonb_path_query(p.data, '$[*] ? (@.homeStationId == $home)',
      jsonb_build_object('home', p.station_id)) x
    WHERE p.kind = 'volunteers' AND ${mine} ON CONFLICT DO NOTHING`.execute(tx);
  await sql`INSERT INTO given_person (station_id, volunteer_id, spouse_id, birth_year)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, coalesce((x->>'spouseId')::bigint, 0),
      (x->>'birthYear')::bigint
    FROM reference_part p, jsonb_path_query(p.data, '$[*] ? (@.homeStationId == $home)',
      jsonb_build_object('home', p.station_id)) x
    WHERE p.kind = 'volunteers' AND ${mine} ON CONFLICT DO NOTHING`.execute(tx);
  await sql`INSERT INTO given_keeper (station_id, keeper_id, role, volunteer_id)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, x->>'role', coalesce((x->>'volunteerId')::bigint, 0)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'keepers' AND ${mine}
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** The household of each of some volunteers; whoever was given with none, or with several, is left out. */
export async function householdsOf(
  tx: Tx,
  stationId: number,
  volunteerIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (volunteerIds.length === 0) return new Map();
  const { rows } = await sql<{ id: number; household: number }>`SELECT volunteer_id AS id,
      max(household_id) AS household FROM given_household
    WHERE station_id = ${stationId} AND volunteer_id = ANY(${bigints(volunteerIds)})
    GROUP BY volunteer_id HAVING count(*) = 1 AND max(household_id) <> 0`.execute(tx);
  return new Map(rows.map(({ id, household }) => [id, household]));
}

/** As `householdsOf`, of people of other villages: by what any station was given. */
export async function householdsElsewhere(
  tx: Tx,
  volunteerIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (volunteerIds.length === 0) return new Map();
  const { rows } = await sql<{ id: number; household: number }>`SELECT volunteer_id AS id,
      max(household_id) AS household FROM given_household
    WHERE volunteer_id = ANY(${bigints(volunteerIds)})
    GROUP BY volunteer_id HAVING count(DISTINCT household_id) = 1 AND max(household_id) <> 0`.execute(tx);
  return new Map(rows.map(({ id, household }) => [id, household]));
}

/** What some goods always were; goods that were never given are left out. */
export async function kindsOf(
  tx: Tx,
  stationId: number,
  goodsIds: readonly number[],
): Promise<ReadonlyMap<number, { readonly staple: boolean; readonly scarce: boolean }>> {
  if (goodsIds.length === 0) return new Map();
  const { rows } = await sql<{
    id: number;
    staple: boolean;
    scarce: boolean;
  }>`SELECT goods_id AS id, staple, scarce
    FROM given_kind WHERE station_id = ${stationId} AND goods_id = ANY(${bigints(goodsIds)})`.execute(tx);
  return new Map(rows.map(({ id, ...kind }) => [id, kind]));
}

/** The highest factor that each of some activities was ever given with; one that was never given is left out. */
export async function factorsOf(
  tx: Tx,
  stationId: number,
  activityIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  if (activityIds.length === 0) return new Map();
  const { rows } = await sql<{
    id: number;
    factor: number;
  }>`SELECT activity_id AS id, factor_percent AS factor
    FROM given_factor WHERE station_id = ${stationId} AND activity_id = ANY(${bigints(activityIds)})`.execute(
    tx,
  );
  return new Map(rows.map(({ id, factor }) => [id, factor]));
}
