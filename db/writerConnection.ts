/** The database of a station's folder, and how a connection is set up that writes to it. */
import { join } from 'node:path';
import type { Database as Connection } from 'better-sqlite3';

/** "VST1": tells the file from any other SQLite database (`file` and sqlite3 show it). */
const APPLICATION_ID = 0x56535431;

/** The database file within a station's folder. */
export function databaseFile(dir: string): string {
  return join(dir, 'station.db');
}

/** The settings every writing connection needs; they are not stored in the file, but for the first two. */
export function configureWriter(db: Connection): void {
  db.pragma('journal_mode = WAL');
  db.pragma(`application_id = ${APPLICATION_ID}`);
  // NORMAL, this build's default for WAL, may lose the last commits when the power fails.
  db.pragma('synchronous = FULL');
  db.pragma('foreign_keys = ON');
  db.pragma('trusted_schema = OFF');
  db.pragma('temp_store = MEMORY');
  // What was erased must not be left in the free space of the pages; FAST costs no writing of its own.
  db.pragma('secure_delete = FAST');
}
