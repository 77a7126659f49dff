/**
 * What a fact does to the accounts. The station folds into SQLite and the county into PostgreSQL, both through a
 * `LedgerBook`: so both come to the same balances by the same code.
 */
import type { EventType, JournalEvent } from '../journal/events.ts';
import { shanghaiDay } from '../time.ts';
import {
  HOLDERS,
  LedgerError,
  type AccountChange,
  type EntryKey,
  type Holder,
  type Lot,
  type LotUse,
  type Sums,
} from './account.ts';
import { accrue, advance, hold, post, reverse, settle } from './entries.ts';
import { close, expire, restore, spend, type MovedLot } from './spending.ts';
import { expiryDayOf, type LedgerTerms } from './terms.ts';

/** The two sides of a county act that moves points: closed at one station, opened at the next. */
export const ACT_SIDES = ['CLOSED', 'OPENED'] as const;
export type ActSide = (typeof ACT_SIDES)[number];
/** A station's side of an act, as it was done. */
export interface DoneAct extends EntryKey, Holder {
  readonly side: ActSide;
  readonly actId: number;
  readonly points: number;
  /** Where they went, or came from; 0: from the county itself. */
  readonly otherStationId: number;
  readonly atMs: number;
}

/** Where the accounts stand written. */
export interface LedgerBook {
  sums(holder: Holder): Sums;
  /** Lots that `isOpen`, in any order. */
  openLots(holder: Holder): readonly Lot[];
  /** The lots of one entry; none for an unknown one. */
  entry(holder: Holder, key: EntryKey): readonly Lot[];
  /** What a redemption took from an account. */
  usesOf(holder: Holder, redemption: EntryKey): readonly LotUse[];
  /** The terms of a version of the rules: those set last at or before it. */
  terms(rulesVersion: number): LedgerTerms;
  setTerms(fromVersion: number, terms: LedgerTerms): void;
  /** Whether this station has done its side of a county act. */
  isDone(side: ActSide, actId: number): boolean;
  /** Keeps that it has. */
  setDone(act: DoneAct): void;
  /** `fact` is the fact that changes it; new uses are of it, others of the redemption they name. */
  save(holder: Holder, change: AccountChange, usesOf: EntryKey | null): void;
}

/** The types of facts that change accounts. */
export const LEDGER_TYPES = [
  'SIGNED_OUT',
  'ATTENDANCE_CLOSED',
  'SERVICE_CREDITED',
  'EARLIER_SERVICE_CREDITED',
  'BACKFILL_SETTLED',
  'REDEEMED',
  'LEDGER_TERMS_SET',
  'POINTS_AWARDED',
  'ENTRY_CONFIRMED',
  'ENTRY_APPROVED',
  'ENTRY_POSTED',
  'ENTRY_POSTED_UNTIL',
  'ENTRY_OBJECTED',
  'OBJECTION_SETTLED',
  'ENTRY_REVERSED',
  'POINTS_EXPIRED',
  'REDEEMED_SHARED',
  'REDEMPTION_UNDONE',
  'ALLOWANCE_CLOSED',
  'ALLOWANCE_OPENED',
] as const satisfies readonly EventType[];
export type LedgerType = (typeof LEDGER_TYPES)[number];
export type LedgerEvent = JournalEvent<LedgerType>;
const LEDGER_SET: ReadonlySet<EventType> = new Set(LEDGER_TYPES);

export function isLedgerEvent(event: JournalEvent): event is LedgerEvent {
  return LEDGER_SET.has(event.type);
}

interface Share {
  readonly holder: number;
  readonly holderId: number;
  readonly points: number;
}

/** The account that a row of shares names. Throws LedgerError for none. */
export function holderOf({ holder, holderId }: Pick<Share, 'holder' | 'holderId'>): Holder {
  const kind = HOLDERS[holder];
  if (kind === undefined) throw new LedgerError(`no account of kind ${holder}`);
  return { holder: kind, holderId };
}

