/** The way of an entry in its account: recorded, posted, available; or held, and taken back. */
import {
  byAge,
  finished,
  insist,
  isSameLot,
  move,
  remainingOf,
  take,
  type AccountChange,
  type Bucket,
  type Lot,
  type LotState,
  type Sums,
} from './account.ts';

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

/** Whether the posting of an entry is over on a day: it lasts to the end of its last one. */
export function isPosted(entry: readonly Lot[], day: number): boolean {
  return entry.every(({ postedUntilDay }) => postedUntilDay < day);
}

/** The posting of an entry has ended: its points are available, and for no shorter than until `expiryDay`. */
export function post(sums: Sums, entry: readonly Lot[], expiryDay = 0): AccountChange {
  insist(stateOf(entry) === 'APPROVED', `the entry is ${stateOf(entry)}`);
  const change = open(
    sums,
    'pending',
    entry.map((lot) => ({ ...lot, state: 'OPEN' as const, expiryDay: Math.max(lot.expiryDay, expiryDay) })),
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

/**
 * What a reversal of an entry would take: all of it but what has lapsed, which nobody holds any more. What was
 * moved away is taken like what was spent: it becomes arrears here, and the county can move points back to pay.
 */
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
