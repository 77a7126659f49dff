/**
 * Revoked cards as the county's acknowledgements bring them, numbered and apart from the reference data, which may
 * wait. `revocation` stays what the reference data in force says; a card that was revoked once stays so here.
 */
import type { Migration } from './migration.ts';

export const revokedCards: Migration = {
  version: 19,
  name: 'revoked cards',
  sql: `
    CREATE TABLE revoked_card (card_number INTEGER PRIMARY KEY) STRICT;
    INSERT INTO revoked_card SELECT card_number FROM revocation;
    -- How far the county's list is here. It never goes down.
    CREATE TABLE revocation_list (id INTEGER PRIMARY KEY CHECK (id = 1), number INTEGER NOT NULL) STRICT;
    INSERT INTO revocation_list VALUES (1, 0);
  `,
};
