/**
 * The inbox of exceptions: an alert says what was found, in which state it is and how a person settled it. Beside it
 * what finding them needs: stock of each station, and when volunteers were at service. A volunteer may have been
 * anywhere, so overlaps are looked for across stations by one index; all keys begin with station_id all the same.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`ALTER TABLE alert
    ADD COLUMN facts text NOT NULL DEFAULT '{}',
    ADD COLUMN state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'WAITING', 'SETTLED')),
    ADD COLUMN settled_by text NOT NULL DEFAULT '',
    ADD COLUMN settled_how text NOT NULL DEFAULT '',
    ADD COLUMN note text NOT NULL DEFAULT ''`,
  sql`CREATE INDEX alert_unsettled ON alert (created_ms) WHERE state <> 'SETTLED'`,
  sql`CREATE TABLE goods_stock (
    station_id bigint NOT NULL,
    goods_id bigint NOT NULL,
    stock bigint NOT NULL,
    PRIMARY KEY (station_id, goods_id)
  )`,
  sql`CREATE TABLE attended (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    from_ms bigint NOT NULL,
    to_ms bigint NOT NULL,
    PRIMARY KEY (station_id, incarnation, seq)
  )`,
  sql`CREATE INDEX attended_volunteer ON attended (volunteer_id, from_ms)`,
  sql`CREATE TABLE county_act (
    station_id bigint NOT NULL,
    act_id bigint NOT NULL,
    alert_station_id bigint NOT NULL,
    alert_id bigint NOT NULL,
    body text NOT NULL,
    made_ms bigint NOT NULL,
    done_ms bigint NOT NULL DEFAULT 0,
    outcome text NOT NULL DEFAULT '',
    PRIMARY KEY (station_id, act_id)
  )`,
];

export const exceptions: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
