/** What the line to the county has carried, by day: a station on a paid line must not use more than it may. */
import type { Migration } from './migration.ts';

export const lineUse: Migration = {
  version: 10,
  name: 'line use',
  sql: `
    -- A day of Shanghai, as whole days since 1970-01-01. Local, not a fact.
    CREATE TABLE line_use (
      day INTEGER PRIMARY KEY,
      sent_bytes INTEGER NOT NULL,
      received_bytes INTEGER NOT NULL,
      -- How long sessions with the county were under way.
      busy_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
