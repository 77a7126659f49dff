/**
 * The first tables. Every key begins with station_id, and nothing refers across stations, so that a province can
 * distribute the tables by it (Citus: create_distributed_table(…, 'station_id')). Hashes and keys are hexadecimal
 * text: no driver disagrees on it.
 *
 * `event` is partitioned by its month of arrival, by the county's clock (months.ts makes the partitions), and
 * distributed by station; a second level of partitions by station would be refused by Citus. PostgreSQL wants the
 * month in the primary key, so that key alone would let one sequence stand in two months. What keeps a sequence
 * single is `event_run`, one narrow row for each batch, which is written by the same statement as its events: a
 * run begins where another of its incarnation ended, and only one begins there. So runs are a chain without a
 * gap, an overlap or a branch, by three constraints of the database, and not only by the lock on the head.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE meta (name text PRIMARY KEY, value text NOT NULL)`,
  sql`CREATE TABLE station (
    station_id bigint PRIMARY KEY CHECK (station_id > 0),
    name text NOT NULL,
    township_name text NOT NULL,
    county_name text NOT NULL,
    created_ms bigint NOT NULL,
    last_contact_ms bigint NOT NULL DEFAULT 0,
    app_version text NOT NULL DEFAULT '',
    reported_recorded bigint NOT NULL DEFAULT 0,
    reported_reference_version bigint NOT NULL DEFAULT 0,
    clock_offset_ms bigint NOT NULL DEFAULT 0
  )`,
  sql`CREATE TABLE station_key (
    station_id bigint NOT NULL REFERENCES station,
    public_key text NOT NULL CHECK (length(public_key) = 64),
    enrolled_ms bigint NOT NULL,
    revoked_ms bigint,
    PRIMARY KEY (station_id, public_key)
  )`,
  sql`CREATE TABLE enrolment_code (
    station_id bigint NOT NULL REFERENCES station,
    pairing_key text NOT NULL CHECK (length(pairing_key) = 64),
    expires_ms bigint NOT NULL,
    replaces boolean NOT NULL,
    used_ms bigint,
    used_by text,
    PRIMARY KEY (station_id, pairing_key)
  )`,
  sql`CREATE TABLE enrolment_failure (
    station_id bigint PRIMARY KEY REFERENCES station,
    failures bigint NOT NULL,
    since_ms bigint NOT NULL
  )`,
  sql`CREATE TABLE incarnation (
    station_id bigint NOT NULL REFERENCES station,
    incarnation text NOT NULL CHECK (length(incarnation) = 16),
    durable_seq bigint NOT NULL CHECK (durable_seq >= 0),
    head_hash text NOT NULL CHECK (length(head_hash) = 64),
    first_seen_ms bigint NOT NULL,
    last_received_ms bigint NOT NULL,
    -- In which order the station's incarnations were first seen here, from 1.
    ordinal bigint NOT NULL,
    -- In which order they were put to work; 0: never. The highest is the one at work.
    admitted bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (station_id, incarnation)
  )`,
  sql`CREATE TABLE event (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL CHECK (seq > 0),
    month integer NOT NULL,
    code smallint NOT NULL,
    at_ms bigint NOT NULL,
    received_ms bigint NOT NULL,
    hash text NOT NULL CHECK (length(hash) = 64),
    body text NOT NULL,
    PRIMARY KEY (station_id, incarnation, seq, month)
  ) PARTITION BY RANGE (month)`,
  sql`CREATE TABLE event_run (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    first_seq bigint NOT NULL CHECK (first_seq > 0),
    last_seq bigint NOT NULL CHECK (last_seq >= first_seq),
    previous_seq bigint GENERATED ALWAYS AS (nullif(first_seq - 1, 0)) STORED,
    PRIMARY KEY (station_id, incarnation, first_seq),
    UNIQUE (station_id, incarnation, last_seq),
    FOREIGN KEY (station_id, incarnation, previous_seq) REFERENCES event_run (station_id, incarnation, last_seq)
      DEFERRABLE INITIALLY IMMEDIATE
  )`,
  sql`CREATE TABLE station_total (
    station_id bigint PRIMARY KEY REFERENCES station,
    events bigint NOT NULL,
    sign_ins bigint NOT NULL,
    sign_outs bigint NOT NULL,
    redemptions bigint NOT NULL,
    minutes bigint NOT NULL,
    points_earned bigint NOT NULL,
    points_spent bigint NOT NULL,
    last_event_ms bigint NOT NULL
  )`,
  sql`CREATE TABLE volunteer_total (
    station_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    minutes bigint NOT NULL,
    points_earned bigint NOT NULL,
    points_spent bigint NOT NULL,
    points_opened bigint NOT NULL,
    PRIMARY KEY (station_id, volunteer_id)
  )`,
  sql`CREATE TABLE alert (
    station_id bigint NOT NULL,
    alert_id bigint GENERATED ALWAYS AS IDENTITY,
    incarnation text NOT NULL,
    kind text NOT NULL,
    seq bigint NOT NULL,
    created_ms bigint NOT NULL,
    settled_ms bigint,
    PRIMARY KEY (station_id, alert_id),
    UNIQUE (station_id, incarnation, kind, seq)
  )`,
  sql`CREATE TABLE quarantine (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    first_seq bigint NOT NULL,
    head_hash text NOT NULL,
    received_ms bigint NOT NULL,
    envelope text NOT NULL,
    PRIMARY KEY (station_id, incarnation, first_seq, head_hash)
  )`,
  sql`CREATE TABLE reference_version (
    station_id bigint PRIMARY KEY REFERENCES station,
    version bigint NOT NULL,
    made_ms bigint NOT NULL,
    content_hash text NOT NULL
  )`,
  sql`CREATE TABLE reference_part (
    station_id bigint NOT NULL,
    kind text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (station_id, kind)
  )`,
];

export const first: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
