import { expect, it } from 'vitest';
import { migrate, SCHEMA_VERSION } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('says of each entry which service it is of, folded again out of the journal', () => {
  const db = databaseOf(16);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 17);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT service_incarnation, service_seq FROM entry_credit').all()).toEqual([]);
  expect(SCHEMA_VERSION).toBeGreaterThanOrEqual(17);
});
