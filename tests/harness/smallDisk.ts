/** A disk of its own for a test: a small tmpfs, which only root may mount. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

function mount(...args: readonly string[]): boolean {
  return spawnSync('mount', args, { stdio: 'ignore' }).status === 0;
}

export interface SmallDisk {
  readonly dir: string;
  readonly setReadOnly: (readOnly: boolean) => void;
  readonly close: () => void;
}

/** Mounts a disk of so many MiB; null where that is not allowed. */
export function smallDisk(mebibytes: number): SmallDisk | null {
  const dir = mkdtempSync(join(tmpdir(), 'small-disk-'));
  if (!mount('-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir)) {
    rmdirSync(dir);
    return null;
  }
  return {
    dir,
    setReadOnly: (readOnly) => {
      if (!mount('-o', readOnly ? 'remount,ro' : 'remount,rw', dir)) throw new Error('the disk is in use');
    },
    close: () => {
      spawnSync('umount', [dir]);
      rmdirSync(dir);
    },
  };
}
