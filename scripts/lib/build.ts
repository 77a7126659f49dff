/** Builds out/ when it is older than what it is made from. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runTool } from './tools.ts';

const SOURCES = [
  'assets',
  'db',
  'domain',
  'electron',
  'renderer',
  'electron.vite.config.ts',
  'package-lock.json',
];
/** The last thing a build writes: an interrupted build has none that is newer than the sources. */
const LAST = join('renderer', 'index.html');

/** When the newest file at or under a path was changed, ms; 0 if there is none. */
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** Whether a built file is missing or older than one of the sources (paths from the root). */
export function isOlder(built: string, sources: readonly string[]): boolean {
  const builtMs = statSync(join(ROOT, 'out', built), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.some((source) => newestMs(join(ROOT, source)) > builtMs);
}

/** Whether out/ is missing or older than a source. */
export function buildIsStale(): boolean {
  return isOlder(LAST, SOURCES);
}

/** Builds main, preload and renderer into out/; resolves to the tool's exit code. */
export function build(): Promise<number> {
  return runTool('electron-vite', ['build', '--logLevel', 'warn'], { env: { NODE_ENV: 'production' } });
}
