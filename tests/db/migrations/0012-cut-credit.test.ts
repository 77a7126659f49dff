import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('begins with nothing that was cut, and no attendance that was given to later', () => {
  const db = databaseOf(11);
  insertEvent(db);
  db.exec('INSERT INTO attendance VALUES (1, 1, 4, 0, 0, 0, 0, 0, 1, 1, 0, 0, 30, 5)');
  const before = journalRows(db);
  migrate(db, 12);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT count(*) FROM cut_service').pluck().get()).toBe(0);
  expect(db.prepare('SELECT points, credited_later FROM attendance').get()).toEqual({
    points: 5,
    credited_later: 0,
  });
});
