/** Whether points may be exchanged for a basket of goods, and if not, the one reason that binds (RULES.md B6). */
import type { EventDraft } from '../journal/events.ts';
import { HOLDERS } from '../points/account.ts';
import { isAdult, shareOut } from '../points/pay.ts';
import { err, ok, type Result } from '../result.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { monthStartDay, quarterStartDay, shanghaiDay } from '../time.ts';
import type { BasketLine, BuyerFact, GoodsFact, RedemptionFacts, RedemptionRequest } from './facts.ts';
import { shopHours } from './hours.ts';

interface CapRefusal<K extends string> {
  readonly kind: K;
  readonly limit: number;
  /** What the cap still allows: points for MONTH_CAP, pieces for the others. */
  readonly left: number;
  readonly scope: 'PERSON' | 'HOUSEHOLD';
}
export type RedemptionRefusal =
  | { readonly kind: 'SHOP_CLOSED'; readonly nextOpenMs: number }
  | { readonly kind: 'EMPTY_BASKET' }
  | { readonly kind: 'NOT_ON_SALE'; readonly goodsId: number }
  | { readonly kind: 'PRICE_CHANGED'; readonly goodsId: number; readonly unitPoints: number }
  | { readonly kind: 'OUT_OF_STOCK'; readonly goodsId: number; readonly stock: number }
  | { readonly kind: 'MINOR'; readonly adultYears: number }
  | { readonly kind: 'NO_ALLOWANCE_HERE'; readonly homeStationId: number }
  | CapRefusal<'MONTH_CAP'>
  | CapRefusal<'STAPLE_CAP'>
  | CapRefusal<'SCARCE_CAP'>
  /** There would be enough, but `awaiting` of the points were earned here and the county does not know of them yet. */
  | {
      readonly kind: 'AWAITING_COUNTY';
      readonly available: number;
      readonly awaiting: number;
      readonly needed: number;
    }
  | { readonly kind: 'NOT_ENOUGH_POINTS'; readonly available: number; readonly needed: number };

export interface Quote {
  readonly totalPoints: number;
  readonly remainingPoints: number;
  /** Above the threshold, and whenever no card was scanned, the keeper confirms (DESIGN.md, Cards). */
  readonly needsKeeper: boolean;
}

interface PricedLine extends BasketLine {
  readonly goods: GoodsFact;
}

/** The basket against the shelf: each line must be on sale, at the price shown, and there. */
function priceBasket(
  facts: RedemptionFacts,
  lines: readonly BasketLine[],
): Result<readonly PricedLine[], RedemptionRefusal> {
  const priced: PricedLine[] = [];
  const wanted = new Map<number, number>();
  for (const line of lines) {
    const { goodsId, quantity, unitPoints } = line;
    const goods = facts.goods(goodsId);
    if (!goods?.onSale) return err({ kind: 'NOT_ON_SALE', goodsId });
    if (goods.unitPoints !== unitPoints)
      return err({ kind: 'PRICE_CHANGED', goodsId, unitPoints: goods.unitPoints });
    const sum = (wanted.get(goodsId) ?? 0) + quantity;
    if (sum > goods.stock) return err({ kind: 'OUT_OF_STOCK', goodsId, stock: Math.max(0, goods.stock) });
    wanted.set(goodsId, sum);
    priced.push({ ...line, goods });
  }
  return ok(priced);
}

interface CapUse {
  readonly kind: 'MONTH_CAP' | 'STAPLE_CAP' | 'SCARCE_CAP';
  readonly limit: number;
  readonly wanted: number;
  readonly usedByPerson: number;
  readonly usedByHousehold: number;
}

/** The first cap that the basket breaks, the person's before the household's. */
function brokenCap(caps: readonly CapUse[]): RedemptionRefusal | null {
  for (const { kind, limit, wanted, usedByPerson, usedByHousehold } of caps) {
    if (wanted === 0) continue;
    for (const [scope, used] of [
      ['PERSON', usedByPerson],
      ['HOUSEHOLD', usedByHousehold],
    ] as const) {
      const left = Math.max(0, limit - used);
      if (wanted > left) return { kind, limit, left, scope };
    }
  }
  return null;
}

function sumOf(lines: readonly PricedLine[], amount: (line: PricedLine) => number): number {
  return lines.reduce((sum, line) => sum + amount(line), 0);
}

