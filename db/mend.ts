/**
 * Mends views that say something else than the journal: a bit that flipped, or a program that folded wrongly. The
 * journal alone is the truth, so they are made anew out of it. Nobody may have the folder open meanwhile.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database, { type Database as Connection } from 'better-sqlite3';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { asStoreFault, storeFaultOf } from './faults.ts';
import type { Finding } from './finding.ts';
import { lockFolder } from './lock.ts';
import { configureWriter, databaseFile } from './open.ts';
import type { OnProgress } from './progress.ts';
import { refold } from './refold.ts';
import type { StoreFault } from './types.ts';
import { verifyFolder } from './verify.ts';

export type MendError =
  | { readonly kind: 'LOCKED' }
  /** Something else is wrong than a view: a restore may help, a refold does not. */
  | { readonly kind: 'NOT_A_VIEW'; readonly finding: Finding }
  | StoreFault;

const wishFile = (dir: string) => join(dir, 'refold-at-start');

/** Leaves word that the next start is to make the views anew. */
export function wishRefold(dir: string): void {
  writeFileSync(wishFile(dir), '');
}

export function isRefoldWished(dir: string): boolean {
  return existsSync(wishFile(dir));
}

/**
 * Makes the views of a folder anew, and proves them. Answers what was wrong; null if nothing was, and then nothing is
 * written. The wish for it is fulfilled either way.
 */
export function mendViews(
  dir: string,
  sha256: Sha256,
  onProgress?: OnProgress,
): Result<Finding | null, MendError> {
  try {
    const lock = lockFolder(dir);
    if (lock === null) return err({ kind: 'LOCKED' });
    try {
      rmSync(wishFile(dir), { force: true });
      const { finding } = verifyFolder(dir, sha256, onProgress);
      if (finding === null) return ok(null);
      if (finding.kind !== 'VIEW') return err({ kind: 'NOT_A_VIEW', finding });
      refoldFile(dir, onProgress);
      const after = verifyFolder(dir, sha256, onProgress).finding;
      return after === null ? ok(finding) : err({ kind: 'NOT_A_VIEW', finding: after });
    } finally {
      lock.release();
    }
  } catch (error) {
    const fault = storeFaultOf(asStoreFault(error));
    if (fault === undefined) throw error;
    return err(fault);
  }
}

function refoldFile(dir: string, onProgress?: OnProgress): void {
  let db: Connection | undefined;
  try {
    db = new Database(databaseFile(dir), { fileMustExist: true, timeout: 2000 });
    configureWriter(db);
    const open = db;
    open.transaction(() => refold(open, onProgress)).immediate();
  } finally {
    db?.close();
  }
}
