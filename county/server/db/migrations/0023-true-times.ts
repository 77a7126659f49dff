/**
 * When facts really were (exceptions/trueTimes.ts tells the rule). A run keeps what its session's ask said: how far the
 * station's wall clock stood from the county's, and how many events of the journal there were then. Each boot keeps
 * when its monotonic clock stood at nothing, once a fact of known time shows it. `event_time` has both times of each
 * event, without a column that ingest would have to fill row by row.
 */
import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * Boot, monotonic clock and trust (0: TRUSTED, 1: UNCONFIRMED) of an event. The header's whole numbers stand before all
 * else in the canonical text; PostgreSQL's JSON would refuse the text of an event that holds a NUL further on.
 */
const HEADER = (event: string) =>
  sql.raw(`(SELECT split_part(${event}.body, ',', 4)::bigint AS boot, split_part(${event}.body, ',', 5)::bigint AS mono_ms,
    split_part(${event}.body, ',', 6)::int AS trust)`);

const STATEMENTS = [
  // A county of years is read once here.
  sql`SET LOCAL statement_timeout = 0`,
  // Null: it came by stick or from the review, or before this migration.
  sql`ALTER TABLE event_run ADD COLUMN clock_offset_ms bigint, ADD COLUMN asked_seq bigint`,
  sql`CREATE TABLE boot_time (
    station_id bigint NOT NULL,
    incarnation text NOT NULL,
    boot bigint NOT NULL,
    began_ms bigint NOT NULL,
    PRIMARY KEY (station_id, incarnation, boot)
  )`,
  // 45: CLOCK_FOUND_WRONG, which is itself written by the county's time.
  sql`INSERT INTO boot_time (station_id, incarnation, boot, began_ms)
    SELECT DISTINCT ON (e.station_id, e.incarnation, h.boot) e.station_id, e.incarnation, h.boot, e.at_ms - h.mono_ms
    FROM event e CROSS JOIN LATERAL ${HEADER('e')} h WHERE h.trust = 0 OR e.code = 45
    ORDER BY e.station_id, e.incarnation, h.boot, e.seq`,
  sql`CREATE VIEW event_time AS
    SELECT e.station_id, e.incarnation, e.seq, h.trust, e.at_ms, e.received_ms, r.clock_offset_ms,
      CASE WHEN h.trust = 0 THEN e.at_ms ELSE coalesce(b.began_ms, x.began_ms) + h.mono_ms END AS corrected_ms
    FROM event e
    CROSS JOIN LATERAL ${HEADER('e')} h
    LEFT JOIN LATERAL (SELECT clock_offset_ms, asked_seq FROM event_run
      WHERE station_id = e.station_id AND incarnation = e.incarnation AND last_seq >= e.seq
      ORDER BY last_seq LIMIT 1) r ON true
    LEFT JOIN boot_time b ON b.station_id = e.station_id AND b.incarnation = e.incarnation AND b.boot = h.boot
    LEFT JOIN LATERAL (SELECT l.at_ms - r.clock_offset_ms - lh.mono_ms AS began_ms
      FROM event l CROSS JOIN LATERAL ${HEADER('l')} lh
        JOIN event n ON n.station_id = l.station_id AND n.incarnation = l.incarnation AND n.seq = l.seq + 1
        CROSS JOIN LATERAL ${HEADER('n')} nh
      WHERE l.station_id = e.station_id AND l.incarnation = e.incarnation AND l.seq = r.asked_seq
        AND r.asked_seq >= e.seq AND lh.trust = 1 AND lh.boot = h.boot AND nh.boot = h.boot
        AND abs((n.at_ms - nh.mono_ms) - (l.at_ms - r.clock_offset_ms - lh.mono_ms)) <= 60000
      LIMIT 1) x ON h.trust <> 0 AND b.began_ms IS NULL`,
];

export const trueTimes: Migration = {
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
