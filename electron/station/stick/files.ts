/** How a file comes onto a stick so that it is whole or not there: under another name first, forced, read back. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { err, ok, type Result } from '../../../domain/result.ts';
import { toHex } from '../../../domain/wire/bytes.ts';
import type { StickProblem } from '../../contract/stickViews.ts';
import { codeOf, problemOf } from './tools.ts';

const UNFINISHED = '.writing-';
const READ_BYTES = 1 << 18;

/** A name that counts for nobody. */
export function unfinishedPath(folder: string, randomBytes: (length: number) => Uint8Array): string {
  return join(folder, `${UNFINISHED}${toHex(randomBytes(4))}.tmp`);
}

/** Makes a change of a folder's names last. Windows has no such call, and writes them through by itself. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The SHA-256 of a file as it is read now. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(READ_BYTES);
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}

/**
 * Whether a folder is there. Throws ELOOP or ENOTDIR where something else has its name: a link on a stick leads to
 * wherever whoever made the stick likes, with the rights of whoever reads it.
 */
export async function isRealFolder(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    if (found.isDirectory()) return true;
    throw Object.assign(new Error(`${path} is no folder`), {
      code: found.isSymbolicLink() ? 'ELOOP' : 'ENOTDIR',
    });
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** The same for one of the courier's two folders and the one that holds them. */
export async function isCouriersFolder(folder: string): Promise<boolean> {
  return (await isRealFolder(dirname(folder))) && (await isRealFolder(folder));
}

/** Makes one folder, whose parent must be there: with the stick gone, nothing may be made in its place. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !(await isRealFolder(path))) throw error;
  }
}

/** Removes what an interrupted writing left behind in one of the courier's folders. */
export async function clearUnfinished(folder: string): Promise<void> {
  if (!(await isCouriersFolder(folder))) return;
  for (const name of await readdir(folder))
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
}

/** Makes the courier's folder and one of its two, without what an interrupted writing left behind. */
export async function prepareFolder(folder: string): Promise<void> {
  await makeFolder(dirname(folder));
  await makeFolder(folder);
  await clearUnfinished(folder);
}

/**
 * Writes a file into a folder that is there, in place of one of that name; answers whether it reads as it was written.
 * The name that it has meanwhile is nobody's to know, and never one that is taken. Throws what the file system throws.
 */
export async function writeWhole(
  path: string,
  bytes: Uint8Array,
  randomBytes: (length: number) => Uint8Array,
): Promise<boolean> {
  const folder = dirname(path);
  const temporary = unfinishedPath(folder, randomBytes);
  const handle = await open(temporary, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(folder);
  return (await hashOf(path)) === createHash('sha256').update(bytes).digest('hex');
}

/** Writes a small file into a folder of a stick, in place of one of that name; answers what kept it from that. */
export async function writeSmallFile(
  root: string,
  path: string,
  bytes: Uint8Array,
  randomBytes: (length: number) => Uint8Array,
): Promise<Result<null, { readonly kind: StickProblem }>> {
  const folder = dirname(path);
  try {
    const { dev } = await stat(root);
    await prepareFolder(folder);
    if (!(await writeWhole(path, bytes, randomBytes))) return err({ kind: 'NOT_AS_WRITTEN' });
    // With the stick pulled out, its place is an empty folder of the station's own disk.
    return (await stat(folder)).dev === dev ? ok(null) : err({ kind: 'PULLED_OUT' });
  } catch (error) {
    await clearUnfinished(folder).catch(() => undefined); // As far as the stick lets us; it is no harm if it stays.
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return err({ kind: problem });
  }
}
