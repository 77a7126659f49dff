import { describe, expect, it } from 'vitest';
import { CLOCK_TRUST } from '../../domain/journal/events.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { Store } from '../../db/types.ts';
import { openJournalReader } from '../../db/reader.ts';
import { HOUR_MS, MINUTE_MS, open, recordDrafts, sha256, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

const { TRUSTED, UNCONFIRMED, DOUBTFUL } = CLOCK_TRUST;

function trustOf(store: Store): number | undefined {
  return recordDrafts(store, [{ type: 'KEEPER_UNLOCKED' }]).events[0]?.trust;
}

describe('trust in the wall clock', () => {
  it('is unconfirmed until the county has told the time', () => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    expect(trustOf(store)).toBe(UNCONFIRMED);
    store.confirmClock(clock.wallMs + 2000);
    expect(trustOf(store)).toBe(TRUSTED);
    clock.advance(HOUR_MS);
    expect(trustOf(store)).toBe(TRUSTED);
    store.close();
  });

  it.each([
    ['back', -HOUR_MS],
    ['forward', HOUR_MS],
  ])('is in doubt after a jump %s, recording all the while, until the clock is right again', (_, jumpMs) => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    expect(store.clockDoubtful()).toBe(false);
    clock.wallMs += jumpMs;
    expect(store.clockDoubtful()).toBe(true);
    expect(trustOf(store)).toBe(DOUBTFUL);
    clock.advance(MINUTE_MS);
    expect(trustOf(store)).toBe(DOUBTFUL);
    clock.wallMs -= jumpMs;
    expect(trustOf(store)).toBe(UNCONFIRMED);
    store.close();
  });

  it('is counted for a day, also as the day goes on', () => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    const day = shanghaiDay(clock.wallMs);
    const started = store.views.trustOfDay(day)[UNCONFIRMED];
    trustOf(store);
    store.confirmClock(clock.wallMs);
    trustOf(store);
    clock.wallMs += HOUR_MS;
    trustOf(store);
    expect(store.views.trustOfDay(day)).toEqual({
      [UNCONFIRMED]: started + 1,
      [TRUSTED]: 1,
      [DOUBTFUL]: 1,
    });
    expect(store.views.trustOfDay(day - 1)).toEqual({ [UNCONFIRMED]: 0, [TRUSTED]: 0, [DOUBTFUL]: 0 });
    trustOf(store);
    expect(store.views.trustOfDay(day)[DOUBTFUL]).toBe(2);
    store.close();
  });

  it('bears the small steps of a time server, and drift that adds up slowly', () => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    for (let hour = 0; hour < 24; hour++) {
      clock.advance(HOUR_MS);
      clock.wallMs -= 20_000;
      expect(trustOf(store)).toBe(UNCONFIRMED);
    }
    store.close();
  });

  it.each([25_000, -25_000])('adds small steps of %s ms up, over restarts of the program too', (stepMs) => {
    const dir = tempDir();
    const clock = new TestClock();
    let store = open(dir, clock);
    const startMs = clock.wallMs;
    for (let minute = 0; minute < 60; minute++) {
      clock.advance(MINUTE_MS);
      clock.wallMs += stepMs;
      trustOf(store);
      if (minute % 10 !== 9) continue;
      store.close();
      store = open(dir, clock);
    }
    expect(trustOf(store)).toBe(DOUBTFUL);
    // An hour has passed, and not another half hour by steps.
    expect(Math.abs(store.nowMs() - startMs - HOUR_MS)).toBeLessThanOrEqual(MINUTE_MS);
    // The county's word begins the sum anew.
    store.confirmClock(clock.wallMs);
    expect(trustOf(store)).toBe(TRUSTED);
    store.close();
  });

  it('is in doubt after a reboot into the past, and the doubtful times are no measure for later', () => {
    const dir = tempDir();
    const clock = new TestClock();
    open(dir, clock).close();
    const before = clock.wallMs;
    clock.wallMs = Date.UTC(2000, 0, 1);
    clock.mono = 0;
    clock.boot = 'boot-b';
    const flat = open(dir, clock);
    expect(trustOf(flat)).toBe(DOUBTFUL);
    flat.close();
    const restarted = open(dir, clock);
    expect(trustOf(restarted)).toBe(DOUBTFUL);
    clock.wallMs = before + HOUR_MS;
    expect(trustOf(restarted)).toBe(UNCONFIRMED);
    restarted.close();
  });

  it('keeps the mark within a boot over a restart of the program', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const first = open(dir, clock);
    first.confirmClock(clock.wallMs);
    expect(trustOf(first)).toBe(TRUSTED);
    first.close();
    clock.advance(MINUTE_MS);
    const second = open(dir, clock);
    expect(trustOf(second)).toBe(TRUSTED);
    clock.wallMs -= HOUR_MS;
    expect(trustOf(second)).toBe(DOUBTFUL);
    second.close();
  });

  it('believes the county, even against what the journal says', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const right = clock.wallMs;
    clock.wallMs = Date.UTC(2099, 0, 1);
    const store = open(dir, clock);
    expect(trustOf(store)).toBe(UNCONFIRMED);
    store.confirmClock(right);
    expect(trustOf(store)).toBe(DOUBTFUL);
    clock.wallMs = right;
    expect(trustOf(store)).toBe(TRUSTED);
    store.close();
  });
});

