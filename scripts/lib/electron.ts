/** Finds Electron's program, and fetches it if it can be had. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ended, ROOT } from './tools.ts';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
/** A fetch that brings nothing for so long is given up: the line is down or the release site is out of reach. */
const STALL_MS = 20_000;
/** After a fetch that failed, starts do without for so long. */
const TRY_AGAIN_MS = 7 * 24 * 3_600_000;

/** Path of Electron's program, or undefined if it was never fetched. */
export function electronProgram(): string | undefined {
  const named = join(PACKAGE, 'path.txt');
  if (!existsSync(named)) return undefined;
  const program = join(PACKAGE, 'dist', readFileSync(named, 'utf8').trim());
  return existsSync(program) ? program : undefined;
}

/** Bytes under a folder. Files that vanish meanwhile count nothing. */
function sizeOf(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** Runs Electron's own installer for as long as bytes arrive. */
async function fetchElectron(folder: string): Promise<void> {
  const download = join(folder, 'electron-download');
  mkdirSync(download, { recursive: true });
  const child = spawn(process.execPath, [join(PACKAGE, 'install.js')], {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: download, TEMP: download, TMP: download },
  });
  let size = 0;
  let grownAt = Date.now();
  const watch = setInterval(() => {
    const now = sizeOf(download) + sizeOf(join(PACKAGE, 'dist'));
    if (now > size) grownAt = Date.now();
    size = now;
    if (Date.now() - grownAt > STALL_MS) child.kill('SIGKILL');
  }, 500);
  try {
    await ended(child);
  } finally {
    clearInterval(watch);
    rmSync(download, { recursive: true, force: true });
  }
}

/**
 * Electron's program, fetched into node_modules if it is not there; undefined if it cannot be had. A failure is
 * remembered in `folder`, so that not every start waits for it.
 */
export async function needElectron(folder: string): Promise<string | undefined> {
  const here = electronProgram();
  if (here !== undefined) return here;
  const failed = join(folder, 'electron-not-to-be-had');
  const since = statSync(failed, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity;
  if (Date.now() - since < TRY_AGAIN_MS) return undefined;
  process.stdout.write('Fetching Electron from its release site …\n');
  await fetchElectron(folder);
  const fetched = electronProgram();
  if (fetched === undefined) writeFileSync(failed, 'Delete this file to have `npm start` try again.\n');
  return fetched;
}
