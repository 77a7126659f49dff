/** What a run is: its size, its faults, its calendar. Everything else follows from it and from the seed. */
import { DAY_MS, dayStartMs, shanghaiDay } from '../../domain/time.ts';
import type { FaultName } from './faults/names.ts';

export interface Plan {
  readonly seed: number;
  readonly stations: number;
  readonly days: number;
  /** Of one station. */
  readonly eventsPerDay: number;
  readonly faults: readonly FaultName[];
  /** Stations that a host has open at the same time. */
  readonly atOnce: number;
}

/** 2026-12-10 00:00 in Shanghai: the points that lapse with the year do so within a run of a month. */
export const BEGIN_MS = dayStartMs(shanghaiDay(Date.UTC(2026, 11, 10)));

/** A station is started, works for so many days, and is closed or falls: what happens between two starts. */
const LONGEST_STRETCH_DAYS = 3;

export interface Round {
  readonly index: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The rounds of a run. In each, every station works one stretch. */
export function roundsOf({ days }: Pick<Plan, 'days'>): readonly Round[] {
  // At least three where there are days enough: acts of the county and of thieves happen between rounds.
  const length = Math.max(1, Math.min(LONGEST_STRETCH_DAYS, Math.floor(days / 3)));
  return Array.from({ length: Math.ceil(days / length) }, (_, index) => ({
    index,
    fromMs: BEGIN_MS + index * length * DAY_MS,
    toMs: BEGIN_MS + Math.min(days, (index + 1) * length) * DAY_MS,
  }));
}

/** How often, in a hundred stretches, a fault strikes: a small run sees each of them, a large one not too many. */
export function intensity(plan: Plan, atLeast = 4): number {
  return Math.max(3, Math.min(40, (100 * atLeast) / (plan.stations * roundsOf(plan).length)));
}

export function hasFault({ faults }: Pick<Plan, 'faults'>, name: FaultName): boolean {
  return faults.includes(name);
}

/** The numbers of the stations: from 1. */
export function stationsOf({ stations }: Pick<Plan, 'stations'>): readonly number[] {
  return Array.from({ length: stations }, (_, i) => i + 1);
}

/** The command that makes the same run again. */
export function commandOf(plan: Plan): string {
  const { stations, days, eventsPerDay, seed, faults } = plan;
  const size = `--stations ${stations} --days ${days} --events-per-day ${eventsPerDay}`;
  return `npm run simulate -- ${size} --seed ${seed} --faults ${faults.length === 0 ? 'none' : faults.join(',')}`;
}
