/**
 * The county decides again by the code and the rules that the station decided by, and flags what is looser than they
 * allow. A station may be tighter, and it may know less than the county: so what is looked for is only what no rule
 * of that version allows, whatever else happened. Rules that the county does not have prove nothing.
 */
import { creditService, type Credit } from '../../../domain/attendance/credit.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Place, Tx } from '../ingestSql.ts';
import { foldCaps } from './caps.ts';
import { factorsOf, pricesOf, rulesOf } from './given.ts';
import { readPast, type PastFacts } from './pastFacts.ts';

/** What the county comes to, where a fact goes beyond it. */
export type Expected =
  | { readonly kind: 'CREDIT'; readonly minutes: number; readonly points: number }
  /** Of one day, all services of the volunteer at the station together. */
  | { readonly kind: 'DAY'; readonly minutes: number; readonly points: number }
  | { readonly kind: 'PRICE'; readonly goodsId: number; readonly unitPoints: readonly number[] }
  | { readonly kind: 'AWARD'; readonly points: number }
  /** Of one volunteer's hours in a month; issued to the whole village; awarded to one household. */
  | { readonly kind: 'MONTH' | 'VILLAGE_MONTH' | 'HOUSEHOLD_AWARDS'; readonly points: number }
  /** Of sign-in and sign-out, in one activity on one day. */
  | { readonly kind: 'PAIRS'; readonly pairs: number }
  /** Of gifts in one exchange. */
  | { readonly kind: 'GIFTS'; readonly points: number }
  | { readonly kind: 'EXCHANGED'; readonly scope: 'PERSON' | 'HOUSEHOLD'; readonly points: number }
  /** Staple goods in a month, scarce ones in a quarter. */
  | {
      readonly kind: 'STAPLES' | 'SCARCE';
      readonly scope: 'PERSON' | 'HOUSEHOLD';
      readonly pieces: number;
    };
export interface Difference {
  readonly seq: number;
  readonly expected: Expected;
}

type Ended = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED'>;
type Sold = JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'>;
const isEnded = (event: JournalEvent): event is Ended =>
  event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED';
const isSold = (event: JournalEvent): event is Sold =>
  event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED';

const sumOf = ({ credits }: Ended, of: 'minutes' | 'points'): number =>
  credits.reduce((sum, row) => sum + row[of], 0);

/** A service with what is needed to decide it again. */
interface Service {
  readonly event: Ended;
  readonly signedInMs: number;
  readonly rules: RuleSet;
}

const isBeyond = (event: Ended, most: Pick<Credit, 'creditedMinutes' | 'points'>): boolean =>
  sumOf(event, 'minutes') > most.creditedMinutes || sumOf(event, 'points') > most.points;

/** What a service could bring at most, had nothing else happened that month. */
function mostOf(event: Ended, signedInMs: number, factorPercent: number, rules: RuleSet): Credit {
  const nothing = { minutes: 0, points: 0 };
  const facts = { serviceOfDay: () => nothing, hourPointsBetween: () => 0, issuedInMonth: () => 0 };
  const byRule = event.type === 'SIGNED_OUT' || rules.attendance.closedByLeaderAs === 'CREDIT';
  const earnsPoints = byRule && (event.type === 'SIGNED_OUT' || event.hourKind === 'CREDIT');
  const { volunteerId, actualMinutes } = event;
  const signedIn = { atMs: signedInMs, boot: event.boot, monoMs: event.monoMs };
  const service = { volunteerId, signedInMs, signedIn, actualMinutes, factorPercent, earnsPoints };
  return creditService(service, facts, rules);
}

/** Services that credit more than they could bring at most; nothing else of the month is looked at. */
async function checkServices(
  tx: Tx,
  stationId: number,
  services: readonly Service[],
  past: PastFacts,
): Promise<readonly Difference[]> {
  const activities = services.map(({ event }) => past.activitiesOf(event.signInSeq, event.seq));
  const factors = await factorsOf(tx, stationId, [...new Set(activities.flat())]);
  return services.flatMap(({ event, signedInMs, rules }, place) => {
    // An activity of the station's own counts once.
    const ever = (activities[place] ?? []).map((id) => factors.get(id) ?? 100);
    const { creditedMinutes: minutes, points } = mostOf(event, signedInMs, Math.max(100, ...ever), rules);
    if (!isBeyond(event, { creditedMinutes: minutes, points })) return [];
    return [{ seq: event.seq, expected: { kind: 'CREDIT', minutes, points } }];
  });
}

