import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('adds an empty count of what the line carried and leaves the rest as it was', () => {
  const db = databaseOf(9);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 10);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT count(*) FROM line_use').pluck().get()).toBe(0);
  db.exec('INSERT INTO line_use VALUES (20000, 1, 2, 3)');
  expect(() => db.exec('INSERT INTO line_use VALUES (20000, 1, 2, 3)')).toThrow(/UNIQUE/);
});
