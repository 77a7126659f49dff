/**
 * When volunteers were at service that an earlier journal began (event 48, CLOSED), which `attended` took no note of
 * before: who was elsewhere then, and whose journal comes later, is found now.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const attendedEarlier: Migration = {
  async up(db) {
    await sql`SET LOCAL statement_timeout = 0`.execute(db);
    // Of the canonical text of event 48 with cause 0 (CLOSED): trust, incarnation, seq of the sign-in, volunteer, minutes;
    // what a station wrote otherwise is none. PostgreSQL's JSON would refuse a text that holds a NUL. Trust 2 is DOUBTFUL,
    // which proves nothing. Event 2 is a sign-in; its volunteer is the first of its own fields.
    const text = String.raw`^\[48(?:,-?\d+){4},(\d)(?:,-?\d+){2},0,"([0-9a-f]{16})",(\d{1,16}),(\d{1,16}),-?\d+,\d,(\d{1,5}),`;
    await sql`INSERT INTO attended (station_id, incarnation, seq, volunteer_id, from_ms, to_ms)
      SELECT e.station_id, e.incarnation, e.seq, f.of[4]::bigint, s.at_ms, s.at_ms + f.of[5]::bigint * 60000
      FROM event e CROSS JOIN LATERAL (SELECT regexp_match(e.body, ${text}) AS of) f
        JOIN event s ON s.station_id = e.station_id AND s.incarnation = f.of[2] AND s.seq = f.of[3]::bigint
          AND s.code = 2 AND split_part(s.body, ',', 9) = f.of[4]
      WHERE e.code = 48 AND f.of[1] <> '2' AND f.of[5]::bigint BETWEEN 1 AND 10080
      ON CONFLICT DO NOTHING`.execute(db);
  },
};
