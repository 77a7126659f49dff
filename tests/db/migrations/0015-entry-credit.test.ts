import { expect, it } from 'vitest';
import { migrate, SCHEMA_VERSION } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('keeps what entries counted for, folded again out of the journal', () => {
  const db = databaseOf(14);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 15);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT * FROM entry_credit').all()).toEqual([]);
  expect(SCHEMA_VERSION).toBeGreaterThanOrEqual(15);
});
