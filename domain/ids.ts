/**
 * Numbers that name things. All are safe, non-negative integers: they pack well on the wire, and a keeper
 * can read them out on the telephone.
 *
 * The county hands out ids from block 0; a station that must make one while the line is down (an emergency
 * call-out) takes it from its own block, so that two stations never make the same: see `stationOwnId`.
 */
export type StationId = number;
export type VolunteerId = number;
export type HouseholdId = number;
export type TeamId = number;
export type ActivityId = number;
export type GoodsId = number;
export type KeeperId = number;
/** The nine-digit id in a card; printed as ten digits, the last a check digit: see domain/cards/cardNumber.ts. */
export type CardNumber = number;
export type IssuerId = number;

/** How many ids one block holds. */
export const ID_BLOCK = 1_000_000;

/** The n-th id (from 1) that a station makes for itself. Throws if the block is exhausted: that is a bug. */
export function stationOwnId(station: StationId, n: number): number {
  if (!Number.isSafeInteger(n) || n < 1 || n >= ID_BLOCK)
    throw new RangeError(`id ${n} is outside the block`);
  return station * ID_BLOCK + n;
}
