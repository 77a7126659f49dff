/**
 * Work that folds the whole journal anew: what the county gave back joins it, or the end of a journal is laid aside. On a
 * large station that takes minutes. It is one transaction, on whatever connection: the store's own where the journal is
 * short, else that of a worker, while the store records nothing (store.ts, `beyond`).
 */
import Database, { type Database as Connection } from 'better-sqlite3';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { incarnationsOf, type Incarnation } from './incarnation.ts';
import { configureWriter, databaseFile } from './writerConnection.ts';
import type { OnProgress } from './progress.ts';
import { returningOf } from './returning.ts';
import { numberQuery } from './row.ts';
import { standingTable } from './standing.ts';
import { syncTable } from './sync.ts';

export type LongWork =
  /** The county has no more: what it gave back joins the journal, and nothing is awaited any longer. */
  | { readonly kind: 'FINISH_RETURN'; readonly atMs: number }
  /** As `Store.layAside`. */
  | { readonly kind: 'LAY_ASIDE'; readonly incarnation: string; readonly fromSeq: number };

/** A journal of so many events is folded within 50 ms or so. */
const SHORT_EVENTS = 1000;

/** Whether the journals of a database are short enough to be folded at once. */
export function isSoonFolded(db: Connection): boolean {
  return numberQuery(db, `SELECT 1 FROM journal LIMIT 1 OFFSET ${SHORT_EVENTS}`)() === undefined;
}

export interface LongWorkPlace {
  readonly stationId: number;
  readonly sha256: Sha256;
  /** The incarnation that is running. */
  readonly running: Incarnation;
}

/** Inside a transaction: does it. `onProgress` hears of the events that are folded. */
export function doLongWork(
  db: Connection,
  { stationId, sha256, running }: LongWorkPlace,
  work: LongWork,
  onProgress?: OnProgress,
): void {
  const returning = returningOf(db, {
    ...{ stationId, sha256, running, sync: syncTable(db) },
    incarnations: () => incarnationsOf(db),
  });
  if (work.kind === 'LAY_ASIDE') {
    returning.layAside(work.incarnation, work.fromSeq, onProgress);
    return;
  }
  returning.join(work.atMs, onProgress);
  standingTable(db, running.ordinal).mark('awaiting_return', false);
}

/**
 * Does it on a connection of its own, whole or not at all. The store of this folder must record nothing meanwhile. Throws
 * what SQLite throws.
 */
export function runLongWork(dir: string, place: LongWorkPlace, work: LongWork, onProgress: OnProgress): void {
  const db = new Database(databaseFile(dir), { fileMustExist: true, timeout: 5000 });
  try {
    configureWriter(db);
    db.transaction(() => doLongWork(db, place, work, onProgress)).immediate();
  } finally {
    db.close();
  }
}
