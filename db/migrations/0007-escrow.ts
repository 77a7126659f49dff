/**
 * Points that move between stations (domain/points/escrow.ts): lots and accounts say what was moved away, each side of
 * an act of the county is done once, and the stations of the county are known by name. The accounts are folded again.
 */
import type { Migration } from './migration.ts';

export const escrow: Migration = {
  version: 7,
  name: 'escrow',
  refold: true,
  sql: `
    -- A table's own check cannot be changed: the account is made anew. holder: 0 a volunteer, 1 a household,
    -- 2 a volunteer's gifts. minutes: credited, of a volunteer only.
    DROP TABLE account;
    CREATE TABLE account (
      holder INTEGER NOT NULL CHECK (holder BETWEEN 0 AND 2),
      holder_id INTEGER NOT NULL,
      issued INTEGER NOT NULL DEFAULT 0 CHECK (issued >= 0),
      opened INTEGER NOT NULL DEFAULT 0 CHECK (opened >= 0),
      available INTEGER NOT NULL DEFAULT 0 CHECK (available >= 0),
      pending INTEGER NOT NULL DEFAULT 0 CHECK (pending >= 0),
      held INTEGER NOT NULL DEFAULT 0 CHECK (held >= 0),
      spent INTEGER NOT NULL DEFAULT 0 CHECK (spent >= 0),
      expired INTEGER NOT NULL DEFAULT 0 CHECK (expired >= 0),
      reversed INTEGER NOT NULL DEFAULT 0 CHECK (reversed >= 0),
      closed INTEGER NOT NULL DEFAULT 0 CHECK (closed >= 0),
      arrears INTEGER NOT NULL DEFAULT 0 CHECK (arrears >= 0),
      minutes INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (holder, holder_id),
      -- The books balance, held by the store itself.
      CHECK (issued + opened = available + pending + held + spent + expired + reversed + closed - arrears)
    ) STRICT, WITHOUT ROWID;
    -- Of the amount, what the county moved away.
    ALTER TABLE lot ADD COLUMN closed INTEGER NOT NULL DEFAULT 0 CHECK (closed BETWEEN 0 AND amount);

    DROP TABLE allowance;
    -- A side of an act is done once, whatever comes twice. side: 0 closed here, 1 opened here.
    -- other_station_id: where the points went, or came from; 0 for the county itself.
    CREATE TABLE county_act (
      side INTEGER NOT NULL CHECK (side IN (0, 1)),
      act_id INTEGER NOT NULL,
      holder INTEGER NOT NULL CHECK (holder BETWEEN 0 AND 2),
      holder_id INTEGER NOT NULL,
      points INTEGER NOT NULL CHECK (points >= 0),
      other_station_id INTEGER NOT NULL,
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (side, act_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX county_act_of_account ON county_act (holder, holder_id, incarnation, seq);

    -- The last wish of a volunteer that their points be brought here.
    CREATE TABLE allowance_request (
      volunteer_id INTEGER PRIMARY KEY,
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE county_station (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
  `,
};
