/** What a station was given to decide by; the county decides again by the same (RULES.md B, first line). */
import { sql } from 'kysely';
import * as v from 'valibot';
import { ruleSetSchema, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Tx } from '../ingestSql.ts';

/** Keeps what the reference data of a station (null: of all) says now beside what it said before. */
export async function keepGiven(tx: Tx, stationId: number | null): Promise<void> {
  const mine = sql`(${stationId}::bigint IS NULL OR p.station_id = ${stationId}::bigint)`;
  await sql`INSERT INTO given_rules (station_id, version, rules)
    SELECT p.station_id, (p.data->>'version')::bigint, p.data::text FROM reference_part p
    WHERE p.kind = 'rules' AND ${mine} ON CONFLICT DO NOTHING`.execute(tx);
  await sql`INSERT INTO given_factor (station_id, activity_id, factor_percent)
    SELECT p.station_id, (x->>'id')::bigint, max((x->>'factorPercent')::bigint)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'activities' AND ${mine} GROUP BY 1, 2
    ON CONFLICT (station_id, activity_id) DO UPDATE
      SET factor_percent = greatest(given_factor.factor_percent, excluded.factor_percent)`.execute(tx);
  await sql`INSERT INTO given_price (station_id, goods_id, unit_points)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, (x->>'unitPoints')::bigint
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'goods' AND ${mine}
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** The rules of some versions; those that the county does not have, or cannot read, are left out. */
export async function rulesOf(
  tx: Tx,
  stationId: number,
  versions: readonly number[],
): Promise<ReadonlyMap<number, RuleSet>> {
  const { rows } = await sql<{ version: number; rules: string }>`SELECT version, rules FROM given_rules
    WHERE station_id = ${stationId} AND version = ANY(${versions}::bigint[])`.execute(tx);
  const found = new Map<number, RuleSet>();
  for (const { version, rules } of rows) {
    const parsed = v.safeParse(ruleSetSchema, JSON.parse(rules));
    if (parsed.success) found.set(version, parsed.output);
  }
  return found;
}

/** Every price that was given for some goods; goods that were never given are left out. */
export async function pricesOf(
  tx: Tx,
  stationId: number,
  goodsIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  const { rows } = await sql<{ id: number; points: number }>`SELECT goods_id AS id, unit_points AS points
    FROM given_price WHERE station_id = ${stationId} AND goods_id = ANY(${goodsIds}::bigint[])
    ORDER BY 1, 2`.execute(tx);
  const prices = new Map<number, number[]>();
  for (const { id, points } of rows) prices.set(id, [...(prices.get(id) ?? []), points]);
  return prices;
}

/** The highest factor that any of some activities was ever given with; an activity of the station's own has 100. */
export async function factorOf(tx: Tx, stationId: number, activityIds: readonly number[]): Promise<number> {
  const { rows } = await sql<{ factor: number }>`SELECT coalesce(max(factor_percent), 100)::bigint AS factor
    FROM given_factor WHERE station_id = ${stationId} AND activity_id = ANY(${activityIds}::bigint[])`.execute(
    tx,
  );
  return Math.max(100, rows[0]?.factor ?? 100);
}
