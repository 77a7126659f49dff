/** Figures and times as the screens show them. Times are those of the village (Asia/Shanghai). */
import type { TFunction } from 'i18next';
import { civilDate, minuteOfDay, shanghaiDay } from '../../domain/time.ts';

/** 08:05, of an instant in ms since 1970 UTC. */
export function clockTime(atMs: number): string {
  const minute = minuteOfDay(atMs);
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** 2026年11月23日, of an instant. */
export function fullDate(t: TFunction, atMs: number): string {
  const { year, month, dayOfMonth } = civilDate(shanghaiDay(atMs));
  return t('date.full', { year, month, day: dayOfMonth });
}

/** 11月23日, of an instant. */
export function shortDate(t: TFunction, atMs: number): string {
  const { month, dayOfMonth } = civilDate(shanghaiDay(atMs));
  return t('date.short', { month, day: dayOfMonth });
}

/** 12月31日, of a day since 1970-01-01. */
export function dayDate(t: TFunction, day: number): string {
  const { month, dayOfMonth } = civilDate(day);
  return t('date.short', { month, day: dayOfMonth });
}

const WEEKDAYS = ['d0', 'd1', 'd2', 'd3', 'd4', 'd5', 'd6'] as const;

/** 星期一, of an instant. 1970-01-01 was a Thursday. */
export function weekday(t: TFunction, atMs: number): string {
  const day = WEEKDAYS[(shanghaiDay(atMs) + 4) % 7] ?? 'd0';
  return t(`date.weekday.${day}`);
}

/** 2 小时 30 分钟, of whole minutes. */
export function duration(t: TFunction, minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return t('unit.minutes', { minutes: rest });
  return rest === 0 ? t('unit.hours', { hours }) : t('unit.hoursMinutes', { hours, minutes: rest });
}

/** +25 积分 or −60 积分: a change is always told with its sign. */
export function signedPoints(t: TFunction, points: number): string {
  return points < 0 ? t('unit.minusPoints', { points: -points }) : t('unit.plusPoints', { points });
}
