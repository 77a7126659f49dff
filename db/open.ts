/** Opening a station's folder: the lock, the checks, the migrations, and then the store. */
import { accessSync, constants, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import { err, ok, type Result } from '../domain/result.ts';
import { asStoreFault, storeFaultOf } from './faults.ts';
import { claimIncarnation } from './incarnation.ts';
import { lockFolder } from './lock.ts';
import { changedSchema, migrate, SCHEMA_VERSION, schemaVersion } from './migrations/index.ts';
import { isElsewhere, placeOf } from './place.ts';
import { readStartMark, writeStartMark } from './startMark.ts';
import { createStore } from './store.ts';
import type { OpenError, Store, StoreOptions } from './types.ts';
import { configureWriter, databaseFile } from './writerConnection.ts';

export { configureWriter, databaseFile } from './writerConnection.ts';

/** The first complaint of SQLite's own check, or null. */
function complaintOf(db: Connection): string | null {
  const answer = db.pragma('quick_check(1)', { simple: true }) as string;
  return answer === 'ok' ? null : answer.replace(/\s+/g, ' '); // It is told in one line.
}

/**
 * Copies the database as it was before a migration, and opens the copy to see that it is whole: a copy that
 * nobody has read is no backup. Throws if it is not.
 */
function backupBefore(db: Connection, dir: string, from: number, nowMs: number): void {
  const folder = join(dir, 'backups');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `station-schema${from}-${new Date(nowMs).toISOString().replace(/\D/g, '')}.db`);
  rmSync(file, { force: true });
  db.prepare('VACUUM INTO ?').run(file);
  const copy = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const rows = (connection: Connection): unknown =>
      connection.prepare('SELECT count(*) FROM journal').pluck().get();
    if (complaintOf(copy) !== null || schemaVersion(copy) !== from || rows(copy) !== rows(db))
      throw new Error(`the backup ${file} is not what was copied`);
  } finally {
    copy.close();
  }
}

let asMade: Connection | undefined;

/** A database in memory as the migrations make it, made once for all openings of this process. */
function schemaAsMade(): Connection {
  if (asMade === undefined) {
    asMade = new Database(':memory:');
    migrate(asMade);
  }
  return asMade;
}

/** Everything that must be right before the first reading. Throws faults of the storage. */
function prepare(db: Connection, dir: string, nowMs: number): Result<null, OpenError> {
  const found = schemaVersion(db);
  if (found > SCHEMA_VERSION) return err({ kind: 'FROM_FUTURE', found, known: SCHEMA_VERSION });
  const complaint = complaintOf(db);
  if (complaint !== null) return err({ kind: 'CORRUPT', detail: complaint });
  configureWriter(db);
  if (found > 0 && found < SCHEMA_VERSION) backupBefore(db, dir, found, nowMs);
  migrate(db);
  const changed = changedSchema(db, schemaAsMade());
  if (changed !== null) return err({ kind: 'CORRUPT', detail: `the schema of ${changed} was changed` });
  return ok(null);
}

function openErrorOf(error: unknown): OpenError {
  const fault = storeFaultOf(error);
  if (fault === undefined) throw error;
  return fault.reason === 'CORRUPT' ? { kind: 'CORRUPT', detail: (error as Error).message } : fault;
}

/**
 * Opens the store of a station, making the folder and the database if there are none, and records
 * STATION_STARTED.
 *
 * LOCKED: another process has it. FROM_FUTURE: a newer version of this program has written it; nothing is
 * touched. OTHER_STATION: it belongs to another. CORRUPT: it is damaged or no database. STORE_UNAVAILABLE: the
 * disk refuses.
 */
export function openStore(options: StoreOptions): Result<Store, OpenError> {
  const { dir, clock } = options;
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.R_OK | constants.W_OK); // SQLite would only say that it cannot open the file.
    const lock = lockFolder(dir);
    if (lock === null) return err({ kind: 'LOCKED' });
    let db: Connection | undefined;
    let opened = false;
    try {
      db = new Database(databaseFile(dir), { timeout: 200 });
      const prepared = prepare(db, dir, clock.nowMs());
      if (!prepared.ok) return prepared;
      const mark = readStartMark(dir);
      const place = placeOf(dir);
      const incarnation = claimIncarnation(db, {
        ...options,
        mark,
        elsewhere: mark?.place !== undefined && isElsewhere(mark.place, place),
        nowMs: clock.nowMs(),
      });
      if (!incarnation.ok) return incarnation;
      const { name } = incarnation.value;
      const store = createStore(db, incarnation.value, options, {
        reached: (seq) => writeStartMark(dir, { incarnation: name, seq, place }),
        closed: () => lock.release(),
      });
      opened = true;
      return ok(store);
    } finally {
      if (!opened) {
        db?.close();
        lock.release();
      }
    }
  } catch (error) {
    return err(openErrorOf(asStoreFault(error)));
  }
}
