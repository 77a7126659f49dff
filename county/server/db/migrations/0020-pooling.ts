/** Who let their household spend their points, and took it back, fact by fact: exchanges are held against it. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

const STATEMENTS = [
  sql`CREATE TABLE pooling_set (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    seq bigint NOT NULL,
    household_id bigint NOT NULL,
    volunteer_id bigint NOT NULL,
    given boolean NOT NULL,
    PRIMARY KEY (station_id, incarnation, seq)
  )`,
  sql`CREATE INDEX pooling_set_of ON pooling_set (station_id, volunteer_id)`,
  // Places in the canonical text of POOLING_SET (31): household, volunteer, and the consent (0: GIVEN).
  sql`INSERT INTO pooling_set (station_id, incarnation, seq, household_id, volunteer_id, given)
    SELECT e.station_id, e.incarnation, e.seq, (b.fact->>8)::bigint, (b.fact->>9)::bigint, (b.fact->>10)::int = 0
    FROM event e CROSS JOIN LATERAL (SELECT e.body::jsonb AS fact) b WHERE e.code = 31`,
];

export const pooling: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
