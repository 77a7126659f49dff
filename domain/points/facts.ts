/** What the decisions on points look at. db/ answers these from its views; a test from plain objects. */
import type { EntryKey, Holder, HolderKind, Lot, Sums } from './account.ts';

export interface KeeperFact {
  readonly id: number;
  readonly role: 'KEEPER' | 'SHOPKEEPER' | 'SUPERVISOR' | 'STATION_HEAD';
  /** The volunteer this keeper is; 0 for none. */
  readonly volunteerId: number;
}

/** A volunteer as far as kinship and age matter. */
export interface MemberFact {
  readonly volunteerId: number;
  /** 0: in none that is known here. */
  readonly householdId: number;
  /** 0: unknown. */
  readonly birthYear: number;
  /** 0: unknown or none. */
  readonly spouseId: number;
}

export interface GoodsLine {
  readonly goodsId: number;
  readonly quantity: number;
  readonly unitPoints: number;
}
export interface Share extends Holder {
  readonly points: number;
}

/** An exchange, and what of it still stands: without what came back. */
export interface RedemptionFact {
  readonly key: EntryKey;
  readonly volunteerId: number;
  readonly atMs: number;
  readonly lines: readonly GoodsLine[];
  /** Who paid, the first first. */
  readonly shares: readonly Share[];
}

export interface LedgerFacts {
  sums(holder: Holder): Sums;
  openLots(holder: Holder): readonly Lot[];
  entry(holder: Holder, key: EntryKey): readonly Lot[];
  /** Lots that were earned here and that the county has not acknowledged yet, spent ones among them; no allowances. */
  unacknowledged(holder: Holder): readonly Lot[];
  /** Whether an entry is an allowance: the county has moved it here, and only the county moves it away. */
  isAllowance(holder: Holder, key: EntryKey): boolean;
  /** Whose hours a fact credited, and how many minutes, unless it was taken back. */
  creditedBy(key: EntryKey): { readonly volunteerId: number; readonly minutes: number } | null;
  /** The keeper who approved an entry; 0: none yet. */
  approvedBy(holder: Holder, key: EntryKey): number;
  keeper(keeperId: number): KeeperFact | null;
  member(volunteerId: number): MemberFact | null;
  membersOf(householdId: number): readonly MemberFact[];
  /** Head of a household; 0 if not known. */
  headOf(householdId: number): number;
  hasHousehold(householdId: number): boolean;
  /** Whether a volunteer's consent to pooling in a household stands. */
  consents(householdId: number, volunteerId: number): boolean;
  /** Points awarded to a household and its members in the month that begins on a day. */
  awardedInMonth(householdId: number, monthDay: number): number;
  /** Points the station issued in that month, hours, awards and gifts together. */
  issuedInMonth(monthDay: number): number;
  redemption(key: EntryKey): RedemptionFact | null;
}

/** An account in which something is due. */
export interface DueAccount extends Holder {
  readonly points: number;
}
/** An entry whose posting has ended; `expiryDay` is the first last day among its lots. */
export interface DueEntry extends Holder, EntryKey {
  readonly expiryDay: number;
}

export type { EntryKey, Holder, HolderKind, Lot, Sums };
