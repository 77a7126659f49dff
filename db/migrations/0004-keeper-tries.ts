/** Wrong PINs survive a restart: otherwise pulling the plug would be five more tries. Local, not a fact. */
import type { Migration } from './migration.ts';

export const keeperTries: Migration = {
  version: 4,
  name: 'keeper tries',
  sql: `
    CREATE TABLE keeper_tries (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      tries INTEGER NOT NULL,
      -- The lock lasts lock_ms from the instant that is written down by both clocks.
      lock_ms INTEGER NOT NULL,
      locked_at_ms INTEGER NOT NULL,
      locked_mono_ms INTEGER NOT NULL,
      os_boot TEXT NOT NULL
    ) STRICT;
  `,
};
