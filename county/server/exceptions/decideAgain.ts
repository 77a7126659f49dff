/**
 * The county decides again by the code and the rules that the station decided by, and flags what is looser than they
 * allow. A station may be tighter, and it may know less than the county: so what is looked for is only what no rule
 * of that version allows, whatever else happened. Which rules those are is not for the station to say (rulesNamed.ts).
 */
import { sql } from 'kysely';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { keyOf } from '../../../domain/points/fold.ts';
import type { LedgerTerms } from '../../../domain/points/terms.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import { bigints } from '../db/arrays.ts';
import type { Place, Tx } from '../ingestSql.ts';
import { checkActivityTimes, closedAttendances } from './activityTimes.ts';
import { checkBackfills, recordedBackfills, type BackfillExpected } from './backfills.ts';
import { foldCaps, type BeyondCaps } from './caps.ts';
import { foldConsents } from './consents.ts';
import type { Start } from './doubled.ts';
import type { EarlierAttendance } from './earlierAttendances.ts';
import { readPast, type PastFacts } from './pastFacts.ts';
import { peopleGiven } from './peopleGiven.ts';
import { checkPrices } from './prices.ts';
import type { NamedRules } from './rulesNamed.ts';
import { checkSale, sharersOf, type Sold } from './sales.ts';
import { attendancesToRead, checkServices } from './services.ts';
import { checkStep, isStep, type EntriesBefore, type Step } from './steps.ts';
import { checkTerms } from './terms.ts';

/** What the county comes to, where a fact goes beyond it. */
export type Expected =
  | { readonly kind: 'CREDIT'; readonly minutes: number; readonly points: number }
  /** Of a whole service, with what was credited later. */
  | { readonly kind: 'SERVICE'; readonly minutes: number; readonly points: number }
  /** There is no such sign-in of this volunteer, or no service that could be credited later; or it was before. */
  | { readonly kind: 'NO_SERVICE' | 'CREDITED_BEFORE' }
  /**
   * An exchange while the shop was closed, of a minor alone, paid by an account of another household, or by one of the
   * household who had not consented or is no adult.
   */
  | { readonly kind: 'SHOP_CLOSED' | 'MINOR' | 'STRANGER' | 'NO_CONSENT' }
  /** Above so many points, and without a card, a keeper confirms. */
  | { readonly kind: 'KEEPER_NEEDED'; readonly points: number }
  /** A sign-in out of the times of its activity; a service that was closed after its planned end. Times in ms. */
  | { readonly kind: 'ACTIVITY_TIME'; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: 'CLOSED_TOO_LATE'; readonly toMs: number }
  /** A step that this keeper may not decide, or one that came too early or too late. */
  | { readonly kind: 'OWN_HOUSEHOLD' | 'SAME_PERSON' | 'ROLE' | 'POSTED_TOO_SHORT' | 'TOO_LATE' }
  /** How points settle and lapse. */
  | ({ readonly kind: 'TERMS' } & LedgerTerms)
  /** What the fact names, and what it is judged by. */
  | { readonly kind: 'UNKNOWN_RULES' | 'OLD_RULES'; readonly named: number; readonly version: number }
  /** Of one day, all services of the volunteer at the station together. */
  | { readonly kind: 'DAY'; readonly minutes: number; readonly points: number }
  | { readonly kind: 'PRICE'; readonly goodsId: number; readonly unitPoints: readonly number[] }
  | { readonly kind: 'AWARD'; readonly points: number }
  | BackfillExpected
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

const isSold = (event: JournalEvent): event is Sold =>
  event.type === 'REDEEMED' || event.type === 'REDEEMED_SHARED';

/** What was found of a run before its facts are decided again. */
interface Known {
  /** Of sign-ins. */
  readonly starts: ReadonlyMap<number, Start>;
  /** Of attendances of earlier journals that are closed. */
  readonly earlier: ReadonlyMap<number, EarlierAttendance>;
  /** The other numbers of whoever was registered twice. */
  readonly numbers: ReadonlyMap<number, readonly number[]>;
  readonly rules: NamedRules;
  readonly before: EntriesBefore;
  readonly nowMs: number;
}

function checkAward(event: JournalEvent<'POINTS_AWARDED'>, { ledger }: RuleSet): Expected | null {
  const { awards, gifts } = ledger;
  if (event.holder === 'GIFT') return gifts.enabled ? null : { kind: 'AWARD', points: 0 };
  const award = awards.catalogue.find(({ id, to }) => id === event.awardId && to === event.holder);
  const most =
    award === undefined || award.points < awards.minPoints ? 0 : Math.min(award.points, awards.maxPoints);
  return event.points > most ? { kind: 'AWARD', points: most } : null;
}

