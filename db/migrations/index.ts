/**
 * The list of migrations and the way through it.
 * When adding one: a new file, a line here, a test in tests/db/migrations, VIEW_TABLES if it makes a view.
 */
import type { Database } from 'better-sqlite3';
import { journal } from './0001-journal.ts';
import { views } from './0002-views.ts';
import { reference } from './0003-reference.ts';
import { keeperTries } from './0004-keeper-tries.ts';
import type { Migration } from './migration.ts';

export const MIGRATIONS: readonly Migration[] = [journal, views, reference, keeperTries];

/** PRAGMA user_version of a database this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** PRAGMA user_version of a database: 0 for an empty one. */
export function schemaVersion(db: Database): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Takes a database to a version (the newest unless told), one transaction per step, so that a power cut leaves
 * a whole step or nothing of it.
 */
export function migrate(db: Database, toVersion: number = SCHEMA_VERSION): void {
  const from = schemaVersion(db);
  for (const step of MIGRATIONS) {
    if (step.version <= from || step.version > toVersion) continue;
    db.transaction(() => {
      db.exec(step.sql);
      db.pragma(`user_version = ${step.version}`);
    }).immediate();
  }
}
