/** The journal itself, and what must stand beside it: who we are, and which requests were already answered. */
import type { Migration } from './migration.ts';

export const journal: Migration = {
  version: 1,
  name: 'journal',
  sql: `
    CREATE TABLE installation (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      station_id INTEGER NOT NULL,
      hardware_id TEXT NOT NULL,
      -- The ordinal of the incarnation that is written to.
      incarnation INTEGER NOT NULL REFERENCES incarnation (ordinal) DEFERRABLE INITIALLY DEFERRED
    ) STRICT;

    -- One row for each installation, restore or clone; the journal names it by its small ordinal.
    CREATE TABLE incarnation (
      ordinal INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE CHECK (length(name) = 16)
    ) STRICT;

    CREATE TABLE journal (
      incarnation INTEGER NOT NULL REFERENCES incarnation (ordinal),
      seq INTEGER NOT NULL CHECK (seq > 0),
      text TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TRIGGER journal_refuses_update BEFORE UPDATE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER journal_refuses_delete BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    -- A place is never left empty, and never taken twice: REPLACE would not fire the trigger above.
    CREATE TRIGGER journal_refuses_gap BEFORE INSERT ON journal
    WHEN NEW.seq <> 1 + coalesce(
      (SELECT seq FROM journal WHERE incarnation = NEW.incarnation ORDER BY seq DESC LIMIT 1), 0)
    BEGIN SELECT RAISE(ABORT, 'the journal has no gaps'); END;

    -- Which facts a screen's form became. Outside the chain: request ids do not travel.
    CREATE TABLE request (
      id TEXT NOT NULL PRIMARY KEY,
      incarnation INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    -- The county's word on how far each incarnation is durable there.
    CREATE TABLE sync_state (
      incarnation INTEGER PRIMARY KEY REFERENCES incarnation (ordinal),
      epoch TEXT NOT NULL,
      durable_seq INTEGER NOT NULL CHECK (durable_seq >= 0),
      acknowledged_ms INTEGER NOT NULL
    ) STRICT;
  `,
};
