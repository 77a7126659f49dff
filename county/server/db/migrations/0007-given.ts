/**
 * What stations were given to decide by, and never forgotten: every version of the rules, the highest factor of each
 * activity, every price of each piece of goods. And what each volunteer was credited with on a day at a station.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE given_rules (
    station_id bigint NOT NULL,
    version bigint NOT NULL,
    rules text NOT NULL,
    PRIMARY KEY (station_id, version)
  )`,
  sql`CREATE TABLE given_factor (
    station_id bigint NOT NULL,
    activity_id bigint NOT NULL,
    factor_percent bigint NOT NULL,
    PRIMARY KEY (station_id, activity_id)
  )`,
  sql`CREATE TABLE given_price (
    station_id bigint NOT NULL,
    goods_id bigint NOT NULL,
    unit_points bigint NOT NULL,
    PRIMARY KEY (station_id, goods_id, unit_points)
  )`,
  sql`CREATE TABLE service_day (
    station_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    day bigint NOT NULL,
    minutes bigint NOT NULL,
    points bigint NOT NULL,
    PRIMARY KEY (station_id, volunteer_id, day)
  )`,
];

export const given: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
