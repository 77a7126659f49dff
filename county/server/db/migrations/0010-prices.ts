/** Changes of prices, which two people make and which wait for their day; and people whose data was erased. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE price_change (
    station_id bigint NOT NULL,
    change_id bigint GENERATED ALWAYS AS IDENTITY,
    goods_id bigint NOT NULL,
    unit_points bigint NOT NULL CHECK (unit_points > 0),
    -- Days since 1970-01-01 in Shanghai.
    from_day bigint NOT NULL,
    proposed_ms bigint NOT NULL,
    proposed_by text NOT NULL,
    reason text NOT NULL,
    confirmed_ms bigint NOT NULL DEFAULT 0,
    confirmed_by text NOT NULL DEFAULT '' CHECK (confirmed_by <> proposed_by),
    applied_ms bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (station_id, change_id)
  )`,
  sql`CREATE TABLE erased_person (
    volunteer_id bigint PRIMARY KEY,
    erased_ms bigint NOT NULL,
    erased_by text NOT NULL,
    reason text NOT NULL
  )`,
];

export const prices: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
