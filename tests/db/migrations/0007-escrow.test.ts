import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('folds the accounts again, which may now have points that moved away, each side of an act once', () => {
  const db = databaseOf(6);
  insertEvent(db);
  const insert = db.prepare('INSERT INTO journal VALUES (1, ?, ?, zeroblob(32))');
  insert.run(2, '[2,2,1763856000000,1,0,0,0,0,1,1001,1,0,0]');
  insert.run(3, '[4,3,1763866000000,1,0,0,0,0,2,1,1001,0,165,[[20415,150,25]]]');
  const before = journalRows(db);
  migrate(db);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT holder_id, issued, available, closed, minutes FROM account').all()).toEqual([
    { holder_id: 1, issued: 25, available: 25, closed: 0, minutes: 150 },
  ]);
  expect(db.prepare('SELECT seq, remaining, closed FROM lot').all()).toEqual([
    { seq: 3, remaining: 25, closed: 0 },
  ]);
  db.exec('UPDATE account SET available = 20, closed = 5');
  expect(() => db.exec('UPDATE account SET available = 25')).toThrow(/CHECK/);
  const act = db.prepare('INSERT INTO county_act VALUES (?, 7, 0, 1, 5, 2, 1, 4, 0)');
  act.run(0);
  act.run(1);
  expect(() => act.run(0)).toThrow(/UNIQUE/);
});
