/** Prices that hold from a day on, as the county sends them ahead (domain/shop/prices.ts). */
import type { Migration } from './migration.ts';

export const comingPrices: Migration = {
  version: 18,
  name: 'coming prices',
  sql: `
    -- prices: JSON, [day, points] for one piece from that day on.
    CREATE TABLE coming_price (
      id INTEGER PRIMARY KEY,
      prices TEXT NOT NULL
    ) STRICT;
  `,
};
