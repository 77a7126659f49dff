import { describe, expect, it } from 'vitest';
import {
  civilDate,
  dayStartMs,
  minuteOfDay,
  monthStartDay,
  quarterStartDay,
  shanghaiDay,
} from '../../domain/time.ts';

const at = (iso: string): number => Date.parse(`${iso}+08:00`);

describe('civil time in Shanghai', () => {
  it('changes the day at midnight there, not at midnight UTC', () => {
    const before = shanghaiDay(at('2026-03-31T23:59:59.999'));
    const after = shanghaiDay(at('2026-04-01T00:00:00.000'));
    expect(after - before).toBe(1);
    expect(civilDate(before)).toEqual({ year: 2026, month: 3, dayOfMonth: 31 });
    expect(civilDate(after)).toEqual({ year: 2026, month: 4, dayOfMonth: 1 });
    expect(dayStartMs(after)).toBe(at('2026-04-01T00:00:00'));
  });

  it('agrees with the time-zone database over the years that matter', () => {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
    for (let ms = at('2020-01-01T00:30:00'); ms < at('2040-01-01T00:00:00'); ms += 37 * 3_600_000) {
      const { year, month, dayOfMonth } = civilDate(shanghaiDay(ms));
      const iso = `${String(year)}-${String(month).padStart(2, '0')}-${String(dayOfMonth).padStart(2, '0')}`;
      expect(iso).toBe(format.format(ms));
    }
  });

  it('finds the first day of month and quarter, in leap years too', () => {
    const leapDay = shanghaiDay(at('2028-02-29T12:00:00'));
    expect(civilDate(monthStartDay(leapDay))).toEqual({ year: 2028, month: 2, dayOfMonth: 1 });
    expect(civilDate(quarterStartDay(leapDay))).toEqual({ year: 2028, month: 1, dayOfMonth: 1 });
    const december = shanghaiDay(at('2026-12-31T23:00:00'));
    expect(civilDate(quarterStartDay(december))).toEqual({ year: 2026, month: 10, dayOfMonth: 1 });
  });

  it('counts minutes of the day', () => {
    expect(minuteOfDay(at('2026-05-01T00:00:59'))).toBe(0);
    expect(minuteOfDay(at('2026-05-01T08:30:00'))).toBe(510);
    expect(minuteOfDay(at('2026-05-01T23:59:59'))).toBe(1439);
  });
});
