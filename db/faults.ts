/** What SQLite's error codes mean for the person at the station. */
import { SqliteError } from 'better-sqlite3';
import type { StoreFault } from './types.ts';

/** The store could not do its work, and nothing was recorded. */
export class StoreFaultError extends Error {
  override readonly name = 'StoreFaultError';
  readonly fault: StoreFault;
  constructor(reason: StoreFault['reason'], cause: unknown) {
    super(`the store is unavailable: ${reason}`, { cause });
    this.fault = { kind: 'STORE_UNAVAILABLE', reason };
  }
}

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html); extended codes begin with the same. */
const REASONS: readonly (readonly [prefix: string, reason: StoreFault['reason']])[] = [
  ['SQLITE_FULL', 'DISK_FULL'],
  ['SQLITE_READONLY', 'READ_ONLY'],
  ['SQLITE_PERM', 'READ_ONLY'],
  ['SQLITE_CORRUPT', 'CORRUPT'],
  ['SQLITE_NOTADB', 'CORRUPT'],
  ['SQLITE_BUSY', 'BUSY'],
  ['SQLITE_LOCKED', 'BUSY'],
  ['SQLITE_IOERR', 'IO'],
  ['SQLITE_CANTOPEN', 'IO'],
  ['SQLITE_PROTOCOL', 'IO'],
  ['SQLITE_NOLFS', 'IO'],
];

/** Errors of the file system itself, met when the folder is made or a backup is written. */
const SYSTEM_REASONS: Readonly<Record<string, StoreFault['reason']>> = {
  ENOSPC: 'DISK_FULL',
  EDQUOT: 'DISK_FULL',
  EROFS: 'READ_ONLY',
  EACCES: 'READ_ONLY',
  EPERM: 'READ_ONLY',
  EIO: 'IO',
  ENOENT: 'IO',
  ENOTDIR: 'IO',
  EEXIST: 'IO',
  EMFILE: 'IO',
};

/** The fault behind an error, or undefined if it is no fault of the storage but a bug. */
export function storeFaultOf(error: unknown): StoreFault | undefined {
  if (error instanceof StoreFaultError) return error.fault;
  let reason: StoreFault['reason'] | undefined;
  if (error instanceof SqliteError) reason = REASONS.find(([prefix]) => error.code.startsWith(prefix))?.[1];
  else if (error instanceof Error && 'code' in error) reason = SYSTEM_REASONS[String(error.code)];
  return reason === undefined ? undefined : { kind: 'STORE_UNAVAILABLE', reason };
}

/** The same error as a StoreFaultError if it is the storage's, else the error itself: throw what this answers. */
export function asStoreFault(error: unknown): unknown {
  const fault = storeFaultOf(error);
  return fault === undefined ? error : new StoreFaultError(fault.reason, error);
}

/**
 * Whether a reading failed because the file is damaged: its pages, or the text of its schema, which makes SQLite
 * miss a table or a column that this program knows to be there.
 */
export function isDamage(error: unknown): boolean {
  if (storeFaultOf(error)?.reason === 'CORRUPT') return true;
  return error instanceof SqliteError && error.code === 'SQLITE_ERROR';
}
