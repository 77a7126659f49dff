/** How long the station takes from being started to the first screen that answers, once built. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { quantile, round, type Bench } from './bench.ts';
import { launchBrowser, openPage } from './browser.ts';
import { copyDir, removeDir, smallStation } from './scene.ts';

const GOAL_S = 2;
const STARTS = 5;
const ROOT = join(import.meta.dirname, '..', '..');

interface Started {
  readonly address: string;
  readonly end: () => Promise<void>;
}

/** `npm run station -- --headless` without npm: the program that a deployer's unit file starts. */
async function startProgram(dir: string): Promise<Started> {
  const tokenFile = join(dir, 'token');
  const script = join(ROOT, 'scripts', 'station.ts');
  const options = ['--headless', '--data', dir, '--port', '0', '--token-file', tokenFile];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(child.stdout)) {
    const address = /listening on (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    const token = (await readFile(tokenFile, 'utf8')).trim();
    return {
      address: `${address}/#token=${token}`,
      end: async () => {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      },
    };
  }
  throw new Error('the station ended before it listened');
}

async function startOnce(origin: string): Promise<number> {
  const dir = copyDir(origin);
  const begun = performance.now();
  // As the Chromium shell does it: the browser comes up while the station opens its database.
  const [station, browser] = await Promise.all([startProgram(dir), launchBrowser()]);
  const page = await openPage(browser, station.address);
  await page.locator('[data-screen="home"]').waitFor();
  const seconds = (performance.now() - begun) / 1000;
  await browser.close();
  await station.end();
  removeDir(dir);
  return seconds;
}

/** What the browser alone needs to show a page with a word on it. */
async function browserAlone(): Promise<number> {
  const begun = performance.now();
  const browser = await launchBrowser();
  const page = await openPage(browser, 'data:text/html,<p>word</p>');
  await page.getByText('word').waitFor();
  const seconds = (performance.now() - begun) / 1000;
  await browser.close();
  return seconds;
}

export const startBench: Bench = {
  names: ['start_to_interactive_s'],
  run: async () => {
    const origin = smallStation();
    const starts: number[] = [];
    const floors: number[] = [];
    for (let i = 0; i < STARTS; i++) {
      starts.push(await startOnce(origin));
      floors.push(await browserAlone());
    }
    removeDir(origin);
    return [
      {
        name: 'start_to_interactive_s',
        value: round(quantile(starts, 0.5)),
        unit: 's',
        goal: GOAL_S,
        better: 'lower',
        beside: `station and Chromium from nothing to the home screen, median of ${STARTS}, slowest ${round(Math.max(...starts))} s; Chromium alone to a page with one word ${round(quantile(floors, 0.5))} s`,
      },
    ];
  },
};
