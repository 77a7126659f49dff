/** Corrections: never an edit, always a fact that takes back, with a reason (RULES.md B5, B6). */
import type { EventDraft } from '../journal/events.ts';
import { err, ok, type Result } from '../result.ts';
import type { LedgerRules, RuleSet } from '../rules/ruleSet.ts';
import { shanghaiDay } from '../time.ts';
import { HOLDERS, type EntryKey, type Holder } from './account.ts';
import { reversible } from './entries.ts';
import type { GoodsLine, KeeperFact, LedgerFacts, RedemptionFact, Share } from './facts.ts';
import { isOwn } from './kin.ts';
import type { EntryRequest } from './settle.ts';

export type ReverseRefusal =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'OWN_HOUSEHOLD' }
  | { readonly kind: 'SAME_PERSON' }
  /** All of it was reversed before, or has lapsed. */
  | { readonly kind: 'NOTHING_LEFT' };

/**
 * What taking an entry back would take of points: 0 where there are only hours (honour hours, or points that have all
 * lapsed), null where there is nothing at all, or nothing any more.
 */
export function reversibleOf(
  facts: Pick<LedgerFacts, 'entry' | 'creditedBy'>,
  to: Holder,
  key: EntryKey,
): number | null {
  const entry = facts.entry(to, key);
  const points = entry.length === 0 ? 0 : reversible(entry);
  if (points > 0) return points;
  const hours = to.holder === 'PERSON' ? facts.creditedBy(key) : null;
  return hours?.volunteerId === to.holderId && hours.minutes > 0 ? 0 : null;
}

/**
 * Two keepers take an entry back, its points and its hours, for neither of whom it is their own. NOT_FOUND: no entry of this station, or an
 * allowance, which is the county's to move. SAME_PERSON: the second is the first.
 * What was spent of it becomes arrears.
 */
export function decideReversal(
  facts: LedgerFacts,
  { holder, holderId, incarnation, seq }: EntryRequest,
  reason: string,
  maker: KeeperFact,
  checker: KeeperFact,
): Result<readonly EventDraft[], ReverseRefusal> {
  const entry = facts.entry({ holder, holderId }, { incarnation, seq });
  const key = { incarnation, seq };
  const points = reversibleOf(facts, { holder, holderId }, key);
  const isThere = entry.length > 0 || points !== null;
  if (!isThere || facts.isAllowance({ holder, holderId }, key)) return err({ kind: 'NOT_FOUND' });
  const samePerson = maker.volunteerId !== 0 && maker.volunteerId === checker.volunteerId;
  if (maker.id === checker.id || samePerson) return err({ kind: 'SAME_PERSON' });
  const own = [maker, checker].some((keeper) => isOwn(facts, keeper, { holder, holderId }));
  if (own) return err({ kind: 'OWN_HOUSEHOLD' });
  if (points === null) return err({ kind: 'NOTHING_LEFT' });
  return ok([
    {
      type: 'ENTRY_REVERSED',
      holder,
      holderId,
      ofIncarnation: incarnation,
      ofSeq: seq,
      points,
      reason,
      approvedBy: checker.id,
    },
  ]);
}

export type UndoRefusal =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'OWN_HOUSEHOLD' }
  /** An exchange is cancelled, and faulty goods come back, within the days of the rules. */
  | { readonly kind: 'TOO_LATE'; readonly limitDays: number }
  /** More pieces than the exchange still stands for. */
  | { readonly kind: 'NOT_IN_IT'; readonly goodsId: number };

export interface UndoRequest {
  readonly key: EntryKey;
  readonly kind: 'CANCELLED' | 'FAULTY';
  /** Empty: everything that still stands. */
  readonly lines: readonly { readonly goodsId: number; readonly quantity: number }[];
  readonly reason: string;
}

function priced(
  redemption: RedemptionFact,
  wanted: UndoRequest['lines'],
): Result<readonly GoodsLine[], UndoRefusal> {
  if (wanted.length === 0) return ok(redemption.lines.filter(({ quantity }) => quantity > 0));
  const lines: GoodsLine[] = [];
  for (const { goodsId, quantity } of wanted) {
    const line = redemption.lines.find((one) => one.goodsId === goodsId);
    if (line === undefined || quantity > line.quantity || lines.some((one) => one.goodsId === goodsId))
      return err({ kind: 'NOT_IN_IT', goodsId });
    lines.push({ goodsId, quantity, unitPoints: line.unitPoints });
  }
  return ok(lines);
}

