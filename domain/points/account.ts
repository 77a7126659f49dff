/**
 * One account of points: a volunteer's, their gifts', or a household's. Every change moves whole points from one
 * bucket to another, so nothing can appear or vanish: that is the double entry of RULES.md B5. The functions are
 * pure; station and county keep the account each in its own database and compute by this same code.
 */

/** Whose account. GIFT is a volunteer's purse of donated points, kept apart from earned ones (RULES.md B8). */
export const HOLDERS = ['PERSON', 'HOUSEHOLD', 'GIFT'] as const;
export type HolderKind = (typeof HOLDERS)[number];
export interface Holder {
  readonly holder: HolderKind;
  /** A volunteer's id, or a household's. */
  readonly holderId: number;
}

/** A fact of a journal: entries and redemptions are named by it. */
export interface EntryKey {
  /** 16 hexadecimal digits. */
  readonly incarnation: string;
  readonly seq: number;
}

/** `issued`, `opened` and `arrears` are sources: their amount is what has flowed out of them. */
export interface Sums {
  /** Earned, awarded or given at this station. */
  readonly issued: number;
  /** Moved here by the county, not new. */
  readonly opened: number;
  readonly available: number;
  /** Recorded and not yet posted to its end. */
  readonly pending: number;
  /** Frozen by an objection. */
  readonly held: number;
  readonly spent: number;
  readonly expired: number;
  readonly reversed: number;
  /** Owed: reversed after it was spent, to be recovered from later accrual. */
  readonly arrears: number;
}
type Bucket = keyof Sums;
const SOURCES: ReadonlySet<Bucket> = new Set(['issued', 'opened', 'arrears']);

export const NO_SUMS: Sums = {
  issued: 0,
  opened: 0,
  available: 0,
  pending: 0,
  held: 0,
  spent: 0,
  expired: 0,
  reversed: 0,
  arrears: 0,
};

/** On its way (RULES.md B3): RECORDED, CONFIRMED by the leader, APPROVED and posted, OPEN; HELD by an objection. */
export const LOT_STATES = ['RECORDED', 'CONFIRMED', 'APPROVED', 'HELD', 'OPEN', 'REVERSED'] as const;
export type LotState = (typeof LOT_STATES)[number];

/** Points that were earned together on one day. An entry has one lot for each day of its service. */
export interface Lot extends EntryKey {
  readonly part: number;
  readonly earnedDay: number;
  /** When its fact was recorded: decides between lots of the same day. */
  readonly atMs: number;
  /** The last day on which it may be spent. */
  readonly expiryDay: number;
  readonly amount: number;
  /** Of `amount`, what is neither spent, expired, reversed nor taken for arrears. */
  readonly remaining: number;
  readonly expired: number;
  readonly state: LotState;
  /** The keeper who recorded it, 0 for none; who confirmed it, 0 for nobody yet. */
  readonly recordedBy: number;
  readonly confirmedBy: number;
  /** The last day of posting; 0 before the approval. */
  readonly postedUntilDay: number;
}

/** How much of a lot a redemption took, and how much of that came back. */
export interface LotUse {
  readonly lot: Lot;
  readonly points: number;
  readonly restored: number;
}

/** What a fact changes. Lots and uses not named stay as they are. */
export interface AccountChange {
  readonly sums: Sums;
  readonly lots: readonly Lot[];
  readonly uses: readonly LotUse[];
}

/** A fact that contradicts its account: a bug at the station, an exception to look at in the county. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

function insist(condition: boolean, what: string): asserts condition {
  if (!condition) throw new LedgerError(what);
}

/**
 * The invariant, checked at every fold: issued + opened = available + pending + held + spent + expired + reversed
 * - arrears, and no bucket is below zero. Throws LedgerError.
 */
export function checkSums(sums: Sums): void {
  for (const name of Object.keys(NO_SUMS) as Bucket[])
    insist(Number.isSafeInteger(sums[name]) && sums[name] >= 0, `${name} is ${sums[name]}`);
  const { issued, opened, available, pending, held, spent, expired, reversed, arrears } = sums;
  insist(
    issued + opened === available + pending + held + spent + expired + reversed - arrears,
    `the account does not balance: ${JSON.stringify(sums)}`,
  );
  insist(arrears === 0 || available === 0, 'points are available while others are owed');
}

function move(sums: Sums, from: Bucket, to: Bucket, points: number): Sums {
  insist(Number.isSafeInteger(points) && points >= 0, `${points} points cannot be moved`);
  const moved = { ...sums };
  moved[from] += SOURCES.has(from) ? points : -points;
  moved[to] += SOURCES.has(to) ? -points : points;
  return moved;
}

/** Soonest to lapse first; under one rule that is the oldest first (RULES.md B8). */
export function byAge(a: Lot, b: Lot): number {
  return (
    a.expiryDay - b.expiryDay ||
    a.earnedDay - b.earnedDay ||
    a.atMs - b.atMs ||
    a.seq - b.seq ||
    a.part - b.part
  );
}

