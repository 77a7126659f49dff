/** Which boots had a date that somebody vouched for, and what was credited in those that had none. */
import type { Migration } from './migration.ts';

export const settledDays: Migration = {
  version: 11,
  name: 'settled days',
  sql: `
    -- Local, not facts: what the county or a keeper said of the time, and when.
    CREATE TABLE settled_boot (
      incarnation INTEGER NOT NULL,
      boot INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      mono_ms INTEGER NOT NULL,
      by_county INTEGER NOT NULL CHECK (by_county IN (0, 1)),
      -- 1: a keeper vouched for whatever the boot recorded. 0: right is what agrees with the word.
      whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
      PRIMARY KEY (incarnation, boot)
    ) STRICT, WITHOUT ROWID;
    -- The last day that a vouched-for date has reached.
    CREATE TABLE settled_day (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      day INTEGER NOT NULL
    ) STRICT;
    -- Credits whose day is what an unvouched clock said. until_day: the day of the next word; NULL: none came yet.
    CREATE TABLE loose_credit (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      part INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      day INTEGER NOT NULL,
      minutes INTEGER NOT NULL,
      points INTEGER NOT NULL,
      boot INTEGER NOT NULL,
      signed_in_boot INTEGER NOT NULL,
      -- Wall clock less monotonic clock, when the service ended and when it began.
      offset_ms INTEGER NOT NULL,
      signed_in_offset_ms INTEGER NOT NULL,
      -- When the service began, by the monotonic clock of its boot.
      began_mono_ms INTEGER NOT NULL,
      until_day INTEGER,
      PRIMARY KEY (incarnation, seq, part)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX loose_credit_of_volunteer ON loose_credit (volunteer_id);
  `,
};
