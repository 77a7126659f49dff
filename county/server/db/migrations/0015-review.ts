/**
 * What was laid aside can be decided on by a person; an alert is told apart by what it is about, where its place says
 * too little; each journal's own count of its records; wrong proofs of a code by the address that they came from.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Of FORK: the hash of the first fact that contradicts, so that another fork at the same place is told too.
  sql`ALTER TABLE alert ADD COLUMN mark text NOT NULL DEFAULT ''`,
  sql`ALTER TABLE alert DROP CONSTRAINT alert_station_id_incarnation_kind_seq_key`,
  sql`ALTER TABLE alert ADD CONSTRAINT alert_once UNIQUE (station_id, incarnation, kind, seq, mark)`,
  // Why it was laid aside; of what an older program kept it is not known.
  sql`ALTER TABLE quarantine ADD COLUMN reason text NOT NULL DEFAULT ''`,
  sql`ALTER TABLE quarantine ADD COLUMN state text NOT NULL DEFAULT 'KEPT'
    CHECK (state IN ('KEPT', 'TAKEN', 'DISCARDED'))`,
  sql`ALTER TABLE quarantine ADD COLUMN decided_ms bigint`,
  sql`ALTER TABLE quarantine ADD COLUMN decided_by text NOT NULL DEFAULT ''`,
  sql`ALTER TABLE quarantine ADD COLUMN note text NOT NULL DEFAULT ''`,
  // What the machine that recorded in reported_by said this journal holds; it may be an older journal of it.
  sql`ALTER TABLE incarnation ADD COLUMN reported bigint NOT NULL DEFAULT 0`,
  sql`ALTER TABLE incarnation ADD COLUMN reported_by text NOT NULL DEFAULT ''`,
  sql`DROP TABLE enrolment_failure`,
  sql`CREATE TABLE enrolment_failure (
    station_id bigint NOT NULL,
    address text NOT NULL,
    failures bigint NOT NULL,
    since_ms bigint NOT NULL,
    PRIMARY KEY (station_id, address)
  )`,
];

export const review: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
