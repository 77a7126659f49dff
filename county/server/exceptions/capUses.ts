/** What facts use of the caps of the rules (RULES.md B1, B3, B4, B6): of a day, a month, a quarter; caps.ts counts them. */
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { HOLDERS } from '../../../domain/points/account.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { monthStartDay, quarterStartDay, shanghaiDay } from '../../../domain/time.ts';
import type { Tx } from '../ingestSql.ts';
import type { Expected } from './decideAgain.ts';
import { householdsElsewhere, householdsOf, kindsOf } from './given.ts';
import type { PastFacts } from './pastFacts.ts';

/** Numbers of `cap_use.cap`; one that was used is never given to another cap. */
export const CAP = {
  DAY: 1,
  MONTH: 2,
  VILLAGE: 3,
  AWARDS: 4,
  PAIRS: 5,
  EXCHANGED: 6,
  STAPLES: 7,
  SCARCE: 8,
  HOUSEHOLD_EXCHANGED: 9,
  HOUSEHOLD_STAPLES: 10,
  HOUSEHOLD_SCARCE: 11,
} as const;

export interface Amount {
  /** Minutes, pieces or pairs. */
  readonly counted: number;
  readonly points: number;
}
/** What a fact uses of a cap; less than nothing where it gives back. */
export interface Use extends Amount {
  readonly cap: number;
  readonly of: number;
  /** The activity, of pairs. */
  readonly with: number;
  /** First day of the day, month or quarter. */
  readonly period: number;
  readonly by: Pick<JournalEvent, 'seq'>;
  /** It binds over all stations, and the station itself cannot know of it. */
  readonly onlyTogether?: boolean;
  /** What the cap allows by some rules. */
  readonly most: (rules: RuleSet) => Amount;
  readonly expected: (rules: RuleSet) => Expected;
}

const NO_LIMIT = Number.POSITIVE_INFINITY;
const points = (most: number): Amount => ({ counted: NO_LIMIT, points: most });
const pieces = (most: number): Amount => ({ counted: most, points: NO_LIMIT });

type Credited = JournalEvent<
  'SIGNED_OUT' | 'ATTENDANCE_CLOSED' | 'SERVICE_CREDITED' | 'EARLIER_SERVICE_CREDITED' | 'BACKFILL_SETTLED'
>;
type Sold = JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'>;

/** What the whole village is issued in a month. */
function villageUse(by: JournalEvent, period: number, issued: number): Use {
  return {
    ...{ cap: CAP.VILLAGE, of: 0, with: 0, period, counted: 0, points: issued, by },
    most: ({ ledger }) => points(ledger.maxIssuedPerMonth),
    expected: ({ ledger }) => ({ kind: 'VILLAGE_MONTH', points: ledger.maxIssuedPerMonth }),
  };
}

function serviceUses(by: Credited): readonly Use[] {
  return by.credits.flatMap((row) => {
    const of = by.volunteerId;
    const period = monthStartDay(row.day);
    const day: Use = {
      ...{ cap: CAP.DAY, of, with: 0, period: row.day, counted: row.minutes, points: row.points, by },
      most: (rules) => ({ counted: rules.attendance.maxDayMinutes, points: rules.points.maxPerDay }),
      expected: (rules) => ({
        kind: 'DAY',
        minutes: rules.attendance.maxDayMinutes,
        points: rules.points.maxPerDay,
      }),
    };
    if (row.points === 0) return [day];
    const month: Use = {
      ...{ cap: CAP.MONTH, of, with: 0, period, counted: 0, points: row.points, by },
      most: (rules) => points(rules.points.maxPerMonth),
      expected: (rules) => ({ kind: 'MONTH', points: rules.points.maxPerMonth }),
    };
    return [day, month, villageUse(by, period, row.points)];
  });
}

/**
 * An award counts against its household by what the county gave, since a station could name any. Whoever has none there,
 * or has had several, counts as one alone, under a number no household has.
 */
