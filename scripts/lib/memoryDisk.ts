import { existsSync, statfsSync } from 'node:fs';

const MEMORY_DISK = '/dev/shm';

/** A folder in memory with at least so many bytes free, so that no disk is waited for; undefined where there is none. */
export function memoryDisk(bytes = 0): string | undefined {
  if (!existsSync(MEMORY_DISK)) return undefined;
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  return bavail * bsize >= bytes ? MEMORY_DISK : undefined;
}
