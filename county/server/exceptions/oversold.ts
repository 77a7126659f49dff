/** Finds what was given out beyond what there was: a fold of each station's stock over all of its journals. */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { Place, Tx } from '../ingestSql.ts';

export interface Shortage {
  readonly seq: number;
  /** By goods: how many pieces of this exchange were not there. */
  readonly lines: readonly { readonly goodsId: number; readonly quantity: number }[];
}

interface Move {
  readonly seq: number;
  readonly goodsId: number;
  readonly quantity: number;
  readonly sold: boolean;
}

/** More pieces in one fact than any shelf holds: such a fact moves nothing here. */
const MAX_PIECES = 1_000_000;

function movesOf(event: JournalEvent): readonly Move[] {
  const { seq } = event;
  switch (event.type) {
    case 'STOCK_MOVED':
      return [{ seq, goodsId: event.goodsId, quantity: event.quantity, sold: false }];
    case 'REDEEMED':
    case 'REDEEMED_SHARED':
      return event.lines.map(({ goodsId, quantity }) => ({ seq, goodsId, quantity: -quantity, sold: true }));
    case 'REDEMPTION_UNDONE':
      return event.lines.map(({ goodsId, quantity }) => ({ seq, goodsId, quantity, sold: false }));
    default:
      return [];
  }
}

/** Folds the events of a run into the station's stock; answers the exchanges that took what was not there. */
export async function foldStock(
  tx: Tx,
  { stationId }: Pick<Place, 'stationId'>,
  events: readonly JournalEvent[],
): Promise<readonly Shortage[]> {
  const moves = events.flatMap(movesOf).filter(({ quantity }) => Math.abs(quantity) <= MAX_PIECES);
  if (moves.length === 0) return [];
  const sums = new Map<number, number>();
  for (const { goodsId, quantity } of moves) sums.set(goodsId, (sums.get(goodsId) ?? 0) + quantity);
  // In one order everywhere, so that two batches do not wait for each other.
  const goods = [...sums].sort((a, b) => a[0] - b[0]);
  const { rows } = await sql<{ goodsId: number; stock: number }>`
    INSERT INTO goods_stock (station_id, goods_id, stock)
    SELECT ${stationId}::bigint, goods_id, moved FROM unnest(${goods.map(([id]) => id)}::bigint[],
      ${goods.map(([, moved]) => moved)}::bigint[]) AS m (goods_id, moved)
    ON CONFLICT (station_id, goods_id) DO UPDATE SET stock = goods_stock.stock + excluded.stock
    RETURNING goods_id AS "goodsId", stock`.execute(tx);
  const stock = new Map(rows.map((row) => [row.goodsId, row.stock - (sums.get(row.goodsId) ?? 0)]));
  const short = new Map<number, { goodsId: number; quantity: number }[]>();
  for (const { seq, goodsId, quantity, sold } of moves) {
    const left = (stock.get(goodsId) ?? 0) + quantity;
    stock.set(goodsId, left);
    const missing = sold ? Math.min(-quantity, -left) : 0;
    if (missing > 0) short.set(seq, [...(short.get(seq) ?? []), { goodsId, quantity: missing }]);
  }
  return [...short].map(([seq, lines]) => ({ seq, lines }));
}
