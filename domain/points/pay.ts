/** Who pays for an exchange: oneself, with gifts beside if they are matched, then the household that pools. */
import type { LedgerRules } from '../rules/ruleSet.ts';
import { isOpen, type Holder, type Lot } from './account.ts';
import { yearsSince } from './calendar.ts';
import type { LedgerFacts, Share } from './facts.ts';
import { spendable } from './spending.ts';

export type PurseFacts = Pick<
  LedgerFacts,
  'openLots' | 'unacknowledged' | 'member' | 'membersOf' | 'headOf' | 'consents'
>;

/**
 * Whether somebody is an adult by the rules on a day (RULES.md B20). The month of birth is not known: whoever turns so
 * old within the year is none yet; of whom no year is known (0) is one.
 */
export function isAdult(
  birthYear: number,
  { adultYears }: Pick<LedgerRules, 'adultYears'>,
  day: number,
): boolean {
  return birthYear === 0 || yearsSince(birthYear, day) > adultYears;
}

/**
 * The members of a household that pools, by id; none if it does not. It pools while every adult's consent stands
 * (RULES.md B9); whoever has left is no member, and has taken their own account along.
 */
export function poolOf(
  facts: PurseFacts,
  householdId: number,
  rules: Pick<LedgerRules, 'adultYears'>,
  day: number,
): readonly number[] {
  if (householdId === 0) return [];
  const adults = facts.membersOf(householdId).filter(({ birthYear }) => isAdult(birthYear, rules, day));
  const pools = adults.length > 0 && adults.every((one) => facts.consents(householdId, one.volunteerId));
  return pools ? adults.map(({ volunteerId }) => volunteerId).sort((a, b) => a - b) : [];
}

/** The accounts of earned points that a volunteer may spend from, in the order in which they are drawn on. */
function earnedAccounts(
  facts: PurseFacts,
  volunteerId: number,
  rules: LedgerRules,
  day: number,
): readonly Holder[] {
  const own: Holder = { holder: 'PERSON', holderId: volunteerId };
  const householdId = facts.member(volunteerId)?.householdId ?? 0;
  if (householdId === 0) return [own];
  const household: Holder = { holder: 'HOUSEHOLD', holderId: householdId };
  const pool = rules.pooling ? poolOf(facts, householdId, rules, day) : [];
  if (pool.includes(volunteerId)) {
    const others = pool.filter((id) => id !== volunteerId);
    return [own, household, ...others.map((holderId): Holder => ({ holder: 'PERSON', holderId }))];
  }
  // What was awarded to a household that does not pool is its head's to spend.
  return facts.headOf(householdId) === volunteerId ? [own, household] : [own];
}

export interface Purses {
  /** Earned points by account, the first to be drawn on first; none that is empty. */
  readonly earned: readonly Share[];
  readonly gifts: number;
  /** All that can be spent at once. */
  readonly available: number;
  /** Earned points that can be spent once the county has acknowledged them. */
  readonly awaitingCounty: number;
}

/**
 * What of an account can be spent on a day before the county knows more: everything it has acknowledged or brought
 * here, and `cap` points of the rest, of which what was spent of the rest is taken off. What was spent beyond the
 * cap stood for acknowledged points, since folds always take the oldest first.
 */
export function spendableNow(
  openLots: readonly Lot[],
  unacknowledged: readonly Lot[],
  cap: number,
  day: number,
): number {
  const all = spendable(openLots, day);
  const fresh = spendable(unacknowledged.filter(isOpen), day);
  const used = unacknowledged
    .filter(({ state }) => state === 'OPEN')
    .reduce((sum, lot) => sum + lot.amount - lot.remaining - lot.expired - lot.closed, 0);
  return Math.min(all, Math.max(0, all - fresh + cap - used));
}

/** What a volunteer can spend on a day, out of which accounts. */
export function pursesOf(facts: PurseFacts, volunteerId: number, rules: LedgerRules, day: number): Purses {
  // Ten years leave hundreds of lots: those of an account are read once.
  const purseOf = (holder: Holder) => {
    const lots = facts.openLots(holder);
    const points = spendableNow(lots, facts.unacknowledged(holder), rules.unconfirmedSpendPoints, day);
    return { holder, points, known: spendable(lots, day) };
  };
  const purses = earnedAccounts(facts, volunteerId, rules, day).map(purseOf);
  const earned = purses
    .map(({ holder, points }) => ({ ...holder, points }))
    .filter(({ points }) => points > 0);
  const gifts = rules.gifts.enabled ? purseOf({ holder: 'GIFT', holderId: volunteerId }).points : 0;
  const earnedPoints = earned.reduce((sum, { points }) => sum + points, 0);
  const matched = Math.floor((earnedPoints * rules.gifts.perHundredEarned) / 100);
  const known = purses.reduce((sum, purse) => sum + purse.known, 0);
  return {
    earned,
    gifts,
    available: earnedPoints + Math.min(gifts, matched),
    awaitingCounty: known - earnedPoints,
  };
}

/**
 * How a price is paid: as many gifts as the earned points beside them match, the rest earned. Null if there is
 * not enough.
 */
export function shareOut(
  { earned, gifts, available }: Purses,
  volunteerId: number,
  price: number,
  { gifts: { perHundredEarned } }: LedgerRules,
): readonly Share[] | null {
  if (price > available || price <= 0) return null;
  const gift = Math.min(gifts, Math.floor((price * perHundredEarned) / (100 + perHundredEarned)));
  const shares: Share[] = gift === 0 ? [] : [{ holder: 'GIFT', holderId: volunteerId, points: gift }];
  let left = price - gift;
  for (const { points, ...holder } of earned) {
    const part = Math.min(left, points);
    left -= part;
    if (part > 0) shares.push({ ...holder, points: part });
  }
  return left === 0 ? shares : null;
}
