/** Makes the views anew out of the journal, which alone is the truth. */
import type { Database } from 'better-sqlite3';
import { createFolds, VIEW_TABLES } from './folds/index.ts';
import { hasReturned, tolerantFolds } from './folds/tolerant.ts';
import { incarnationsOf } from './incarnation.ts';
import { eventOf } from './journal/journal.ts';
import { query } from './row.ts';

/** Events are read in spans of so many, since nothing else may run on the connection while a reading is open. */
const SPAN = 1000;

/**
 * Inside a transaction: empties every view and folds every event again, incarnation by incarnation. Throws if the
 * journal contradicts itself, unless events came into it from elsewhere.
 */
export function refold(db: Database): void {
  for (const table of Object.keys(VIEW_TABLES)) db.exec(`DELETE FROM ${table}`);
  const incarnations = incarnationsOf(db);
  const fold = hasReturned(db) ? tolerantFolds(db, incarnations) : createFolds(db, incarnations);
  const lines = query<[number, number, number], { readonly seq: number; readonly text: string }>(
    db,
    'SELECT seq, text FROM journal WHERE incarnation = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  for (const { ordinal, name } of incarnations) {
    let after = 0;
    for (;;) {
      const span = lines.all(ordinal, after, SPAN);
      for (const { text } of span) fold(eventOf(text, name), ordinal);
      const last = span.at(-1);
      if (last === undefined) break;
      after = last.seq;
    }
  }
}
