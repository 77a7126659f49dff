/** No reading and no fold walks through a whole table: a large station is as quick as a small one. */
import Database, { type Database as Connection } from 'better-sqlite3';
import { expect, it } from 'vitest';
import { createFolds } from '../../db/folds/index.ts';
import { migrate } from '../../db/migrations/index.ts';
import { openJournal } from '../../db/journal/journal.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { referenceWriter } from '../../db/reference/apply.ts';
import { syncTable } from '../../db/sync.ts';
import { activityViews } from '../../db/views/activityViews.ts';
import { actFacts } from '../../db/ledger/acts.ts';
import { incarnationNames } from '../../db/ledger/names.ts';
import { ledgerReader } from '../../db/ledger/book.ts';
import { deskViews } from '../../db/views/deskViews.ts';
import { ledgerViews } from '../../db/views/ledgerViews.ts';
import { peopleViews } from '../../db/views/peopleViews.ts';
import { shopViews } from '../../db/views/shopViews.ts';
import { sha256 } from './support.ts';

/** Lists that are wanted whole, and short by nature. */
const WHOLE = [
  'SCAN keeper',
  'SCAN team',
  'SCAN g', // the shelf
  'SCAN attendance USING INDEX attendance_present', // whoever is here now
  'SCAN attendance USING INDEX attendance_unclosed', // whoever left without signing out, on any machine
  'SCAN agreed', // whoever pools, when reference data comes
  'SCAN i', // incarnations
  'SCAN sync_state', // one row for each of them
];

function everyStatement(): { db: Connection; statements: readonly string[] } {
  const db = new Database(':memory:');
  migrate(db);
  const statements: string[] = [];
  const watched = new Proxy(db, {
    get(target, name) {
      if (name !== 'prepare') return Reflect.get(target, name) as unknown;
      return (sql: string) => {
        statements.push(sql);
        return target.prepare(sql);
      };
    },
  });
  const incarnation = { ordinal: 1, name: '0123456789abcdef' };
  createFolds(watched, [incarnation]);
  openJournal(watched, 17, incarnation, sha256);
  const names = incarnationNames([incarnation]);
  activityViews(watched, 17, 1, names);
  peopleViews(watched);
  shopViews(watched, 17, () => 0);
  const ledger = ledgerViews(watched, names, () => DEFAULT_RULES);
  deskViews(watched, 17, 1, names);
  syncTable(watched);
  referenceWriter(watched, 17, {
    ...ledgerReader(watched, names),
    ...actFacts(watched, names, ledger),
  });
  return { db, statements };
}

it('every statement goes by an index', () => {
  const { db, statements } = everyStatement();
  expect(statements.length).toBeGreaterThan(50);
  for (const sql of statements) {
    const bare = sql.replace(/@\w+/g, 'NULL');
    const parameters = Array<null>((bare.match(/\?/g) ?? []).length).fill(null);
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${bare}`).all(...parameters) as { detail: string }[];
    const scans = plan.map(({ detail }) => detail).filter((detail) => detail.startsWith('SCAN '));
    const unwanted = scans.filter(
      (detail) => !WHOLE.includes(detail) && !/^SCAN (\d+ CONSTANT ROWS?|\(subquery-\d+\))$/.test(detail),
    );
    expect(unwanted, sql).toEqual([]);
  }
});
