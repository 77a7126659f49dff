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

/** A text that is another for each account, to keep accounts by. */
export function accountName({ holder, holderId }: Holder): string {
  return `${holder} ${holderId}`;
}

/** The place of a kind in HOLDERS: what databases and facts keep of it. */
export function holderNumber({ holder }: Pick<Holder, 'holder'>): number {
  return HOLDERS.indexOf(holder);
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
  /** Moved away by the county: closed here, to be opened at another station. */
  readonly closed: number;
  /** Owed: reversed after it was spent, to be recovered from later accrual. */
  readonly arrears: number;
}
export type Bucket = keyof Sums;
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
  closed: 0,
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
  /** Of `amount`, what is neither spent, expired, moved away, reversed nor taken for arrears. */
  readonly remaining: number;
  readonly expired: number;
  /** Moved away by the county. */
  readonly closed: number;
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

export function insist(condition: boolean, what: string): asserts condition {
  if (!condition) throw new LedgerError(what);
}

/**
 * The invariant, checked at every fold: issued + opened = available + pending + held + spent + expired + reversed
 * + closed - arrears, and no bucket is below zero. Throws LedgerError.
 */
export function checkSums(sums: Sums): void {
  for (const name of Object.keys(NO_SUMS) as Bucket[])
    insist(Number.isSafeInteger(sums[name]) && sums[name] >= 0, `${name} is ${sums[name]}`);
  const { issued, opened, available, pending, held, spent, expired, reversed, closed, arrears } = sums;
  insist(
    issued + opened === available + pending + held + spent + expired + reversed + closed - arrears,
    `the account does not balance: ${JSON.stringify(sums)}`,
  );
  insist(arrears === 0 || available === 0, 'points are available while others are owed');
}

/** Moves points from one bucket to another; a source's amount rises as it gives. Throws LedgerError. */
export function move(sums: Sums, from: Bucket, to: Bucket, points: number): Sums {
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

/** A change whose sums have proved to balance. Throws LedgerError. */
export function finished(sums: Sums, lots: readonly Lot[], uses: readonly LotUse[] = []): AccountChange {
  checkSums(sums);
  return { sums, lots, uses };
}

/** Takes up to `points` out of open lots in their order. */
export function take(lots: readonly Lot[], points: number): { taken: number; lots: Lot[]; uses: LotUse[] } {
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

/** What is left in these lots together. */
export function remainingOf(lots: readonly Lot[]): number {
  return lots.reduce((sum, { remaining }) => sum + remaining, 0);
}
