/** Makes a failing run smaller while it still fails: fewer faults, stations, days and events. */
import { roundsOf, type Plan } from './plan.ts';

/** Smaller plans to try next, the boldest first. */
export function smallerPlans(plan: Plan): readonly Plan[] {
  const { stations, days, eventsPerDay, faults } = plan;
  const half = (n: number) => Math.max(1, Math.floor(n / 2));
  const tries: Plan[] = [];
  if (stations > 1) tries.push({ ...plan, stations: half(stations) });
  if (days > 1) tries.push({ ...plan, days: half(days) });
  if (faults.length > 1) {
    const middle = half(faults.length);
    tries.push({ ...plan, faults: faults.slice(0, middle) }, { ...plan, faults: faults.slice(middle) });
  }
  if (eventsPerDay > 5) tries.push({ ...plan, eventsPerDay: half(eventsPerDay) });
  if (faults.length > 0 && faults.length <= 6)
    for (const name of faults) tries.push({ ...plan, faults: faults.filter((one) => one !== name) });
  if (stations > 1) tries.push({ ...plan, stations: stations - 1 });
  if (roundsOf(plan).length > 1 && days > 1) tries.push({ ...plan, days: days - 1 });
  return tries;
}

export interface Shrunk {
  readonly plan: Plan;
  readonly problems: readonly string[];
  readonly runs: number;
}

/**
 * Tries smaller plans until none of them fails, or `mayGoOn` says that it is enough. `run` answers the problems of
 * a plan. A fault that strikes by chance of real time may hide: then the larger plan stands.
 */
export async function shrink(
  failing: Pick<Shrunk, 'plan' | 'problems'>,
  run: (plan: Plan) => Promise<readonly string[]>,
  mayGoOn: () => boolean,
): Promise<Shrunk> {
  let { plan, problems } = failing;
  let runs = 0;
  for (let smaller = smallerPlans(plan).values(); ;) {
    const next = smaller.next();
    if (next.done === true || !mayGoOn()) return { plan, problems, runs };
    runs += 1;
    const found = await run(next.value);
    if (found.length === 0) continue;
    ({ plan, problems } = { plan: next.value, problems: found });
    smaller = smallerPlans(plan).values();
  }
}