/** The fact an event refers to. */
export function keyOf(
  { ofIncarnation, ofSeq }: { readonly ofIncarnation: string; readonly ofSeq: number },
  incarnation: string,
): EntryKey {
  return { incarnation: ofIncarnation === '' ? incarnation : ofIncarnation, seq: ofSeq };
}

function newLots(
  book: LedgerBook,
  event: LedgerEvent,
  incarnation: string,
  days: readonly { readonly day: number; readonly points: number }[],
): readonly Lot[] {
  const terms = book.terms(event.rulesVersion);
  const rows = days.map(({ day, points }) => ({
    earnedDay: day,
    expiryDay: expiryDayOf(terms, day),
    points,
  }));
  return lotsOf(event, incarnation, rows, terms.settlement === 'posted' ? 'RECORDED' : 'OPEN');
}

/** The lots that a fact makes; a row without points makes none. */
function lotsOf(
  { seq, atMs, actorId }: LedgerEvent,
  incarnation: string,
  rows: readonly MovedLot[],
  state: 'RECORDED' | 'OPEN',
): readonly Lot[] {
  return rows
    .map(({ earnedDay, expiryDay, points }, part): Lot => ({
      incarnation,
      seq,
      part,
      earnedDay,
      atMs,
      expiryDay,
      amount: points,
      remaining: points,
      expired: 0,
      closed: 0,
      state,
      recordedBy: actorId,
      confirmedBy: 0,
      postedUntilDay: 0,
    }))
    .filter(({ amount, expiryDay }) => {
      if (!Number.isSafeInteger(expiryDay)) throw new LedgerError('a day that no calendar has');
      return amount !== 0;
    });
}

/**
 * One side of a county act that moves points. A side that is done is never done again: a station that came back
 * from a backup is told of the act once more, and its earlier journal may come back with the same fact.
 */
function foldMove(
  book: LedgerBook,
  event: Extract<LedgerEvent, { readonly actId: number }>,
  incarnation: string,
): void {
  const { actId, holder, holderId, points, lots } = event;
  const side = event.type === 'ALLOWANCE_CLOSED' ? 'CLOSED' : 'OPENED';
  if (lots.reduce((sum, lot) => sum + lot.points, 0) !== points)
    throw new LedgerError(`the lots of act ${actId} do not hold its ${points} points`);
  if (book.isDone(side, actId)) return;
  const otherStationId = event.type === 'ALLOWANCE_CLOSED' ? event.toStationId : event.fromStationId;
  const { seq, atMs } = event;
  book.setDone({ side, actId, holder, holderId, points, otherStationId, incarnation, seq, atMs });
  if (points === 0) return;
  const who: Holder = { holder, holderId };
  const sums = book.sums(who);
  const change =
    side === 'CLOSED'
      ? close(sums, book.openLots(who), lots, shanghaiDay(event.atMs))
      : accrue(sums, lotsOf(event, incarnation, lots, 'OPEN'), 'opened');
  book.save(who, change, null);
}

function totalIs(shares: readonly Share[], totalPoints: number): void {
  const sum = shares.reduce((total, { points }) => total + points, 0);
  if (sum !== totalPoints) throw new LedgerError(`shares of ${sum} for ${totalPoints} points`);
  const names = new Set(shares.map(({ holder, holderId }) => `${holder} ${holderId}`));
  if (names.size !== shares.length) throw new LedgerError('an account shares twice');
}

/**
 * Folds one fact of an incarnation (its name). Throws LedgerError if the fact contradicts the accounts; then the
 * book may have been given some of its changes already, and the caller must undo them.
 */