function awardUses(by: JournalEvent<'POINTS_AWARDED'>, { households }: Kinds): readonly Use[] {
  const period = monthStartDay(shanghaiDay(by.atMs));
  const village = villageUse(by, period, by.points);
  if (by.holder === 'GIFT') return [village];
  const of = by.holder === 'HOUSEHOLD' ? by.holderId : (households.get(by.holderId) ?? -by.holderId);
  const household: Use = {
    ...{ cap: CAP.AWARDS, of, with: 0, period, counted: 0, points: by.points, by },
    most: ({ ledger }) => points(ledger.awards.maxPerHouseholdMonth),
    expected: ({ ledger }) => ({ kind: 'HOUSEHOLD_AWARDS', points: ledger.awards.maxPerHouseholdMonth }),
  };
  return [household, village];
}

/** A pair counts on the day of its sign-in, for the activity that it is of now. */
function pairUse(
  by: JournalEvent,
  signIn: { readonly volunteerId: number; readonly atMs: number },
  activityId: number,
  counted: 1 | -1,
): Use {
  const period = shanghaiDay(signIn.atMs);
  // Past midnight a change is decided by another day than the sign-in's.
  const isJudged = shanghaiDay(by.atMs) === period;
  return {
    ...{ cap: CAP.PAIRS, of: signIn.volunteerId, with: activityId, period, counted, points: 0, by },
    most: ({ attendance }) => pieces(isJudged ? attendance.maxPairsPerActivityDay : NO_LIMIT),
    expected: ({ attendance }) => ({ kind: 'PAIRS', pairs: attendance.maxPairsPerActivityDay }),
  };
}

function changeUses(by: JournalEvent<'ACTIVITY_CHANGED'>, past: PastFacts): readonly Use[] {
  const signIn = past.signIn(by.signInSeq);
  const before = past.activitiesOf(by.signInSeq, by.seq).at(-1);
  if (signIn === undefined || before === undefined) return [];
  return [pairUse(by, signIn, before, -1), pairUse(by, signIn, by.activityId, 1)];
}

interface Kinds {
  readonly households: ReadonlyMap<number, number>;
  /** Of people of other villages, whose households this station does not know. */
  readonly householdsElsewhere: ReadonlyMap<number, number>;
  readonly kinds: ReadonlyMap<number, { readonly staple: boolean; readonly scarce: boolean }>;
}

/** What an exchange (`sign` 1) uses, or what came back of it (-1) gives back in the months of the exchange. */
function exchangeUses(
  by: JournalEvent,
  { volunteerId, atMs }: Pick<Sold, 'volunteerId' | 'atMs'>,
  lines: Sold['lines'],
  sign: 1 | -1,
  { households, householdsElsewhere: elsewhere, kinds }: Kinds,
): readonly Use[] {
  const day = shanghaiDay(atMs);
  const onlyTogether = !households.has(volunteerId);
  const householdId = households.get(volunteerId) ?? elsewhere.get(volunteerId) ?? 0;
  const sum = (amount: (line: Sold['lines'][number]) => number): number =>
    sign * lines.reduce((total, line) => total + amount(line), 0);
  const spent = sum(({ quantity, unitPoints }) => quantity * unitPoints);
  const staples = sum(({ goodsId, quantity }) => (kinds.get(goodsId)?.staple === true ? quantity : 0));
  const scarce = sum(({ goodsId, quantity }) => (kinds.get(goodsId)?.scarce === true ? quantity : 0));
  const usesOf = (
    scope: 'PERSON' | 'HOUSEHOLD',
    of: number,
    cap: readonly [number, number, number],
  ): readonly Use[] => [
    {
      ...{ cap: cap[0], of, with: 0, period: monthStartDay(day), counted: 0, points: spent, by },
      most: ({ shop }) => points(shop.maxPointsPerMonth),
      expected: ({ shop }) => ({ kind: 'EXCHANGED', scope, points: shop.maxPointsPerMonth }),
    },
    {
      ...{ cap: cap[1], of, with: 0, period: monthStartDay(day), counted: staples, points: 0, by },
      most: ({ shop }) => pieces(shop.maxStapleUnitsPerMonth),
      expected: ({ shop }) => ({ kind: 'STAPLES', scope, pieces: shop.maxStapleUnitsPerMonth }),
    },
    {
      ...{ cap: cap[2], of, with: 0, period: quarterStartDay(day), counted: scarce, points: 0, by },
      most: ({ shop }) => pieces(shop.maxScarceUnitsPerQuarter),
      expected: ({ shop }) => ({ kind: 'SCARCE', scope, pieces: shop.maxScarceUnitsPerQuarter }),
    },
  ];
  const own = usesOf('PERSON', volunteerId, [CAP.EXCHANGED, CAP.STAPLES, CAP.SCARCE]);
  if (householdId === 0) return own;
  return [
    ...own,
    ...usesOf('HOUSEHOLD', householdId, [
      CAP.HOUSEHOLD_EXCHANGED,
      CAP.HOUSEHOLD_STAPLES,
      CAP.HOUSEHOLD_SCARCE,
    ]).map((use) => ({ ...use, onlyTogether })),
  ];
}

