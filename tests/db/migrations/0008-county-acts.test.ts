import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('adds the list of acts that were done, empty, and leaves the rest as it was', () => {
  const db = databaseOf(7);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 8);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT * FROM act_done').all()).toEqual([]);
});
