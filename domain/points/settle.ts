/** The way of an entry to its owner under `posted` settlement (RULES.md B3): each step by another person. */
import type { EventDraft } from '../journal/events.ts';
import { err, ok, type Result } from '../result.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { shanghaiDay } from '../time.ts';
import type { EntryKey, Holder, Lot, LotState } from './account.ts';
import { workingDaysAfter } from './calendar.ts';
import type { DueAccount, DueEntry, KeeperFact, LedgerFacts } from './facts.ts';
import { isOwn } from './kin.ts';
import { expiryDayOf, type LedgerTerms } from './terms.ts';

export type SettleRefusal =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'OWN_HOUSEHOLD' }
  /** It is not at the step before. */
  | { readonly kind: 'WRONG_STATE'; readonly state: LotState }
  /** The same keeper has done the step before: maker is not checker. */
  | { readonly kind: 'SAME_PERSON' }
  /** Only the head of the station or the supervisor may. */
  | { readonly kind: 'ROLE' };

export interface EntryRequest extends Holder, EntryKey {}

interface Found {
  readonly lot: Lot;
  readonly fields: {
    readonly holder: Holder['holder'];
    readonly holderId: number;
    readonly ofIncarnation: string;
    readonly ofSeq: number;
  };
}

/** The entry, if it is there, not the keeper's own, and in one of the states. */
function findEntry(
  facts: LedgerFacts,
  { holder, holderId, incarnation, seq }: EntryRequest,
  keeper: KeeperFact,
  states: readonly LotState[],
): Result<Found, SettleRefusal> {
  const [lot] = facts.entry({ holder, holderId }, { incarnation, seq });
  if (lot === undefined) return err({ kind: 'NOT_FOUND' });
  if (isOwn(facts, keeper, { holder, holderId })) return err({ kind: 'OWN_HOUSEHOLD' });
  if (!states.includes(lot.state)) return err({ kind: 'WRONG_STATE', state: lot.state });
  return ok({ lot, fields: { holder, holderId, ofIncarnation: incarnation, ofSeq: seq } });
}

/** Whether a keeper may approve entries and settle objections (RULES.md B3, B19). */
export function mayApprove({ role }: KeeperFact): boolean {
  return role === 'STATION_HEAD' || role === 'SUPERVISOR';
}

/** The leader confirms a recorded entry; it may be the leader's own record, since another approves it. */
export function decideConfirm(
  facts: LedgerFacts,
  entry: EntryRequest,
  keeper: KeeperFact,
): Result<readonly EventDraft[], SettleRefusal> {
  const found = findEntry(facts, entry, keeper, ['RECORDED']);
  if (!found.ok) return found;
  return ok([{ type: 'ENTRY_CONFIRMED', ...found.value.fields }]);
}

/** The station approves a confirmed entry, and it is posted for the working days of the rules. */
export function decideApprove(
  facts: LedgerFacts,
  entry: EntryRequest,
  keeper: KeeperFact,
  { ledger }: RuleSet,
  atMs: number,
): Result<readonly EventDraft[], SettleRefusal> {
  const found = findEntry(facts, entry, keeper, ['CONFIRMED']);
  if (!found.ok) return found;
  if (!mayApprove(keeper)) return err({ kind: 'ROLE' });
  const { confirmedBy, recordedBy } = found.value.lot;
  if (keeper.id === confirmedBy || keeper.id === recordedBy) return err({ kind: 'SAME_PERSON' });
  const postedUntilDay = workingDaysAfter(shanghaiDay(atMs), ledger.postingWorkingDays, ledger);
  return ok([{ type: 'ENTRY_APPROVED', ...found.value.fields, postedUntilDay }]);
}

/** Anybody may object to an entry before it is available, by a keeper's hand; a keeper's own one, too. */
export function decideObjection(
  facts: LedgerFacts,
  { holder, holderId, incarnation, seq }: EntryRequest,
  reason: string,
): Result<readonly EventDraft[], SettleRefusal> {
  const [lot] = facts.entry({ holder, holderId }, { incarnation, seq });
  if (lot === undefined) return err({ kind: 'NOT_FOUND' });
  if (lot.state !== 'RECORDED' && lot.state !== 'CONFIRMED' && lot.state !== 'APPROVED')
    return err({ kind: 'WRONG_STATE', state: lot.state });
  return ok([{ type: 'ENTRY_OBJECTED', holder, holderId, ofIncarnation: incarnation, ofSeq: seq, reason }]);
}

/**
 * The station settles an objection. Whoever recorded, confirmed or approved the entry may see that it was wrong, and not
 * that it was right (SAME_PERSON).
 */
export function decideObjectionOutcome(
  facts: LedgerFacts,
  entry: EntryRequest,
  outcome: 'UPHELD' | 'DISMISSED',
  reason: string,
  keeper: KeeperFact,
): Result<readonly EventDraft[], SettleRefusal> {
  const found = findEntry(facts, entry, keeper, ['HELD']);
  if (!found.ok) return found;
  if (!mayApprove(keeper)) return err({ kind: 'ROLE' });
  const { confirmedBy, recordedBy } = found.value.lot;
  const doneBy = [confirmedBy, recordedBy, facts.approvedBy(entry, entry)];
  if (outcome === 'DISMISSED' && doneBy.includes(keeper.id)) return err({ kind: 'SAME_PERSON' });
  return ok([{ type: 'OBJECTION_SETTLED', ...found.value.fields, outcome, reason }]);
}

/**
 * What the station records by itself at the turn of a day: postings that ended, points that lapsed. Postings come
 * alone: what is due to lapse is to be asked anew after them. `terms` are those in force.
 */
export function decideTurnOfDay(
  entries: readonly DueEntry[],
  lapsed: readonly DueAccount[],
  terms: LedgerTerms,
  day: number,
): readonly EventDraft[] {
  const lastDay = expiryDayOf(terms, day);
  if (entries.length > 0)
    return entries.map(({ holder, holderId, incarnation, seq, expiryDay }) => {
      const entry = { holder, holderId, ofIncarnation: incarnation, ofSeq: seq };
      // A service of December that is posted in January must not lapse before anybody could spend it.
      return expiryDay < lastDay
        ? { type: 'ENTRY_POSTED_UNTIL', ...entry, expiryDay: lastDay }
        : { type: 'ENTRY_POSTED', ...entry };
    });
  return lapsed.map(({ holder, holderId, points }) => ({
    type: 'POINTS_EXPIRED',
    holder,
    holderId,
    day,
    points,
  }));
}
