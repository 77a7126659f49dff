/** Taking lines out of the journal where the county has others under the same numbers. */
import type { Database } from 'better-sqlite3';
import { query } from './row.ts';

const TRIGGER = 'journal_refuses_delete';

/**
 * Inside a transaction: moves the lines of an incarnation from `fromSeq` on into `set_aside`, where a person can
 * read them, and forgets which requests became them. The journal's own guard is lifted for that one statement, and
 * put back as it was. The views must be folded anew afterwards.
 */
export function setAside(db: Database, ordinal: number, fromSeq: number): void {
  const span = [ordinal, fromSeq] as const;
  const moved = db
    .prepare<[number, number]>(
      'INSERT OR IGNORE INTO set_aside SELECT incarnation, seq, text, hash FROM journal WHERE incarnation = ? AND seq >= ?',
    )
    .run(...span);
  if (moved.changes === 0) return;
  const guard = query<[string], { readonly sql: string }>(
    db,
    'SELECT sql FROM sqlite_schema WHERE name = ?',
  ).get(TRIGGER);
  if (guard === undefined) throw new Error('the journal has no guard');
  db.exec(`DROP TRIGGER ${TRIGGER}`);
  db.prepare<[number, number]>('DELETE FROM journal WHERE incarnation = ? AND seq >= ?').run(...span);
  db.exec(guard.sql);
  db.prepare<[number, number]>('DELETE FROM request WHERE incarnation = ? AND last_seq >= ?').run(...span);
}