describe('a clock that the county finds wrong', () => {
  const wrong = (store: Store) => {
    const { events } = recordDrafts(store, [{ type: 'KEEPER_UNLOCKED' }]);
    return events[0]?.seq ?? 0;
  };
  it('names the events of this boot that carry wrong times, once, and no others', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const first = open(dir, clock);
    first.confirmClock(clock.wallMs);
    wrong(first);
    first.close();
    // The next morning, and somebody has set the date one day further ahead.
    clock.advance(24 * HOUR_MS);
    clock.wallMs += 24 * HOUR_MS;
    Object.assign(clock, { mono: 0, boot: 'boot-b' });
    const store = open(dir, clock);
    const fromSeq = store.syncState().recorded;
    const toSeq = wrong(store);
    store.confirmClock(clock.wallMs - 24 * HOUR_MS);
    store.confirmClock(clock.wallMs - 24 * HOUR_MS);
    const named = store.syncState().recorded;
    expect(named).toBe(toSeq + 1);
    store.close();
    const reader = openJournalReader(dir, sha256);
    expect(reader.readRun(toSeq, 1)?.events[0]).toMatchObject({
      type: 'CLOCK_FOUND_WRONG',
      fromSeq,
      toSeq,
      offByMs: 24 * HOUR_MS,
      atMs: clock.wallMs - 24 * HOUR_MS,
      trust: DOUBTFUL,
    });
    reader.close();
  });

  it('is nothing to speak of when it is off by minutes', () => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    const { recorded } = store.syncState();
    store.confirmClock(clock.wallMs - 50 * MINUTE_MS);
    expect(store.syncState().recorded).toBe(recorded);
    store.close();
  });
});

describe('wrong PINs', () => {
  it('outlive a restart; setting the clock opens no lock, and none lasts longer than it should', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const store = open(dir, clock);
    expect(store.keeperTries()).toEqual({ tries: 0, lockedUntilMs: 0 });
    store.setKeeperTries(5, 10 * MINUTE_MS);
    store.close();
    clock.advance(MINUTE_MS);
    clock.wallMs += HOUR_MS;
    const again = open(dir, clock);
    // The hour was set by hand within the boot: the station's own time does not follow it.
    expect(again.keeperTries()).toEqual({ tries: 5, lockedUntilMs: again.nowMs() + 9 * MINUTE_MS });
    expect(again.nowMs()).toBe(clock.wallMs - HOUR_MS);
    again.close();
    clock.boot = 'boot-b';
    clock.wallMs -= 30 * HOUR_MS;
    const rebooted = open(dir, clock);
    expect(rebooted.keeperTries().lockedUntilMs).toBe(clock.wallMs + 10 * MINUTE_MS);
    clock.wallMs += 31 * HOUR_MS;
    expect(rebooted.keeperTries()).toEqual({ tries: 5, lockedUntilMs: 0 });
    rebooted.setKeeperTries(0, 0);
    expect(rebooted.keeperTries()).toEqual({ tries: 0, lockedUntilMs: 0 });
    rebooted.close();
  });
});
