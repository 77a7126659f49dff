import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf } from './support.ts';

it('keeps every card revoked that the reference data named until then', () => {
  const db = databaseOf(18);
  db.exec('INSERT INTO revocation VALUES (4711), (4712)');
  migrate(db, 19);
  expect(db.prepare('SELECT card_number FROM revoked_card ORDER BY 1').pluck().all()).toEqual([4711, 4712]);
  expect(db.prepare('SELECT number FROM revocation_list').pluck().all()).toEqual([0]);
});
