/** Which services were credited less since nobody had vouched for a date, until somebody does. */
import type { Migration } from './migration.ts';

export const cutCredit: Migration = {
  version: 12,
  name: 'cut credit',
  sql: `
    -- Local, not facts. Gone once the date is settled: what was due then is a fact.
    CREATE TABLE cut_service (
      incarnation INTEGER NOT NULL,
      -- Of the fact that ended the service.
      seq INTEGER NOT NULL,
      sign_in_seq INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      actual_minutes INTEGER NOT NULL,
      honor INTEGER NOT NULL CHECK (honor IN (0, 1)),
      -- JSON: what it was credited with, by day.
      credits TEXT NOT NULL,
      boot INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      mono_ms INTEGER NOT NULL,
      -- The last day that a vouched-for date had reached before it.
      after_day INTEGER NOT NULL,
      -- 1: only a keeper can say when it was; the county was heard, and that settled nothing here.
      keeper_only INTEGER NOT NULL CHECK (keeper_only IN (0, 1)),
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE attendance ADD COLUMN credited_later INTEGER NOT NULL DEFAULT 0;
  `,
};
