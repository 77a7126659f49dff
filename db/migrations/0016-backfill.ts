/** Hours that no scan recorded 补录, and what became of them (domain/attendance/backfill.ts). */
import type { Migration } from './migration.ts';

export const backfill: Migration = {
  version: 16,
  name: 'back-fill',
  sql: `
    -- Folded from the journal. day: of the start, in Shanghai. state: 0 waits, 1 approved, 2 rejected.
    CREATE TABLE backfill (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      -- 0: of no activity in the plan here.
      activity_id INTEGER NOT NULL,
      day INTEGER NOT NULL,
      start_ms INTEGER NOT NULL,
      minutes INTEGER NOT NULL,
      reason TEXT NOT NULL,
      evidence TEXT NOT NULL,
      recorded_by INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 2),
      credited_minutes INTEGER NOT NULL DEFAULT 0,
      points INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX backfill_of_volunteer ON backfill (volunteer_id, day);
    CREATE INDEX backfill_waiting ON backfill (incarnation, seq) WHERE state = 0;
  `,
};
