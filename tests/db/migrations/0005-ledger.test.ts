import { expect, it } from 'vitest';
import { VIEW_TABLES } from '../../../db/folds/index.ts';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows, tableNames } from './support.ts';

it('makes the accounts anew out of the journal, which it leaves as it was', () => {
  const db = databaseOf(4);
  insertEvent(db);
  const signedIn = '[2,2,1763856000000,1,0,0,0,0,1,1001,1,0,0]';
  const signedOut = '[4,3,1763866000000,1,0,0,0,0,2,1,1001,0,165,[[20415,150,25]]]';
  const insert = db.prepare('INSERT INTO journal VALUES (1, ?, ?, zeroblob(32))');
  insert.run(2, signedIn);
  insert.run(3, signedOut);
  db.exec(
    'INSERT INTO account VALUES (1, 0, 25, 0, 150); INSERT INTO service_day VALUES (1, 20415, 150, 0, 25)',
  );
  const before = journalRows(db);
  migrate(db);
  expect(journalRows(db)).toEqual(before);
  expect(Object.keys(VIEW_TABLES).filter((name) => !tableNames(db).includes(name))).toEqual([]);
  expect(db.prepare('SELECT holder, holder_id, issued, available, minutes FROM account').all()).toEqual([
    { holder: 0, holder_id: 1, issued: 25, available: 25, minutes: 150 },
  ]);
  // 2025-11-23, so to the end of 2026.
  expect(db.prepare('SELECT seq, earned_day, expiry_day, remaining, state FROM lot').all()).toEqual([
    { seq: 3, earned_day: 20415, expiry_day: Date.UTC(2026, 11, 31) / 86_400_000, remaining: 25, state: 4 },
  ]);
  expect(db.prepare('SELECT count(*) FROM service_day').pluck().get()).toBe(1);
  expect(() => db.exec('UPDATE account SET available = 26')).toThrow(/CHECK/);
});