/** The exchange that something came back of; undefined where the county does not hold it. */
function undoneOf(event: JournalEvent<'REDEMPTION_UNDONE'>, past: PastFacts): Sold | undefined {
  const sold = past.at(event.ofIncarnation, event.ofSeq);
  const isSale = sold?.type === 'REDEEMED' || sold?.type === 'REDEEMED_SHARED';
  return isSale && sold.volunteerId === event.volunteerId ? sold : undefined;
}

/** Gifts that paid for more than the earned points beside them match (B8), by the fact alone. */
export function giftDifference(
  event: JournalEvent<'REDEEMED_SHARED'>,
  { ledger: { gifts } }: RuleSet,
): Expected | null {
  const GIFT = HOLDERS.indexOf('GIFT');
  const paid = event.shares.reduce((sum, share) => sum + (share.holder === GIFT ? share.points : 0), 0);
  const per = gifts.perHundredEarned;
  const most = gifts.enabled ? Math.floor((event.totalPoints * per) / (100 + per)) : 0;
  return paid > most ? { kind: 'GIFTS', points: most } : null;
}

/** What each fact of a run uses of every cap. */
export async function usesOf(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  past: PastFacts,
): Promise<readonly Use[]> {
  const exchanges = events.filter(
    (event) =>
      event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED' || event.type === 'REDEMPTION_UNDONE',
  );
  const people = [
    ...exchanges.map(({ volunteerId }) => volunteerId),
    ...events.flatMap((event) => (event.type === 'POINTS_AWARDED' ? [event.holderId] : [])),
  ];
  const households = await householdsOf(tx, stationId, people);
  const given: Kinds = {
    households,
    householdsElsewhere: await householdsElsewhere(
      tx,
      exchanges.map(({ volunteerId }) => volunteerId).filter((id) => !households.has(id)),
    ),
    kinds: await kindsOf(
      tx,
      stationId,
      exchanges.flatMap(({ lines }) => lines.map(({ goodsId }) => goodsId)),
    ),
  };
  return events.flatMap((event) => {
    switch (event.type) {
      case 'SIGNED_IN':
        return [pairUse(event, event, event.activityId, 1)];
      case 'ACTIVITY_CHANGED':
        return changeUses(event, past);
      case 'SIGNED_OUT':
      case 'ATTENDANCE_CLOSED':
      case 'SERVICE_CREDITED':
      case 'EARLIER_SERVICE_CREDITED':
      case 'BACKFILL_SETTLED':
        return serviceUses(event);
      case 'POINTS_AWARDED':
        return awardUses(event, given);
      case 'REDEEMED':
      case 'REDEEMED_SHARED':
        return exchangeUses(event, event, event.lines, 1, given);
      case 'REDEMPTION_UNDONE': {
        const sold = undoneOf(event, past);
        return sold === undefined ? [] : exchangeUses(event, sold, event.lines, -1, given);
      }
      default:
        return [];
    }
  });
}
