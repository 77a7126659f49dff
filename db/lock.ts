/**
 * One writer per folder. The lock is SQLite's own exclusive lock on a small file beside the database: the
 * operating system takes it away with the process, so a kill or a power cut leaves nothing to clean up. It is not
 * a lock on the database itself, which workers must be able to read.
 */
import { join } from 'node:path';
import Database, { SqliteError } from 'better-sqlite3';

export interface WriterLock {
  release(): void;
}

/** Takes the folder for this process; null if another has it. Throws what SQLite throws for anything else. */
export function lockFolder(dir: string): WriterLock | null {
  const db = new Database(join(dir, 'writer.lock'), { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return {
    release() {
      db.close();
    },
  };
}
