/**
 * The list of migrations and the way through it.
 * When adding one: a new file, a line here, a test in tests/db/migrations, VIEW_TABLES if it makes a view.
 */
import type { Database } from 'better-sqlite3';
import { query } from '../row.ts';
import { refold } from '../refold.ts';
import { journal } from './0001-journal.ts';
import { views } from './0002-views.ts';
import { reference } from './0003-reference.ts';
import { keeperTries } from './0004-keeper-tries.ts';
import { ledger } from './0005-ledger.ts';
import { desk } from './0006-desk.ts';
import { escrow } from './0007-escrow.ts';
import { countyActs } from './0008-county-acts.ts';
import { returns } from './0009-returns.ts';
import { lineUse } from './0010-line-use.ts';
import { settledDays } from './0011-settled-days.ts';
import { cutCredit } from './0012-cut-credit.ts';
import { returnEpoch } from './0013-return-epoch.ts';
import { beginnings } from './0014-beginnings.ts';
import { entryCredit } from './0015-entry-credit.ts';
import { backfill } from './0016-backfill.ts';
import { entryService } from './0017-entry-service.ts';
import { comingPrices } from './0018-coming-prices.ts';
import { revokedCards } from './0019-revoked-cards.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [
  journal,
  views,
  reference,
  keeperTries,
  ledger,
  desk,
  escrow,
  countyActs,
  returns,
  lineUse,
  settledDays,
  cutCredit,
  returnEpoch,
  beginnings,
  entryCredit,
  backfill,
  entryService,
  comingPrices,
  revokedCards,
];

/** PRAGMA user_version of a database this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** PRAGMA user_version of a database: 0 for an empty one. */
export function schemaVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Takes a database to a version (the newest unless told) in one transaction, so that a power cut leaves it as it
 * was or as it shall be: views that a step changed are folded again by this program's folds, at the very end.
 */
export function migrate(db: Database, toVersion: number = SCHEMA_VERSION): void {
  const from = schemaVersion(db);
  const steps = MIGRATIONS.filter(({ version }) => version > from && version <= toVersion);
  if (steps.length === 0) return;
  db.transaction(() => {
    for (const step of steps) db.exec(step.sql);
    if (toVersion === SCHEMA_VERSION && steps.some((step) => step.refold === true)) refold(db);
    db.pragma(`user_version = ${toVersion}`);
  }).immediate();
}

/**
 * The name of the first table, index or trigger that is not as the migrations make it, or null. SQLite's own check
 * does not look at the text of the schema, where one flipped bit renames a column.
 */
export function changedSchema(db: Database, asMade: Database): string | null {
  const of = (connection: Database): Map<string, string> => {
    const rows = query<[], { readonly name: string; readonly sql: string }>(
      connection,
      "SELECT name, type || tbl_name || coalesce(sql, '') AS sql FROM sqlite_schema ORDER BY name",
    ).all();
    return new Map(rows.map(({ name, sql }) => [name, sql]));
  };
  const found = of(db);
  const expected = of(asMade);
  for (const name of new Set([...expected.keys(), ...found.keys()]))
    if (found.get(name) !== expected.get(name)) return name;
  return null;
}
