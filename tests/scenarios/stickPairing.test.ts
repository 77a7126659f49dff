/**
 * The story of a village that never has a line: a new machine, a code on paper, and a stick. The stick goes to the
 * county, where it is taken in by one command beside the running county, and comes back; the machine has meanwhile
 * been switched off. It finds its village on the stick, somebody signs in, and the next round of the courier brings
 * that to the county. All that can go wrong on the way is told, and nothing is lost by it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSettings } from '../../electron/shell/settings.ts';
import { localWorld, openLocal, type LocalStation } from '../harness/local.ts';
import { readStation } from '../harness/station.ts';
import { testVillage } from '../harness/village.ts';

const SCRIPT = join(import.meta.dirname, '../../scripts/county.ts');
const village = testVillage();

let folder: string;
let county: ChildProcess;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stick-pairing-'));
  county = runCounty('--sample', '--port', '0');
  for await (const part of county.stdout ?? []) if (String(part).includes('county listening on')) break;
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
/** Runs a command beside the county to its end; answers its code and what it said. */
async function command(...args: string[]): Promise<{ readonly code: number | null; readonly out: string }> {
  const child = runCounty(...args);
  let out = '';
  child.stdout?.on('data', (part: Buffer) => (out += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

/** Opens the folder as the program does: by what stands in it. */
function open(name: string): LocalStation {
  const dataDir = join(folder, name);
  const settings = readSettings(['--data', dataDir, '--stick', join(folder, 'stick')], dataDir);
  if (!settings.ok) throw new Error(settings.error.detail);
  const world = localWorld();
  // Sticks are looked for more often than in a village.
  const set = (action: () => void, afterMs: number) =>
    world.timers.set(action, afterMs === 2_000 ? 50 : afterMs);
  return openLocal(dataDir, village, {
    settings: settings.value,
    world: { ...world, timers: { ...world.timers, set } },
  });
}
const pairing = (station: LocalStation) => station.ask('getPairing', {});
const isAt = (station: LocalStation, view: object) =>
  expect.poll(() => pairing(station), { timeout: 20_000 }).toMatchObject(view);
const stickIs = (station: LocalStation, state: string) =>
  expect.poll(async () => (await station.status()).stick.state, { timeout: 20_000 }).toBe(state);
async function begin(station: LocalStation, code: string): Promise<void> {
  expect(await station.ask('choosePairing', { by: 'STICK' })).toMatchObject({ kind: 'NEEDED', by: 'STICK' });
  await station.ask('pair', { kind: 'TYPED', url: '', stationId: 1, code });
  await isAt(station, { kind: 'BY_STICK', stationId: 1 });
}
const stick = () => join(folder, 'stick');
const pocket = () => join(folder, 'pocket');
const onStick = (side: string, at = stick()) => join(at, 'village-station', side);
function pullOut(): void {
  renameSync(stick(), pocket());
}
function putIn(): void {
  renameSync(pocket(), stick());
}

test('no line at all, a code on paper, and a stick', async () => {
  const { out: paper } = await command('--new-code', '1');
  const code = /[A-Z2-9]{5}-[A-Z2-9]{5}/.exec(paper)?.[0] ?? '';
  const fresh = open('station');
  await begin(fresh, 'ABCDE-FGHJK');
  mkdirSync(join(stick(), 'village-station'), { recursive: true });
  await isAt(fresh, { state: 'SAFE', problem: null, written: true });
  expect(readdirSync(onStick('to-county'))).toEqual(['pairing-00001.vse']);

  // The wrong code was typed: the county says so, and the pairing is begun anew with the right one.
  expect(await command('--import', stick())).toMatchObject({
    code: 1,
    out: expect.stringContaining('pairing-00001.vse: not taken: the code is not right') as string,
  });
  // And so does the stick, when it is back.
  pullOut();
  await isAt(fresh, { state: 'WAITING' });
  putIn();
  await isAt(fresh, { state: 'REFUSED', refusal: 'CODE_REFUSED' });
  await begin(fresh, code.toLowerCase());
  await isAt(fresh, { state: 'SAFE', problem: null });
  const request = readFileSync(join(onStick('to-county'), 'pairing-00001.vse'));
  pullOut();
  await isAt(fresh, { state: 'WAITING', written: true });
  await fresh.close();
  expect(existsSync(join(folder, 'station', 'station.json'))).toBe(false);

  // Half of a file is none. The whole one is taken, and once more after the answer got lost.
  writeFileSync(join(onStick('to-county', pocket()), 'pairing-00001.vse'), request.subarray(0, 90));
  expect((await command('--import', pocket())).out).toContain('not taken: it is cut short');
  writeFileSync(join(onStick('to-county', pocket()), 'pairing-00001.vse'), request);
  const taken = await command('--import', pocket());
  expect(taken.out).toMatch(/station 1 \S+, its machine is brought in, answer .*pairing-00001\.vsa/);
  expect(taken.code).toBe(0);
  rmSync(join(onStick('from-county', pocket()), 'pairing-00001.vsa'));
  expect((await command('--import', pocket())).code).toBe(0);
  const answer = readFileSync(join(onStick('from-county', pocket()), 'pairing-00001.vsa'));
  for (const name of village.reference.volunteers.slice(0, 20).map((one) => one.name))
    expect(answer.includes(name)).toBe(false);

  // The machine was off meanwhile. An answer that is cut short is told, and the whole one still counts.
  const again = open('station');
  expect(await pairing(again)).toMatchObject({ kind: 'BY_STICK', written: true, state: 'WAITING' });
  writeFileSync(join(onStick('from-county', pocket()), 'pairing-00001.vsa'), answer.subarray(0, -1));
  putIn();
  await isAt(again, { state: 'SAFE', problem: 'DAMAGED' });
  pullOut();
  await isAt(again, { state: 'WAITING' });
  writeFileSync(join(onStick('from-county', pocket()), 'pairing-00001.vsa'), answer);
  putIn();
  await isAt(again, { kind: 'PAIRED' });
  await expect
    .poll(
      async () => {
        const home = await again.call('getHome', {});
        return home.ok && home.value.ready;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
  const kept = JSON.parse(readFileSync(join(folder, 'station', 'station.json'), 'utf8')) as unknown;
  expect(kept).toEqual({ countyUrl: '', stationId: 1 });
  expect(existsSync(join(folder, 'station', 'pairing.json'))).toBe(false);
  expect(readdirSync(onStick('to-county'))).toEqual([]);
  expect(readdirSync(onStick('from-county'))).toEqual([]);
  const people = readStation<{ n: number }>(
    join(folder, 'station'),
    'SELECT count(*) AS n FROM volunteer',
  )[0];
  expect(people?.n).toBe(village.reference.volunteers.length);
  const requestId = randomUUID();
  expect(await again.ask('sign', { requestId, scanId: await again.scan(3), activityId: null })).toMatchObject(
    {
      kind: 'SIGNED_IN',
    },
  );
  expect((await again.status()).sync.state).toBe('NOT_CONFIGURED');
  await again.close();

  // A round of the courier as any other, after a start by what stands in the folder.
  const village1 = open('station');
  await stickIs(village1, 'FOUND');
  expect(await village1.ask('writeStick', {})).toEqual({ kind: 'STARTED' });
  await stickIs(village1, 'SAFE');
  const { recorded } = (await village1.status()).sync;
  pullOut();
  await stickIs(village1, 'NONE');
  const round = await command('--import', pocket());
  expect(round.out).toMatch(new RegExp(`${recorded} new records, answer .*-00001\\.vsb`));
  expect(round.code).toBe(0);
  putIn();
  await expect
    .poll(async () => (await village1.status()).sync.reachedCounty, { timeout: 20_000 })
    .toBe(recorded);
  await village1.close();
});
