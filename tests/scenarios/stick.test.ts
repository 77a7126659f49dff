/**
 * The story of a village without a line: its station was connected once, then the line went. For three weeks the
 * keeper works on. A courier comes with a USB stick, the keeper writes it, the courier carries it to the county, where
 * it is taken in by one command beside the running county, and brings it back. The station shows that everything has
 * arrived. The stick goes the same way once more by mistake, and nothing happens twice.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocal, localWorld, type LocalStation } from '../harness/local.ts';
import { readCounty } from '../harness/county.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/county.ts');
const WEEKS_MS = 21 * 86_400_000;
const village = testVillage();

let folder: string;
let county: ChildProcess;
let url = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stick-story-'));
  county = runCounty('--sample', '--port', '0');
  url = await new Promise<string>((done) => {
    county.stdout?.on('data', (part: Buffer) => {
      const found = /county listening on (http:\S+)/.exec(part.toString());
      if (found?.[1] !== undefined) done(found[1]);
    });
  });
});
afterEach(async () => {
  if (county.exitCode === null) {
    const gone = once(county, 'exit');
    county.kill('SIGKILL');
    await gone;
  }
  rmSync(folder, { recursive: true, force: true });
});

function runCounty(...args: string[]): ChildProcess {
  const env = { ...process.env };
  delete env['DATABASE_URL'];
  const all = ['--disable-warning=ExperimentalWarning', SCRIPT, '--data', join(folder, 'county'), ...args];
  return spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'], env });
}
/** Runs the import to its end; answers its code and what it said. */
async function importStick(path: string): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = runCounty('--import', path);
  let out = '';
  child.stdout?.on('data', (part: Buffer) => (out += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

async function settledWith(station: LocalStation): Promise<void> {
  await expect
    .poll(
      async () => {
        const { sync } = await station.status();
        return sync.recorded === sync.reachedCounty && sync.referenceVersion > 0 && sync.state === 'IDLE';
      },
      { timeout: 30_000 },
    )
    .toBe(true);
}
const stickIs = (station: LocalStation, state: string) =>
  expect.poll(async () => (await station.status()).stick.state, { timeout: 20_000 }).toBe(state);

test('three weeks without a line, and a stick', async () => {
  const dataDir = join(folder, 'station');
  const stick = join(folder, 'stick');
  const pocket = join(folder, 'pocket');
  const online = openLocal(dataDir, village, { countyUrl: url });
  await settledWith(online);
  await online.close();

  const dark = openLocal(dataDir, village, { stickDir: stick, world: localWorld(WEEKS_MS) });
  try {
    const keeperToken = await dark.unlock();
    for (let day = 0; day < 30; day += 1)
      await dark.ask('moveStock', {
        requestId: randomUUID(),
        keeperToken,
        goodsId: village.openingStock[0]?.goodsId ?? 0,
        quantity: 1,
        reason: 'DONATION',
        note: '',
      });
    mkdirSync(join(stick, 'village-station'), { recursive: true });
    await stickIs(dark, 'FOUND');
    const { stick: found, sync: before } = await dark.status();
    expect(found).toMatchObject({ waiting: before.recorded - before.reachedCounty, putInNow: true });
    expect(found.waiting).toBeGreaterThan(30);
    expect(await dark.ask('writeStick', {})).toEqual({ kind: 'STARTED' });
    await stickIs(dark, 'SAFE');
    renameSync(stick, pocket);
    await stickIs(dark, 'NONE');

    // A friend's file on the same stick is none of ours, and is named.
    writeFileSync(join(pocket, 'village-station', 'to-county', '作业.vsb'), 'not a bundle');
    const first = await importStick(pocket);
    expect(first.out).toContain('作业.vsb: not taken: it is no bundle of a station');
    expect(first.out).toMatch(new RegExp(`station 1 .*${found.waiting} new records, answer .*-00001\\.vsb`));
    expect(first.code).toBe(1);
    rmSync(join(pocket, 'village-station', 'to-county', '作业.vsb'));
    expect(await importStick(pocket)).toMatchObject({
      code: 0,
      out: expect.stringContaining(' 0 new records') as string,
    });
    expect(readdirSync(join(pocket, 'village-station', 'from-county'))).toHaveLength(1);

    renameSync(pocket, stick);
    await stickIs(dark, 'FOUND');
    const { stick: back, sync: after } = await dark.status();
    expect(back).toMatchObject({ serial: 2, brought: { confirmed: found.waiting, leftAlone: null } });
    expect(after.reachedCounty).toBe(before.recorded);
  } finally {
    await dark.close();
  }
  const gone = once(county, 'exit');
  county.kill('SIGTERM');
  await gone;
  const journal = readStation<{ readonly body: string }>(
    dataDir,
    'SELECT text AS body FROM journal ORDER BY seq',
  );
  const held = await readCounty(join(folder, 'county'), (db) =>
    db.selectFrom('event').select('body').orderBy('seq').execute(),
  );
  expect(held.length).toBeGreaterThan(30);
  expect(held).toEqual(journal.slice(0, held.length));
});
