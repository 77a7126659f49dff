/**
 * Prices of the love supermarkets. A change needs two people, a day, and days of posting before it (RULES.md B7):
 * one person proposes it, another confirms it, and from then on it travels ahead with its day. The station charges it
 * from that day on; on the same day the county puts it into the place of the old one.
 */
import { sql } from 'kysely';
import { DAY_MS, shanghaiDay } from '../../../domain/time.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyContext } from '../context.ts';
import { keepGiven } from '../exceptions/given.ts';
import type { CountyDb } from '../db/open.ts';
import { raiseVersions } from '../transferRows.ts';
import type { Tx } from '../ingestSql.ts';
import { changeParts } from './change.ts';
import { rulesInForce } from './rules.ts';

export interface PriceWish {
  readonly stationId: number;
  readonly goodsId: number;
  readonly unitPoints: number;
  /** The first day of the new price, as of `shanghaiDay`. */
  readonly fromDay: number;
  readonly by: string;
  readonly reason: string;
}
export interface PriceChange extends PriceWish {
  readonly changeId: number;
  readonly goodsName: string;
  /** The price in force. */
  readonly nowPoints: number;
  /** Empty: nobody has yet. */
  readonly confirmedBy: string;
  readonly appliedMs: number;
}
export interface PriceRefusal {
  /**
   * TOO_SOON: fewer days are left for the posting than the rules want. SAME_PERSON: whoever proposed it cannot confirm it.
   */
  readonly kind:
    'UNKNOWN_STATION' | 'UNKNOWN_GOODS' | 'TOO_SOON' | 'SAME_PERSON' | 'NOTHING_THERE' | 'SAME_PRICE';
}

async function priceNow({ db }: CountyContext, stationId: number, goodsId: number): Promise<number | null> {
  const { rows } = await sql<{ points: number }>`SELECT (x->>'unitPoints')::bigint AS points
    FROM reference_part p, jsonb_array_elements(p.data) x
    WHERE p.station_id = ${stationId} AND p.kind = 'goods' AND (x->>'id')::bigint = ${goodsId}`.execute(db);
  return rows[0]?.points ?? null;
}

/** The first day on which a price can hold that is posted from now on. */
async function earliestDay(db: CountyDb | Tx, nowMs: number): Promise<number> {
  return shanghaiDay(nowMs) + (await rulesInForce(db)).shop.pricePostingDays;
}

/** Writes down that somebody wants another price; nothing changes by it. */
export async function proposePrice(
  context: CountyContext,
  { stationId, goodsId, unitPoints, fromDay, by, reason }: PriceWish,
): Promise<Result<{ readonly changeId: number }, PriceRefusal>> {
  const nowMs = context.nowMs();
  const points = await priceNow(context, stationId, goodsId);
  if (points === null) {
    const station = context.db.selectFrom('station').select('name').where('station_id', '=', stationId);
    return err({
      kind: (await station.executeTakeFirst()) === undefined ? 'UNKNOWN_STATION' : 'UNKNOWN_GOODS',
    });
  }
  if (points === unitPoints) return err({ kind: 'SAME_PRICE' });
  if (fromDay < (await earliestDay(context.db, nowMs))) return err({ kind: 'TOO_SOON' });
  const { change_id: changeId } = await context.db
    .insertInto('price_change')
    .values({
      station_id: stationId,
      goods_id: goodsId,
      unit_points: unitPoints,
      from_day: fromDay,
      proposed_ms: nowMs,
      proposed_by: by,
      reason,
    })
    .returning('change_id')
    .executeTakeFirstOrThrow();
  return ok({ changeId });
}

