/** Records whose time cannot be trusted: which they are, and why. */
import type { Database } from 'better-sqlite3';
import { parseCanonical } from '../../domain/journal/canonical.ts';
import { CLOCK_TRUST, EVENTS, type ClockTrust, type EventType } from '../../domain/journal/events.ts';
import { query } from '../row.ts';

export interface DoubtfulRow {
  /** Ordinal of the journal it stands in. */
  readonly incarnation: number;
  readonly seq: number;
  readonly type: EventType;
  /** 0: of nobody. */
  readonly volunteerId: number;
  /** As the wall clock stood, ms. */
  readonly atMs: number;
  /**
   * By how many ms the county found the clock of then wrong (positive: ahead); null where the clock had jumped and
   * nobody has said by how much.
   */
  readonly offByMs: number | null;
}
export interface DoubtfulViews {
  /** The newest doubtful records of the newest 20,000, newest first; at most `limit`. */
  doubtful(limit: number): readonly DoubtfulRow[];
}

/** So many records are looked through: six weeks of a busy station, in some hundredths of a second. */
const LOOKED_THROUGH = 20_000;

interface Line {
  readonly incarnation: number;
  readonly seq: number;
  readonly trust: ClockTrust;
  readonly code: number;
}
interface Found {
  readonly incarnation: number;
  readonly fromSeq: number;
  readonly toSeq: number;
  readonly offByMs: number;
}

export function doubtfulViews(db: Database): DoubtfulViews {
  const newest = query<[number], Line>(
    db,
    `SELECT incarnation, seq, json_extract(text, '$[5]') AS trust, json_extract(text, '$[0]') AS code
     FROM journal ORDER BY incarnation DESC, seq DESC LIMIT ?`,
  );
  const text = query<[number, number], { readonly text: string }>(
    db,
    'SELECT text FROM journal WHERE incarnation = ? AND seq = ?',
  );
  const eventOf = ({ incarnation, seq }: Line) => {
    const line = text.get(incarnation, seq);
    return line === undefined ? undefined : parseCanonical(line.text);
  };

  return {
    doubtful: (limit) => {
      const rows: DoubtfulRow[] = [];
      // Newest first: what the county found stands behind the records that it found it of.
      const found: Found[] = [];
      for (const line of newest.all(LOOKED_THROUGH)) {
        const { incarnation, seq, trust, code } = line;
        if (code === EVENTS.CLOCK_FOUND_WRONG.code) {
          const event = eventOf(line);
          if (event?.type === 'CLOCK_FOUND_WRONG') found.push({ incarnation, ...rangeOf(event) });
        }
        const wrong = found.find(
          (one) => one.incarnation === incarnation && one.fromSeq <= seq && seq <= one.toSeq,
        );
        if (trust !== CLOCK_TRUST.DOUBTFUL && wrong === undefined) continue;
        const event = eventOf(line);
        if (event === undefined) continue;
        const { type, atMs } = event;
        const volunteerId = 'volunteerId' in event ? event.volunteerId : 0;
        rows.push({ incarnation, seq, type, volunteerId, atMs, offByMs: wrong?.offByMs ?? null });
        if (rows.length === limit) break;
      }
      return rows;
    },
  };
}

function rangeOf({ fromSeq, toSeq, offByMs }: Omit<Found, 'incarnation'>): Omit<Found, 'incarnation'> {
  return { fromSeq, toSeq, offByMs };
}
