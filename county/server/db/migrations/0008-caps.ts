/**
 * What of each cap of the rules has been used at a station: one narrow row for whatever a cap counts (cap: CAP of
 * exceptions/caps.ts) in its day, month or quarter. Days stood in a table of their own before. Beside it what tells
 * which caps an exchange counts against: the household of each villager and the kind of each piece of goods.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE cap_use (
    station_id bigint NOT NULL,
    cap smallint NOT NULL,
    -- Volunteer, household or (of the village's month) 0.
    of_id bigint NOT NULL,
    -- The activity, of pairs of sign-in and sign-out; else 0.
    with_id bigint NOT NULL,
    -- First day of the day, month or quarter.
    period bigint NOT NULL,
    -- Minutes, pieces or pairs.
    counted bigint NOT NULL,
    points bigint NOT NULL,
    PRIMARY KEY (station_id, cap, of_id, with_id, period)
  )`,
  sql`INSERT INTO cap_use SELECT station_id, 1, volunteer_id, 0, day, minutes, points FROM service_day`,
  sql`DROP TABLE service_day`,
  // Whoever was ever given with two households has two rows, and is judged in neither.
  sql`CREATE TABLE given_household (
    station_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    household_id bigint NOT NULL,
    PRIMARY KEY (station_id, volunteer_id, household_id)
  )`,
  // True only as long as every list said so.
  sql`CREATE TABLE given_kind (
    station_id bigint NOT NULL,
    goods_id bigint NOT NULL,
    staple boolean NOT NULL,
    scarce boolean NOT NULL,
    PRIMARY KEY (station_id, goods_id)
  )`,
];

export const caps: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
