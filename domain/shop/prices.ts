/**
 * Prices that are decided and posted 公示 before they hold (RULES.md B7). They travel ahead with their day, so that a
 * station changes them by itself, with or without a line.
 */

/** A price that holds from a day (as of `shanghaiDay`) on. */
export interface ComingPrice {
  readonly fromDay: number;
  readonly unitPoints: number;
}
export interface Priced {
  readonly unitPoints: number;
  readonly coming?: readonly ComingPrice[] | undefined;
}

/** The points for one piece on a day: of the prices whose day has come the latest, or else the one of before. */
export function priceOn({ unitPoints, coming = [] }: Priced, day: number): number {
  const due = coming.filter(({ fromDay }) => fromDay <= day);
  return due.toSorted((a, b) => a.fromDay - b.fromDay).at(-1)?.unitPoints ?? unitPoints;
}
