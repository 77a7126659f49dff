/**
 * One list of revoked cards for the county, numbered in the order in which they were revoked, in place of one within
 * each station's reference data: what is new on it goes with every acknowledgement (WIRE.md, Revoked cards).
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // Numbers are given under the lock of the county's epoch, so that none is seen before a lower one.
  sql`CREATE TABLE revoked_card (
    number bigint PRIMARY KEY,
    card_number bigint NOT NULL UNIQUE,
    revoked_ms bigint NOT NULL
  )`,
  sql`INSERT INTO revoked_card (number, card_number, revoked_ms)
    SELECT row_number() OVER (ORDER BY card_number), card_number, 0 FROM (
      SELECT DISTINCT n::bigint AS card_number FROM reference_part p, jsonb_array_elements(p.data->'cardNumbers') n
      WHERE p.kind = 'revocations') all_cards`,
  // The wire in which a station last asked: version 1 knows the list within the reference data alone.
  sql`ALTER TABLE station ADD COLUMN wire_spoken bigint NOT NULL DEFAULT 1`,
  // What a station is told as a number of the list is the number here and this: never less than it was told before.
  sql`ALTER TABLE station ADD COLUMN list_beyond bigint NOT NULL DEFAULT 0`,
  sql`UPDATE station s SET list_beyond = (p.data->>'number')::bigint FROM reference_part p
    WHERE p.station_id = s.station_id AND p.kind = 'revocations'`,
  sql`UPDATE reference_part SET data = '{"number":0,"cardNumbers":[]}' WHERE kind = 'revocations'`,
];

export const revocationList: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
