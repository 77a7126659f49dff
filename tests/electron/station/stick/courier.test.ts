/**
 * The courier and its stick: put in, written, pulled out, full, write-protected. The stick is a small disk of its own
 * where that can be had. Each trouble has its own plain word, nothing is lost by it, and the next try goes well.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
import type { StickView } from '../../../../electron/contract/stickViews.ts';
import type { StickPort } from '../../../../electron/station/ports.ts';
import { createCourier } from '../../../../electron/station/stick/courier.ts';
import type { StickTools } from '../../../../electron/station/stick/tools.ts';
import { emptyCounty } from '../../../harness/countyDatabase.ts';
import { pgliteIn } from '../../../harness/emptyDatabase.ts';
import { smallDisk, type SmallDisk } from '../../../harness/smallDisk.ts';
import {
  bundlesOn,
  carry,
  darkStation,
  introduce,
  newStick,
  type DarkStation,
} from '../../../harness/stick.ts';

const { reference } = makeSampleVillage({ nowMs: Date.now() });
const probe = smallDisk(1);
const canMount = probe !== null;
probe?.close();

let county: County;
let station: DarkStation;
let courier: StickPort;
/** The sticks that are in. */
let sticks: string[];
/** What the courier's timer would do next: look for sticks. Undefined while a look is under way. */
let look: (() => void) | undefined;
let change: (tools: StickTools) => StickTools;
const log = { warn: vi.fn(), error: vi.fn() };
const onReference = vi.fn();

