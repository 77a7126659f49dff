/**
 * What villages are told of each other is one list of the county. It is kept once for all stations, and beside it each
 * station's own small part, in place of the whole for each: so one new volunteer costs one list.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const countyList: Migration = {
  async up(db) {
    await sql`CREATE TABLE county_list (mark text PRIMARY KEY, body text NOT NULL, kept bigint NOT NULL)`.execute(
      db,
    );
    await sql`ALTER TABLE reference_served ADD COLUMN list_mark text NOT NULL DEFAULT ''`.execute(db);
  },
};
