import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows, tableNames } from './support.ts';

it('keeps the journal, knows of no beginning before it, and takes each reason once', () => {
  const db = databaseOf(13);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 14);
  expect(journalRows(db)).toEqual(before);
  expect(tableNames(db)).toEqual(expect.arrayContaining(['beginning', 'unknown_loss']));
  expect(db.prepare('SELECT * FROM beginning').all()).toEqual([]);
  db.exec("INSERT INTO beginning (incarnation, reason, at_ms) VALUES (1, 'RESTORED', 5)");
  expect(() => db.exec("INSERT INTO beginning VALUES (1, 'CONTINUED', 5, 0)")).toThrow();
  db.exec('INSERT INTO unknown_loss VALUES (7)');
  db.close();
});
