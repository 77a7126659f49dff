/** When backups were last opened and proved again, in a file beside the database: a help and no fact, it may be lost. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

const schema = v.object({
  /** When any were last. */
  lastMs: v.number(),
  /** By file. */
  proved: v.record(v.string(), v.number()),
});
export type BackupProofs = v.InferOutput<typeof schema>;

const fileIn = (dir: string): string => join(dir, 'backups-proved.json');

export function readProofs(dir: string): BackupProofs {
  try {
    return v.parse(schema, JSON.parse(readFileSync(fileIn(dir), 'utf8')));
  } catch {
    return { lastMs: 0, proved: {} }; // None yet, or not whole.
  }
}

export function writeProofs(dir: string, proofs: BackupProofs): void {
  try {
    writeFileSync(`${fileIn(dir)}.new`, JSON.stringify(proofs));
    renameSync(`${fileIn(dir)}.new`, fileIn(dir));
  } catch {
    // The disk refuses, which the store will find out by itself.
  }
}
