import { describe, expect, it } from 'vitest';
import { POLL_MS, startReader, type HidDeviceInfo, type HidPort } from '../../../electron/scanner/reader.ts';
import { hidPosReports } from '../../domain/scanner/support.ts';
import { manualTime, settle } from './manualTime.ts';

const SCANNER: HidDeviceInfo = { path: '/dev/hidraw3', usagePage: 0x8c, usage: 2 };
/** What else there is on the two pages: a cash drawer, a mouse. */
const NEIGHBOURS: HidDeviceInfo[] = [
  { path: '/dev/hidraw0', usagePage: 0x8c, usage: 1 },
  { path: '/dev/hidraw2', usagePage: 1, usage: 2 },
];
const KEYBOARD: HidDeviceInfo = { path: '/dev/hidraw1', usagePage: 1, usage: 6 };

/** Stands for the hardware: what is plugged in, whether it may be opened, and a device that reports on demand. */
function bench() {
  const time = manualTime();
  const log: string[] = [];
  const world = {
    plugged: [KEYBOARD] as HidDeviceInfo[],
    openError: undefined as Error | undefined,
    listings: 0,
    closes: 0,
    closeGate: Promise.resolve(),
    on: undefined as Parameters<Awaited<ReturnType<HidPort['open']>>['listen']>[0] | undefined,
  };
  const hid: HidPort = {
    devices: () => {
      world.listings++;
      return Promise.resolve(world.plugged);
    },
    open: (path) => {
      log.push(`open ${path}`);
      if (world.openError !== undefined) return Promise.reject(world.openError);
      return Promise.resolve({
        listen: (on) => (world.on = on),
        close: async () => {
          await world.closeGate;
          world.closes++;
        },
      });
    },
  };
  const reader = startReader({
    hid,
    onState: (state) => log.push(state),
    onScan: (text) => log.push(`scan ${text}`),
    onBadReport: (problem) => log.push(`bad ${problem}`),
    monoMs: time.clock.monoMs,
    setTimer: time.setTimer,
  });
  return { time, log, world, reader };
}

describe('the reader of the scanner', () => {
  it('opens the bar-code scanner by its usage, never the keyboard beside it, and reads', async () => {
    const { time, log, world } = bench();
    await settle();
    expect(log).toEqual(['MISSING']);
    world.plugged = [KEYBOARD, ...NEIGHBOURS, SCANNER];
    await time.advance(POLL_MS);
    for (const report of hidPosReports('VC1' + 'A'.repeat(130))) world.on?.data(report);
    expect(log).toEqual(['MISSING', 'open /dev/hidraw3', 'READY', `scan VC1${'A'.repeat(130)}`]);
  });

  it('reads devices without report ids too', async () => {
    const { time, log, world } = bench();
    world.plugged = [SCANNER];
    await time.advance(POLL_MS);
    for (const report of hidPosReports('HELLO', { reportId: null })) world.on?.data(report);
    expect(log.at(-1)).toBe('scan HELLO');
  });

  it('lists devices only while none is open', async () => {
    const { time, world } = bench();
    world.plugged = [SCANNER];
    await time.advance(POLL_MS);
    const before = world.listings;
    await time.advance(10 * POLL_MS);
    expect(world.listings).toBe(before);
    expect(time.pending()).toBe(0);
  });

  it('finds the scanner again after it was unplugged, again and again', async () => {
    const { time, log, world } = bench();
    for (let i = 0; i < 3; i++) {
      world.plugged = [SCANNER];
      await time.advance(POLL_MS);
      world.on?.data(hidPosReports('unfinished'.repeat(9))[0] ?? new Uint8Array());
      world.plugged = [];
      world.on?.error();
      world.on?.error();
      await settle();
      expect(world.closes).toBe(2 * i + 1);
      await time.advance(2 * POLL_MS);
      world.plugged = [SCANNER];
      await time.advance(POLL_MS);
      for (const report of hidPosReports(`again ${i}`)) world.on?.data(report);
      expect(log.at(-1)).toBe(`scan again ${i}`);
      world.on?.error();
    }
    expect(log.filter((line) => line === 'READY')).toHaveLength(6);
  });

  it('says NO_PERMISSION where the device may not be opened, and goes on once it may', async () => {
    const { time, log, world } = bench();
    world.plugged = [SCANNER];
    world.openError = new TypeError('cannot open device with path /dev/hidraw3: Permission denied');
    await time.advance(POLL_MS);
    expect(log.slice(-2)).toEqual(['open /dev/hidraw3', 'NO_PERMISSION']);
    world.openError = new TypeError('cannot open device');
    await time.advance(POLL_MS);
    expect(log.at(-1)).toBe('MISSING');
    world.openError = undefined;
    await time.advance(POLL_MS);
    expect(log.at(-1)).toBe('READY');
  });

  it('names a report that could not be used and reads the next', async () => {
    const { time, log, world } = bench();
    world.plugged = [SCANNER];
    await time.advance(POLL_MS);
    world.on?.data(Uint8Array.from([1, 2, 3]));
    world.on?.data(hidPosReports('x'.repeat(57))[0] ?? new Uint8Array());
    world.on?.data(Uint8Array.from([2, 0, 0x5d]));
    await time.advance(1_000);
    for (const report of hidPosReports('fine')) world.on?.data(report);
    expect(log.slice(-2)).toEqual(['bad SHORT_REPORT', 'scan fine']);
  });

  it('closes in order: nothing is said, read or tried again, and the device is closed before it answers', async () => {
    const { time, log, world, reader } = bench();
    world.plugged = [SCANNER];
    await time.advance(POLL_MS);
    let open = (): void => undefined;
    world.closeGate = new Promise((resolve) => (open = resolve));
    let closed = false;
    const closing = reader.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    world.on?.data(hidPosReports('late')[0] ?? new Uint8Array());
    open();
    await closing;
    expect(world.closes).toBe(1);
    await time.advance(10 * POLL_MS);
    expect(log.at(-1)).toBe('READY');
    expect(time.pending()).toBe(0);
  });

  it('closes while it is still looking, without opening anything afterwards', async () => {
    const { time, world, reader, log } = bench();
    world.plugged = [SCANNER];
    await reader.close();
    await time.advance(10 * POLL_MS);
    expect(world.closes).toBe(log.filter((line) => line.startsWith('open')).length);
    expect(time.pending()).toBe(0);
  });
});
