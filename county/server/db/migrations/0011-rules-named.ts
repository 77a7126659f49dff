/**
 * Which version of the rules each journal has named, and which its station had in force by its own word: a version that
 * falls, or that the county never gave, is told to a person once and not with each fact.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  // The version of the reference data with which the rules were given first; those given before count from now.
  sql`ALTER TABLE given_rules ADD COLUMN from_reference bigint NOT NULL DEFAULT 0`,
  sql`UPDATE given_rules g SET from_reference = r.version FROM reference_version r
    WHERE r.station_id = g.station_id`,
  sql`ALTER TABLE incarnation
    -- The highest version named that the county gave.
    ADD COLUMN rules_newest bigint NOT NULL DEFAULT 0,
    -- The wrong version that a person was told of and that is named still; -1: none.
    ADD COLUMN rules_told bigint NOT NULL DEFAULT -1,
    -- In force at the station after its event of this number, as it said in an ask.
    ADD COLUMN rules_in_force bigint NOT NULL DEFAULT 0,
    ADD COLUMN rules_in_force_after bigint NOT NULL DEFAULT 0`,
];

export const rulesNamed: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