/** Which acts of the county's people a station had: what it does by these it does not decide. */
async function ordered(tx: Tx, at: Place, events: readonly Step[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ incarnation: string; seq: number }>`
    SELECT body::json->>'incarnation' AS incarnation, (body::json->>'seq')::bigint AS seq FROM county_act
    WHERE station_id = ${at.stationId} AND (body::json->>'seq')::bigint = ANY(${bigints(
      events.flatMap((event) => ('ofSeq' in event ? [event.ofSeq] : [])),
    )})`.execute(tx);
  return new Set(rows.map(({ incarnation, seq }) => `${incarnation} ${seq}`));
}

/** Exchanges and steps of entries that no station may decide so. */
async function checkDecisions(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  { rules, before }: Known,
  past: PastFacts,
): Promise<readonly Difference[]> {
  const consents = await foldConsents(tx, at, events, events.flatMap(sharersOf));
  const sold = events.filter(isSold);
  const steps = events.filter(isStep);
  if (sold.length + steps.length === 0) return [];
  const sharing = sold.flatMap((event) =>
    event.type === 'REDEEMED_SHARED' ? event.shares.map(({ holderId }) => holderId) : [],
  );
  const concerned = steps.map((event) => ('holderId' in event ? event.holderId : event.volunteerId));
  const people = await peopleGiven(
    tx,
    at.stationId,
    [...sold.map(({ volunteerId }) => volunteerId), ...sharing, ...concerned],
    steps.flatMap((event) => ('approvedBy' in event ? [event.actorId, event.approvedBy] : [event.actorId])),
  );
  const found: Difference[] = [];
  for (const event of sold) {
    const by = rules.by(event);
    const expected = by === undefined ? null : checkSale(event, by, people, consents);
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  const wrong = steps.flatMap((event) => {
    const by = rules.by(event);
    const expected =
      by === undefined ? null : checkStep(event, before.get(event.seq) ?? [], people, by, past);
    return expected === null ? [] : [{ event, expected }];
  });
  if (wrong.length === 0) return found;
  const acts = await ordered(
    tx,
    at,
    wrong.map(({ event }) => event),
  );
  for (const { event, expected } of wrong) {
    const key = 'ofSeq' in event ? keyOf(event, at.incarnation) : null;
    const isOrdered = event.actorId === 0 && key !== null && acts.has(`${key.incarnation} ${key.seq}`);
    if (!isOrdered) found.push({ seq: event.seq, expected });
  }
  return found;
}

/** At most one difference for a fact: the first that was found. */
function firstOfEach(found: readonly Difference[]): readonly Difference[] {
  return [...new Map(found.toReversed().map((difference) => [difference.seq, difference])).values()];
}

/** What of a run goes beyond the rules it was decided by; at most one difference for a fact. `starts`: of sign-ins. */
export async function decideAgain(
  tx: Tx,
  at: Place,
  events: readonly JournalEvent[],
  known: Known,
): Promise<BeyondCaps> {
  const { starts, rules } = known;
  const past = await readPast(tx, at, events, {
    facts: [
      ...recordedBackfills(events),
      ...events.flatMap((event) =>
        event.type === 'REDEMPTION_UNDONE' ? [{ incarnation: event.ofIncarnation, seq: event.ofSeq }] : [],
      ),
    ],
    attendances: [
      ...attendancesToRead(events, starts, rules),
      ...closedAttendances(events),
      ...events.flatMap((event) => (event.type === 'ACTIVITY_CHANGED' ? [event.signInSeq] : [])),
    ],
  });
  const found: Difference[] = [...(await checkServices(tx, at.stationId, events, starts, rules, past))];
  found.push(...(await checkActivityTimes(tx, at.stationId, events, { ...known, past })));
  for (const event of events) {
    const by = event.type === 'POINTS_AWARDED' ? rules.by(event) : undefined;
    const expected = by && event.type === 'POINTS_AWARDED' ? checkAward(event, by) : null;
    if (expected !== null) found.push({ seq: event.seq, expected });
  }
  found.push(...(await checkBackfills(tx, at, events, rules, past)));
  found.push(...(await checkTerms(tx, at.stationId, events, rules)));
  const caps = await foldCaps(tx, at, events, { ...known, past });
  found.push(...caps.here);
  found.push(...(await checkDecisions(tx, at, events, known, past)));
  found.push(...(await checkPrices(tx, at, events.filter(isSold), known.nowMs)));
  // What is before a person already is not put there twice.
  const told = new Set(found.map(({ seq }) => seq));
  const together = caps.together.filter(({ seq }) => !told.has(seq));
  return { here: firstOfEach(found), together: firstOfEach(together) };
}
