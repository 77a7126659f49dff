/**
 * What the county sends down. Names and telephone numbers stand in a table of their own, so that a person can be
 * erased without touching the journal, which holds ids only.
 */
import type { Migration } from './migration.ts';

export const reference: Migration = {
  version: 3,
  name: 'reference',
  sql: `
    CREATE TABLE reference_state (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      version INTEGER NOT NULL,
      made_at_ms INTEGER NOT NULL,
      station_name TEXT NOT NULL,
      township_name TEXT NOT NULL,
      county_name TEXT NOT NULL,
      rules TEXT NOT NULL,
      rules_version INTEGER NOT NULL,
      revocation_number INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE volunteer (
      id INTEGER PRIMARY KEY,
      home_station_id INTEGER NOT NULL,
      household_id INTEGER NOT NULL,
      team_id INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX volunteer_of_household ON volunteer (household_id) WHERE household_id <> 0;

    CREATE TABLE person (
      id INTEGER PRIMARY KEY REFERENCES volunteer (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
      name TEXT NOT NULL,
      masked_phone TEXT NOT NULL,
      birth_year INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE card (
      card_number INTEGER PRIMARY KEY,
      volunteer_id INTEGER NOT NULL,
      generation INTEGER NOT NULL,
      issuer_id INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX card_of_volunteer ON card (volunteer_id, generation);

    CREATE TABLE issuer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, public_key TEXT NOT NULL) STRICT;
    CREATE TABLE revocation (card_number INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
    CREATE TABLE household (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;

    CREATE TABLE activity (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      team_id INTEGER NOT NULL,
      platform INTEGER NOT NULL,
      theme INTEGER NOT NULL,
      start_ms INTEGER NOT NULL,
      end_ms INTEGER NOT NULL,
      place TEXT NOT NULL,
      factor_percent INTEGER NOT NULL,
      cancelled INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX activity_end ON activity (end_ms);

    CREATE TABLE goods (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      unit TEXT NOT NULL,
      picture TEXT NOT NULL,
      unit_points INTEGER NOT NULL,
      staple INTEGER NOT NULL,
      scarce INTEGER NOT NULL,
      on_sale INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE keeper (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      role TEXT NOT NULL,
      pin_salt TEXT NOT NULL,
      pin_hash TEXT NOT NULL
    ) STRICT;
  `,
};