function checkAward(event: JournalEvent<'POINTS_AWARDED'>, { ledger }: RuleSet): Expected | null {
  const { awards, gifts } = ledger;
  if (event.holder === 'GIFT') return gifts.enabled ? null : { kind: 'AWARD', points: 0 };
  const award = awards.catalogue.find(({ id, to }) => id === event.awardId && to === event.holder);
  const most = award === undefined ? 0 : Math.min(award.points, awards.maxPoints);
  return event.points > most ? { kind: 'AWARD', points: most } : null;
}

async function checkPrices(tx: Tx, stationId: number, sold: readonly Sold[]): Promise<readonly Difference[]> {
  if (sold.length === 0) return [];
  const goods = sold.flatMap(({ lines }) => lines.map(({ goodsId }) => goodsId));
  const prices = await pricesOf(tx, stationId, [...new Set(goods)]);
  return sold.flatMap(({ seq, lines }) => {
    const wrong = lines.find(
      ({ goodsId, unitPoints }) => prices.get(goodsId)?.includes(unitPoints) === false,
    );
    if (wrong === undefined) return [];
    const unitPoints = prices.get(wrong.goodsId) ?? [];
    return [{ seq, expected: { kind: 'PRICE', goodsId: wrong.goodsId, unitPoints } }];
  });
}

/** Facts that the caps of the rules are counted by, or that are decided by them in themselves. */
const JUDGED = new Set<JournalEvent['type']>([
  'SIGNED_IN',
  'ACTIVITY_CHANGED',
  'SIGNED_OUT',
  'ATTENDANCE_CLOSED',
  'SERVICE_CREDITED',
  'POINTS_AWARDED',
  'REDEEMED',
  'REDEEMED_SHARED',
]);

/** What of a run goes beyond the rules it names; at most one difference for a fact. `starts`: of sign-ins, ms. */
export async function decideAgain(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  starts: ReadonlyMap<number, number>,
): Promise<readonly Difference[]> {
  const versions = new Set(events.filter(({ type }) => JUDGED.has(type)).map((event) => event.rulesVersion));
  const rules =
    versions.size === 0 ? new Map<number, RuleSet>() : await rulesOf(tx, at.stationId, [...versions]);
  // Nearly every activity counts once: only where that does not explain a service, its factor is looked up.
  const unexplained = events.filter(isEnded).flatMap((event): Service[] => {
    const signedInMs = starts.get(event.signInSeq);
    const by = rules.get(event.rulesVersion);
    if (signedInMs === undefined || by === undefined) return [];
    return isBeyond(event, mostOf(event, signedInMs, 100, by)) ? [{ event, signedInMs, rules: by }] : [];
  });
  const past = await readPast(tx, at, events, {
    facts: events.flatMap((event) =>
      event.type === 'REDEMPTION_UNDONE' ? [{ incarnation: event.ofIncarnation, seq: event.ofSeq }] : [],
    ),
    attendances: [
      ...unexplained.map(({ event }) => event.signInSeq),
      ...events.flatMap((event) => (event.type === 'ACTIVITY_CHANGED' ? [event.signInSeq] : [])),
    ],
  });
  const found: Difference[] = [...(await checkServices(tx, at.stationId, unexplained, past))];
  for (const event of events) {
    const by = event.type === 'POINTS_AWARDED' ? rules.get(event.rulesVersion) : undefined;
    const expected = by && event.type === 'POINTS_AWARDED' ? checkAward(event, by) : null;
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  found.push(...(await foldCaps(tx, at, events, rules, past)));
  found.push(...(await checkPrices(tx, at.stationId, events.filter(isSold))));
  return [...new Map(found.toReversed().map((difference) => [difference.seq, difference])).values()];
}
