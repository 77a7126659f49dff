/**
 * The accounts of points (domain/points), one set for each station: what a station holds in its views, folded here
 * by the same code. Keys begin with station_id as in the first tables.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE ledger_account (
    station_id bigint NOT NULL,
    holder smallint NOT NULL CHECK (holder BETWEEN 0 AND 2),
    holder_id bigint NOT NULL,
    issued bigint NOT NULL CHECK (issued >= 0),
    opened bigint NOT NULL CHECK (opened >= 0),
    available bigint NOT NULL CHECK (available >= 0),
    pending bigint NOT NULL CHECK (pending >= 0),
    held bigint NOT NULL CHECK (held >= 0),
    spent bigint NOT NULL CHECK (spent >= 0),
    expired bigint NOT NULL CHECK (expired >= 0),
    reversed bigint NOT NULL CHECK (reversed >= 0),
    arrears bigint NOT NULL CHECK (arrears >= 0),
    PRIMARY KEY (station_id, holder, holder_id),
    CHECK (issued + opened = available + pending + held + spent + expired + reversed - arrears)
  )`,
  sql`CREATE TABLE ledger_lot (
    station_id bigint NOT NULL,
    holder smallint NOT NULL,
    holder_id bigint NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL,
    part integer NOT NULL,
    earned_day bigint NOT NULL,
    at_ms bigint NOT NULL,
    expiry_day bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    remaining bigint NOT NULL CHECK (remaining BETWEEN 0 AND amount),
    expired bigint NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 0 AND 5),
    recorded_by bigint NOT NULL,
    confirmed_by bigint NOT NULL,
    posted_until_day bigint NOT NULL,
    PRIMARY KEY (station_id, holder, holder_id, incarnation, seq, part)
  )`,
  sql`CREATE INDEX ledger_lot_left ON ledger_lot (station_id, holder, holder_id) WHERE remaining > 0`,
  sql`CREATE TABLE ledger_use (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL,
    holder smallint NOT NULL,
    holder_id bigint NOT NULL,
    lot_incarnation text NOT NULL,
    lot_seq bigint NOT NULL,
    lot_part integer NOT NULL,
    points bigint NOT NULL,
    restored bigint NOT NULL CHECK (restored BETWEEN 0 AND points),
    PRIMARY KEY (station_id, incarnation, seq, holder, holder_id, lot_incarnation, lot_seq, lot_part)
  )`,
  sql`CREATE TABLE ledger_terms (
    station_id bigint NOT NULL,
    from_version bigint NOT NULL,
    settlement text NOT NULL,
    expiry text NOT NULL,
    expiry_months bigint NOT NULL,
    PRIMARY KEY (station_id, from_version)
  )`,
];

export const ledger: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
