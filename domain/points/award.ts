/** Points for something other than hours, and gifts (RULES.md B3, B4, B8). */
import type { EventDraft } from '../journal/events.ts';
import { err, ok, type Result } from '../result.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { monthStartDay, shanghaiDay } from '../time.ts';
import type { Holder } from './account.ts';
import type { KeeperFact, LedgerFacts } from './facts.ts';
import { isOwn } from './kin.ts';

export type AwardRefusal =
  | { readonly kind: 'NOT_FOUND' }
  /** Of the keeper's own, spouse's or household's. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  | { readonly kind: 'AWARD_CAP'; readonly limit: number; readonly left: number }
  | { readonly kind: 'ISSUE_CEILING'; readonly limit: number; readonly left: number }
  | { readonly kind: 'GIFTS_OFF' };

function ceilingBroken(
  facts: LedgerFacts,
  points: number,
  { ledger }: RuleSet,
  monthDay: number,
): AwardRefusal | null {
  const limit = ledger.maxIssuedPerMonth;
  const left = Math.max(0, limit - facts.issuedInMonth(monthDay));
  return points > left ? { kind: 'ISSUE_CEILING', limit, left } : null;
}

export interface AwardRequest {
  /** A volunteer's id, or a household's: the catalogue says which. */
  readonly holderId: number;
  readonly awardId: number;
  readonly reason: string;
}

/**
 * Decides an award by the catalogue. NOT_FOUND: no such award, volunteer or household. AWARD_CAP: the household
 * has had its month's awards; the county's least and most bind the catalogue, too.
 */
export function decideAward(
  facts: LedgerFacts,
  { holderId, awardId, reason }: AwardRequest,
  keeper: KeeperFact,
  rules: RuleSet,
  atMs: number,
): Result<readonly EventDraft[], AwardRefusal> {
  const { awards } = rules.ledger;
  const award = awards.catalogue.find(({ id }) => id === awardId);
  if (award === undefined || award.points < awards.minPoints || award.points > awards.maxPoints)
    return err({ kind: 'NOT_FOUND' });
  const to: Holder = { holder: award.to, holderId };
  const member = award.to === 'PERSON' ? facts.member(holderId) : null;
  if (award.to === 'PERSON' ? member === null : !facts.hasHousehold(holderId))
    return err({ kind: 'NOT_FOUND' });
  if (isOwn(facts, keeper, to)) return err({ kind: 'OWN_HOUSEHOLD' });
  const inHousehold = award.to === 'HOUSEHOLD' ? holderId : (member?.householdId ?? 0);
  // Whoever is in no household counts as one alone, under a number no household has.
  const householdId = inHousehold === 0 ? -holderId : inHousehold;
  const monthDay = monthStartDay(shanghaiDay(atMs));
  const limit = awards.maxPerHouseholdMonth;
  const left = Math.max(0, limit - facts.awardedInMonth(householdId, monthDay));
  if (award.points > left) return err({ kind: 'AWARD_CAP', limit, left });
  const broken = ceilingBroken(facts, award.points, rules, monthDay);
  if (broken !== null) return err(broken);
  return ok([{ type: 'POINTS_AWARDED', ...to, householdId, awardId, points: award.points, reason }]);
}

/** Decides a gift of donated points to a volunteer. GIFTS_OFF: the county has not opened this purse. */
export function decideGift(
  facts: LedgerFacts,
  {
    volunteerId,
    points,
    reason,
  }: { readonly volunteerId: number; readonly points: number; readonly reason: string },
  keeper: KeeperFact,
  rules: RuleSet,
  atMs: number,
): Result<readonly EventDraft[], AwardRefusal> {
  if (!rules.ledger.gifts.enabled) return err({ kind: 'GIFTS_OFF' });
  if (facts.member(volunteerId) === null) return err({ kind: 'NOT_FOUND' });
  const to: Holder = { holder: 'GIFT', holderId: volunteerId };
  if (isOwn(facts, keeper, to)) return err({ kind: 'OWN_HOUSEHOLD' });
  const broken = ceilingBroken(facts, points, rules, monthStartDay(shanghaiDay(atMs)));
  if (broken !== null) return err(broken);
  return ok([{ type: 'POINTS_AWARDED', ...to, householdId: 0, awardId: 0, points, reason }]);
}
