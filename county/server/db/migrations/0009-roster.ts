/**
 * Who and what stands in which village's register, one narrow row each: by it the county sees that nobody stands in
 * two, and tells every village of the people of the others. And each change of the county's rules, for good.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE register_person (
    station_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    -- As the rest of the county sees it: 王*英.
    masked_name text NOT NULL,
    PRIMARY KEY (station_id, volunteer_id)
  )`,
  sql`CREATE INDEX register_person_where ON register_person (volunteer_id)`,
  sql`CREATE TABLE register_card (
    station_id bigint NOT NULL,
    card_number bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    generation bigint NOT NULL,
    issuer_id bigint NOT NULL,
    PRIMARY KEY (station_id, card_number)
  )`,
  sql`CREATE INDEX register_card_where ON register_card (card_number)`,
  sql`CREATE TABLE register_household (
    station_id bigint NOT NULL,
    household_id bigint NOT NULL,
    PRIMARY KEY (station_id, household_id)
  )`,
  sql`CREATE INDEX register_household_where ON register_household (household_id)`,
  sql`CREATE TABLE rule_change (
    version bigint PRIMARY KEY,
    rules text NOT NULL,
    rules_before text NOT NULL,
    changed_ms bigint NOT NULL,
    changed_by text NOT NULL,
    reason text NOT NULL
  )`,
  // As maskedName of domain/people does it.
  sql`INSERT INTO register_person (station_id, volunteer_id, masked_name)
    SELECT DISTINCT ON (1, 2) p.station_id, (x->>'id')::bigint, CASE char_length(x->>'name')
      WHEN 0 THEN '' WHEN 1 THEN '*' WHEN 2 THEN left(x->>'name', 1) || '*'
      ELSE left(x->>'name', 1) || '*' || right(x->>'name', 1) END
    FROM reference_part p, jsonb_path_query(p.data, '$[*] ? (@.homeStationId == $home)',
      jsonb_build_object('home', p.station_id)) x
    WHERE p.kind = 'volunteers'`,
  sql`INSERT INTO register_card (station_id, card_number, volunteer_id, generation, issuer_id)
    SELECT DISTINCT ON (1, 2) p.station_id, (x->>'cardNumber')::bigint, (x->>'volunteerId')::bigint,
      (x->>'generation')::bigint, (x->>'issuerId')::bigint
    FROM reference_part p, jsonb_array_elements(p.data) x
    WHERE p.kind = 'cards' AND EXISTS (SELECT 1 FROM register_person r
      WHERE r.station_id = p.station_id AND r.volunteer_id = (x->>'volunteerId')::bigint)`,
  sql`INSERT INTO register_household (station_id, household_id)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'households'`,
];

export const roster: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
