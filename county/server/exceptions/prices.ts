/**
 * Prices of exchanges, held against those in force on their day at their station (RULES.md B7). A price travels ahead of
 * its day, so a station that has been told charges it from that day on; what it cannot have known nobody asks of it.
 */
import { sql } from 'kysely';
import { CLOCK_TRUST } from '../../../domain/journal/events.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';
import type { Difference } from './decideAgain.ts';
import type { Sold } from './sales.ts';

export interface GivenPrice {
  readonly goodsId: number;
  readonly fromDay: number;
  readonly unitPoints: number;
  /** The version of the reference data with which the station is told. */
  readonly fromReference: number;
}
/** What a journal's station has been told by its own word: changes up to a version, after its event of a number. */
export interface Told {
  readonly version: number;
  readonly after: number;
}

/**
 * Keeps the prices that the reference data of a station (null: of all) has, where they are others than before. One that
 * came without a day of its own holds as soon as the station has it.
 */
export async function keepPrices(tx: Tx, stationId: number | null): Promise<void> {
  await sql`INSERT INTO price_given (station_id, goods_id, from_day, unit_points, from_reference)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, coalesce(l.from_day, 0), (x->>'unitPoints')::bigint, r.version
    FROM reference_part p JOIN reference_version r USING (station_id)
      CROSS JOIN LATERAL jsonb_array_elements(p.data) x
      LEFT JOIN LATERAL (SELECT g.from_day, g.unit_points FROM price_given g
        WHERE g.station_id = p.station_id AND g.goods_id = (x->>'id')::bigint
          AND g.from_day <= (r.made_ms + 28800000) / 86400000
        ORDER BY g.from_day DESC, g.from_reference DESC LIMIT 1) l ON true
    WHERE p.kind = 'goods' AND (${stationId}::bigint IS NULL OR p.station_id = ${stationId}::bigint)
      AND l.unit_points IS DISTINCT FROM (x->>'unitPoints')::bigint
    ON CONFLICT (station_id, goods_id, from_day, unit_points)
      DO UPDATE SET from_reference = excluded.from_reference`.execute(tx);
}

/** Keeps which prices a station has been told, as it says with the version of its reference data. */
export async function keepTold(
  tx: Tx,
  { stationId, incarnation }: Place,
  referenceVersion: number,
  recorded: number,
): Promise<void> {
  await sql`UPDATE incarnation SET prices_told = g.version, prices_told_after = ${recorded}
    FROM (SELECT max(from_reference) AS version FROM price_given
      WHERE station_id = ${stationId} AND from_reference <= ${referenceVersion}) g
    WHERE station_id = ${stationId} AND incarnation = ${incarnation} AND g.version > prices_told`.execute(tx);
}

/**
 * What an exchange may have cost for one piece: the price in force on its day, and those before it as far as the station
 * cannot have known the newer one. Of a day that nobody has vouched for, every price whose day has come by `today`.
 * `given` are all prices of the goods; none where the county never gave any.
 */
export function possiblePrices(
  given: readonly GivenPrice[],
  { seq, atMs, trust }: Pick<Sold, 'seq' | 'atMs' | 'trust'>,
  told: Told,
  today: number,
): readonly number[] {
  const isDated = trust === CLOCK_TRUST.TRUSTED;
  const day = isDated ? shanghaiDay(atMs) : today;
  const due = given
    .filter(({ fromDay }) => fromDay <= day)
    .toSorted((a, b) => b.fromDay - a.fromDay || b.fromReference - a.fromReference);
  const possible: number[] = [];
  for (const { unitPoints, fromReference } of due) {
    possible.push(unitPoints);
    const isTold = seq > told.after && fromReference <= told.version;
    // Before the station's last word it is not known what it had been told: but hardly two changes less.
    const isFar = seq <= told.after && possible.length > 1;
    if (isDated && (isTold || isFar)) break;
  }
  return possible;
}

/** Exchanges of a run at prices that were not in force. */
export async function checkPrices(
  tx: Tx,
  { stationId, incarnation }: Place,
  sold: readonly Sold[],
  nowMs: number,
): Promise<readonly Difference[]> {
  if (sold.length === 0) return [];
  const goods = new Set(sold.flatMap(({ lines }) => lines.map(({ goodsId }) => goodsId)));
  const { rows } = await sql<GivenPrice & Told>`
    SELECT g.goods_id AS "goodsId", g.from_day AS "fromDay", g.unit_points AS "unitPoints",
      g.from_reference AS "fromReference", coalesce(i.prices_told, 0) AS version,
      coalesce(i.prices_told_after, 0) AS after
    FROM price_given g LEFT JOIN incarnation i
      ON i.station_id = g.station_id AND i.incarnation = ${incarnation}
    WHERE g.station_id = ${stationId} AND g.goods_id = ANY(${bigints([...goods])})`.execute(tx);
  const [told = { version: 0, after: 0 }] = rows;
  const today = shanghaiDay(nowMs);
  return sold.flatMap((event): Difference[] => {
    for (const { goodsId, unitPoints } of event.lines) {
      const given = rows.filter((row) => row.goodsId === goodsId);
      const possible = possiblePrices(given, event, told, today);
      if (possible.length === 0 || possible.includes(unitPoints)) continue;
      const expected = { kind: 'PRICE', goodsId, unitPoints: possible.toSorted((a, b) => a - b) } as const;
      return [{ seq: event.seq, expected }];
    }
    return [];
  });
}
