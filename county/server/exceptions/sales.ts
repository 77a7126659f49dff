/**
 * Exchanges decided again by the very decision that the station makes, with everything in their favour that the county
 * cannot know: what stood on the shelf, and what the account held (the ledger says that). The caps are counted over
 * whole months (caps.ts), and prices are held against those of the day (prices.ts).
 *
 * Not looked at: how much of what was spent the county had not acknowledged yet. No journal says what the station had
 * heard of acknowledgements, and whoever tampers with it would send the earning first and the sale after it.
 */
import { HOLDERS } from '../../../domain/points/account.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { isAdult } from '../../../domain/points/pay.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { decideRedemption } from '../../../domain/shop/decide.ts';
import type { RedemptionFacts } from '../../../domain/shop/facts.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import type { Consents } from './consents.ts';
import type { Expected } from './decideAgain.ts';
import type { GivenPeople } from './peopleGiven.ts';

export type Sold = JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'>;

const HERE = 1;
const NOTHING_YET = { monthPoints: 0, monthStapleUnits: 0, quarterScarceUnits: 0 };

function factsFor({ lines, totalPoints, volunteerId }: Sold, birthYear: number): RedemptionFacts {
  const priceOf = new Map(lines.map(({ goodsId, unitPoints }) => [goodsId, unitPoints]));
  const { MAX_SAFE_INTEGER: plenty } = Number;
  return {
    stationId: HERE,
    goods: (id) => ({
      ...{ id, unitPoints: priceOf.get(id) ?? 0, staple: false, scarce: false, onSale: true, stock: plenty },
    }),
    buyer: () => ({ homeStationId: HERE, householdId: 0, birthYear }),
    purses: () => ({
      earned: [{ holder: 'PERSON', holderId: volunteerId, points: totalPoints }],
      gifts: 0,
      available: plenty,
      awaitingCounty: 0,
    }),
    hasAccount: () => true,
    redeemedBy: () => NOTHING_YET,
    redeemedByHousehold: () => NOTHING_YET,
  };
}

/** The account of a stranger that pays: no pool reaches beyond one's household (RULES.md B9). */
function isStrangers(event: JournalEvent<'REDEEMED_SHARED'>, people: GivenPeople): boolean {
  const own = people.member(event.volunteerId).householdId;
  return event.shares.some(({ holder, holderId }) => {
    if (holderId === event.volunteerId && HOLDERS[holder] !== 'HOUSEHOLD') return false;
    if (HOLDERS[holder] === 'GIFT') return true;
    const theirs = HOLDERS[holder] === 'HOUSEHOLD' ? holderId : people.member(holderId).householdId;
    return own !== 0 && theirs !== 0 && own !== theirs;
  });
}

/** Whose own accounts pay beside that of who exchanges. */
function ownersOf({ volunteerId, shares }: JournalEvent<'REDEEMED_SHARED'>): readonly number[] {
  const others = shares.filter(
    ({ holder, holderId }) => HOLDERS[holder] === 'PERSON' && holderId !== volunteerId,
  );
  return others.map(({ holderId }) => holderId);
}

/** Whose consent an exchange needs: of all that share, who exchanges among them; nobody's where nothing is shared. */
export function sharersOf(event: JournalEvent): readonly number[] {
  if (event.type !== 'REDEEMED_SHARED') return [];
  const owners = ownersOf(event);
  return owners.length === 0 ? [] : [event.volunteerId, ...owners];
}

/**
 * Points of somebody who had not consented, or is no adult. That the rest of the household had consented, too, the
 * county does not judge: it does not know on which day who was of it.
 */
function lacksConsent(event: Sold, { ledger }: RuleSet, people: GivenPeople, consents: Consents): boolean {
  const sharers = sharersOf(event);
  if (sharers.length === 0) return false;
  const { householdId } = people.member(event.volunteerId);
  const day = shanghaiDay(event.atMs);
  const mayShare = (id: number) =>
    isAdult(people.member(id).birthYear, ledger, day) && consents.stood(id, householdId, event.seq);
  return !ledger.pooling || !sharers.every(mayShare);
}

/** What of an exchange no station may allow, whatever else happened; null for nothing. */
export function checkSale(
  event: Sold,
  rules: RuleSet,
  people: GivenPeople,
  consents: Consents,
): Expected | null {
  if (event.type === 'REDEEMED_SHARED' && isStrangers(event, people)) return { kind: 'STRANGER' };
  if (lacksConsent(event, rules, people, consents)) return { kind: 'NO_CONSENT' };
  const facts = factsFor(event, people.member(event.volunteerId).birthYear);
  const decided = decideRedemption(facts, event, event.confirmedBy === 'KEEPER', rules, event.atMs);
  if (decided.ok) return null;
  switch (decided.error.kind) {
    case 'SHOP_CLOSED':
    case 'MINOR':
      return { kind: decided.error.kind };
    case 'KEEPER_NEEDED':
      return { kind: 'KEEPER_NEEDED', points: rules.shop.keeperConfirmsAbovePoints };
    default:
      return null;
  }
}
