/** Facts for the decisions on hours that no scan recorded, kept in plain objects. */
import type {
  BackfillFact,
  BackfillFacts,
  BackfillRequest,
  ServedSpan,
} from '../../../domain/attendance/backfill.ts';
import type { EntryKey } from '../../../domain/points/account.ts';
import type { KeeperFact } from '../../../domain/points/facts.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { CLERK, HEAD, PlainLedger } from '../points/facts.ts';
import { at, PlainFacts } from './facts.ts';

const INCARNATION = '0123456789abcdef';

/** Volunteer 1, activity 1, on its morning from eight to ten, unless told. */
export function backfillOf(change: Partial<BackfillRequest> = {}): BackfillRequest {
  return {
    volunteerId: 1,
    activityId: 1,
    startMs: at('2026-11-23', '08:00'),
    minutes: 120,
    reason: '停电',
    evidence: '纸质签到表 12 号',
    ...change,
  };
}

export class PlainBackfills implements BackfillFacts {
  readonly attendance = new PlainFacts();
  readonly ledger = new PlainLedger();
  keepers: KeeperFact[] = [CLERK, HEAD];
  scanned: ServedSpan[] = [];
  private readonly known = new Map<number, BackfillFact>();

  key(seq: number): EntryKey {
    return { incarnation: INCARNATION, seq };
  }
  put(seq: number, fact: Omit<BackfillFact, 'state'> & Partial<Pick<BackfillFact, 'state'>>): void {
    this.known.set(seq, { state: 'WAITING', ...fact });
  }
  activity(id: number) {
    return this.attendance.activity(id);
  }
  hourPointsBetween(...asked: Parameters<BackfillFacts['hourPointsBetween']>) {
    return this.attendance.hourPointsBetween(...asked);
  }
  issuedInMonth() {
    return this.attendance.issuedInMonth();
  }
  mostCreditedOn(volunteerId: number, day: number) {
    return this.attendance.serviceOfDay(volunteerId, day);
  }
  member(volunteerId: number) {
    return this.ledger.member(volunteerId);
  }
  membersOf(householdId: number) {
    return this.ledger.membersOf(householdId);
  }
  keeper(id: number) {
    return this.keepers.find((one) => one.id === id) ?? null;
  }
  backfill({ incarnation, seq }: EntryKey) {
    return incarnation === INCARNATION ? (this.known.get(seq) ?? null) : null;
  }
  servedBetween(volunteerId: number, _fromMs: number, _toMs: number, but: EntryKey | null) {
    const others = [...this.known].filter(
      ([seq, fact]) => seq !== but?.seq && fact.volunteerId === volunteerId && fact.state !== 'REJECTED',
    );
    return [
      ...this.scanned,
      ...others.map(([, { startMs, minutes, activityId }]) => ({
        fromMs: startMs,
        toMs: startMs + minutes * MINUTE_MS,
        activityId,
      })),
    ];
  }
}
