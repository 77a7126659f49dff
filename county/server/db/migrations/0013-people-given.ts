/**
 * Who people and keepers are, by what each station was given and never forgotten: kinship, age and roles decide who may
 * decide. Whoever was given in two ways has two rows, and nothing is concluded of what differs.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE given_person (
    station_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    spouse_id bigint NOT NULL,
    birth_year bigint NOT NULL,
    PRIMARY KEY (station_id, volunteer_id, spouse_id, birth_year)
  )`,
  sql`CREATE TABLE given_keeper (
    station_id bigint NOT NULL,
    keeper_id bigint NOT NULL,
    role text NOT NULL,
    volunteer_id bigint NOT NULL,
    PRIMARY KEY (station_id, keeper_id, role, volunteer_id)
  )`,
  sql`INSERT INTO given_person (station_id, volunteer_id, spouse_id, birth_year)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, coalesce((x->>'spouseId')::bigint, 0),
      (x->>'birthYear')::bigint
    FROM reference_part p, jsonb_path_query(p.data, '$[*] ? (@.homeStationId == $home)',
      jsonb_build_object('home', p.station_id)) x WHERE p.kind = 'volunteers'`,
  sql`INSERT INTO given_keeper (station_id, keeper_id, role, volunteer_id)
    SELECT DISTINCT p.station_id, (x->>'id')::bigint, x->>'role', coalesce((x->>'volunteerId')::bigint, 0)
    FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'keepers'`,
];

export const peopleGiven: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
