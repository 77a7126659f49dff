import { expect, it } from 'vitest';
import { VIEW_TABLES } from '../../../db/folds/index.ts';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows, tableNames } from './support.ts';

it('adds the views and leaves the journal as it was', () => {
  const db = databaseOf(1);
  insertEvent(db);
  const before = journalRows(db);
  const tables = tableNames(db);
  migrate(db, 2);
  expect(journalRows(db)).toEqual(before);
  const added = tableNames(db).filter((name) => !tables.includes(name));
  // 0007 puts county_act in the place of allowance.
  expect(added.filter((name) => !Object.hasOwn(VIEW_TABLES, name))).toEqual(['allowance']);
  const openOne = 'INSERT INTO attendance VALUES (1, ?, 4, 0, 0, 0, 0, 0, 1, ?, 0, 0, 0, 0)';
  db.prepare(openOne).run(1, 1);
  db.prepare(openOne).run(2, 0);
  expect(() => db.prepare(openOne).run(3, 0)).toThrow(/UNIQUE/);
});
