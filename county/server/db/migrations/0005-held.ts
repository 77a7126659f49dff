/** Batches that came by stick and leave a gap: kept as they came until the gap closes. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const held: Migration = {
  async up(db) {
    await sql`CREATE TABLE held_batch (
      station_id bigint NOT NULL,
      incarnation text NOT NULL,
      first_seq bigint NOT NULL,
      last_seq bigint NOT NULL,
      heard_ms bigint NOT NULL,
      envelope text NOT NULL,
      PRIMARY KEY (station_id, incarnation, first_seq, last_seq)
    )`.execute(db);
  },
};
