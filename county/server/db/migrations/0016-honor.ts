/**
 * Of the credited minutes those that no scan recorded: hours that were back-filled, and those that a leader closed.
 * What came before is counted anew from the facts; amounts that no person can mean were never counted.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

// Places in the canonical texts of ATTENDANCE_CLOSED (6) and SERVICE_CREDITED (47): the kind of hours (1: HONOR), and the credits.
const PAST = sql`SELECT e.station_id, (b.fact->>9)::bigint AS volunteer_id, sum((c->>1)::numeric)::bigint AS minutes
  FROM event e
    CROSS JOIN LATERAL (SELECT e.body::jsonb AS fact) b
    CROSS JOIN LATERAL (SELECT CASE e.code WHEN 6 THEN 11 ELSE 10 END AS kind, CASE e.code WHEN 6 THEN 13 ELSE 11 END AS credits) p
    CROSS JOIN LATERAL jsonb_array_elements(b.fact->p.credits) c
  WHERE e.code IN (6, 47) AND (b.fact->>p.kind)::int = 1 AND (c->>1)::numeric BETWEEN 0 AND 1000000000
  GROUP BY 1, 2`;

const STATEMENTS = [
  sql`ALTER TABLE volunteer_total ADD COLUMN honor_minutes bigint NOT NULL DEFAULT 0`,
  sql`ALTER TABLE station_total ADD COLUMN honor_minutes bigint NOT NULL DEFAULT 0`,
  sql`UPDATE volunteer_total t SET honor_minutes = past.minutes FROM (${PAST}) past
    WHERE t.station_id = past.station_id AND t.volunteer_id = past.volunteer_id`,
  sql`UPDATE station_total t SET honor_minutes = past.minutes FROM (
      SELECT station_id, sum(honor_minutes)::bigint AS minutes FROM volunteer_total GROUP BY station_id) past
    WHERE t.station_id = past.station_id`,
];

export const honor: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
