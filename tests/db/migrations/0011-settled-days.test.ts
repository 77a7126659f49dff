import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('begins with no day that anybody vouched for, and leaves the rest as it was', () => {
  const db = databaseOf(10);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 11);
  expect(journalRows(db)).toEqual(before);
  for (const table of ['settled_boot', 'settled_day', 'loose_credit'])
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
  db.exec('INSERT INTO settled_day VALUES (1, 20000)');
  expect(() => db.exec('INSERT INTO settled_day VALUES (2, 20000)')).toThrow(/CHECK/);
});