/** The second person's word. The posting begins with it, so its days are counted from here. */
export async function confirmPrice(
  context: CountyContext,
  changeId: number,
  by: string,
): Promise<Result<{ readonly changeId: number }, PriceRefusal>> {
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx) => {
    const change = await tx
      .selectFrom('price_change')
      .selectAll()
      .where('change_id', '=', changeId)
      .where('confirmed_ms', '=', 0)
      .forUpdate()
      .executeTakeFirst();
    if (change === undefined) return err({ kind: 'NOTHING_THERE' });
    if (change.proposed_by === by) return err({ kind: 'SAME_PERSON' });
    if (change.from_day < (await earliestDay(tx, nowMs))) return err({ kind: 'TOO_SOON' });
    await tx
      .updateTable('price_change')
      .set({ confirmed_ms: nowMs, confirmed_by: by })
      .where('station_id', '=', change.station_id)
      .where('change_id', '=', changeId)
      .execute();
    const { station_id: stationId, goods_id: goodsId, from_day: fromDay, unit_points: unitPoints } = change;
    await raiseVersions(tx, [stationId], nowMs);
    await sql`INSERT INTO price_given SELECT ${stationId}::bigint, ${goodsId}::bigint, ${fromDay}::bigint,
        ${unitPoints}::bigint, version FROM reference_version WHERE station_id = ${stationId}
      ON CONFLICT (station_id, goods_id, from_day, unit_points)
        DO UPDATE SET from_reference = excluded.from_reference`.execute(tx);
    return ok({ changeId });
  });
}

/** Rows [goods, day, points] of the prices that a station is told ahead, as JSON; the newest word on a day holds. */
export async function comingOf(tx: Tx, stationId: number): Promise<string> {
  const { rows } = await sql<{ coming: string }>`
    SELECT coalesce(json_agg(json_build_array(goods_id, from_day, unit_points) ORDER BY goods_id, from_day), '[]')::text
      AS coming
    FROM (SELECT DISTINCT ON (goods_id, from_day) goods_id, from_day, unit_points FROM price_change
      WHERE station_id = ${stationId} AND confirmed_ms > 0 AND applied_ms = 0
      ORDER BY goods_id, from_day, change_id DESC) c`.execute(tx);
  return rows[0]?.coming ?? '[]';
}

/** Changes that wait for a second person or for their day, and those of the last thirty days. */
export async function listPrices({ db, nowMs }: CountyContext): Promise<readonly PriceChange[]> {
  const { rows } = await sql<PriceChange>`SELECT c.station_id AS "stationId", c.change_id AS "changeId",
      c.goods_id AS "goodsId", c.unit_points AS "unitPoints", c.from_day AS "fromDay", c.proposed_by AS by, c.reason,
      c.confirmed_by AS "confirmedBy", c.applied_ms AS "appliedMs", coalesce(g.name, '') AS "goodsName",
      coalesce(g.points, 0)::bigint AS "nowPoints"
    FROM price_change c LEFT JOIN LATERAL (
      SELECT x->>'name' AS name, (x->>'unitPoints')::bigint AS points
      FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.station_id = c.station_id AND p.kind = 'goods'
        AND (x->>'id')::bigint = c.goods_id) g ON true
    WHERE c.applied_ms = 0 OR c.applied_ms > ${nowMs() - 30 * DAY_MS}::bigint
    ORDER BY c.from_day, c.change_id`.execute(db);
  return rows;
}

/** Puts in place the prices whose day has come; the newest of one piece of goods holds. Answers how many. */
export async function applyDuePrices(context: CountyContext): Promise<number> {
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx) => {
    const due = await tx
      .selectFrom('price_change')
      .selectAll()
      .where('applied_ms', '=', 0)
      .where('confirmed_ms', '>', 0)
      .where('from_day', '<=', shanghaiDay(nowMs))
      .orderBy('from_day')
      .orderBy('change_id')
      .execute();
    for (const change of due) {
      await changeParts(
        tx,
        nowMs,
        sql`UPDATE reference_part SET data = (SELECT jsonb_agg(CASE WHEN (x->>'id')::bigint = ${change.goods_id}::bigint
              THEN jsonb_set(x, '{unitPoints}', to_jsonb(${change.unit_points}::bigint)) ELSE x END ORDER BY place)
            FROM jsonb_array_elements(data) WITH ORDINALITY AS g (x, place))
          WHERE station_id = ${change.station_id} AND kind = 'goods' AND jsonb_array_length(data) > 0
          RETURNING station_id AS "stationId"`,
      );
      await keepGiven(tx, change.station_id);
      await tx
        .updateTable('price_change')
        .set({ applied_ms: nowMs })
        .where('station_id', '=', change.station_id)
        .where('change_id', '=', change.change_id)
        .execute();
    }
    return due.length;
  });
}
