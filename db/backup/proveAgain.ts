/**
 * A backup is proved when it is made, out of what the system still holds in memory. A disk or a stick can lose it later:
 * so the newest one that has lain for a while is opened and proved again from time to time.
 */
import { renameSync } from 'node:fs';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import { DAY_MS } from '../../domain/time.ts';
import type { BackupFile } from './archive.ts';
import { judgeBackup } from './make.ts';

/** One is proved again when the last such proof is so long ago. */
export const PROVE_EVERY_MS = 7 * DAY_MS;

/** Which one of a place is to be proved again: the newest that was not made today, or else the newest. */
export function toProve(backups: readonly BackupFile[], nowMs: number): BackupFile | undefined {
  const newestFirst = backups.toSorted((a, b) => b.madeMs - a.madeMs);
  return newestFirst.find(({ madeMs }) => nowMs - madeMs >= DAY_MS) ?? newestFirst[0];
}

export interface ProvedAgain {
  readonly file: string;
  /** What is wrong with it, in one line; empty: it is good. */
  readonly wrong: string;
}

/** Proves backups once more. One that is not good is laid aside (`.bad`): it counts no longer, and another is made. */
export function proveAgain(files: readonly string[], sha256: Sha256): readonly ProvedAgain[] {
  return files.map((file) => {
    const judged = judgeBackup(file, sha256);
    if (judged.ok) return { file, wrong: '' };
    try {
      renameSync(file, `${file}.bad`);
    } catch {
      // Gone, or not to be written to: it is told of all the same.
    }
    return { file, wrong: judged.error.detail };
  });
}
