/**
 * Folding a journal in which two machines recorded: what contradicts what came before it is noted and changes
 * nothing, as in the county, where a person settles it.
 */
import type { Database } from 'better-sqlite3';
import type { JournalEvent } from '../../domain/journal/events.ts';
import { storeFaultOf } from '../faults.ts';
import type { Incarnation } from '../incarnation.ts';
import { numberQuery } from '../row.ts';
import { createFolds } from './index.ts';

/** Whether facts came into this database from elsewhere or were taken out, so that its journals may contradict each other. */
export function hasReturned(db: Database): boolean {
  return (
    numberQuery(db, 'SELECT 1 FROM (SELECT 1 FROM returned UNION ALL SELECT 1 FROM set_aside) LIMIT 1')() ===
    1
  );
}

/** As `createFolds`, within a transaction; an event is folded whole or stands in `contradiction`. */
export function tolerantFolds(
  db: Database,
  incarnations: readonly Incarnation[],
): (event: JournalEvent, incarnation: number) => void {
  const fold = createFolds(db, incarnations);
  const note = db.prepare<[number, number]>('INSERT INTO contradiction VALUES (?, ?)');
  const begin = db.prepare('SAVEPOINT fact');
  const undo = db.prepare('ROLLBACK TO fact');
  const end = db.prepare('RELEASE fact');
  return (event, incarnation) => {
    begin.run();
    try {
      fold(event, incarnation);
    } catch (error) {
      if (storeFaultOf(error) !== undefined) throw error;
      undo.run();
      note.run(incarnation, event.seq);
    }
    end.run();
  };
}
