/** What each request of a screen became: a double tap is one fact. */
import type { Database } from 'better-sqlite3';
import type { Sha256 } from '../domain/journal/canonical.ts';
import type { Incarnation } from './incarnation.ts';
import { openJournal, type Journal } from './journal/journal.ts';
import { query } from './row.ts';
import type { Recorded } from './types.ts';

export interface Requests {
  /** What a request became earlier; undefined if it is new. Requests of an earlier incarnation are known too. */
  replay(id: string): Recorded | undefined;
  /** Keeps which events a request became. */
  keep(id: string, firstSeq: number, lastSeq: number): void;
}

interface RequestRow {
  readonly incarnation: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** `running` is the incarnation of `journal`. */
export function requestTable(
  db: Database,
  running: Incarnation,
  journal: Journal,
  { stationId, sha256 }: { readonly stationId: number; readonly sha256: Sha256 },
): Requests {
  const byId = query<[string], RequestRow>(
    db,
    'SELECT incarnation, first_seq, last_seq FROM request WHERE id = ?',
  );
  const insert = db.prepare<[string, number, number, number]>('INSERT INTO request VALUES (?, ?, ?, ?)');
  const older = query<[number], Incarnation>(db, 'SELECT ordinal, name FROM incarnation WHERE ordinal = ?');
  function journalOf(ordinal: number): Journal {
    if (ordinal === running.ordinal) return journal;
    const row = older.get(ordinal);
    if (row === undefined) throw new Error(`no incarnation ${ordinal}`);
    return openJournal(db, stationId, row, sha256);
  }
  return {
    replay(id) {
      const row = byId.get(id);
      if (row === undefined) return undefined;
      return { events: journalOf(row.incarnation).read(row.firstSeq, row.lastSeq), replayed: true };
    },
    keep: (id, firstSeq, lastSeq) => void insert.run(id, running.ordinal, firstSeq, lastSeq),
  };
}
