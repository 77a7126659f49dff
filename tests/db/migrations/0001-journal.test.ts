import { expect, it } from 'vitest';
import { schemaVersion } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows, tableNames } from './support.ts';

it('makes the journal, which takes one event after the other and gives none back', () => {
  const db = databaseOf(1);
  expect(schemaVersion(db)).toBe(1);
  expect(tableNames(db)).toEqual(['incarnation', 'installation', 'journal', 'request', 'sync_state']);
  insertEvent(db);
  expect(journalRows(db)[2]).toHaveLength(1);
  expect(() => db.exec("INSERT INTO journal VALUES (1, 3, '[]', zeroblob(32))")).toThrow(/no gaps/);
  expect(() => db.exec("INSERT INTO journal VALUES (2, 1, '[]', zeroblob(32))")).toThrow(/FOREIGN KEY/);
  expect(() => db.exec("INSERT INTO journal VALUES (1, 2, '[]', zeroblob(31))")).toThrow(/CHECK/);
  expect(() => db.exec('DELETE FROM journal')).toThrow(/append-only/);
  expect(() => db.exec("INSERT INTO request VALUES ('id', 1, 2, 2)")).toThrow(/UNIQUE/);
});