export function foldLedger(book: LedgerBook, event: LedgerEvent, incarnation: string): void {
  const day = shanghaiDay(event.atMs);
  const self: EntryKey = { incarnation, seq: event.seq };
  const person = (holderId: number): Holder => ({ holder: 'PERSON', holderId });
  const accrueTo = (to: Holder, lots: readonly Lot[]): void => {
    if (lots.length > 0) book.save(to, accrue(book.sums(to), lots, 'issued'), null);
  };
  const spendFrom = (from: Holder, points: number): void => {
    book.save(from, spend(book.sums(from), book.openLots(from), points, day), self);
  };
  switch (event.type) {
    case 'LEDGER_TERMS_SET':
      book.setTerms(event.fromVersion, event);
      return;
    case 'SIGNED_OUT':
    case 'ATTENDANCE_CLOSED':
    case 'SERVICE_CREDITED':
    case 'EARLIER_SERVICE_CREDITED':
    case 'BACKFILL_SETTLED':
      accrueTo(person(event.volunteerId), newLots(book, event, incarnation, event.credits));
      return;
    case 'POINTS_AWARDED':
      accrueTo(event, newLots(book, event, incarnation, [{ day, points: event.points }]));
      return;
    case 'ALLOWANCE_CLOSED':
    case 'ALLOWANCE_OPENED':
      foldMove(book, event, incarnation);
      return;
    case 'REDEEMED':
      spendFrom(person(event.volunteerId), event.totalPoints);
      return;
    case 'REDEEMED_SHARED':
      totalIs(event.shares, event.totalPoints);
      for (const share of event.shares) spendFrom(holderOf(share), share.points);
      return;
    case 'REDEMPTION_UNDONE': {
      totalIs(event.shares, event.totalPoints);
      const redemption = keyOf(event, incarnation);
      for (const share of event.shares) {
        const to = holderOf(share);
        book.save(to, restore(book.sums(to), book.usesOf(to, redemption), share.points), redemption);
      }
      return;
    }
    case 'POINTS_EXPIRED':
      book.save(event, expire(book.sums(event), book.openLots(event), event.points, event.day), null);
      return;
    default:
      foldEntry(book, event, keyOf(event, incarnation));
  }
}

/**
 * As `foldLedger`, but whole or not at all: the book is given the changes when the fact has proved to fit. What a
 * fact changes are different accounts, so no change depends on another.
 */
export function foldLedgerWhole(book: LedgerBook, event: LedgerEvent, incarnation: string): void {
  const saves: Parameters<LedgerBook['save']>[] = [];
  const done: DoneAct[] = [];
  const staged: LedgerBook = {
    sums: (holder) => book.sums(holder),
    openLots: (holder) => book.openLots(holder),
    entry: (holder, key) => book.entry(holder, key),
    usesOf: (holder, redemption) => book.usesOf(holder, redemption),
    terms: (version) => book.terms(version),
    setTerms: (fromVersion, terms) => {
      book.setTerms(fromVersion, terms);
    },
    isDone: (side, actId) => book.isDone(side, actId),
    setDone: (act) => {
      done.push(act);
    },
    save: (...change) => {
      saves.push(change);
    },
  };
  foldLedger(staged, event, incarnation);
  for (const act of done) book.setDone(act);
  for (const change of saves) book.save(...change);
}

type EntryEvent = Extract<LedgerEvent, { readonly holder: string; readonly ofSeq: number }>;

function foldEntry(book: LedgerBook, event: EntryEvent, key: EntryKey): void {
  const sums = book.sums(event);
  const entry = book.entry(event, key);
  // Hours without points: no account knows of them.
  if (event.type === 'ENTRY_REVERSED' && event.points === 0 && entry.length === 0) return;
  const change = (): AccountChange => {
    switch (event.type) {
      case 'ENTRY_CONFIRMED':
        return advance(sums, entry, { to: 'CONFIRMED', keeperId: event.actorId });
      case 'ENTRY_APPROVED':
        return advance(sums, entry, { to: 'APPROVED', postedUntilDay: event.postedUntilDay });
      case 'ENTRY_POSTED':
        return post(sums, entry);
      case 'ENTRY_POSTED_UNTIL': {
        // No fact makes points last for longer than new ones would.
        const most = expiryDayOf(book.terms(event.rulesVersion), shanghaiDay(event.atMs));
        return post(sums, entry, Math.min(event.expiryDay, most));
      }
      case 'ENTRY_OBJECTED':
        return hold(sums, entry);
      case 'OBJECTION_SETTLED':
        return settle(sums, entry, event.outcome);
      case 'ENTRY_REVERSED':
        return reverse(sums, entry, book.openLots(event), event.points);
    }
  };
  book.save(event, change(), null);
}
