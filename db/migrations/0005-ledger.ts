/**
 * Accounts with lots (domain/points): when each point lapses, what is on its way, what each exchange took. The
 * views of before say too little to be converted, so they are folded again from the journal.
 */
import type { Migration } from './migration.ts';

export const ledger: Migration = {
  version: 5,
  name: 'ledger',
  refold: true,
  sql: `
    DROP TABLE account;
    -- holder: 0 a volunteer, 1 a household, 2 a volunteer's gifts. minutes: credited, of a volunteer only.
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
      arrears INTEGER NOT NULL DEFAULT 0 CHECK (arrears >= 0),
      minutes INTEGER NOT NULL DEFAULT 0,
      PRIMARY KEY (holder, holder_id),
      -- The books balance, held by the store itself.
      CHECK (issued + opened = available + pending + held + spent + expired + reversed - arrears)
    ) STRICT, WITHOUT ROWID;

    -- state: 0 recorded, 1 confirmed, 2 approved, 3 held, 4 open, 5 reversed.
    CREATE TABLE lot (
      holder INTEGER NOT NULL,
      holder_id INTEGER NOT NULL,
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      part INTEGER NOT NULL,
      earned_day INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      expiry_day INTEGER NOT NULL,
      amount INTEGER NOT NULL CHECK (amount > 0),
      remaining INTEGER NOT NULL CHECK (remaining BETWEEN 0 AND amount),
      expired INTEGER NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
      recorded_by INTEGER NOT NULL,
      confirmed_by INTEGER NOT NULL,
      posted_until_day INTEGER NOT NULL,
      PRIMARY KEY (holder, holder_id, incarnation, seq, part)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX lot_open ON lot (holder, holder_id, expiry_day) WHERE remaining > 0 AND state >= 4;
    CREATE INDEX lot_lapse ON lot (expiry_day) WHERE remaining > 0 AND state >= 4;
    CREATE INDEX lot_waiting ON lot (state, posted_until_day) WHERE state < 4;

    -- What an exchange (incarnation, seq) took from a lot, and how much of it came back.
    CREATE TABLE lot_use (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      holder INTEGER NOT NULL,
      holder_id INTEGER NOT NULL,
      lot_incarnation INTEGER NOT NULL,
      lot_seq INTEGER NOT NULL,
      lot_part INTEGER NOT NULL,
      points INTEGER NOT NULL,
      restored INTEGER NOT NULL CHECK (restored BETWEEN 0 AND points),
      PRIMARY KEY (incarnation, seq, holder, holder_id, lot_incarnation, lot_seq, lot_part)
    ) STRICT, WITHOUT ROWID;

    -- 积分明细 besides hours and exchanges. type: the code of the event; points are signed.
    CREATE TABLE ledger_line (
      holder INTEGER NOT NULL,
      holder_id INTEGER NOT NULL,
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      type INTEGER NOT NULL,
      points INTEGER NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (holder, holder_id, incarnation, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE ledger_terms (
      from_version INTEGER PRIMARY KEY,
      settlement TEXT NOT NULL,
      expiry TEXT NOT NULL,
      expiry_months INTEGER NOT NULL
    ) STRICT;
    -- A volunteer of no household counts as one alone, under the negative of their id.
    CREATE TABLE awarded_month (
      household_id INTEGER NOT NULL,
      month_day INTEGER NOT NULL,
      points INTEGER NOT NULL,
      PRIMARY KEY (household_id, month_day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE issued_month (month_day INTEGER PRIMARY KEY, points INTEGER NOT NULL) STRICT;
    CREATE TABLE pooling (
      household_id INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      given INTEGER NOT NULL CHECK (given IN (0, 1)),
      PRIMARY KEY (household_id, volunteer_id)
    ) STRICT, WITHOUT ROWID;

    -- Pieces that came back.
    ALTER TABLE redemption_line ADD COLUMN undone INTEGER NOT NULL DEFAULT 0
      CHECK (undone BETWEEN 0 AND quantity);

    ALTER TABLE volunteer ADD COLUMN spouse_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE household ADD COLUMN head_id INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE keeper ADD COLUMN volunteer_id INTEGER NOT NULL DEFAULT 0;
  `,
};
