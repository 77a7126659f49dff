/** What a person or a household has used of a cap is summed over all stations by these, as `attended` is read. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const capsTogether: Migration = {
  async up(db) {
    await sql`CREATE INDEX cap_use_whose ON cap_use (of_id, cap, period)`.execute(db);
    await sql`CREATE INDEX given_household_of ON given_household (volunteer_id)`.execute(db);
  },
};