/** The caps of RULES.md B6 in the order in which they are named; per person and per household alike. */
function capsOf(
  facts: RedemptionFacts,
  volunteerId: number,
  buyer: BuyerFact | null,
  lines: readonly PricedLine[],
  { shop }: RuleSet,
  day: number,
): readonly CapUse[] {
  const month = monthStartDay(day);
  const quarter = quarterStartDay(day);
  const person = facts.redeemedBy(volunteerId, month, quarter);
  const householdId = buyer?.householdId ?? 0;
  // Whoever is in no household counts as one alone.
  const household = householdId === 0 ? person : facts.redeemedByHousehold(householdId, month, quarter);
  return [
    {
      kind: 'MONTH_CAP',
      limit: shop.maxPointsPerMonth,
      wanted: sumOf(lines, (line) => line.quantity * line.unitPoints),
      usedByPerson: person.monthPoints,
      usedByHousehold: household.monthPoints,
    },
    {
      kind: 'STAPLE_CAP',
      limit: shop.maxStapleUnitsPerMonth,
      wanted: sumOf(lines, (line) => (line.goods.staple ? line.quantity : 0)),
      usedByPerson: person.monthStapleUnits,
      usedByHousehold: household.monthStapleUnits,
    },
    {
      kind: 'SCARCE_CAP',
      limit: shop.maxScarceUnitsPerQuarter,
      wanted: sumOf(lines, (line) => (line.goods.scarce ? line.quantity : 0)),
      usedByPerson: person.quarterScarceUnits,
      usedByHousehold: household.quarterScarceUnits,
    },
  ];
}

/**
 * Looks at a basket and answers what it would cost, or the reason that binds. The order of the reasons is fixed:
 * a villager is told what no amount of points would change before being told of points (RULES.md B2).
 */
export function quoteRedemption(
  facts: RedemptionFacts,
  { volunteerId, source, lines }: Omit<RedemptionRequest, 'cardNumber'>,
  rules: RuleSet,
  atMs: number,
): Result<Quote, RedemptionRefusal> {
  const { open, nextOpenMs } = shopHours(rules, atMs);
  if (!open) return err({ kind: 'SHOP_CLOSED', nextOpenMs });
  if (lines.length === 0) return err({ kind: 'EMPTY_BASKET' });
  const priced = priceBasket(facts, lines);
  if (!priced.ok) return priced;

  const day = shanghaiDay(atMs);
  const buyer = facts.buyer(volunteerId);
  if (buyer !== null && !isAdult(buyer.birthYear, rules.ledger, day))
    return err({ kind: 'MINOR', adultYears: rules.ledger.adultYears });
  const homeStationId = buyer?.homeStationId ?? 0;
  if (homeStationId !== facts.stationId && !facts.hasAccount(volunteerId))
    return err({ kind: 'NO_ALLOWANCE_HERE', homeStationId });

  const broken = brokenCap(capsOf(facts, volunteerId, buyer, priced.value, rules, day));
  if (broken !== null) return err(broken);
  const needed = sumOf(priced.value, (line) => line.quantity * line.unitPoints);
  const { available, awaitingCounty } = facts.purses(volunteerId, day);
  if (needed > available + awaitingCounty) return err({ kind: 'NOT_ENOUGH_POINTS', available, needed });
  if (needed > available)
    return err({ kind: 'AWAITING_COUNTY', available, awaiting: awaitingCounty, needed });
  return ok({
    totalPoints: needed,
    remainingPoints: available - needed,
    needsKeeper: source === 'MANUAL' || needed > rules.shop.keeperConfirmsAbovePoints,
  });
}

/**
 * Decides an exchange: the quote, and the fact if it may be. `keeperConfirmed` says that a keeper has given the
 * PIN for it. KEEPER_NEEDED: nothing else is in the way.
 */
export function decideRedemption(
  facts: RedemptionFacts,
  request: RedemptionRequest,
  keeperConfirmed: boolean,
  rules: RuleSet,
  atMs: number,
): Result<
  { readonly quote: Quote; readonly drafts: readonly EventDraft[] },
  RedemptionRefusal | { readonly kind: 'KEEPER_NEEDED' }
> {
  const quote = quoteRedemption(facts, request, rules, atMs);
  if (!quote.ok) return quote;
  const { totalPoints, needsKeeper } = quote.value;
  if (needsKeeper && !keeperConfirmed) return err({ kind: 'KEEPER_NEEDED' });
  const { volunteerId, cardNumber, source, lines } = request;
  const purses = facts.purses(volunteerId, shanghaiDay(atMs));
  const shares = shareOut(purses, volunteerId, totalPoints, rules.ledger) ?? [];
  const [first] = shares;
  const alone = shares.length === 1 && first?.holder === 'PERSON' && first.holderId === volunteerId;
  const fields = {
    volunteerId,
    cardNumber,
    source,
    confirmedBy: keeperConfirmed ? 'KEEPER' : 'CARD',
    lines: lines.map(({ goodsId, quantity, unitPoints }) => ({ goodsId, quantity, unitPoints })),
    totalPoints,
  } as const;
  const draft: EventDraft = alone
    ? { type: 'REDEEMED', ...fields }
    : {
        type: 'REDEEMED_SHARED',
        ...fields,
        shares: shares.map(({ holder, holderId, points }) => ({
          holder: HOLDERS.indexOf(holder),
          holderId,
          points,
        })),
      };
  return ok({ quote: quote.value, drafts: [draft] });
}
