import { expect, it } from 'vitest';
import { migrate } from '../../../db/migrations/index.ts';
import { databaseOf, insertEvent, journalRows } from './support.ts';

it('keeps the lines that wait, without a word on which county gave them', () => {
  const db = databaseOf(12);
  insertEvent(db);
  db.exec(
    "INSERT INTO waiting_line (incarnation, seq, text, hash, own) VALUES ('aa', 1, '[]', zeroblob(32), 0)",
  );
  const before = journalRows(db);
  migrate(db, 13);
  expect(journalRows(db)).toEqual(before);
  expect(db.prepare('SELECT seq, epoch FROM waiting_line').all()).toEqual([{ seq: 1, epoch: '' }]);
});
