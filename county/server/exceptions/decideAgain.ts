/**
 * The county decides again by the code and the rules that the station decided by, and flags what is looser than they
 * allow. A station may be tighter, and it may know less than the county: so what is looked for is only what no rule
 * of that version allows, whatever else happened. Rules that the county does not have prove nothing.
 */
import { sql } from 'kysely';
import { parseCanonical } from '../../../domain/journal/canonical.ts';
import { creditService, type Credit } from '../../../domain/attendance/credit.ts';
import { EVENTS, type JournalEvent } from '../../../domain/journal/events.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Place, Tx } from '../ingestSql.ts';
import { factorOf, pricesOf, rulesOf } from './given.ts';

/** What the county comes to, where a fact goes beyond it. */
export type Expected =
  | { readonly kind: 'CREDIT'; readonly minutes: number; readonly points: number }
  /** Of one day, all services of the volunteer at the station together. */
  | { readonly kind: 'DAY'; readonly minutes: number; readonly points: number }
  | { readonly kind: 'PRICE'; readonly goodsId: number; readonly unitPoints: readonly number[] }
  | { readonly kind: 'AWARD'; readonly points: number };
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

/** What a service could bring at most, had nothing else happened that month. */
function mostOf(event: Ended, signedInMs: number, factorPercent: number, rules: RuleSet): Credit {
  const nothing = { minutes: 0, points: 0 };
  const facts = { serviceOfDay: () => nothing, hourPointsBetween: () => 0, issuedInMonth: () => 0 };
  const byRule = event.type === 'SIGNED_OUT' || rules.attendance.closedByLeaderAs === 'CREDIT';
  const earnsPoints = byRule && (event.type === 'SIGNED_OUT' || event.hourKind === 'CREDIT');
  const { volunteerId, actualMinutes } = event;
  return creditService({ volunteerId, signedInMs, actualMinutes, factorPercent, earnsPoints }, facts, rules);
}

/** The activities that an attendance was ever of: its sign-in's, and what it was corrected to. */
async function activitiesOf(tx: Tx, at: Place, { signInSeq, seq }: Ended): Promise<readonly number[]> {
  const codes = [EVENTS.SIGNED_IN.code, EVENTS.ACTIVITY_CHANGED.code];
  const { rows } = await sql<{ body: string }>`SELECT body FROM event WHERE station_id = ${at.stationId}
    AND incarnation = ${at.incarnation} AND seq >= ${signInSeq} AND seq < ${seq}
    AND code = ANY(${codes}::smallint[])`.execute(tx);
  return rows.flatMap(({ body }) => {
    const event = parseCanonical(body);
    if (event?.type === 'SIGNED_IN') return event.seq === signInSeq ? [event.activityId] : [];
    return event?.type === 'ACTIVITY_CHANGED' && event.signInSeq === signInSeq ? [event.activityId] : [];
  });
}

async function checkService(
  tx: Tx,
  at: Place,
  event: Ended,
  signedInMs: number,
  rules: RuleSet,
): Promise<Expected | null> {
  const beyond = ({ creditedMinutes, points }: Credit): boolean =>
    sumOf(event, 'minutes') > creditedMinutes || sumOf(event, 'points') > points;
  // Nearly every activity counts once: only where that does not explain it, its factor is looked up.
  if (!beyond(mostOf(event, signedInMs, 100, rules))) return null;
  const factor = await factorOf(tx, at.stationId, await activitiesOf(tx, at, event));
  const most = mostOf(event, signedInMs, factor, rules);
  return beyond(most) ? { kind: 'CREDIT', minutes: most.creditedMinutes, points: most.points } : null;
}

/**
 * Folds the credits of a run into the days of volunteers at the station. Answers, for each day that went beyond the
 * caps of the rules, the last fact that brought it there.
 */
async function foldDays(
  tx: Tx,
  stationId: number,
  ended: readonly Ended[],
  rules: ReadonlyMap<number, RuleSet>,
): Promise<readonly Difference[]> {
  const rows = new Map<string, { id: number; day: number; minutes: number; points: number; last: Ended }>();
  for (const event of ended)
    for (const { day, minutes, points } of event.credits) {
      const name = `${event.volunteerId} ${day}`;
      const sum = rows.get(name) ?? { id: event.volunteerId, day, minutes: 0, points: 0, last: event };
      rows.set(name, { ...sum, minutes: sum.minutes + minutes, points: sum.points + points, last: event });
    }
  // In one order everywhere, so that two batches do not wait for each other.
  const sorted = [...rows.values()].sort((a, b) => a.id - b.id || a.day - b.day);
  if (sorted.length === 0) return [];
  const after = await sql<{ id: number; day: number; minutes: number; points: number }>`
    INSERT INTO service_day (station_id, volunteer_id, day, minutes, points)
    SELECT ${stationId}::bigint, * FROM unnest(${sorted.map(({ id }) => id)}::bigint[],
      ${sorted.map(({ day }) => day)}::bigint[], ${sorted.map(({ minutes }) => minutes)}::bigint[],
      ${sorted.map(({ points }) => points)}::bigint[])
    ON CONFLICT (station_id, volunteer_id, day) DO UPDATE SET minutes = service_day.minutes + excluded.minutes,
      points = service_day.points + excluded.points
    RETURNING volunteer_id AS id, day, minutes, points`.execute(tx);
  return after.rows.flatMap(({ id, day, minutes, points }) => {
    const last = rows.get(`${id} ${day}`)?.last;
    const by = last && rules.get(last.rulesVersion);
    if (last === undefined || by === undefined) return [];
    const most = { minutes: by.attendance.maxDayMinutes, points: by.points.maxPerDay };
    if (minutes <= most.minutes && points <= most.points) return [];
    return [{ seq: last.seq, expected: { kind: 'DAY', ...most } }];
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

/** What of a run goes beyond the rules it names; at most one difference for a fact. `starts`: of sign-ins, ms. */
export async function decideAgain(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  starts: ReadonlyMap<number, number>,
): Promise<readonly Difference[]> {
  const judged = events.filter((event) => isEnded(event) || event.type === 'POINTS_AWARDED');
  const versions = [...new Set(judged.map(({ rulesVersion }) => rulesVersion))];
  const rules =
    versions.length === 0 ? new Map<number, RuleSet>() : await rulesOf(tx, at.stationId, versions);
  const found: Difference[] = [];
  for (const event of judged) {
    const by = rules.get(event.rulesVersion);
    if (by === undefined) continue;
    const startMs = isEnded(event) ? starts.get(event.signInSeq) : undefined;
    let expected: Expected | null = null;
    if (event.type === 'POINTS_AWARDED') expected = checkAward(event, by);
    else if (isEnded(event) && startMs !== undefined)
      expected = await checkService(tx, at, event, startMs, by);
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  found.push(...(await foldDays(tx, at.stationId, judged.filter(isEnded), rules)));
  found.push(...(await checkPrices(tx, at.stationId, events.filter(isSold))));
  return [...new Map(found.toReversed().map((difference) => [difference.seq, difference])).values()];
}
