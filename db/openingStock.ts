/** The first delivery of goods, which the program itself books once. */
import type { Database } from 'better-sqlite3';
import { EVENTS } from '../domain/journal/events.ts';
import { numberQuery } from './row.ts';

/** Prepares the question whether the program has booked goods already, in any journal of this station. */
export function openingStockOf(db: Database): (goodsId: number) => boolean {
  const booked = numberQuery(
    db,
    `SELECT 1 FROM journal WHERE json_extract(text, '$[0]') = ? AND json_extract(text, '$[7]') = 0
       AND json_extract(text, '$[8]') = ? LIMIT 1`,
  );
  return (goodsId) => booked(EVENTS.STOCK_MOVED.code, goodsId) === 1;
}
