/**
 * Nobody earns more by turning the clock. A volunteer serves until the day's cap is reached; then the date is
 * changed in every way a person at the machine can change it, and the same is tried again.
 */
import { describe, expect, it } from 'vitest';
import type { Store } from '../../db/types.ts';
import { decideScan } from '../../domain/attendance/decide.ts';
import { CLOCK_TRUST } from '../../domain/journal/events.ts';
import { ok } from '../../domain/result.ts';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { fc } from '../harness/property.ts';
import { HOUR_MS, MINUTE_MS, MORNING_MS, open, recordDrafts, sampleReference, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

const CAP = 80;

/** A plan that is on whatever the date, so that only the caps stand in the way. */
function always(store: Store): void {
  const reference = sampleReference();
  const [activity] = reference.activities;
  if (activity === undefined) throw new Error('no activity');
  const { rules } = reference;
  store.applyReference({
    ...reference,
    rules: { ...rules, attendance: { ...rules.attendance, maxPairsPerActivityDay: 1000 } },
    activities: [{ ...activity, startMs: 0, endMs: Date.UTC(2150, 0, 1) }],
  });
}

function scan(store: Store): void {
  const request = {
    volunteerId: 1,
    cardNumber: 1001,
    source: 'HID',
    mode: 'NORMAL',
    activityId: null,
  } as const;
  store.record(null, 0, (now) => {
    const decided = decideScan(store.views, request, store.views.rules(), now);
    return decided.ok ? ok(decided.value.drafts) : decided;
  });
}

/** In, four hours, out. */
function serve(store: Store, clock: TestClock): void {
  scan(store);
  clock.advance(4 * HOUR_MS);
  scan(store);
}
/** Points earned, without the 100 of the allowance. */
const earned = (store: Store): number => store.views.balance(1, store.nowMs()).availablePoints - 100;

function usedUp(): { dir: string; clock: TestClock; store: Store } {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  always(store);
  serve(store, clock);
  serve(store, clock);
  expect(earned(store)).toBe(CAP);
  return { dir, clock, store };
}

describe("the day's cap", () => {
  it.each([
    ['a day ahead', DAY_MS],
    ['a month ahead', 31 * DAY_MS],
    ['years ahead', 20 * 365 * DAY_MS],
    ['a day back', -DAY_MS],
    ['years back', -20 * 365 * DAY_MS],
  ])('is not opened by setting the clock %s; the times are marked and the day stays', (_, jumpMs) => {
    const { clock, store } = usedUp();
    const day = shanghaiDay(store.nowMs());
    clock.wallMs += jumpMs;
    scan(store);
    expect(store.clockDoubtful()).toBe(true);
    expect(shanghaiDay(store.nowMs())).toBe(day);
    clock.advance(HOUR_MS);
    scan(store);
    expect(earned(store)).toBe(CAP);
    store.close();
  });

  it('is not opened by setting the clock and starting the program again', () => {
    const { dir, clock, store } = usedUp();
    store.close();
    clock.wallMs += DAY_MS;
    const again = open(dir, clock);
    serve(again, clock);
    expect(earned(again)).toBe(CAP);
    again.close();
  });

  it('is not opened by an empty battery: a boot in 1970 or 2000 goes on from the last event', () => {
    for (const year of [1970, 2000]) {
      const { dir, clock, store } = usedUp();
      const last = store.nowMs();
      store.close();
      clock.wallMs = Date.UTC(year, 0, 1);
      clock.mono = 0;
      clock.boot = `boot-${year}`;
      const flat = open(dir, clock);
      expect(flat.clockDoubtful()).toBe(true);
      expect(flat.nowMs()).toBe(last);
      serve(flat, clock);
      clock.wallMs = Date.UTC(year, 6, 1);
      serve(flat, clock);
      expect(earned(flat)).toBe(CAP);
      flat.close();
    }
  });

  it('a boot years ahead is in doubt, raises no floor, and its right successor is believed', () => {
    const { dir, clock, store } = usedUp();
    const rightMs = clock.wallMs;
    store.close();
    clock.wallMs = Date.UTC(2099, 0, 1);
    clock.mono = 0;
    clock.boot = 'boot-2099';
    const ahead = open(dir, clock);
    expect(ahead.clockDoubtful()).toBe(true);
    expect(recordDrafts(ahead, [{ type: 'KEEPER_UNLOCKED' }]).events[0]?.trust).toBe(CLOCK_TRUST.DOUBTFUL);
    ahead.close();
    clock.wallMs = rightMs + HOUR_MS;
    clock.mono = 0;
    clock.boot = 'boot-right';
    const right = open(dir, clock);
    expect(right.clockDoubtful()).toBe(false);
    serve(right, clock);
    expect(earned(right)).toBe(CAP);
    right.close();
  });

  it('opens with the next day, by a true clock, by the county, and by a keeper where the machine was off', () => {
    const { dir, clock, store } = usedUp();
    clock.advance(16 * HOUR_MS);
    serve(store, clock);
    expect(earned(store)).toBe(CAP + 40);
    store.confirmClock(clock.wallMs + DAY_MS);
    expect(store.nowMs()).toBe(clock.wallMs + DAY_MS);
    store.close();
    clock.wallMs += 2 * DAY_MS;
    clock.mono = 0;
    clock.boot = 'boot-b';
    const next = open(dir, clock);
    expect(next.clockDoubtful()).toBe(false);
    recordDrafts(next, [{ type: 'DATE_CONFIRMED' }]);
    serve(next, clock);
    expect(earned(next)).toBe(CAP + 80);
    next.close();
  });

  it('whatever is done to the wall clock within a boot, days pass only as the monotonic clock says', () => {
    const jumps = fc.array(
      fc.record({
        jumpMs: fc.integer({ min: -40 * 365 * DAY_MS, max: 70 * 365 * DAY_MS }),
        passMinutes: fc.integer({ min: 0, max: 300 }),
        restart: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(jumps, (steps) => {
        const dir = tempDir();
        const clock = new TestClock();
        let store = open(dir, clock);
        const bornMono = clock.mono;
        let before = store.nowMs();
        for (const { jumpMs, passMinutes, restart } of steps) {
          // Steps within a time server's tolerance are followed: they are none of these.
          clock.wallMs = Math.max(0, clock.wallMs + (Math.abs(jumpMs) < 10 * MINUTE_MS ? DAY_MS : jumpMs));
          if (restart) {
            store.close();
            store = open(dir, clock);
          }
          clock.advance(passMinutes * MINUTE_MS);
          const event = recordDrafts(store, [{ type: 'KEEPER_UNLOCKED' }]).events[0];
          const drift = (event?.atMs ?? 0) - MORNING_MS - (clock.mono - bornMono);
          expect(Math.abs(drift)).toBeLessThanOrEqual(30_000 * steps.length);
          expect(event?.atMs).toBeGreaterThanOrEqual(before - 30_000);
          before = event?.atMs ?? 0;
          if (Math.abs(clock.wallMs - before) > 30_000 * steps.length)
            expect(event?.trust).toBe(CLOCK_TRUST.DOUBTFUL);
        }
        store.close();
      }),
      { numRuns: 60 },
    );
  });
});
