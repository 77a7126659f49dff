/** Entries that a station has taken back: each leaves the totals and the caps once. And who owes points. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const takenBack: Migration = {
  async up(db) {
    await sql`CREATE TABLE entry_taken_back (
      station_id bigint NOT NULL,
      incarnation text NOT NULL,
      seq bigint NOT NULL,
      PRIMARY KEY (station_id, incarnation, seq)
    )`.execute(db);
    // Hardly anybody owes: whether somebody does is asked with every run.
    await sql`CREATE INDEX ledger_account_owing ON ledger_account (holder, holder_id) WHERE arrears > 0`.execute(
      db,
    );
  },
};
