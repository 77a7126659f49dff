/** When the love supermarket is open (RULES.md B6). */
import type { RuleSet } from '../rules/ruleSet.ts';
import { civilDate, dayStartMs, MINUTE_MS, minuteOfDay, shanghaiDay } from '../time.ts';

export interface ShopHours {
  readonly open: boolean;
  /** When it opens next; 0 if it is open now or never within LOOK_AHEAD_DAYS. */
  readonly nextOpenMs: number;
}

/** Two months: further ahead an opening helps nobody. */
const LOOK_AHEAD_DAYS = 62;

function isOpenDay(rules: RuleSet, day: number): boolean {
  const days = rules.shop.openDaysOfMonth;
  return days.length === 0 || days.includes(civilDate(day).dayOfMonth);
}

/** Whether the shop is open at an instant, and when it opens next. */
export function shopHours(rules: RuleSet, atMs: number): ShopHours {
  const today = shanghaiDay(atMs);
  const minute = minuteOfDay(atMs);
  const { openHours } = rules.shop;
  const openNow = openHours.some(({ fromMinute, toMinute }) => minute >= fromMinute && minute < toMinute);
  if (openNow && isOpenDay(rules, today)) return { open: true, nextOpenMs: 0 };
  for (let day = today; day <= today + LOOK_AHEAD_DAYS; day++) {
    if (!isOpenDay(rules, day)) continue;
    const openings = openHours
      .filter(({ fromMinute, toMinute }) => fromMinute < toMinute)
      .map(({ fromMinute }) => dayStartMs(day) + fromMinute * MINUTE_MS)
      .filter((openMs) => openMs > atMs);
    if (openings.length > 0) return { open: false, nextOpenMs: Math.min(...openings) };
  }
  return { open: false, nextOpenMs: 0 };
}
