/**
 * Somebody wants more than a day's points. A reboot hides how long the machine was off, so they set the date and
 * start it again: tomorrow, next year, last week; or they take the battery out. Nobody is refused, every service is
 * recorded, and however often they try, nobody is credited more than a day holds on what is really one day. Then the
 * county's line comes back, or the keeper looks at the date and says that it is right, and days are days again.
 */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { DAY_MS } from '../../domain/time.ts';
import { CAP, withVillage } from './datesVillage.ts';
import { HOUR_MS, MINUTE_MS } from './support.ts';

const ATTEMPTS: readonly (readonly [string, (nowMs: number, time: number) => number])[] = [
  ['a day ahead', (nowMs, time) => nowMs + time * DAY_MS],
  ['half a day ahead', (nowMs, time) => nowMs + time * 12 * HOUR_MS],
  ['a year ahead', (nowMs, time) => nowMs + time * 365 * DAY_MS],
  ['a day back', (nowMs, time) => nowMs - time * DAY_MS],
  ['a year back', (nowMs, time) => nowMs - time * 365 * DAY_MS],
  ['no battery, 1970', (_, time) => time * DAY_MS],
  ['no battery, 2000', (_, time) => Date.UTC(2000, 0, time)],
];

describe("a day's cap and reboots with another date", () => {
  it.each(ATTEMPTS)('is not opened by %s, once and again', (_, dateOf) => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      expect(village.serve(1) + village.serve(1)).toBe(CAP.points);
      for (let time = 1; time <= 3; time++) {
        village.reboot(MINUTE_MS, dateOf(village.realMs, time));
        expect(village.store.dateSettled()).toBe(false);
        expect(village.serve(1)).toBe(0);
      }
      // Back on the line, still the same day.
      village.store.confirmClock(village.realMs);
      expect(village.serve(1)).toBe(0);
      village.restart();
      expect(village.store.dateSettled()).toBe(true);
      expect(village.serve(1)).toBe(0);
      // The next day is one, whatever the date of the machine.
      village.pass(24 * HOUR_MS);
      village.store.confirmClock(village.realMs);
      expect(village.serve()).toBe(CAP.points);
    });
  });

  it.each(ATTEMPTS)('nor by beginning with %s and putting it right afterwards', (_, dateOf) => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.reboot(MINUTE_MS, dateOf(village.realMs, 1));
      expect(village.serve()).toBe(CAP.points);
      village.reboot(MINUTE_MS, village.realMs + MINUTE_MS);
      village.store.confirmClock(village.realMs);
      expect(village.serve()).toBe(0);
    });
  });

  it('says why no more is credited, records the service all the same, and is told of to nobody else', () => {
    withVillage((village) => {
      village.serve();
      village.reboot(MINUTE_MS, village.realMs + DAY_MS);
      village.scan();
      village.pass(HOUR_MS);
      const { ended } = village.scan();
      expect(ended).toMatchObject({
        actualMinutes: 60,
        credit: { points: 0, creditedMinutes: 0, cappedBy: 'DATE' },
      });
      expect(village.store.clockDoubtful()).toBe(false);
    });
  });

  it('a station without a line goes on: each morning a keeper says that the date is right', () => {
    withVillage((village) => {
      for (let day = 0; day < 5; day++) {
        expect(village.store.dateSettled()).toBe(false);
        village.keeperConfirms();
        expect(village.serve()).toBe(CAP.points);
        expect(village.serve(1)).toBe(0);
        village.reboot(21 * HOUR_MS, village.realMs + 21 * HOUR_MS);
      }
      // Weeks of holidays are nothing special.
      village.reboot(30 * DAY_MS, village.realMs + 30 * DAY_MS);
      expect(village.store.clockDoubtful()).toBe(false);
      village.keeperConfirms();
      expect(village.serve()).toBe(CAP.points);
    });
  });

  it('nor does one that is never switched off need anybody: its days last as long as days', () => {
    withVillage((village) => {
      for (let day = 0; day < 3; day++) {
        expect(village.serve()).toBe(CAP.points);
        expect(village.serve(1)).toBe(0);
        village.pass(21 * HOUR_MS);
      }
    });
  });

  it('with a line, days of an honest clock are whole days, before the county is heard in a boot and after', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      for (let day = 0; day < 3; day++) {
        expect(village.serve(1)).toBe(CAP.points / 2);
        village.reboot(20 * HOUR_MS, village.realMs + 20 * HOUR_MS);
        // The line comes late in the morning: what was recorded until then is of this day, by the county's word.
        expect(village.serve(1)).toBe(CAP.points / 2);
        village.store.confirmClock(village.realMs + 5000);
        village.pass(22 * HOUR_MS);
      }
    });
  });

  it("the county's word outlives a restart of the program, against a wall clock that says otherwise", () => {
    withVillage((village) => {
      village.reboot(MINUTE_MS, village.realMs + 3 * DAY_MS);
      village.store.confirmClock(village.realMs);
      village.restart();
      expect(Math.abs(village.store.nowMs() - village.realMs)).toBeLessThan(MINUTE_MS);
      expect(village.store.clockDoubtful()).toBe(true);
      expect(village.serve()).toBe(CAP.points);
      expect(village.serve()).toBe(0);
    });
  });

  it('a date that is put right before the county is heard proves nothing of what was before', () => {
    withVillage((village) => {
      village.reboot(MINUTE_MS, village.realMs - 3 * DAY_MS);
      expect(village.serve(1)).toBe(CAP.points / 2);
      village.scan();
      village.clock.wallMs = village.realMs;
      village.store.confirmClock(village.realMs);
      village.pass(2 * HOUR_MS);
      expect(village.scan().ended?.credit.points).toBe(CAP.points / 2);
      expect(village.serve(1)).toBe(0);
    });
  });

  it('whatever is done to the date, no real day is credited with more than a day holds', () => {
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('SCAN' as const),
          minutes: fc.integer({ min: 1, max: 180 }),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constantFrom('REBOOT' as const, 'SET' as const),
          offMinutes: fc.constantFrom(1, 1, 60, 600, 1440, 3000),
          dateOff: fc.oneof(
            fc.constant(0),
            fc.integer({ min: -3, max: 3 }).map((days) => days * DAY_MS),
            fc.integer({ min: -72, max: 72 }).map((hours) => hours * HOUR_MS),
            fc.constantFrom(-50 * 365 * DAY_MS, -365 * DAY_MS, 365 * DAY_MS),
          ),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constantFrom('COUNTY' as const, 'KEEPER' as const, 'RESTART' as const),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 4, maxLength: 24 }), (steps) => {
        withVillage((village) => {
          /** Whether every date since the last one that somebody vouched for was right. */
          let honest = true;
          const isRight = () => Math.abs(village.store.nowMs() - village.realMs) < MINUTE_MS;
          for (const one of steps) {
            honest &&= isRight();
            if (one.kind === 'SCAN') {
              village.pass(one.minutes * MINUTE_MS);
              village.scan();
            } else if (one.kind === 'REBOOT') {
              const offMs = one.offMinutes * MINUTE_MS;
              village.reboot(offMs, Math.max(0, village.realMs + offMs + one.dateOff));
            } else if (one.kind === 'SET') {
              village.clock.wallMs = Math.max(0, village.realMs + one.dateOff);
            } else if (one.kind === 'COUNTY') {
              village.store.confirmClock(village.realMs);
            } else if (one.kind === 'RESTART') village.restart();
            else if (honest) village.keeperConfirms();
            honest &&= isRight();
          }
        });
      }),
      { numRuns: 80 },
    );
  }, 120_000);
});
