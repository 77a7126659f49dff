/**
 * From which day each price of each piece of goods holds at a station, and with which version of its reference data the
 * station is told: prices travel ahead of their day. Beside it what a station has been told by its own word.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE price_given (
    station_id bigint NOT NULL,
    goods_id bigint NOT NULL,
    -- As of shanghaiDay; 0: from the beginning.
    from_day bigint NOT NULL,
    unit_points bigint NOT NULL,
    from_reference bigint NOT NULL,
    PRIMARY KEY (station_id, goods_id, from_day, unit_points)
  )`,
  // Of what was given before nobody knows the days: it holds from the beginning, and what is in force came last.
  sql`INSERT INTO price_given SELECT g.station_id, g.goods_id, 0, g.unit_points,
      CASE WHEN EXISTS (SELECT 1 FROM reference_part p, jsonb_array_elements(p.data) x
        WHERE p.station_id = g.station_id AND p.kind = 'goods' AND (x->>'id')::bigint = g.goods_id
          AND (x->>'unitPoints')::bigint = g.unit_points) THEN coalesce(r.version, 0) ELSE 0 END
    FROM given_price g LEFT JOIN reference_version r ON r.station_id = g.station_id`,
  sql`DROP TABLE given_price`,
  // Changes that wait for their day go along from now on.
  sql`UPDATE reference_version SET version = version + 1 WHERE station_id IN (
    SELECT station_id FROM price_change WHERE confirmed_ms > 0 AND applied_ms = 0)`,
  sql`INSERT INTO price_given SELECT DISTINCT c.station_id, c.goods_id, c.from_day, c.unit_points, r.version
    FROM price_change c JOIN reference_version r ON r.station_id = c.station_id
    WHERE c.confirmed_ms > 0 AND c.applied_ms = 0`,
  sql`ALTER TABLE incarnation
    -- The newest change of a price that the station had after its event of this number, as it said in an ask.
    ADD COLUMN prices_told bigint NOT NULL DEFAULT 0,
    ADD COLUMN prices_told_after bigint NOT NULL DEFAULT 0`,
];

export const priceDays: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
