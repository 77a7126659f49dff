/**
 * Two registrations of one person that were merged: the number that is no longer used, and the one that was kept. What
 * is closed in the name of the first is opened in the name of the second. Like `transfer` it is no station's own.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`ALTER TABLE transfer ADD COLUMN to_holder_id bigint`,
  sql`UPDATE transfer SET to_holder_id = holder_id`,
  sql`ALTER TABLE transfer ALTER COLUMN to_holder_id SET NOT NULL`,
  sql`CREATE TABLE merged_person (
    volunteer_id bigint PRIMARY KEY,
    -- Never itself in the first column: chains are made short when they arise.
    into_id bigint NOT NULL CHECK (into_id <> volunteer_id),
    merged_ms bigint NOT NULL,
    merged_by text NOT NULL,
    reason text NOT NULL
  )`,
  sql`CREATE INDEX merged_person_into ON merged_person (into_id)`,
];

export const merged: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
