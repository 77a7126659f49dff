import { describe, expect, it } from 'vitest';
import { creditService } from '../../../domain/attendance/credit.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { monthStartDay, shanghaiDay } from '../../../domain/time.ts';
import { fc } from '../../harness/property.ts';
import { at, PlainFacts } from './facts.ts';

const service = {
  volunteerId: 1,
  signedInMs: at('2026-11-23', '08:00'),
  actualMinutes: 240,
  factorPercent: 100,
  earnsPoints: true,
  signedIn: { atMs: 0, boot: 1, monoMs: 0 },
};
const today = shanghaiDay(service.signedInMs);

describe('credit', () => {
  it('gives nothing, and no row, for less than a unit', () => {
    expect(creditService({ ...service, actualMinutes: 29 }, new PlainFacts(), DEFAULT_RULES)).toEqual({
      credits: [],
      creditedMinutes: 0,
      points: 0,
      cappedBy: 'NONE',
    });
  });

  it('floors the whole to the unit, taking from the last day', () => {
    const late = { ...service, signedInMs: at('2026-11-23', '23:40'), actualMinutes: 100 };
    expect(creditService(late, new PlainFacts(), DEFAULT_RULES).credits).toEqual([
      { day: today, minutes: 20, points: 3 },
      { day: today + 1, minutes: 70, points: 12 },
    ]);
  });

  it('gives no more points than the village may issue in each of its months', () => {
    const facts = new PlainFacts();
    facts.issued = DEFAULT_RULES.ledger.maxIssuedPerMonth - 7;
    const credit = creditService(service, facts, DEFAULT_RULES);
    expect(credit).toMatchObject({ creditedMinutes: 240, points: 7, cappedBy: 'VILLAGE_MONTH' });
    // Past midnight another month begins, with a ceiling of its own.
    const late = { ...service, signedInMs: at('2026-11-30', '22:00') };
    const days = creditService(late, facts, DEFAULT_RULES).credits;
    expect(days.map(({ points }) => points)).toEqual([7, 7]);
    const oneDay = { ...late, actualMinutes: 120 };
    expect(creditService(oneDay, facts, DEFAULT_RULES).points).toBe(7);
  });

  it.each([
    [150, 60, 15],
    [50, 30, 2],
    [200, 240, 80],
    [175, 30, 8],
  ])('multiplies by the factor %i and rounds down', (factorPercent, actualMinutes, points) => {
    const credit = creditService(
      { ...service, factorPercent, actualMinutes },
      new PlainFacts(),
      DEFAULT_RULES,
    );
    expect(credit).toMatchObject({ points, cappedBy: 'NONE' });
  });

  it('multiplies by no factor beyond the bounds of the rules', () => {
    const { points: numbers } = DEFAULT_RULES;
    const bound = {
      ...DEFAULT_RULES,
      points: { ...numbers, leastFactorPercent: 80, mostFactorPercent: 150 },
    };
    const pointsBy = (factorPercent: number) =>
      creditService({ ...service, factorPercent, actualMinutes: 60 }, new PlainFacts(), bound).points;
    expect([50, 80, 100, 150, 200].map(pointsBy)).toEqual([8, 8, 10, 15, 15]);
  });

  it('names the cap on the points of a day, and of a month', () => {
    const facts = new PlainFacts();
    facts.service.set(today, { minutes: 120, points: 70 });
    expect(creditService(service, facts, DEFAULT_RULES)).toMatchObject({
      creditedMinutes: 240,
      points: 10,
      cappedBy: 'DAY_POINTS',
    });
    for (let i = 1; i <= 5; i++) facts.service.set(monthStartDay(today) + i, { minutes: 480, points: 65 });
    expect(creditService(service, facts, DEFAULT_RULES)).toMatchObject({
      points: 5,
      cappedBy: 'MONTH_POINTS',
    });
  });

  it('counts a night over the end of a month against each month by itself', () => {
    const facts = new PlainFacts();
    facts.service.set(shanghaiDay(at('2026-11-01', '12:00')), { minutes: 0, points: 400 });
    const night = { ...service, signedInMs: at('2026-11-30', '23:00'), actualMinutes: 120 };
    expect(creditService(night, facts, DEFAULT_RULES)).toMatchObject({
      credits: [
        { minutes: 60, points: 0 },
        { minutes: 60, points: 10 },
      ],
      cappedBy: 'MONTH_POINTS',
    });
  });

  it('never credits more than was served or any cap allows, whatever came before', () => {
    const { attendance, points } = DEFAULT_RULES;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 86_400_000 * 60 }),
        fc.integer({ min: 0, max: 4000 }),
        fc.integer({ min: 50, max: 200 }),
        fc.array(
          fc.record({ minutes: fc.integer({ min: 0, max: 600 }), points: fc.integer({ min: 0, max: 100 }) }),
          {
            minLength: 4,
            maxLength: 4,
          },
        ),
        (offsetMs, actualMinutes, factorPercent, before) => {
          const signedInMs = service.signedInMs + offsetMs;
          const facts = new PlainFacts();
          before.forEach((row, i) => facts.service.set(shanghaiDay(signedInMs) + i, row));
          const credit = creditService(
            { ...service, signedInMs, actualMinutes, factorPercent },
            facts,
            DEFAULT_RULES,
          );
          const sum = (key: 'minutes' | 'points'): number =>
            credit.credits.reduce((all, row) => all + row[key], 0);
          expect(credit.creditedMinutes).toBe(sum('minutes'));
          expect(credit.points).toBe(sum('points'));
          expect(credit.creditedMinutes % attendance.creditUnitMinutes).toBe(0);
          expect(credit.creditedMinutes).toBeLessThanOrEqual(
            Math.min(actualMinutes, attendance.maxSessionMinutes),
          );
          expect(credit.points * 6000).toBeLessThanOrEqual(
            credit.creditedMinutes * points.perCreditHour * factorPercent,
          );
          for (const row of credit.credits) {
            const earlier = facts.serviceOfDay(1, row.day);
            expect(row.minutes).toBeGreaterThan(0);
            expect(row.minutes + earlier.minutes).toBeLessThanOrEqual(attendance.maxDayMinutes);
            if (row.points > 0) expect(row.points + earlier.points).toBeLessThanOrEqual(points.maxPerDay);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
