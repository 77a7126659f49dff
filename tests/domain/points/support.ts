/** Facts that go straight into accounts in memory, with the header that the station would give them. */
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import type { Holder } from '../../../domain/points/account.ts';
import { foldLedger, isLedgerEvent } from '../../../domain/points/fold.ts';
import { MemoryBook } from '../../../domain/points/memoryBook.ts';
import { DAY_MS, shanghaiDay } from '../../../domain/time.ts';

export const INCARNATION = '00000000000000aa';
export const person = (holderId: number): Holder => ({ holder: 'PERSON', holderId });
export const household = (holderId: number): Holder => ({ holder: 'HOUSEHOLD', holderId });
export const gifts = (holderId: number): Holder => ({ holder: 'GIFT', holderId });

/** The day of a civil date. */
export const dayOf = (date: string): number => shanghaiDay(Date.parse(`${date}T12:00:00+08:00`));

export class Ledger {
  readonly book = new MemoryBook();
  seq = 0;
  day = dayOf('2026-11-23');
  actorId = 0;
  rulesVersion = 0;

  /** Folds a fact at noon of the day; answers its sequence. Throws LedgerError. */
  fold(draft: EventDraft): number {
    this.seq += 1;
    const header = {
      seq: this.seq,
      atMs: this.day * DAY_MS + this.seq,
      boot: 1,
      monoMs: this.seq,
      trust: 0,
      rulesVersion: this.rulesVersion,
      actorId: this.actorId,
    } as const;
    const event = { ...draft, ...header } as JournalEvent;
    if (!isLedgerEvent(event)) throw new TypeError(event.type);
    foldLedger(this.book, event, INCARNATION);
    return this.seq;
  }
  earn(volunteerId: number, points: number, day = this.day): number {
    return this.fold({
      type: 'SIGNED_OUT',
      signInSeq: 1,
      volunteerId,
      cardNumber: 1,
      source: 'HID',
      actualMinutes: 0,
      credits: [{ day, minutes: points * 6, points }],
    });
  }
  spend(volunteerId: number, totalPoints: number): number {
    return this.fold({
      type: 'REDEEMED',
      volunteerId,
      cardNumber: 1,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [],
      totalPoints,
    });
  }
  /** Undoes an exchange that its volunteer paid alone. */
  undo(volunteerId: number, ofSeq: number, points: number): number {
    return this.fold({
      type: 'REDEMPTION_UNDONE',
      volunteerId,
      ofIncarnation: '',
      ofSeq,
      kind: 'CANCELLED',
      lines: [],
      totalPoints: points,
      shares: [{ holder: 0, holderId: volunteerId, points }],
      reason: '',
    });
  }
  reverse(holder: Holder, ofSeq: number, points: number): number {
    return this.fold({
      type: 'ENTRY_REVERSED',
      ...holder,
      ofIncarnation: '',
      ofSeq,
      points,
      reason: '',
      approvedBy: 2,
    });
  }
  expire(holder: Holder, points: number): number {
    return this.fold({ type: 'POINTS_EXPIRED', ...holder, day: this.day, points });
  }
  /** Available now, with what has lapsed and is not recorded yet. */
  available(holder: Holder): number {
    return this.book.sums(holder).available;
  }
  /** What is left in the lots of one entry. */
  left(holder: Holder, seq: number): readonly number[] {
    return this.book.entry(holder, { incarnation: INCARNATION, seq }).map(({ remaining }) => remaining);
  }
}