beforeAll(async () => {
  county = await createCounty({ database: await pgliteIn(null), keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  vi.clearAllMocks();
  await emptyCounty(county);
  station = darkStation();
  await introduce(county, station.dir, reference);
  sticks = [];
  change = (tools) => tools;
  courier = createCourier({
    store: station.store,
    findSticks: () => Promise.resolve(sticks),
    // The desk of the tests lives as long as the station.
    openTools: () => {
      const { desk, ...tools } = station.tools;
      return change({ ...tools, desk: { ...desk, close: () => Promise.resolve() } });
    },
    timers: {
      set: (action) => {
        look = action;
        return null;
      },
      clear: () => undefined,
    },
    log,
    onChange: () => undefined,
    onReference,
  });
  await settled();
});
afterEach(async () => {
  await courier.close();
  station.close();
});

/** Waits until a look that is under way is over. */
const settled = () => expect.poll(() => look !== undefined, { interval: 1 }).toBe(true);
async function lookNow(): Promise<void> {
  await settled();
  const next = look;
  look = undefined;
  next?.();
}
const until = (state: StickView['state']) =>
  expect.poll(() => courier.view().state, { interval: 5 }).toBe(state);
async function putIn(stick: string): Promise<void> {
  sticks = [stick];
  await lookNow();
}
async function pullOut(): Promise<void> {
  sticks = [];
  await lookNow();
}

describe('a stick that is put in', () => {
  let stick: string;
  beforeEach(() => (stick = newStick()));
  afterEach(() => rmSync(stick, { recursive: true, force: true }));

  it('is noticed, written, called safe, and reads itself when it comes back', async () => {
    station.work(50);
    await putIn(stick);
    await until('FOUND');
    expect(courier.view()).toMatchObject({ serial: 1, putInNow: true, waiting: 51 });
    const seen: number[] = [];
    change = (tools) => ({
      ...tools,
      desk: {
        ...tools.desk,
        batch: (order) => {
          seen.push(courier.view().done);
          return tools.desk.batch({ ...order, limit: 20 });
        },
      },
    });
    expect(await courier.write()).toEqual({ kind: 'STARTED' });
    expect(await courier.write()).toEqual({ kind: 'BUSY' });
    await until('SAFE');
    expect(courier.view()).toMatchObject({ done: 51, total: 51, problem: null });
    expect(seen).toEqual([0, 20, 40]);
    await pullOut();
    await until('NONE');
    await carry(county, stick);
    await putIn(stick);
    await until('FOUND');
    expect(courier.view()).toMatchObject({
      serial: 2,
      brought: { confirmed: 51, reference: true, returned: 0, leftAlone: null, foreign: 0 },
    });
    expect(onReference).toHaveBeenCalledTimes(1);
  });

  it('is not called out when it was there at the start', async () => {
    await courier.close();
    sticks = [stick];
    const again = createCourier({
      store: station.store,
      findSticks: () => Promise.resolve(sticks),
      openTools: () => ({
        ...station.tools,
        desk: { ...station.tools.desk, close: () => Promise.resolve() },
      }),
      timers: { set: () => null, clear: () => undefined },
      log,
      onChange: () => undefined,
      onReference,
    });
    await expect.poll(() => again.view().state).toBe('FOUND');
    expect(again.view()).toMatchObject({ serial: 1, putInNow: false });
    await again.close();
  });

  it('cannot be written by a station that was never connected with its county', async () => {
    rmSync(join(station.dir, 'county.json'));
    await putIn(stick);
    await until('FOUND');
    await courier.write();
    await until('PROBLEM');
    expect(courier.view().problem).toBe('NOT_PAIRED');
    expect(existsSync(join(stick, 'village-station'))).toBe(false);
  });

  it('is not to blame when the journal cannot be read', async () => {
    await putIn(stick);
    await until('FOUND');
    change = (tools) => ({
      ...tools,
      desk: { ...tools.desk, batch: () => Promise.reject(new Error('the worker ended')) },
    });
    await courier.write();
    await until('PROBLEM');
    expect(courier.view().problem).toBe('STORE');
    expect(bundlesOn(stick)).toEqual([]);
  });

  it('that hangs is called broken after two minutes, and keeps the station from nothing, not even from closing', async () => {
    await putIn(stick);
    await until('FOUND');
    const { promise: hanging, reject: release } = Promise.withResolvers<never>();
    hanging.catch(() => undefined);
    change = (tools) => ({ ...tools, desk: { ...tools.desk, batch: () => hanging } });
    expect(await courier.write()).toEqual({ kind: 'STARTED' });
    for (let looks = 0; looks < 59; looks++) await lookNow();
    expect(courier.view().state).toBe('WRITING');
    await lookNow();
    expect(courier.view()).toMatchObject({ state: 'PROBLEM', problem: 'BROKEN' });
    const closed = courier.close();
    look?.(); // The time for it is up.
    await closed;
    release(new Error('pulled out at last'));
  });

  it('is not written where there is none any more, though its empty place is', async () => {
    await putIn(stick);
    await until('FOUND');
    sticks = [];
    expect(await courier.write()).toEqual({ kind: 'NO_STICK' });
    expect(readdirSync(stick)).toEqual([]);
  });
});

describe.skipIf(!canMount)('a stick in trouble', () => {
  let disk: SmallDisk;
  beforeEach(() => {
    const made = smallDisk(1);
    if (made === null) throw new Error('no disk');
    disk = made;
    station.work(400);
  });
  afterEach(() => disk.close());

  async function writeAndSee(): Promise<StickView> {
    expect(await courier.write()).toEqual({ kind: 'STARTED' });
    await expect.poll(() => courier.view().state, { interval: 5 }).not.toBe('WRITING');
    return courier.view();
  }

  it('that is full: said so, nothing half stays, and with room it goes', async () => {
    mkdirSync(join(disk.dir, 'village-station', 'to-county'), { recursive: true });
    const filler = join(disk.dir, 'photos');
    for (let size = 1 << 16; size >= 512; size /= 2) {
      try {
        for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
      } catch {
        // Full for pieces of this size.
      }
    }
    await putIn(disk.dir);
    await until('FOUND');
    expect(await writeAndSee()).toMatchObject({ state: 'PROBLEM', problem: 'FULL', waiting: 401 });
    expect(readdirSync(join(disk.dir, 'village-station', 'to-county'))).toEqual([]);
    rmSync(filler);
    expect(await writeAndSee()).toMatchObject({ state: 'SAFE', problem: null });
    expect(await carry(county, disk.dir)).toMatchObject([{ fresh: 401 }]);
  });

  it('that is write-protected: said so, and it is read all the same', async () => {
    await putIn(disk.dir);
    await until('FOUND');
    expect((await writeAndSee()).state).toBe('SAFE');
    await carry(county, disk.dir);
    await pullOut();
    await until('NONE');
    disk.setReadOnly(true);
    await putIn(disk.dir);
    await until('FOUND');
    expect(courier.view().brought).toMatchObject({ confirmed: 401 });
    expect(await writeAndSee()).toMatchObject({ state: 'PROBLEM', problem: 'READ_ONLY' });
    disk.setReadOnly(false);
  });

  it('that is pulled out in the middle: said so, also after it is gone, and the next one goes', async () => {
    await putIn(disk.dir);
    await until('FOUND');
    change = (tools) => ({
      ...tools,
      desk: {
        ...tools.desk,
        batch: (order) => {
          spawnSync('umount', ['-l', disk.dir]);
          return tools.desk.batch(order);
        },
      },
    });
    expect(await writeAndSee()).toMatchObject({ state: 'PROBLEM', problem: 'PULLED_OUT' });
    expect(readdirSync(disk.dir)).toEqual([]);
    await pullOut();
    await settled();
    expect(courier.view().state).toBe('PROBLEM');
    change = (tools) => tools;
    const other = newStick();
    await putIn(other);
    await until('FOUND');
    expect(await writeAndSee()).toMatchObject({ state: 'SAFE', total: 401 });
    rmSync(other, { recursive: true });
  });
});
