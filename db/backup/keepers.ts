/** Who are keepers by a backup, for the way back where the database itself cannot say it any more. */
import Database from 'better-sqlite3';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Keeper } from '../../domain/reference/reference.ts';
import { query } from '../row.ts';
import { newestGoodBackup } from './restore.ts';

export interface BackupKeepers {
  /** The backup that says it. */
  readonly file: string;
  /** Empty if it was made before the county had named any. */
  readonly keepers: readonly Pick<Keeper, 'id' | 'name' | 'pinSalt' | 'pinHash'>[];
}

/**
 * The keepers that the newest good backup of the folders names, or null where no backup is good. Throws what the
 * file system throws.
 */
export function keepersOfBackup(
  dir: string,
  others: readonly string[],
  sha256: Sha256,
): BackupKeepers | null {
  const file = newestGoodBackup(dir, others, sha256);
  if (file === null) return null;
  const db = new Database(file, { readonly: true, fileMustExist: true });
  try {
    const keepers = query<[], BackupKeepers['keepers'][number]>(
      db,
      'SELECT id, name, pin_salt, pin_hash FROM keeper ORDER BY id',
    ).all();
    return { file, keepers };
  } finally {
    db.close();
  }
}
