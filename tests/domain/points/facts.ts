/** Facts for the decisions on points, kept in plain objects beside accounts in memory. */
import type { Holder, Lot, Sums } from '../../../domain/points/account.ts';
import type { KeeperFact, LedgerFacts, MemberFact, RedemptionFact } from '../../../domain/points/facts.ts';
import type { EntryKey } from '../../../domain/points/account.ts';
import { Ledger } from './support.ts';

export const CLERK: KeeperFact = { id: 1, role: 'KEEPER', volunteerId: 0 };
export const HEAD: KeeperFact = { id: 2, role: 'STATION_HEAD', volunteerId: 0 };
export const SUPERVISOR: KeeperFact = { id: 3, role: 'SUPERVISOR', volunteerId: 0 };

/** A member of household 1, born in 1970, unless told. */
export function member(volunteerId: number, change: Partial<MemberFact> = {}): MemberFact {
  return { volunteerId, householdId: 1, birthYear: 1970, spouseId: 0, ...change };
}

export class PlainLedger implements LedgerFacts {
  readonly ledger = new Ledger();
  members: MemberFact[] = [member(1), member(2), member(3, { householdId: 2 })];
  heads = new Map([
    [1, 1],
    [2, 3],
  ]);
  given = new Set<string>();
  allowances = new Set<string>();
  awarded = 0;
  issued = 0;
  /** The county has acknowledged everything up to here: all, unless told. */
  acknowledgedSeq = Infinity;
  redeemed: RedemptionFact | null = null;

  sums(holder: Holder): Sums {
    return this.ledger.book.sums(holder);
  }
  openLots(holder: Holder): readonly Lot[] {
    return this.ledger.book.openLots(holder);
  }
  entry(holder: Holder, key: EntryKey): readonly Lot[] {
    return this.ledger.book.entry(holder, key);
  }
  unacknowledged(holder: Holder): readonly Lot[] {
    return this.ledger.book.lotsOf(holder).filter(({ seq }) => seq > this.acknowledgedSeq);
  }
  isAllowance(holder: Holder, key: EntryKey): boolean {
    return this.allowances.has(`${holder.holderId} ${key.seq}`);
  }
  hours: { readonly volunteerId: number; readonly minutes: number } | null = null;
  creditedBy(): { readonly volunteerId: number; readonly minutes: number } | null {
    return this.hours;
  }
  /** Who approved whatever there is. */
  approver = 0;
  approvedBy(): number {
    return this.approver;
  }
  keeper(): KeeperFact | null {
    return null;
  }
  member(volunteerId: number): MemberFact | null {
    return this.members.find((one) => one.volunteerId === volunteerId) ?? null;
  }
  membersOf(householdId: number): readonly MemberFact[] {
    return this.members.filter((one) => one.householdId === householdId);
  }
  headOf(householdId: number): number {
    return this.heads.get(householdId) ?? 0;
  }
  hasHousehold(householdId: number): boolean {
    return this.heads.has(householdId);
  }
  consents(householdId: number, volunteerId: number): boolean {
    return this.given.has(`${householdId} ${volunteerId}`);
  }
  awardedInMonth(): number {
    return this.awarded;
  }
  issuedInMonth(): number {
    return this.issued;
  }
  redemption(): RedemptionFact | null {
    return this.redeemed;
  }
}
