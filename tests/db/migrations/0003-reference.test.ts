import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { REFERENCE_TABLES } from '../../../domain/reference/tables.ts';
import { databaseOf, insertEvent, journalRows, tableNames } from './support.ts';

it('adds the reference tables; erasing a volunteer takes the personal data along', () => {
  const db = databaseOf(2);
  insertEvent(db);
  db.exec('INSERT INTO stock VALUES (1, 9)');
  const before = journalRows(db);
  const tables = tableNames(db);
  migrate(db, 3);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT * FROM stock').all()).toEqual([{ goods_id: 1, quantity: 9 }]);
  const added = tableNames(db).filter((name) => !tables.includes(name));
  const known = REFERENCE_TABLES.map(({ table }) => table).filter(
    (name) => name !== 'county_station' && name !== 'coming_price',
  );
  expect(added).toEqual([...known, 'reference_state'].toSorted());
  db.exec("INSERT INTO volunteer VALUES (1, 17, 0, 0); INSERT INTO person VALUES (1, '王英', '', 1960)");
  db.exec('DELETE FROM volunteer');
  expect(db.prepare('SELECT count(*) FROM person').pluck().get()).toBe(0);
});
