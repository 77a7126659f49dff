/** Makes the views anew out of the journal, which alone is the truth. */
import type { Database } from 'better-sqlite3';
import { createFolds, VIEW_TABLES } from './folds/index.ts';
import { hasReturned, tolerantFolds } from './folds/tolerant.ts';
import { incarnationsOf } from './incarnation.ts';
import { eventOf } from './journal/journal.ts';
import { countEvents, PROGRESS_SPAN, type OnProgress } from './progress.ts';
import { query } from './row.ts';

/**
 * Inside a transaction: empties every view and folds every event again, incarnation by incarnation. Throws if the
 * journal contradicts itself, unless events came into it from elsewhere. `onProgress` hears of each span.
 */
export function refold(db: Database, onProgress: OnProgress = () => undefined): void {
  for (const table of Object.keys(VIEW_TABLES)) db.exec(`DELETE FROM ${table}`);
  const incarnations = incarnationsOf(db);
  const fold = hasReturned(db) ? tolerantFolds(db, incarnations) : createFolds(db, incarnations);
  const lines = query<[number, number, number], { readonly seq: number; readonly text: string }>(
    db,
    'SELECT seq, text FROM journal WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  const total = countEvents(db);
  let done = 0;
  for (const { ordinal, name } of incarnations) {
    let after = 0;
    for (;;) {
      // In spans, since nothing else may run on the connection while a reading is open.
      const span = lines.all(ordinal, after, PROGRESS_SPAN);
      for (const { text } of span) fold(eventOf(text, name), ordinal);
      const last = span.at(-1);
      if (last === undefined) break;
      after = last.seq;
      done += span.length;
      onProgress(done, total);
    }
  }
}
