/**
 * The plug is pulled between any two SQL statements of each act that records a fact. Whatever was confirmed is
 * there; whatever was not is there whole or not at all; the folder verifies, and the screen that got no answer can
 * ask again and have it once.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyFolder } from '../../db/verify.ts';
import { EVENTS } from '../../domain/journal/events.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { ACT, ACT_REQUEST, ACTS, giveAward, PRESENT, type ActName } from '../harness/acts.ts';
import { imageOf } from '../harness/diskImage.ts';
import { localWorld, openLocal } from '../harness/local.ts';
import { readStation } from '../harness/station.ts';
import { ROOT } from '../../scripts/lib/tools.ts';
import { seedStation, testVillage, writeVillage } from '../harness/village.ts';

const HOUR_MS = 3_600_000;
const village = testVillage();
const root = mkdtempSync(join(tmpdir(), 'fault-points-'));
const template = join(root, 'template');
const villageFile = join(root, 'village.json');
/** The station that kills itself, in one file: loading three hundred takes a process longer than the act. */
const program = join(ROOT, 'node_modules', '.cache', `fault-point-${process.pid}`, 'faultPoint.js');
let copies = 0;

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: 'tests/harness/faultPoint.ts', outDir: dirname(program), emptyOutDir: true },
  });
  writeVillage(villageFile, village);
  seedStation(template, village.reference, village.reference.madeAtMs);
  // Two hours ago by both clocks, so that there is something to be credited at the check-out.
  const station = openLocal(template, village, { world: localWorld(-2 * HOUR_MS) });
  const scanId = await station.scan(PRESENT);
  const answer = await station.ask('sign', { requestId: crypto.randomUUID(), scanId, activityId: null });
  expect(answer.kind).toBe('SIGNED_IN');
  await giveAward(station);
  await station.close();
});
afterAll(() => {
  rmSync(dirname(program), { recursive: true });
  rmSync(root, { recursive: true });
});

interface Run {
  readonly dir: string;
  /** Null if it was killed before it could say anything. */
  readonly told: { readonly answer: string; readonly statements: number } | null;
}

async function runUntil(act: ActName, point: number): Promise<Run> {
  const dir = join(root, `copy-${(copies += 1)}`);
  imageOf(template, dir);
  const child = spawn(
    process.execPath,
    [program, dir, act, String(point), villageFile],
    // A hundred and fifty processes load the same file: it is compiled once.
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(root, 'cache') },
    },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the station ended with ${code ?? signal ?? '?'}`);
  return { dir, told: output === '' ? null : (JSON.parse(output) as Run['told']) };
}

const sha256 = realWorld().sha256;
function facts(dir: string, act: ActName): number {
  const sql = "SELECT count(*) AS n FROM journal WHERE json_extract(text, '$[0]') = ?";
  return readStation<{ readonly n: number }>(dir, sql, EVENTS[ACT[act].type].code)[0]?.n ?? 0;
}
function requests(dir: string): number {
  const sql = 'SELECT count(*) AS n FROM request WHERE id = ?';
  return readStation<{ readonly n: number }>(dir, sql, ACT_REQUEST)[0]?.n ?? 0;
}

/** Looks at what a kill has left, then asks again as a screen without an answer would. */
async function expectWhole(act: ActName, { dir, told }: Run, before: number): Promise<boolean> {
  const recorded = facts(dir, act) - before;
  expect(recorded === 0 || recorded === 1).toBe(true);
  expect(requests(dir)).toBe(recorded);
  if (told !== null) expect(recorded).toBe(1);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
  const station = openLocal(dir, village);
  const again = await ACT[act].prepare(station, village);
  const answer = await again();
  await station.close();
  expect(['SIGNED_IN', 'SIGNED_OUT', 'REDEEMED', 'DONE']).toContain(answer);
  expect(facts(dir, act) - before).toBe(1);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
  return recorded === 1;
}

describe.each(ACTS)('%s', (act) => {
  test('killed at every statement boundary', async () => {
    const before = facts(template, act);
    const through = await runUntil(act, 0);
    expect(through.told?.answer).not.toBe('REFUSED');
    const statements = through.told?.statements ?? 0;
    expect(statements).toBeGreaterThan(5);
    await expectWhole(act, through, before);

    // One point more than there are statements: after the last of them, before anybody is told.
    const recorded: boolean[] = [];
    const points = Array.from({ length: statements + 1 }, (_, i) => i + 1);
    const next = points.values();
    const walk = async () => {
      for (const point of next) {
        const run = await runUntil(act, point);
        expect(run.told, `point ${point}`).toBeNull();
        recorded[point] = await expectWhole(act, run, before);
        rmSync(run.dir, { recursive: true });
      }
    };
    await Promise.all([walk(), walk()]);
    // It is absent up to the commit and there from then on: there is one such instant, and no other.
    const first = recorded.indexOf(true);
    expect(first).toBeGreaterThan(1);
    expect(recorded.slice(first)).not.toContain(false);
    expect(recorded.slice(1, first)).not.toContain(true);
  });
});
