/** The word that a restore is to be done at the next start, or that one is under way: it outlives a power cut. */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fsyncPath } from './archive.ts';

/** Says that a restore is under way: which backup, and where the old files were laid aside. */
export const orderFile = (dir: string) => join(dir, 'restore.json');

export interface PendingRestore {
  readonly file: string;
  /** Folder of the old files; empty until they were laid aside. */
  readonly aside: string;
}

/** Leaves word that the next start is to restore: a running station cannot exchange its own database. */
export function orderRestore(dir: string, pending: PendingRestore): void {
  const temporary = `${orderFile(dir)}.new`;
  writeFileSync(temporary, JSON.stringify(pending));
  fsyncPath(temporary);
  renameSync(temporary, orderFile(dir));
  fsyncPath(dir, true);
}

/** The restore that was ordered or broken off, or null. */
export function pendingRestore(dir: string): PendingRestore | null {
  if (!existsSync(orderFile(dir))) return null;
  return JSON.parse(readFileSync(orderFile(dir), 'utf8')) as PendingRestore;
}

/** Forgets the order: one that cannot be read would be met again at each start. */
export function forgetOrder(dir: string): void {
  rmSync(orderFile(dir), { force: true });
}
