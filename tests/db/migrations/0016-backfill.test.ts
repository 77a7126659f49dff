import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('brings a table for hours that no scan recorded, and leaves the journal as it is', () => {
  const db = databaseOf(15);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 16);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT count(*) AS n FROM backfill').get()).toEqual({ n: 0 });
});
