import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('adds the indexes of the desk and leaves the rest as it was', () => {
  const db = databaseOf(5);
  insertEvent(db);
  const before = journalRows(db);
  migrate(db, 6);
  expect(journalRows(db)).toEqual(before);
  const plan = (sql: string) => JSON.stringify(db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all());
  expect(plan('SELECT * FROM volunteer WHERE home_station_id = 1')).toContain('volunteer_of_station');
  expect(plan('SELECT * FROM redeemed_month WHERE month_day = 1')).toContain('redeemed_in_month');
});
