/**
 * What a restored database knows of its past beyond its own journal: whether it may spend, what the county gave
 * back, what is lost. Local, not facts; `contradiction` alone is folded.
 */
import type { Migration } from './migration.ts';

export const returns: Migration = {
  version: 9,
  name: 'returns',
  sql: `
    -- Why an incarnation does not spend. No row: nothing stands against it.
    CREATE TABLE standing (
      incarnation INTEGER PRIMARY KEY REFERENCES incarnation (ordinal),
      -- The county may hold more of its past than this database.
      awaiting_return INTEGER NOT NULL DEFAULT 0 CHECK (awaiting_return IN (0, 1)),
      -- Another machine is at work as this station.
      superseded INTEGER NOT NULL DEFAULT 0 CHECK (superseded IN (0, 1)),
      revoked INTEGER NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
      -- The county holds other facts under the same numbers.
      forked INTEGER NOT NULL DEFAULT 0 CHECK (forked IN (0, 1))
    ) STRICT;

    -- Lines that wait for the journal until the county has given everything back. own: 1 read in the damaged
    -- database behind the damage, 0 from the county.
    CREATE TABLE waiting_line (
      place INTEGER PRIMARY KEY,
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      text TEXT NOT NULL,
      hash BLOB NOT NULL CHECK (length(hash) = 32),
      own INTEGER NOT NULL CHECK (own IN (0, 1)),
      UNIQUE (incarnation, seq)
    ) STRICT;
    -- Spans of the journal that came in this way.
    CREATE TABLE returned (
      incarnation INTEGER NOT NULL,
      first_seq INTEGER NOT NULL,
      last_seq INTEGER NOT NULL,
      first_ms INTEGER NOT NULL,
      last_ms INTEGER NOT NULL,
      own INTEGER NOT NULL,
      PRIMARY KEY (incarnation, first_seq)
    ) STRICT, WITHOUT ROWID;
    -- Lines that stood in the journal where the county has others; nothing is ever thrown away.
    CREATE TABLE set_aside (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      text TEXT NOT NULL,
      hash BLOB NOT NULL,
      PRIMARY KEY (incarnation, seq, hash)
    ) STRICT, WITHOUT ROWID;

    -- How far a journal went before a restore, as far as the damaged database could still tell.
    CREATE TABLE known_head (incarnation TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    -- Some of what stood there, unproven; type is empty where nothing could be read.
    CREATE TABLE lost_event (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      type TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;

    -- Facts that contradict what came before them: two machines recorded as this station. They change nothing here.
    CREATE TABLE contradiction (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;
  `,
};
