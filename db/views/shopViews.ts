/** Readings about the love supermarket: the shelf, and how much of the caps is used. */
import type { Database } from 'better-sqlite3';
import type { BuyerFact, RedeemedFact } from '../../domain/shop/facts.ts';
import { priceOn, type ComingPrice } from '../../domain/shop/prices.ts';
import { numberQuery, query } from '../row.ts';
import type { GoodsRow, ShopViews } from './views.ts';

export interface ShopReadings extends Omit<ShopViews, 'redeemedBy' | 'redeemedByHousehold'> {
  /** What was redeemed since a month and since a quarter, by the dates that were recorded; `quarterDay` is not later. */
  redeemedSince(volunteerId: number, monthDay: number, quarterDay: number): RedeemedFact;
  redeemedByHouseholdSince(householdId: number, monthDay: number, quarterDay: number): RedeemedFact;
}

const GOODS = `SELECT g.id, g.name, g.unit, g.picture, g.unit_points, g.staple, g.scarce, g.on_sale,
  coalesce(s.quantity, 0) AS stock, c.prices
  FROM goods g LEFT JOIN stock s ON s.goods_id = g.id LEFT JOIN coming_price c ON c.id = g.id`;
interface GoodsSqlRow extends GoodsRow {
  readonly prices: string | null;
}
const comingIn = ({ prices }: Pick<GoodsSqlRow, 'prices'>): readonly ComingPrice[] =>
  (JSON.parse(prices ?? '[]') as [number, number][]).map(([fromDay, unitPoints]) => ({
    fromDay,
    unitPoints,
  }));

/**
 * The caps look at a month and at its quarter: one pass over the rows since the quarter began answers all three. What
 * stands under a later month counts too: only a wrong date put it there.
 */
const REDEEMED_COLUMNS = `
  coalesce(sum(CASE WHEN r.month_day >= @month THEN r.points ELSE 0 END), 0) AS month_points,
  coalesce(sum(CASE WHEN r.month_day >= @month AND g.staple = 1 THEN r.quantity ELSE 0 END), 0) AS month_staple_units,
  coalesce(sum(CASE WHEN g.scarce = 1 THEN r.quantity ELSE 0 END), 0) AS quarter_scarce_units`;

type CapParameters = [{ readonly month: number; readonly quarter: number; readonly id: number }];

/** Prepares the readings; `priceDay` answers the day by which prices hold. */
export function shopViews(db: Database, stationId: number, priceDay: () => number): ShopReadings {
  const goods = query<[number], GoodsSqlRow>(db, `${GOODS} WHERE g.id = ?`);
  const shelf = query<[], GoodsSqlRow>(db, `${GOODS} ORDER BY g.id`);
  const today = ({ prices, ...row }: GoodsSqlRow, day: number): GoodsRow => ({
    ...row,
    unitPoints: priceOn({ ...row, coming: comingIn({ prices }) }, day),
  });
  const buyer = query<[number], BuyerFact>(
    db,
    `SELECT v.home_station_id, v.household_id, p.birth_year
     FROM volunteer v JOIN person p ON p.id = v.id WHERE v.id = ?`,
  );
  const available = numberQuery(db, 'SELECT available FROM account WHERE holder = 0 AND holder_id = ?');
  const byPerson = query<CapParameters, RedeemedFact>(
    db,
    `SELECT ${REDEEMED_COLUMNS} FROM redeemed_month r LEFT JOIN goods g ON g.id = r.goods_id
     WHERE r.volunteer_id = @id AND r.month_day >= @quarter`,
  );
  const byHousehold = query<CapParameters, RedeemedFact>(
    db,
    `SELECT ${REDEEMED_COLUMNS} FROM volunteer v CROSS JOIN redeemed_month r LEFT JOIN goods g ON g.id = r.goods_id
     WHERE v.household_id = @id AND v.household_id <> 0
       AND r.volunteer_id = v.id AND r.month_day >= @quarter`,
  );
  const nothing: RedeemedFact = { monthPoints: 0, monthStapleUnits: 0, quarterScarceUnits: 0 };
  return {
    stationId,
    goods(goodsId) {
      const row = goods.get(goodsId);
      return row === undefined ? null : today(row, priceDay());
    },
    shelf() {
      const day = priceDay();
      return shelf.all().map((row) => today(row, day));
    },
    comingPrices() {
      const day = priceDay();
      return shelf
        .all()
        .filter(({ onSale }) => onSale)
        .flatMap((row) =>
          comingIn(row)
            .filter(({ fromDay }) => fromDay > day)
            .map((price) => ({
              ...price,
              name: row.name,
              unit: row.unit,
              nowPoints: today(row, day).unitPoints,
            })),
        )
        .sort((a, b) => a.fromDay - b.fromDay);
    },
    buyer: (volunteerId) => buyer.get(volunteerId) ?? null,
    availablePoints: (volunteerId) => available(volunteerId) ?? 0,
    hasAccount: (volunteerId) => available(volunteerId) !== undefined,
    redeemedSince: (volunteerId, monthDay, quarterDay) =>
      byPerson.get({ month: monthDay, quarter: quarterDay, id: volunteerId }) ?? nothing,
    redeemedByHouseholdSince: (householdId, monthDay, quarterDay) =>
      byHousehold.get({ month: monthDay, quarter: quarterDay, id: householdId }) ?? nothing,
  };
}
