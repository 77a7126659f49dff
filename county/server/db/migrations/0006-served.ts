/**
 * The reference data that a station was given last, so that it can be told what has changed since, and need not
 * fetch all of it again.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const served: Migration = {
  async up(db) {
    await sql`CREATE TABLE reference_served (
      station_id bigint NOT NULL REFERENCES station,
      version bigint NOT NULL,
      body text NOT NULL,
      PRIMARY KEY (station_id, version)
    )`.execute(db);
  },
};
