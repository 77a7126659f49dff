/**
 * Points that move between stations (domain/points/transfer.ts). `transfer` says from where to where, so it is no
 * station's own: a province that distributes the tables keeps it whole on each node (Citus: a reference table).
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`ALTER TABLE ledger_account ADD COLUMN closed bigint NOT NULL DEFAULT 0 CHECK (closed >= 0)`,
  sql`ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_check`,
  sql`ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_check CHECK
    (issued + opened = available + pending + held + spent + expired + reversed + closed - arrears)`,
  sql`ALTER TABLE ledger_lot ADD COLUMN closed bigint NOT NULL DEFAULT 0 CHECK (closed BETWEEN 0 AND amount)`,
  // Which sides of acts a station's journals have done; side as in ACT_SIDES.
  sql`CREATE TABLE ledger_act (
    station_id bigint NOT NULL,
    side smallint NOT NULL CHECK (side IN (0, 1)),
    act_id bigint NOT NULL,
    PRIMARY KEY (station_id, side, act_id)
  )`,
  sql`CREATE TABLE transfer (
    transfer_id bigint NOT NULL,
    to_station_id bigint NOT NULL,
    -- 0: the county itself brought the points in.
    from_station_id bigint NOT NULL,
    -- As in HOLDERS.
    holder smallint NOT NULL CHECK (holder BETWEEN 0 AND 2),
    holder_id bigint NOT NULL,
    wanted_points bigint NOT NULL CHECK (wanted_points >= 0),
    state text NOT NULL CHECK (state IN ('CLOSING', 'CLOSED', 'OPENED')),
    -- Who wanted it: REQUEST (the volunteer at a station), HOME (the register has them in
    -- another village now), COUNTY (a person there), LOST (the station was declared
    -- lost), OPENING (with the reference data), JOURNAL (found in a journal after the county's restore).
    cause text NOT NULL,
    made_by text NOT NULL,
    reason text NOT NULL,
    -- What was closed, rows of MovedLot; null: new with the day of opening.
    lots text,
    closed_points bigint NOT NULL,
    made_ms bigint NOT NULL,
    closed_ms bigint NOT NULL,
    opened_ms bigint NOT NULL,
    PRIMARY KEY (to_station_id, transfer_id)
  )`,
  sql`CREATE INDEX transfer_from ON transfer (from_station_id, transfer_id)`,
  sql`CREATE INDEX transfer_account ON transfer (holder, holder_id) WHERE state <> 'OPENED'`,
  sql`CREATE TABLE lost_station (
    station_id bigint PRIMARY KEY REFERENCES station,
    declared_ms bigint NOT NULL,
    declared_by text NOT NULL,
    reason text NOT NULL
  )`,
];

export const escrow: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
