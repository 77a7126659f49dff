import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('adds the one row of wrong PINs and leaves the rest as it was', () => {
  const db = databaseOf(3);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 4);
  expect(journalRows(db)).toEqual(before);
  db.exec("INSERT INTO keeper_tries VALUES (1, 3, 0, 0, 0, 'boot')");
  expect(() => db.exec("INSERT INTO keeper_tries VALUES (2, 3, 0, 0, 0, 'boot')")).toThrow(/CHECK/);
});
