/**
 * When volunteers were at service that an earlier journal began (event 48, CLOSED), which `attended` took no note of
 * before: who was elsewhere then, and whose journal comes later, is found now.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const attendedEarlier: Migration = {
  async up(db) {
    await sql`SET LOCAL statement_timeout = 0`.execute(db);
    // Places in the canonical text of event 48: cause (0: CLOSED), incarnation, seq of the sign-in, volunteer, minutes.
    // The trust is a header's (2: DOUBTFUL, which proves nothing), the volunteer the first field of a sign-in (2).
    await sql`INSERT INTO attended (station_id, incarnation, seq, volunteer_id, from_ms, to_ms)
      SELECT e.station_id, e.incarnation, e.seq, f.volunteer_id, s.at_ms, s.at_ms + f.minutes * 60000
      FROM event e CROSS JOIN LATERAL (SELECT e.body::json->>9 AS of_incarnation, (e.body::json->>10)::bigint AS sign_in_seq,
          (e.body::json->>11)::bigint AS volunteer_id, (e.body::json->>14)::bigint AS minutes) f
        JOIN event s ON s.station_id = e.station_id AND s.incarnation = f.of_incarnation AND s.seq = f.sign_in_seq
          AND s.code = 2 AND (s.body::json->>8)::bigint = f.volunteer_id
      WHERE e.code = 48 AND (e.body::json->>8)::int = 0 AND (e.body::json->>5)::int <> 2
        AND f.minutes BETWEEN 1 AND 10080
      ON CONFLICT DO NOTHING`.execute(db);
  },
};
