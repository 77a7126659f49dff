import { expect, test } from 'vitest';
import { createBootClock } from '../../../electron/shell/bootClock.ts';
import { systemClock } from '../../../electron/shell/world.ts';

/** A machine that can be put to sleep. */
function machine(uptimeLeadMs = 0) {
  const now = { awakeMs: 5_000, sleptMs: 0, wallMs: 1_700_000_000_000, asked: 0 };
  const clock = createBootClock({
    hrtimeMs: () => now.awakeMs,
    uptimeMs: () => {
      now.asked += 1;
      return now.awakeMs + now.sleptMs + uptimeLeadMs;
    },
    wallMs: () => now.wallMs,
  });
  const pass = (ms: number) => {
    now.awakeMs += ms;
    now.wallMs += ms;
  };
  const sleep = (ms: number) => {
    now.sleptMs += ms;
    now.wallMs += ms;
  };
  return { now, clock, pass, sleep };
}

test('a night of sleep counts, from the very first reading after it', () => {
  const { clock, pass, sleep } = machine();
  expect(clock()).toBe(5_000);
  pass(10);
  sleep(8 * 3_600_000);
  pass(5);
  expect(clock()).toBe(5_015 + 8 * 3_600_000);
  sleep(60_000);
  expect(clock()).toBe(5_015 + 8 * 3_600_000 + 60_000);
});

test('a start after a sleep begins with the time that was slept', () => {
  const { clock } = machine(7_000);
  expect(clock()).toBe(12_000);
});

test('setting the wall clock moves nothing, and neither does the coarseness of the uptime', () => {
  const { now, clock, pass } = machine(40);
  const first = clock();
  now.wallMs += 86_400_000;
  pass(1);
  expect(clock()).toBe(first + 1);
  now.wallMs -= 365 * 86_400_000;
  pass(1);
  expect(clock()).toBe(first + 2);
});

test('the uptime is not asked for at each reading', () => {
  const { now, clock, pass } = machine();
  for (let i = 0; i < 1000; i += 1) {
    pass(1);
    clock();
  }
  expect(now.asked).toBeLessThanOrEqual(3);
});

test('an uptime of a container, less than hrtime, is not used', () => {
  const { clock } = machine(-3_600_000);
  expect(clock()).toBe(5_000);
});

test('the real clock runs forward, and not behind hrtime', () => {
  const clock = systemClock();
  const hrtimeMs = () => Number(process.hrtime.bigint() / 1_000_000n);
  let last = hrtimeMs();
  for (let i = 0; i < 1000; i += 1) {
    const now = clock.monoMs();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
