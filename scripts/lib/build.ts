/** Builds out/ when it is older than what it is made from. */
import { existsSync, readdirSync, statSync } from 'node:fs';
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
const LAST = join(ROOT, 'out', 'renderer', 'index.html');

/** When the newest file at or under a path was changed, ms; 0 if there is none. */
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

/** Whether out/ is missing or older than a source. */
export function buildIsStale(): boolean {
  if (!existsSync(LAST)) return true;
  const builtMs = statSync(LAST).mtimeMs;
  return SOURCES.some((source) => newestMs(join(ROOT, source)) > builtMs);
}

/** Builds main, preload and renderer into out/; resolves to the tool's exit code. */
export function build(): Promise<number> {
  return runTool('electron-vite', ['build', '--logLevel', 'warn'], { env: { NODE_ENV: 'production' } });
}