/**
 * Who gets how much back: gifts as far as the earned points that stay spent no longer match them (RULES.md B8), then
 * whoever paid last, first. `shares` are what still stands of the price, `perHundredEarned` is the match of the rules.
 */
export function sharesBack(
  shares: readonly Share[],
  points: number,
  { perHundredEarned }: Pick<LedgerRules['gifts'], 'perHundredEarned'>,
): readonly Share[] {
  const price = shares.reduce((sum, share) => sum + share.points, 0);
  const matched = Math.floor(((price - points) * perHundredEarned) / (100 + perHundredEarned));
  const back: Share[] = [];
  const gifts = shares.filter(({ holder }) => holder === 'GIFT');
  const earned = shares.filter(({ holder }) => holder !== 'GIFT');
  const given = gifts.reduce((sum, share) => sum + share.points, 0);
  const earnedPoints = price - given;
  // All of the earned points may not be enough for what comes back: then gifts are the rest of it.
  const giftsBack = Math.min(points, Math.max(0, given - matched, points - earnedPoints));
  let left = giftsBack;
  for (const { holder, holderId, points: paid } of gifts) {
    const part = Math.min(left, paid);
    left -= part;
    if (part > 0) back.push({ holder, holderId, points: part });
  }
  left = points - giftsBack;
  for (const { holder, holderId, points: paid } of earned.toReversed()) {
    const part = Math.min(left, paid);
    left -= part;
    if (part > 0) back.push({ holder, holderId, points: part });
  }
  return back;
}

/**
 * Undoes an exchange, wholly or in part: goods and points go back in one transaction, the points to the very lots
 * they came from. Faulty goods go back into the books and out of them again as a loss: nobody else shall get them.
 */
export function decideUndo(
  facts: LedgerFacts,
  { key, kind, lines: wanted, reason }: UndoRequest,
  keeper: KeeperFact,
  { ledger }: RuleSet,
  atMs: number,
): Result<readonly EventDraft[], UndoRefusal> {
  const redemption = facts.redemption(key);
  if (redemption === null) return err({ kind: 'NOT_FOUND' });
  const { volunteerId, shares } = redemption;
  if (isOwn(facts, keeper, { holder: 'PERSON', holderId: volunteerId }))
    return err({ kind: 'OWN_HOUSEHOLD' });
  const limitDays = kind === 'FAULTY' ? ledger.faultyReturnDays : ledger.cancelDays;
  if (Math.abs(shanghaiDay(atMs) - shanghaiDay(redemption.atMs)) > limitDays)
    return err({ kind: 'TOO_LATE', limitDays });
  const lines = priced(redemption, wanted);
  if (!lines.ok) return lines;
  const totalPoints = lines.value.reduce((sum, { quantity, unitPoints }) => sum + quantity * unitPoints, 0);
  if (totalPoints === 0) return err({ kind: 'NOT_FOUND' });
  const undone: EventDraft = {
    type: 'REDEMPTION_UNDONE',
    volunteerId,
    ofIncarnation: key.incarnation,
    ofSeq: key.seq,
    kind,
    lines: lines.value,
    totalPoints,
    shares: sharesBack(shares, totalPoints, ledger.gifts).map(({ holder, holderId, points }) => ({
      holder: HOLDERS.indexOf(holder),
      holderId,
      points,
    })),
    reason,
  };
  const losses = lines.value.map(
    ({ goodsId, quantity }) =>
      ({ type: 'STOCK_MOVED', goodsId, quantity: -quantity, reason: 'LOSS', note: reason }) as const,
  );
  return ok(kind === 'FAULTY' ? [undone, ...losses] : [undone]);
}

/** An adult member lets their household spend their points, or takes that back. NOT_FOUND: not a member. */
export function decidePooling(
  facts: LedgerFacts,
  volunteerId: number,
  consent: 'GIVEN' | 'WITHDRAWN',
): Result<readonly EventDraft[], { readonly kind: 'NOT_FOUND' }> {
  const householdId = facts.member(volunteerId)?.householdId ?? 0;
  if (householdId === 0) return err({ kind: 'NOT_FOUND' });
  if (facts.consents(householdId, volunteerId) === (consent === 'GIVEN')) return ok([]);
  return ok([{ type: 'POOLING_SET', householdId, volunteerId, consent }]);
}
