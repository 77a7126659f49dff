/**
 * One county process on a data folder: PGlite must not be opened twice. The file also says where the running one
 * listens and holds the token for its administrator's commands; only the county's user can read it.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { err, ok, type Result } from '../../domain/result.ts';
import { writeSecretFile } from './keys.ts';

const schema = v.object({ pid: v.number(), address: v.string(), adminToken: v.string() });
export type RunningCounty = v.InferOutput<typeof schema>;

export interface FolderLock {
  /** Lets commands in other processes find the running county. */
  readonly publish: (address: string, adminToken: string) => void;
  readonly release: () => void;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function readLock(path: string): RunningCounty | undefined {
  try {
    const parsed = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined; // Absent, or cut short by a power failure: nobody runs.
  }
}

/** The county that runs on a folder, or undefined. */
export function runningCounty(dir: string): RunningCounty | undefined {
  const lock = readLock(join(dir, 'county.lock'));
  return lock !== undefined && lock.pid !== process.pid && isAlive(lock.pid) ? lock : undefined;
}

/** Takes the folder, which must exist, for this process. */
export function lockFolder(dir: string): Result<FolderLock, { kind: 'LOCKED'; by: RunningCounty }> {
  const path = join(dir, 'county.lock');
  const by = runningCounty(dir);
  if (by !== undefined) return err({ kind: 'LOCKED', by });
  rmSync(path, { force: true });
  const write = (address: string, adminToken: string): string =>
    JSON.stringify({ pid: process.pid, address, adminToken });
  try {
    // Two processes that both found nobody: only one of them makes the file.
    writeFileSync(path, write('', ''), { mode: 0o600, flag: 'wx' });
  } catch {
    return err({ kind: 'LOCKED', by: readLock(path) ?? { pid: 0, address: '', adminToken: '' } });
  }
  return ok({
    publish: (address, adminToken) => writeSecretFile(path, write(address, adminToken)),
    release: () => rmSync(path, { force: true }),
  });
}
