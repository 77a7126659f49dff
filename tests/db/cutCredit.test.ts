/**
 * A village far from any line. Each night the station is switched off, so nobody vouches for its date, and what its
 * people do on four evenings counts together as if it were one. On the fourth evening the keeper looks at the screen
 * and says that it is this day today: then each evening is credited as it was served, and no more, and once. Whoever
 * had only turned the clock gets nothing.
 */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { verifyFolder } from '../../db/verify.ts';
import { decideReversal } from '../../domain/points/correct.ts';
import { decideObjection, decideObjectionOutcome } from '../../domain/points/settle.ts';
import { DAY_MS, shanghaiDay } from '../../domain/time.ts';
import { readStation } from '../harness/station.ts';
import { CAP, type Village, withVillage } from './datesVillage.ts';
import { HOUR_MS, MINUTE_MS, recordDrafts, sha256 } from './support.ts';

function night(village: Village, dateOffMs = 0): void {
  village.reboot(22 * HOUR_MS, village.realMs + 22 * HOUR_MS + dateOffMs);
}
function typesOf(village: Village): readonly string[] {
  return recordDrafts(village.store, [{ type: 'DATE_CONFIRMED' }]).events.map(({ type }) => type);
}

describe('what was cut only because a date was not settled', () => {
  it('is there for each day, exactly and once, when the keeper confirms the date', () => {
    withVillage((village) => {
      for (let day = 0; day < 3; day++) {
        village.serve();
        night(village);
      }
      expect(village.points()).toEqual([CAP.points, 0, 0]);
      expect(village.store.dateToConfirm()).toBe(true);
      expect(village.store.attention()).toEqual({ date: 2, refused: 0, missing: 0, aside: 0 });
      expect(typesOf(village)).toEqual(['DATE_CONFIRMED', 'SERVICE_CREDITED', 'SERVICE_CREDITED']);
      expect(village.points()).toEqual([CAP.points, CAP.points, CAP.points]);
      expect(village.store.dateToConfirm()).toBe(false);
      expect(village.store.attention().date).toBe(0);
      expect(village.store.views.sums({ holder: 'PERSON', holderId: 1 }).issued).toBe(3 * CAP.points);
      expect(typesOf(village)).toEqual(['DATE_CONFIRMED']);
      village.serve();
      expect(village.points()).toEqual([CAP.points, CAP.points, CAP.points, CAP.points]);
    });
  });

  it('goes no further than the cap of each day, with what else was done on it', () => {
    withVillage((village) => {
      village.serve();
      night(village);
      village.serve(1.5);
      village.serve(1.5);
      village.keeperConfirms();
      expect(village.points()).toEqual([CAP.points, 15, 5]);
      expect(village.serve(1)).toBe(0);
    });
  });

  it('is given by the county where its word proves it: services of this boot, that nothing undated lies beside', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.serve();
      night(village);
      expect(village.serve()).toBe(0);
      village.store.confirmClock(village.realMs);
      expect(village.points()).toEqual([CAP.points, CAP.points]);
      expect(village.store.dateToConfirm()).toBe(false);
      village.store.confirmClock(village.realMs + 10 * MINUTE_MS);
      expect(village.points()).toEqual([CAP.points, CAP.points]);
    });
  });

  it('waits for the keeper where the county cannot know: evenings of earlier boots', () => {
    withVillage((village) => {
      for (let day = 0; day < 3; day++) {
        village.serve();
        night(village);
      }
      village.store.confirmClock(village.realMs);
      expect(village.points()).toEqual([CAP.points, 0, 0]);
      expect(village.store.dateToConfirm()).toBe(true);
      village.keeperConfirms();
      expect(village.points()).toEqual([CAP.points, CAP.points, CAP.points]);
    });
  });

  it.each(['KEEPER', 'COUNTY'] as const)(
    'is nothing where the date was set ahead twice on one day, and the %s tells the true one',
    (who) => {
      withVillage((village) => {
        village.store.confirmClock(village.realMs);
        village.serve();
        for (const days of [1, 2]) {
          village.reboot(MINUTE_MS, village.realMs + days * DAY_MS);
          expect(village.serve(1)).toBe(0);
        }
        village.reboot(MINUTE_MS, village.realMs + MINUTE_MS);
        if (who === 'KEEPER') village.keeperConfirms();
        else village.store.confirmClock(village.realMs);
        expect(village.points()).toEqual([CAP.points, 0, 0]);
        expect(village.store.dateToConfirm()).toBe(false);
        // Nor later, when those days really come.
        night(village);
        night(village);
        village.keeperConfirms();
        expect(village.points()).toEqual([CAP.points, 0, 0]);
      });
    },
  );

  it('nor where a later start of the machine contradicts the date, though that day has come since', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.serve();
      village.reboot(MINUTE_MS, village.realMs + DAY_MS);
      expect(village.serve(1)).toBe(0);
      village.reboot(MINUTE_MS, village.realMs + MINUTE_MS);
      night(village);
      village.pass(6 * HOUR_MS);
      village.keeperConfirms();
      expect(village.points()).toEqual([CAP.points, 0]);
    });
  });

  it('nor where the date was set back before the last day that was certain', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.serve();
      village.reboot(MINUTE_MS, village.realMs - DAY_MS);
      expect(village.serve(1)).toBe(0);
      village.reboot(MINUTE_MS, village.realMs + MINUTE_MS);
      village.keeperConfirms();
      expect(village.points()).toEqual([CAP.points, 0]);
    });
  });

  it('nor for the keeper to give once the county has said that the date of the very boot was wrong', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.serve(1);
      night(village, 5 * DAY_MS);
      expect(village.serve()).toBe(CAP.points / 2);
      village.reboot(MINUTE_MS, village.realMs - DAY_MS);
      expect(village.serve(1)).toBe(0);
      village.store.confirmClock(village.realMs);
      village.keeperConfirms();
      expect(village.points().at(-1)).toBe(0);
    });
  });

  it('nor where the county is heard in the very boot whose date was wrong, ahead or back', () => {
    for (const dateOff of [DAY_MS, -DAY_MS])
      withVillage((village) => {
        village.store.confirmClock(village.realMs);
        village.serve();
        village.reboot(MINUTE_MS, village.realMs + MINUTE_MS + dateOff);
        village.serve(1);
        village.store.confirmClock(village.realMs);
        village.keeperConfirms();
        expect(village.points()).toEqual([CAP.points, 0]);
      });
  });

  it('what was undated on a day keeps its place: the county gives nothing beside it, on that day or the next', () => {
    withVillage((village) => {
      village.store.confirmClock(village.realMs);
      village.reboot(MINUTE_MS, village.realMs + 3 * DAY_MS);
      expect(village.serve()).toBe(CAP.points);
      village.reboot(MINUTE_MS, village.realMs + MINUTE_MS);
      expect(village.serve(1)).toBe(0);
      village.store.confirmClock(village.realMs);
      village.reboot(20 * HOUR_MS, village.realMs + 20 * HOUR_MS);
      village.store.confirmClock(village.realMs);
      expect(village.points()).toEqual([CAP.points, 0]);
    });
  });

  /** Two services of one hour, the second cut, as an entry of which points were credited. */
  function cutEntry(village: Village) {
    village.serve(1);
    night(village);
    village.serve();
    expect(village.points()).toEqual([10, 10]);
    const lots = readStation<{ readonly seq: number }>(village.dir, 'SELECT seq FROM lot ORDER BY seq');
    const { incarnation } = village.store;
    return { holder: 'PERSON', holderId: 1, incarnation, seq: lots[1]?.seq ?? 0 } as const;
  }
  const keeper = (id: number) => ({ id, role: 'STATION_HEAD', volunteerId: 0 }) as const;

  it('is nothing for a service that was taken back', () => {
    withVillage((village) => {
      const entry = cutEntry(village);
      const { views } = village.store;
      const decided = decideReversal(views, entry, '没来', keeper(1), keeper(2));
      if (!decided.ok) throw new Error(decided.error.kind);
      recordDrafts(village.store, decided.value);
      expect(typesOf(village)).toEqual(['DATE_CONFIRMED']);
    });
  });

  it('is nothing for a service that was objected to with reason, and is there where the objection was none', () => {
    for (const outcome of ['UPHELD', 'DISMISSED'] as const)
      withVillage((village) => {
        village.store.applyReference({
          ...village.reference,
          version: village.reference.version + 1,
          rules: {
            ...village.reference.rules,
            version: village.reference.rules.version + 1,
            points: { ...village.reference.rules.points, settlement: 'posted' },
          },
        });
        const entry = cutEntry(village);
        const { views } = village.store;
        const objected = decideObjection(views, entry, '没来');
        if (!objected.ok) throw new Error(objected.error.kind);
        recordDrafts(village.store, objected.value);
        const settled = decideObjectionOutcome(views, entry, outcome, '查实', keeper(1));
        if (!settled.ok) throw new Error(settled.error.kind);
        recordDrafts(village.store, settled.value);
        const given = outcome === 'UPHELD' ? [] : ['SERVICE_CREDITED'];
        expect(typesOf(village)).toEqual(['DATE_CONFIRMED', ...given]);
      });
  });

  it('the views made anew out of the journal say the same, and a second fact for one attendance is none', () => {
    withVillage((village) => {
      village.serve();
      night(village);
      village.serve();
      village.keeperConfirms();
      const signInSeq = village.services.at(-1)?.signInSeq ?? 0;
      const credits = [{ day: shanghaiDay(village.realMs), minutes: 60, points: 10 }];
      const again = {
        type: 'SERVICE_CREDITED',
        signInSeq,
        volunteerId: 1,
        hourKind: 'CREDIT',
        credits,
      } as const;
      expect(() => recordDrafts(village.store, [again])).toThrow();
      expect(village.points()).toEqual([CAP.points, CAP.points]);
      village.store.close();
      expect(verifyFolder(village.dir, sha256).finding).toBeNull();
      village.restart();
    });
  });

  it('whenever an honest machine is switched off, in the end each day has what it had been on one never switched off', () => {
    const step = fc.record({
      hours: fc.integer({ min: 1, max: 3 }),
      off: fc.constantFrom(null, 1, 10, 22, 70),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
        withVillage((village) => {
          for (const { hours, off } of steps) {
            // Within one day, so that the hours of the story are the hours of the day.
            while (shanghaiDay(village.realMs) !== shanghaiDay(village.realMs + hours * HOUR_MS))
              village.pass(HOUR_MS);
            village.serve(hours);
            if (off !== null) village.reboot(off * HOUR_MS, village.realMs + off * HOUR_MS);
          }
          village.keeperConfirms();
          const days = new Map<number, { served: number; points: number }>();
          for (const [at, points] of village.points().entries()) {
            const { fromMs = 0, toMs = 0 } = village.services[at] ?? {};
            const sum = days.get(shanghaiDay(fromMs)) ?? { served: 0, points: 0 };
            const served = sum.served + (toMs - fromMs) / HOUR_MS;
            days.set(shanghaiDay(fromMs), { served, points: sum.points + points });
          }
          for (const { served, points } of days.values())
            expect(points).toBe(Math.min(CAP.points, served * 10));
        });
      }),
      { numRuns: 12 },
    );
  }, 60_000);
});
