/**
 * The steps of an entry, decided again by the decisions that the station makes: who may, with nobody of their own kin;
 * how long it is posted; how long an exchange can be undone (RULES.md B3, B4, B6).
 */
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { HOLDERS, type Holder, type Lot } from '../../../domain/points/account.ts';
import { decideAward, decideGift } from '../../../domain/points/award.ts';
import { decideReversal, decideUndo } from '../../../domain/points/correct.ts';
import { isPosted } from '../../../domain/points/entries.ts';
import type { LedgerFacts, RedemptionFact } from '../../../domain/points/facts.ts';
import { keyOf } from '../../../domain/points/fold.ts';
import { decideApprove, decideConfirm, decideObjectionOutcome } from '../../../domain/points/settle.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import type { Expected } from './decideAgain.ts';
import type { PastFacts } from './pastFacts.ts';
import type { GivenPeople } from './peopleGiven.ts';

export type Step = JournalEvent<
  | 'POINTS_AWARDED'
  | 'ENTRY_CONFIRMED'
  | 'ENTRY_APPROVED'
  | 'ENTRY_POSTED'
  | 'ENTRY_POSTED_UNTIL'
  | 'OBJECTION_SETTLED'
  | 'ENTRY_REVERSED'
  | 'REDEMPTION_UNDONE'
>;
const STEPS: ReadonlySet<JournalEvent['type']> = new Set<Step['type']>([
  'POINTS_AWARDED',
  'ENTRY_CONFIRMED',
  'ENTRY_APPROVED',
  'ENTRY_POSTED',
  'ENTRY_POSTED_UNTIL',
  'OBJECTION_SETTLED',
  'ENTRY_REVERSED',
  'REDEMPTION_UNDONE',
]);
export const isStep = (event: JournalEvent): event is Step => STEPS.has(event.type);

/** An entry as it stood before each fact that is a step of it, by seq. */
export type EntriesBefore = ReadonlyMap<number, readonly Lot[]>;

/** Everything in favour of a fact that the county does not judge here: caps are counted elsewhere. */
function factsFor(
  people: GivenPeople,
  entry: readonly Lot[],
  redemption: RedemptionFact | null,
): LedgerFacts {
  const unknown = (): never => {
    throw new Error('no decision here asks for this');
  };
  return {
    sums: unknown,
    openLots: unknown,
    unacknowledged: unknown,
    keeper: unknown,
    headOf: unknown,
    consents: unknown,
    entry: () => entry,
    isAllowance: () => false,
    creditedBy: () => null,
    approvedBy: () => 0,
    member: (id) => people.member(id),
    // Whoever decides is asked for by themselves (kin.ts): of the others nobody is spouse here.
    membersOf: () => [],
    hasHousehold: () => true,
    awardedInMonth: () => 0,
    issuedInMonth: () => 0,
    redemption: () => redemption,
  };
}

function redemptionOf(event: JournalEvent<'REDEMPTION_UNDONE'>, past: PastFacts): RedemptionFact | null {
  const sold = past.at(event.ofIncarnation, event.ofSeq);
  if (sold?.type !== 'REDEEMED' && sold?.type !== 'REDEEMED_SHARED') return null;
  const { volunteerId, atMs, lines } = sold;
  const shares = event.shares.map(({ holder, holderId, points }) => ({
    holder: HOLDERS[holder] ?? 'PERSON',
    holderId,
    points,
  }));
  return { key: keyOf(event, ''), volunteerId, atMs, lines, shares };
}

/** Why no station may decide so; null where the county cannot say that. */
function refusalOf(
  event: Step,
  before: readonly Lot[],
  people: GivenPeople,
  rules: RuleSet,
  past: PastFacts,
): string | null {
  const keeper = people.keeper(event.actorId);
  const redemption = event.type === 'REDEMPTION_UNDONE' ? redemptionOf(event, past) : null;
  const facts = factsFor(people, before, redemption);
  const kindOf = (
    decided: { readonly ok: true } | { readonly ok: false; readonly error: { kind: string } },
  ) => (decided.ok ? null : decided.error.kind);
  if (event.type === 'POINTS_AWARDED') {
    const { holder, holderId: volunteerId, points, reason, awardId, atMs } = event;
    if (holder === 'GIFT')
      return kindOf(decideGift(facts, { volunteerId, points, reason }, keeper, rules, atMs));
    return kindOf(decideAward(facts, { holderId: volunteerId, awardId, reason }, keeper, rules, atMs));
  }
  if (event.type === 'REDEMPTION_UNDONE') {
    const { kind, lines, reason } = event;
    const wanted = { key: keyOf(event, ''), kind, lines, reason };
    return kindOf(decideUndo(facts, wanted, keeper, rules, event.atMs));
  }
  const entry = { ...(event as Holder), ...keyOf(event, '') };
  switch (event.type) {
    case 'ENTRY_CONFIRMED':
      return kindOf(decideConfirm(facts, entry, keeper));
    case 'OBJECTION_SETTLED':
      return kindOf(decideObjectionOutcome(facts, entry, event.outcome, event.reason, keeper));
    case 'ENTRY_REVERSED':
      return kindOf(decideReversal(facts, entry, event.reason, keeper, people.keeper(event.approvedBy)));
    case 'ENTRY_POSTED':
    case 'ENTRY_POSTED_UNTIL':
      return isPosted(before, shanghaiDay(event.atMs)) ? null : 'POSTED_TOO_SHORT';
    case 'ENTRY_APPROVED': {
      const decided = decideApprove(facts, entry, keeper, rules, event.atMs);
      if (!decided.ok) return decided.error.kind;
      const [draft] = decided.value;
      const isLongEnough = draft?.type !== 'ENTRY_APPROVED' || event.postedUntilDay >= draft.postedUntilDay;
      return isLongEnough ? null : 'POSTED_TOO_SHORT';
    }
  }
}

/** The refusals that are said to a person; the others the ledger or the caps find by themselves. */
const SAID = ['OWN_HOUSEHOLD', 'SAME_PERSON', 'ROLE', 'TOO_LATE', 'POSTED_TOO_SHORT'] as const;

/** What of a step no station may decide, by the entry as it stood before it; null for nothing. */
export function checkStep(
  event: Step,
  before: readonly Lot[],
  people: GivenPeople,
  rules: RuleSet,
  past: PastFacts,
): Expected | null {
  const refusal = refusalOf(event, before, people, rules, past);
  const said = SAID.find((kind) => kind === refusal);
  return said === undefined ? null : { kind: said };
}