/** Whether its points can be spent: what comes back to a reversed entry's lot is its owner's like any other. */
export function isOpen({ state, remaining }: Lot): boolean {
  return remaining > 0 && (state === 'OPEN' || state === 'REVERSED');
}

/** Whether two lots are the same one. */
export function isSameLot(a: Lot, b: Lot): boolean {
  return a.seq === b.seq && a.part === b.part && a.incarnation === b.incarnation;
}

function finished(sums: Sums, lots: readonly Lot[], uses: readonly LotUse[] = []): AccountChange {
  checkSums(sums);
  return { sums, lots, uses };
}

/** Takes up to `points` out of open lots in their order. */
function take(lots: readonly Lot[], points: number): { taken: number; lots: Lot[]; uses: LotUse[] } {
  const changed: Lot[] = [];
  const uses: LotUse[] = [];
  let left = points;
  for (const lot of lots) {
    if (left === 0) break;
    const part = Math.min(left, lot.remaining);
    if (part === 0) continue;
    const after = { ...lot, remaining: lot.remaining - part };
    changed.push(after);
    uses.push({ lot: after, points: part, restored: 0 });
    left -= part;
  }
  return { taken: points - left, lots: changed, uses };
}

/** Lets points become available: what is owed is recovered from them first. */
function open(sums: Sums, from: Bucket, lots: readonly Lot[]): { sums: Sums; lots: readonly Lot[] } {
  const points = lots.reduce((sum, { remaining }) => sum + remaining, 0);
  const opened = move(sums, from, 'available', points);
  const owed = take(lots.toSorted(byAge), Math.min(sums.arrears, points));
  return {
    sums: move(opened, 'available', 'arrears', owed.taken),
    lots: lots.map((lot) => owed.lots.find((after) => isSameLot(after, lot)) ?? lot),
  };
}

/**
 * New points: OPEN ones can be spent at once, RECORDED ones after their posting. `source` says whether they are
 * new or were moved here. All lots are of one entry.
 */
export function accrue(sums: Sums, lots: readonly Lot[], source: 'issued' | 'opened'): AccountChange {
  insist(
    lots.every(({ amount, remaining }) => amount > 0 && remaining === amount),
    'an entry without points',
  );
  if (lots.every(({ state }) => state === 'OPEN')) {
    const change = open(sums, source, lots);
    return finished(change.sums, change.lots);
  }
  insist(
    lots.every(({ state }) => state === 'RECORDED'),
    'a new entry is open or recorded',
  );
  const points = lots.reduce((sum, { amount }) => sum + amount, 0);
  return finished(move(sums, source, 'pending', points), lots);
}

/** Where an entry stands; all its lots stand at the same place. Throws LedgerError for an unknown entry. */
export function stateOf(entry: readonly Lot[]): LotState {
  const [first] = entry;
  insist(first !== undefined, 'there is no such entry');
  return first.state;
}

function remainingOf(lots: readonly Lot[]): number {
  return lots.reduce((sum, { remaining }) => sum + remaining, 0);
}

/** A step of an entry before it is available: confirmed by `keeperId`, or approved and posted until a day. */
export function advance(
  sums: Sums,
  entry: readonly Lot[],
  step:
    | { readonly to: 'CONFIRMED'; readonly keeperId: number }
    | { readonly to: 'APPROVED'; readonly postedUntilDay: number },
): AccountChange {
  const from = step.to === 'CONFIRMED' ? 'RECORDED' : 'CONFIRMED';
  insist(stateOf(entry) === from, `the entry is ${stateOf(entry)}`);
  const lots = entry.map((lot) =>
    step.to === 'CONFIRMED'
      ? { ...lot, state: step.to, confirmedBy: step.keeperId }
      : { ...lot, state: step.to, postedUntilDay: step.postedUntilDay },
  );
  return finished(sums, lots);
}

/** The posting of an entry has ended: its points are available. */
export function post(sums: Sums, entry: readonly Lot[]): AccountChange {
  insist(stateOf(entry) === 'APPROVED', `the entry is ${stateOf(entry)}`);
  const change = open(
    sums,
    'pending',
    entry.map((lot) => ({ ...lot, state: 'OPEN' as const })),
  );
  return finished(change.sums, change.lots);
}

/** An objection freezes an entry that is not available yet, and no other. */
export function hold(sums: Sums, entry: readonly Lot[]): AccountChange {
  const state = stateOf(entry);
  insist(state === 'RECORDED' || state === 'CONFIRMED' || state === 'APPROVED', `the entry is ${state}`);
  const lots = entry.map((lot) => ({ ...lot, state: 'HELD' as const }));
  return finished(move(sums, 'pending', 'held', remainingOf(entry)), lots);
}

