import { expect, it } from 'vitest';
import type { LineUse } from '../../../../db/types.ts';
import { DAY_MS, dayStartMs, MINUTE_MS } from '../../../../domain/time.ts';
import { createMeter, type LineCaps, type Meter } from '../../../../electron/station/sync/meter.ts';

const DAY = 20_000;
const NONE: LineUse = { sentBytes: 0, receivedBytes: 0, busyMs: 0 };

/** A line, a clock and a store of the test's own; `restart` makes the meter anew over the same store. */
function scene(caps: LineCaps) {
  const kept = new Map<number, LineUse>();
  const world = { nowMs: dayStartMs(DAY) + DAY_MS / 2, sent: 0, received: 0 };
  const store = {
    nowMs: () => world.nowMs,
    lineUse: (day: number) => kept.get(day) ?? NONE,
    addLineUse: (day: number, use: LineUse) => {
      const { sentBytes, receivedBytes, busyMs } = kept.get(day) ?? NONE;
      kept.set(day, {
        sentBytes: sentBytes + use.sentBytes,
        receivedBytes: receivedBytes + use.receivedBytes,
        busyMs: busyMs + use.busyMs,
      });
    },
  };
  const restart = (): Meter =>
    createMeter({
      store,
      caps,
      monoMs: () => world.nowMs,
      carried: () => ({ sent: world.sent, received: world.received }),
    });
  return { world, kept, restart };
}

it('counts both ways, and within a session too; over a restart nothing is lost or counted twice', () => {
  const { world, kept, restart } = scene({ megabytesPerDay: 1, minutesPerDay: 0 });
  const meter = restart();
  meter.begin();
  world.sent += 300_000;
  world.received += 499_999;
  expect(meter.view()).toMatchObject({ bytes: 799_999, level: 'FREE' });
  world.received += 1;
  world.nowMs += 90_000;
  expect(meter.view()).toMatchObject({ bytes: 800_000, minutes: 1.5, level: 'SPARING' });
  meter.end();
  meter.end();
  expect(kept.get(DAY)).toEqual({ sentBytes: 300_000, receivedBytes: 500_000, busyMs: 90_000 });
  // Idle time is no session's.
  world.nowMs += 3_600_000;
  const after = restart();
  expect(after.view()).toMatchObject({ bytes: 800_000, minutes: 1.5, level: 'SPARING' });
  after.begin();
  world.sent += 200_000;
  expect(after.view().level).toBe('USED_UP');
});

it('caps minutes as it caps bytes, and nothing where there is no cap', () => {
  const { world, restart } = scene({ megabytesPerDay: 0, minutesPerDay: 10 });
  const meter = restart();
  meter.begin();
  world.sent += 10 ** 12;
  world.nowMs += 8 * MINUTE_MS - 1;
  expect(meter.view().level).toBe('FREE');
  world.nowMs += 1;
  expect(meter.view().level).toBe('SPARING');
  world.nowMs += 2 * MINUTE_MS;
  expect(meter.view().level).toBe('USED_UP');
});

it('begins anew at midnight in Shanghai, within a session too', () => {
  const { world, kept, restart } = scene({ megabytesPerDay: 1, minutesPerDay: 0 });
  const meter = restart();
  world.nowMs = dayStartMs(DAY + 1) - 2 * MINUTE_MS;
  expect(meter.untilTomorrowMs()).toBe(2 * MINUTE_MS);
  meter.begin();
  world.sent += 2_000_000;
  expect(meter.view().level).toBe('USED_UP');
  world.nowMs += 2 * MINUTE_MS;
  meter.turn();
  expect(meter.view()).toMatchObject({ bytes: 0, level: 'FREE' });
  world.sent += 5;
  meter.end();
  expect([...kept]).toEqual([
    [DAY, { sentBytes: 2_000_000, receivedBytes: 0, busyMs: 2 * MINUTE_MS }],
    [DAY + 1, { sentBytes: 5, receivedBytes: 0, busyMs: 0 }],
  ]);
});

it('a power cut in the middle of a session takes no more of the count than one request and a little', () => {
  const { world, restart } = scene({ megabytesPerDay: 1, minutesPerDay: 0 });
  const meter = restart();
  meter.begin();
  for (let requests = 0; requests < 10; requests++) {
    world.sent += 60_000;
    world.nowMs += 10_000;
    meter.turn();
  }
  expect(restart().view().bytes).toBeGreaterThanOrEqual(500_000);
  meter.end();
  expect(restart().view()).toMatchObject({ bytes: 600_000, minutes: 10 / 6 });
});
