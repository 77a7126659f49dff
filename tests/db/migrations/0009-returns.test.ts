import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('changes nothing that is there, and lets a station of before spend as before', () => {
  const db = databaseOf(8);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 9);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT count(*) FROM standing').pluck().get()).toBe(0);
  expect(() => db.exec('INSERT INTO standing (incarnation, superseded) VALUES (1, 2)')).toThrow(/CHECK/);
});