/** The objection is settled: UPHELD takes the points back, DISMISSED lets the entry go on where it stood. */
export function settle(sums: Sums, entry: readonly Lot[], outcome: 'UPHELD' | 'DISMISSED'): AccountChange {
  insist(stateOf(entry) === 'HELD', `the entry is ${stateOf(entry)}`);
  const points = remainingOf(entry);
  if (outcome === 'UPHELD') {
    const lots = entry.map((lot) => ({ ...lot, remaining: 0, state: 'REVERSED' as const }));
    return finished(move(sums, 'held', 'reversed', points), lots);
  }
  const before = (lot: Lot): LotState => {
    if (lot.postedUntilDay > 0) return 'APPROVED';
    return lot.confirmedBy > 0 ? 'CONFIRMED' : 'RECORDED';
  };
  const lots = entry.map((lot) => ({ ...lot, state: before(lot) }));
  return finished(move(sums, 'held', 'pending', points), lots);
}

/** What of these lots can be spent on a day. */
export function spendable(openLots: readonly Lot[], day: number): number {
  return remainingOf(openLots.filter(({ expiryDay }) => expiryDay >= day));
}

/**
 * Spends from the open lots that have not lapsed by `day`, the oldest first. Throws LedgerError if they hold less:
 * no balance goes below zero by spending.
 */
export function spend(sums: Sums, openLots: readonly Lot[], points: number, day: number): AccountChange {
  const fresh = openLots.filter(({ expiryDay }) => expiryDay >= day).toSorted(byAge);
  const { taken, lots, uses } = take(fresh, points);
  insist(points > 0 && taken === points, `${points} points were spent, ${taken} were there`);
  return finished(move(sums, 'available', 'spent', points), lots, uses);
}

/** Gives points of a redemption back to the very lots they came from, the one taken last first. */
export function restore(sums: Sums, uses: readonly LotUse[], points: number): AccountChange {
  let left = points;
  const changed: LotUse[] = [];
  for (const use of [...uses].sort((a, b) => byAge(b.lot, a.lot))) {
    const part = Math.min(left, use.points - use.restored);
    if (part === 0) continue;
    left -= part;
    const lot = { ...use.lot, remaining: use.lot.remaining + part };
    changed.push({ lot, points: use.points, restored: use.restored + part });
  }
  insist(points > 0 && left === 0, `${points} points came back, ${points - left} had been spent`);
  const back = move(sums, 'spent', 'available', points);
  // Points may be owed by now: they are recovered from what comes back.
  const owed = take(changed.map(({ lot }) => lot).toSorted(byAge), Math.min(back.arrears, points));
  const after = (lot: Lot): Lot => owed.lots.find((other) => isSameLot(other, lot)) ?? lot;
  const newUses = changed.map((use) => ({ ...use, lot: after(use.lot) }));
  return finished(
    move(back, 'available', 'arrears', owed.taken),
    newUses.map(({ lot }) => lot),
    newUses,
  );
}

/** Lets everything lapse whose last day is before `day`. Throws LedgerError if that is not `points`. */
export function expire(sums: Sums, openLots: readonly Lot[], points: number, day: number): AccountChange {
  const due = openLots.filter(({ expiryDay, remaining }) => expiryDay < day && remaining > 0);
  insist(points > 0 && remainingOf(due) === points, `${points} points lapsed, ${remainingOf(due)} were due`);
  const lots = due.map((lot) => ({ ...lot, remaining: 0, expired: lot.expired + lot.remaining }));
  return finished(move(sums, 'available', 'expired', points), lots);
}

/** What a reversal of an entry would take: all of it but what has lapsed, which nobody holds any more. */
export function reversible(entry: readonly Lot[]): number {
  return stateOf(entry) === 'REVERSED'
    ? 0
    : entry.reduce((sum, { amount, expired }) => sum + amount - expired, 0);
}

/**
 * Takes an entry back. First from its own lots; what was spent of it, from the other open lots, the oldest first,
 * and what these do not hold becomes arrears. So nothing is available while something is owed.
 */
export function reverse(
  sums: Sums,
  entry: readonly Lot[],
  openLots: readonly Lot[],
  points: number,
): AccountChange {
  const state = stateOf(entry);
  insist(state !== 'REVERSED', 'the entry has been reversed');
  insist(points === reversible(entry), `${points} of ${reversible(entry)} points were reversed`);
  const reversed = (lot: Lot): Lot => ({ ...lot, remaining: 0, state: 'REVERSED' });
  if (state !== 'OPEN')
    return finished(
      move(sums, state === 'HELD' ? 'held' : 'pending', 'reversed', points),
      entry.map(reversed),
    );
  const own = remainingOf(entry);
  const others = openLots.filter((lot) => !entry.some((mine) => isSameLot(mine, lot))).toSorted(byAge);
  const rest = take(others, points - own);
  const owed = points - own - rest.taken;
  const taken = move(sums, 'available', 'reversed', own + rest.taken);
  return finished(move(taken, 'arrears', 'reversed', owed), [...entry.map(reversed), ...rest.lots]);
}
