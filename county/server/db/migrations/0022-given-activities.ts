/** From when to when each activity was ever planned, by what a station was given: its sign-ins are held against it. */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

export const givenActivities: Migration = {
  async up(db) {
    await sql`CREATE TABLE given_activity (
      station_id bigint NOT NULL,
      activity_id bigint NOT NULL,
      start_ms bigint NOT NULL,
      end_ms bigint NOT NULL,
      PRIMARY KEY (station_id, activity_id)
    )`.execute(db);
    await sql`INSERT INTO given_activity (station_id, activity_id, start_ms, end_ms)
      SELECT p.station_id, (x->>'id')::bigint, min((x->>'startMs')::bigint), max((x->>'endMs')::bigint)
      FROM reference_part p, jsonb_array_elements(p.data) x WHERE p.kind = 'activities' GROUP BY 1, 2`.execute(
      db,
    );
  },
};
