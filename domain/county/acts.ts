/**
 * What a person at the county decided about an exception and a station carries out: giving the points of an oversold
 * item back, or taking back an entry that was wrong (RULES.md B2, B5). The county is the second person of it. Acts
 * come with the reference data; each is done once, and the fact that it was goes along with what it did.
 */
import type { EventDraft } from '../journal/events.ts';
import { reversibleOf, sharesBack } from '../points/correct.ts';
import { HOLDERS, type EntryKey } from '../points/account.ts';
import type { LedgerFacts } from '../points/facts.ts';
import type { CountyAct } from '../reference/reference.ts';
import type { LedgerRules } from '../rules/ruleSet.ts';

export interface ActFacts extends Pick<LedgerFacts, 'entry' | 'redemption' | 'creditedBy'> {
  isActDone(actId: number): boolean;
  /** Whether a fact stands in a journal that is held here. */
  hasFact(key: EntryKey): boolean;
}

/** What giving pieces of an exchange back records; null if they came back already. */
function refund(
  facts: ActFacts,
  key: EntryKey,
  { lines: wanted, reason }: Pick<CountyAct, 'lines' | 'reason'>,
  gifts: LedgerRules['gifts'],
): EventDraft | null {
  const redemption = facts.redemption(key);
  if (redemption === null || wanted.length === 0) return null;
  const lines = wanted.flatMap(({ goodsId, quantity }) => {
    const line = redemption.lines.find((one) => one.goodsId === goodsId && one.quantity >= quantity);
    return line === undefined ? [] : [{ goodsId, quantity, unitPoints: line.unitPoints }];
  });
  if (lines.length < wanted.length) return null;
  const totalPoints = lines.reduce((sum, { quantity, unitPoints }) => sum + quantity * unitPoints, 0);
  return {
    type: 'REDEMPTION_UNDONE',
    volunteerId: redemption.volunteerId,
    ofIncarnation: key.incarnation,
    ofSeq: key.seq,
    kind: 'CANCELLED',
    lines,
    totalPoints,
    shares: sharesBack(redemption.shares, totalPoints, gifts).map(({ holder, holderId, points }) => ({
      holder: HOLDERS.indexOf(holder),
      holderId,
      points,
    })),
    reason,
  };
}

/** What taking an entry back records; null if nothing is left of it. */
function reversal(facts: ActFacts, key: EntryKey, act: CountyAct): EventDraft | null {
  const { holder, holderId, reason } = act;
  const points = reversibleOf(facts, { holder, holderId }, key);
  if (points === null) return null;
  const { incarnation: ofIncarnation, seq: ofSeq } = key;
  return { type: 'ENTRY_REVERSED', holder, holderId, ofIncarnation, ofSeq, points, reason, approvedBy: 0 };
}

/**
 * What to record for an act; nothing if it was done. One about a fact that is not held here waits: another machine of
 * this station has it. One that cannot be carried out any more is done as IMPOSSIBLE, and the county's person is told.
 */
export function decideAct(
  facts: ActFacts,
  act: CountyAct,
  { gifts }: Pick<LedgerRules, 'gifts'>,
): readonly EventDraft[] {
  const key = { incarnation: act.incarnation, seq: act.seq };
  if (facts.isActDone(act.id) || !facts.hasFact(key)) return [];
  const deed = act.kind === 'REFUND' ? refund(facts, key, act, gifts) : reversal(facts, key, act);
  const done = { type: 'COUNTY_ACT_DONE', actId: act.id } as const;
  return deed === null ? [{ ...done, outcome: 'IMPOSSIBLE' }] : [deed, { ...done, outcome: 'DONE' }];
}
