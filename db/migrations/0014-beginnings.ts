/** Why each incarnation began, until a keeper has seen it; and from when on nobody can say what was recorded. */
import type { Migration } from './migration.ts';

export const beginnings: Migration = {
  version: 14,
  name: 'beginnings',
  sql: `
    -- Incarnations that began over an older database.
    CREATE TABLE beginning (
      incarnation INTEGER PRIMARY KEY REFERENCES incarnation (ordinal),
      reason TEXT NOT NULL CHECK (reason IN ('OTHER_MACHINE', 'RESTORED')),
      at_ms INTEGER NOT NULL,
      -- 1 once a keeper has seen it at the desk.
      seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1))
    ) STRICT;
    -- Restores over a database that could not be read: the time of the last fact in the backup. What was recorded
    -- after it and had not reached the county is not known to anybody.
    CREATE TABLE unknown_loss (since_ms INTEGER PRIMARY KEY) STRICT;
  `,
};
