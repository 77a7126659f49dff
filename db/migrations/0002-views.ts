/**
 * The views that are folded from the journal. Each is rebuilt by `npm run verify` and compared row by row, so a
 * table here must be a pure function of the events, and its name must stand in VIEW_TABLES of db/folds.
 */
import type { Migration } from './migration.ts';

export const views: Migration = {
  version: 2,
  name: 'views',
  sql: `
    -- Boots of the operating system that an incarnation has seen.
    CREATE TABLE boot (
      incarnation INTEGER NOT NULL,
      boot INTEGER NOT NULL,
      os_boot TEXT NOT NULL,
      first_seq INTEGER NOT NULL,
      PRIMARY KEY (incarnation, boot)
    ) STRICT, WITHOUT ROWID;

    -- state: 0 open, 1 signed out, 2 unclosed, 3 closed by a leader. day: of the sign-in, in Shanghai.
    CREATE TABLE attendance (
      incarnation INTEGER NOT NULL,
      sign_in_seq INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      card_number INTEGER NOT NULL,
      activity_id INTEGER NOT NULL,
      day INTEGER NOT NULL,
      signed_in_ms INTEGER NOT NULL,
      signed_in_mono_ms INTEGER NOT NULL,
      boot INTEGER NOT NULL,
      state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
      out_ms INTEGER NOT NULL,
      actual_minutes INTEGER NOT NULL,
      credited_minutes INTEGER NOT NULL,
      points INTEGER NOT NULL,
      PRIMARY KEY (incarnation, sign_in_seq)
    ) STRICT, WITHOUT ROWID;
    -- Nobody is in two places at once: the rule against overlap, held by the store itself.
    CREATE UNIQUE INDEX attendance_open ON attendance (volunteer_id) WHERE state = 0;
    CREATE INDEX attendance_present ON attendance (activity_id) WHERE state = 0;
    CREATE INDEX attendance_unclosed ON attendance (incarnation, sign_in_seq) WHERE state = 2;
    CREATE INDEX attendance_of_volunteer ON attendance (volunteer_id, day, activity_id);

    -- Credited minutes (credit and honour together) and points of a volunteer on a day.
    CREATE TABLE service_day (
      volunteer_id INTEGER NOT NULL,
      day INTEGER NOT NULL,
      minutes INTEGER NOT NULL,
      honor_minutes INTEGER NOT NULL,
      points INTEGER NOT NULL,
      PRIMARY KEY (volunteer_id, day)
    ) STRICT, WITHOUT ROWID;

    -- Available here = granted + earned - spent.
    CREATE TABLE account (
      volunteer_id INTEGER PRIMARY KEY,
      granted INTEGER NOT NULL DEFAULT 0,
      earned INTEGER NOT NULL DEFAULT 0,
      spent INTEGER NOT NULL DEFAULT 0,
      minutes INTEGER NOT NULL DEFAULT 0
    ) STRICT;

    CREATE TABLE allowance (
      grant_id INTEGER PRIMARY KEY,
      volunteer_id INTEGER NOT NULL,
      points INTEGER NOT NULL,
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      opened_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX allowance_of_volunteer ON allowance (volunteer_id, incarnation, seq);

    CREATE TABLE redemption (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      volunteer_id INTEGER NOT NULL,
      at_ms INTEGER NOT NULL,
      total_points INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX redemption_of_volunteer ON redemption (volunteer_id, incarnation, seq);
    CREATE TABLE redemption_line (
      incarnation INTEGER NOT NULL,
      seq INTEGER NOT NULL,
      line INTEGER NOT NULL,
      goods_id INTEGER NOT NULL,
      quantity INTEGER NOT NULL,
      unit_points INTEGER NOT NULL,
      PRIMARY KEY (incarnation, seq, line)
    ) STRICT, WITHOUT ROWID;
    -- By month (its first day) and goods, because whether goods are staple or scarce is the county's to change.
    CREATE TABLE redeemed_month (
      volunteer_id INTEGER NOT NULL,
      month_day INTEGER NOT NULL,
      goods_id INTEGER NOT NULL,
      quantity INTEGER NOT NULL,
      points INTEGER NOT NULL,
      PRIMARY KEY (volunteer_id, month_day, goods_id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE stock (
      goods_id INTEGER PRIMARY KEY,
      quantity INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE station_activity (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      team_id INTEGER NOT NULL,
      platform INTEGER NOT NULL,
      theme INTEGER NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX station_activity_end ON station_activity (end_ms);

    CREATE TABLE day_total (
      day INTEGER PRIMARY KEY,
      sign_ins INTEGER NOT NULL DEFAULT 0,
      sign_outs INTEGER NOT NULL DEFAULT 0,
      points INTEGER NOT NULL DEFAULT 0,
      redemptions INTEGER NOT NULL DEFAULT 0,
      redeemed_points INTEGER NOT NULL DEFAULT 0
    ) STRICT;
  `,
};
