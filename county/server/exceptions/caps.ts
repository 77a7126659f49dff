/**
 * The caps of the rules, counted again by the county (RULES.md B1, B3, B4, B6): of a day, a month and a quarter, of a
 * volunteer, a household and the village. A station counts by what it holds itself, and so does the county, over all
 * journals of the station. All that a run uses is added by one statement; each fact is then judged by what had been
 * used before it, whatever batches the facts came in.
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { HOLDERS } from '../../../domain/points/account.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { monthStartDay, quarterStartDay, shanghaiDay } from '../../../domain/time.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';
import type { Difference, Expected } from './decideAgain.ts';
import { householdsOf, kindsOf } from './given.ts';
import type { PastFacts } from './pastFacts.ts';

/** Numbers of `cap_use.cap`; one that was used is never given to another cap. */
const CAP = {
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

interface Amount {
  /** Minutes, pieces or pairs. */
  readonly counted: number;
  readonly points: number;
}
/** What a fact uses of a cap; less than nothing where it gives back. */
interface Use extends Amount {
  readonly cap: number;
  readonly of: number;
  /** The activity, of pairs. */
  readonly with: number;
  /** First day of the day, month or quarter. */
  readonly period: number;
  readonly by: Pick<JournalEvent, 'seq' | 'rulesVersion'>;
  /** What the cap allows by some rules. */
  readonly most: (rules: RuleSet) => Amount;
  readonly expected: (rules: RuleSet) => Expected;
}

const NO_LIMIT = Number.POSITIVE_INFINITY;
const points = (most: number): Amount => ({ counted: NO_LIMIT, points: most });
const pieces = (most: number): Amount => ({ counted: most, points: NO_LIMIT });

type Credited = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED' | 'SERVICE_CREDITED'>;
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

function awardUses(by: JournalEvent<'POINTS_AWARDED'>): readonly Use[] {
  const period = monthStartDay(shanghaiDay(by.atMs));
  const village = villageUse(by, period, by.points);
  if (by.householdId === 0) return [village];
  const household: Use = {
    ...{ cap: CAP.AWARDS, of: by.householdId, with: 0, period, counted: 0, points: by.points, by },
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
  readonly kinds: ReadonlyMap<number, { readonly staple: boolean; readonly scarce: boolean }>;
}

/** What an exchange (`sign` 1) uses, or what came back of it (-1) gives back in the months of the exchange. */
function exchangeUses(
  by: JournalEvent,
  { volunteerId, atMs }: Pick<Sold, 'volunteerId' | 'atMs'>,
  lines: Sold['lines'],
  sign: 1 | -1,
  { households, kinds }: Kinds,
): readonly Use[] {
  const day = shanghaiDay(atMs);
  const householdId = households.get(volunteerId) ?? 0;
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
    ]),
  ];
}

/** The exchange that something came back of; undefined where the county does not hold it. */
function undoneOf(event: JournalEvent<'REDEMPTION_UNDONE'>, past: PastFacts): Sold | undefined {
  const sold = past.at(event.ofIncarnation, event.ofSeq);
  const isSale = sold?.type === 'REDEEMED' || sold?.type === 'REDEEMED_SHARED';
  return isSale && sold.volunteerId === event.volunteerId ? sold : undefined;
}

/** Gifts that paid for more than the earned points beside them match (B8), by the fact alone. */
function giftDifference(
  event: JournalEvent<'REDEEMED_SHARED'>,
  { ledger: { gifts } }: RuleSet,
): Expected | null {
  const GIFT = HOLDERS.indexOf('GIFT');
  const paid = event.shares.reduce((sum, share) => sum + (share.holder === GIFT ? share.points : 0), 0);
  const per = gifts.perHundredEarned;
  const most = gifts.enabled ? Math.floor((event.totalPoints * per) / (100 + per)) : 0;
  return paid > most ? { kind: 'GIFTS', points: most } : null;
}

