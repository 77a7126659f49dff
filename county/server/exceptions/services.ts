/** Services, decided again: the sign-in they belong to, and what a whole attendance can bring at most, later credit with it. */
import { creditService, type Credit } from '../../../domain/attendance/credit.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Tx } from '../ingestSql.ts';
import type { Difference, Expected } from './decideAgain.ts';
import type { Start } from './doubled.ts';
import { factorsOf } from './given.ts';
import { isCredited, type Credited, type PastFacts } from './pastFacts.ts';
import type { NamedRules } from './rulesNamed.ts';

type Ended = Exclude<Credited, JournalEvent<'SERVICE_CREDITED'>>;
type Most = Pick<Credit, 'creditedMinutes' | 'points'>;

const sumOf = (facts: readonly Credited[], of: 'minutes' | 'points'): number =>
  facts.reduce((sum, { credits }) => sum + credits.reduce((whole, row) => whole + row[of], 0), 0);
const isBeyond = (facts: readonly Credited[], most: Most): boolean =>
  sumOf(facts, 'minutes') > most.creditedMinutes || sumOf(facts, 'points') > most.points;

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

/** The sign-in of a fact, if it is one of the same volunteer. */
function startOf(
  { signInSeq, volunteerId }: Credited,
  starts: ReadonlyMap<number, Start>,
): Start | undefined {
  const start = starts.get(signInSeq);
  return start?.volunteerId === volunteerId ? start : undefined;
}

/**
 * The seqs of sign-ins of which more has to be read: nearly every activity counts once, and only where that does not
 * explain a service is its factor looked up. Later credit is always judged with what ended its service.
 */
export function attendancesToRead(
  events: readonly JournalEvent[],
  starts: ReadonlyMap<number, Start>,
  rules: NamedRules,
): readonly number[] {
  return events.filter(isCredited).flatMap((event) => {
    const start = startOf(event, starts);
    const by = rules.by(event);
    if (start === undefined || by === undefined) return [];
    const isExplained =
      event.type !== 'SERVICE_CREDITED' && !isBeyond([event], mostOf(event, start.atMs, 100, by));
    return isExplained ? [] : [event.signInSeq];
  });
}

/** What is wrong with credit that was given later, before any sum is looked at. */
function wrongLater(
  { volunteerId }: JournalEvent<'SERVICE_CREDITED'>,
  earlier: readonly Credited[],
): Expected | null {
  const [ended] = earlier;
  if (ended?.volunteerId !== volunteerId || ended.type === 'SERVICE_CREDITED') return { kind: 'NO_SERVICE' };
  return earlier.some(({ type }) => type === 'SERVICE_CREDITED') ? { kind: 'CREDITED_BEFORE' } : null;
}

/** Services of a run that credit more than they could bring at most; nothing else of the month is looked at. */
export async function checkServices(
  tx: Tx,
  stationId: number,
  events: readonly JournalEvent[],
  starts: ReadonlyMap<number, Start>,
  rules: NamedRules,
  past: PastFacts,
): Promise<readonly Difference[]> {
  const credited = events.filter(isCredited);
  const toRead = new Set(attendancesToRead(credited, starts, rules));
  const activities = credited.flatMap(({ signInSeq, seq }) =>
    toRead.has(signInSeq) ? past.activitiesOf(signInSeq, seq) : [],
  );
  const factors = await factorsOf(tx, stationId, [...new Set(activities)]);
  return credited.flatMap((event): readonly Difference[] => {
    const { seq, signInSeq } = event;
    const start = startOf(event, starts);
    if (start === undefined) return [{ seq, expected: { kind: 'NO_SERVICE' } }];
    const by = rules.by(event);
    if (by === undefined || !toRead.has(signInSeq)) return [];
    // An activity of the station's own counts once.
    const ever = past.activitiesOf(signInSeq, seq).map((id) => factors.get(id) ?? 100);
    const factor = Math.max(100, ...ever);
    if (event.type !== 'SERVICE_CREDITED') {
      const most = mostOf(event, start.atMs, factor, by);
      return isBeyond([event], most) ? [{ seq, expected: expectedOf('CREDIT', most) }] : [];
    }
    const earlier = past.creditsOf(signInSeq, seq);
    const wrong = wrongLater(event, earlier);
    if (wrong !== null) return [{ seq, expected: wrong }];
    const [ended] = earlier as readonly [Ended];
    const most = mostOf(ended, start.atMs, factor, by);
    return isBeyond([ended, event], most) ? [{ seq, expected: expectedOf('SERVICE', most) }] : [];
  });
}

function expectedOf(kind: 'CREDIT' | 'SERVICE', { creditedMinutes: minutes, points }: Most): Expected {
  return { kind, minutes, points };
}
