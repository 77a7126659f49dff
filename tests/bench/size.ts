/** What the page must load before it can show anything, and what the station keeps in memory. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { beginScene } from '../harness/scene.ts';
import { round, type Bench } from './bench.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const GOAL_JS_KB = 250;
const GOAL_RSS_MB = 150;
const KB = 1024;
const MB = KB * KB;

/** Every script that index.html itself names: the entry and what is preloaded with it. */
async function firstLoadBytes(): Promise<{ bytes: number; files: number }> {
  const folder = join(ROOT, 'out', 'renderer');
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const paths = [...html.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map((match) => match[1] ?? '');
  if (paths.length === 0) throw new Error('the built page names no script');
  let bytes = 0;
  for (const path of paths) bytes += gzipSync(await readFile(join(folder, path)), { level: 9 }).length;
  return { bytes, files: paths.length };
}

/** React's own share, as it is shipped for production. */
async function reactBytes(): Promise<number> {
  const file = join(ROOT, 'node_modules/react-dom/cjs/react-dom-client.production.js');
  return gzipSync(await readFile(file), { level: 9 }).length;
}

export const bundleBench: Bench = {
  names: ['first_load_js_gzip_kb'],
  run: async () => {
    const { bytes, files } = await firstLoadBytes();
    return [
      {
        name: 'first_load_js_gzip_kb',
        value: round(bytes / KB, 1),
        unit: 'KB',
        goal: GOAL_JS_KB,
        better: 'lower',
        beside: `${files} script(s) named by the built page; react-dom alone, not minified, ${round((await reactBytes()) / KB, 1)} KB`,
      },
    ];
  },
};

/** Resident memory of a Node that does nothing but hold an open database. */
async function bareNodeRss(): Promise<number> {
  const code = `
    const Database = require('better-sqlite3');
    globalThis.db = new Database(':memory:');
    setTimeout(() => { console.log(process.memoryUsage.rss()); process.exit(0); }, 500);`;
  const child = spawn(process.execPath, ['-e', code], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  let rss = 0;
  for await (const line of createInterface(child.stdout)) rss = Number(line);
  await exited;
  return rss;
}

async function rssOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kb = /VmRSS:\s+(\d+) kB/.exec(status)?.[1];
  if (kb === undefined) throw new Error('this system does not tell the memory of a process');
  return Number(kb) * KB;
}

export const memoryBench: Bench = {
  names: ['station_rss_mb'],
  run: async () => {
    const scene = await beginScene();
    const people = scene.village.reference.volunteers.map(({ id }) => id);
    for (const id of people) await scene.sign(id);
    await scene.station.advance(2 * 3_600_000);
    for (const id of people) await scene.sign(id);
    const rss = await rssOf(scene.station.pid);
    await scene.end();
    return [
      {
        name: 'station_rss_mb',
        value: round(rss / MB, 1),
        unit: 'MB',
        goal: GOAL_RSS_MB,
        better: 'lower',
        beside: `after ${2 * people.length} scans; a bare Node ${process.versions.node} with an open database ${round((await bareNodeRss()) / MB, 1)} MB`,
      },
    ];
  },
};