async function usesOf(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  past: PastFacts,
): Promise<readonly Use[]> {
  const exchanges = events.filter(
    (event) =>
      event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED' || event.type === 'REDEMPTION_UNDONE',
  );
  const given: Kinds = {
    households: await householdsOf(
      tx,
      stationId,
      exchanges.map(({ volunteerId }) => volunteerId),
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
        return serviceUses(event);
      case 'POINTS_AWARDED':
        return awardUses(event);
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

/** More than any village has in one fact, or a time that no calendar has, is told of elsewhere and counts nothing here. */
const MAX_AMOUNT = 1_000_000_000;

function isSane({ period, counted, points: used }: Use): boolean {
  return Number.isSafeInteger(period) && Math.abs(counted) <= MAX_AMOUNT && Math.abs(used) <= MAX_AMOUNT;
}

interface Sum extends Amount, Pick<Use, 'cap' | 'of' | 'with' | 'period'> {}
const nameOf = ({ cap, of, with: withId, period }: Pick<Sum, 'cap' | 'of' | 'with' | 'period'>): string =>
  `${cap} ${of} ${withId} ${period}`;

/** Adds what a run used; answers the sums as they were before it, by name. */
async function addUses(
  tx: Tx,
  stationId: number,
  uses: readonly Use[],
): Promise<ReadonlyMap<string, Amount>> {
  const sums = new Map<string, Sum>();
  for (const { cap, of, with: withId, period, counted, points: used } of uses) {
    const name = nameOf({ cap, of, with: withId, period });
    const sum = sums.get(name) ?? { cap, of, with: withId, period, counted: 0, points: 0 };
    sums.set(name, { ...sum, counted: sum.counted + counted, points: sum.points + used });
  }
  // In one order everywhere, so that two batches do not wait for each other.
  const rows = [...sums.values()].sort(
    (a, b) => a.cap - b.cap || a.of - b.of || a.with - b.with || a.period - b.period,
  );
  const column = (of: (row: Sum) => number) => bigints(rows.map(of));
  const after = await sql<Sum>`
    INSERT INTO cap_use (station_id, cap, of_id, with_id, period, counted, points)
    SELECT ${stationId}::bigint, * FROM unnest(${column(({ cap }) => cap)}, ${column(({ of }) => of)},
      ${column((row) => row.with)}, ${column(({ period }) => period)}, ${column(({ counted }) => counted)},
      ${column((row) => row.points)})
    ON CONFLICT (station_id, cap, of_id, with_id, period) DO UPDATE SET
      counted = cap_use.counted + excluded.counted, points = cap_use.points + excluded.points
    RETURNING cap, of_id AS of, with_id AS with, period, counted, points`.execute(tx);
  const before = new Map<string, Amount>();
  for (const row of after.rows) {
    const name = nameOf(row);
    const added = sums.get(name) ?? { counted: 0, points: 0 };
    before.set(name, { counted: row.counted - added.counted, points: row.points - added.points });
  }
  return before;
}

/** Counts what a run uses of every cap; answers each fact that took more than its cap still had. */
export async function foldCaps(
  tx: Tx,
  { stationId }: Pick<Place, 'stationId'>,
  events: readonly JournalEvent[],
  rules: ReadonlyMap<number, RuleSet>,
  past: PastFacts,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const event of events) {
    const by = rules.get(event.rulesVersion);
    const expected = by && event.type === 'REDEEMED_SHARED' ? giftDifference(event, by) : null;
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  const all = await usesOf(tx, stationId, events, past);
  const uses = all.filter((use) => isSane(use) && (use.counted !== 0 || use.points !== 0));
  if (uses.length === 0) return found;
  const used = new Map(await addUses(tx, stationId, uses));
  for (const use of uses) {
    const name = nameOf(use);
    const before = used.get(name) ?? { counted: 0, points: 0 };
    const after = { counted: before.counted + use.counted, points: before.points + use.points };
    used.set(name, after);
    const by = rules.get(use.by.rulesVersion);
    if (by === undefined) continue;
    const most = use.most(by);
    const beyond =
      (use.counted > 0 && after.counted > most.counted) || (use.points > 0 && after.points > most.points);
    if (beyond) found.push({ seq: use.by.seq, expected: use.expected(by) });
  }
  return found;
}
