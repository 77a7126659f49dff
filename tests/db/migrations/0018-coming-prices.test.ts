import { expect, it } from 'vitest';
import { migrate, SCHEMA_VERSION } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('makes room for prices that come, and leaves the journal as it was', () => {
  const db = databaseOf(17);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 18);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT id, prices FROM coming_price').all()).toEqual([]);
  expect(SCHEMA_VERSION).toBeGreaterThanOrEqual(18);
});
