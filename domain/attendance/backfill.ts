/**
 * Hours that no scan recorded 补录 (RULES.md B1.2): one keeper records them with a reason and what proves them, another
 * one approves them. They are honour hours: they count for the record, stars and quotas, and earn no points unless
 * the county says so.
 */
import { CLOCK_TRUST, type EventDraft, type JournalEvent } from '../journal/events.ts';
import type { EntryKey } from '../points/account.ts';
import type { KeeperFact, LedgerFacts } from '../points/facts.ts';
import { isOwn } from '../points/kin.ts';
import { err, ok, type Result } from '../result.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { MINUTE_MS, shanghaiDay } from '../time.ts';
import { creditService, type Credit } from './credit.ts';
import type { AttendanceFacts, DayService, DecisionTime } from './facts.ts';

/** When a volunteer was at service, by a scan or by another back-fill that waits or was approved. */
export interface ServedSpan {
  readonly fromMs: number;
  /** Null: signed in, and not out yet or never. */
  readonly toMs: number | null;
  readonly activityId: number;
}
/** A BACKFILL_RECORDED and what became of it. */
export interface BackfillFact {
  readonly volunteerId: number;
  readonly activityId: number;
  readonly startMs: number;
  readonly minutes: number;
  /** The keeper's id. */
  readonly recordedBy: number;
  readonly state: 'WAITING' | 'APPROVED' | 'REJECTED';
}

export interface BackfillFacts
  extends
    Pick<AttendanceFacts, 'activity' | 'hourPointsBetween' | 'issuedInMonth'>,
    Pick<LedgerFacts, 'member' | 'membersOf' | 'keeper'> {
  /** What may have been credited on a day at most, with services whose own date nobody has vouched for. */
  mostCreditedOn(volunteerId: number, day: number): DayService;
  /** Spans that touch a time, all but one back-fill's; a scan that credited nothing has none. */
  servedBetween(
    volunteerId: number,
    fromMs: number,
    toMs: number,
    but: EntryKey | null,
  ): readonly ServedSpan[];
  backfill(key: EntryKey): BackfillFact | null;
}

export interface BackfillRequest {
  readonly volunteerId: number;
  /** 0: of no activity in this station's plan, such as another station's. */
  readonly activityId: number;
  readonly startMs: number;
  readonly minutes: number;
  readonly reason: string;
  readonly evidence: string;
}

/** Clocks and a paper list differ a little: services that overlap by less are not doubled. */
export const OVERLAP_TOLERANCE_MS = 10 * MINUTE_MS;

type Misplaced =
  /** Some of these hours are recorded already. */
  | { readonly kind: 'OVERLAP'; readonly fromMs: number; readonly toMs: number }
  /** A sign-in of that time has no sign-out: that one is to be closed instead. */
  | { readonly kind: 'STILL_OPEN' }
  /** The day holds no more hours. */
  | { readonly kind: 'DAY_FULL'; readonly limitMinutes: number };

export type BackfillRefusal =
  /** No such volunteer, or no such activity. */
  | { readonly kind: 'NOT_FOUND' }
  /** Not within the planned time of the activity, both in ms. */
  | { readonly kind: 'OUT_OF_PLAN'; readonly fromMs: number; readonly toMs: number }
  /** Less than the rules credit. */
  | { readonly kind: 'TOO_SHORT'; readonly leastMinutes: number }
  | { readonly kind: 'NOT_OVER' }
  | { readonly kind: 'TOO_OLD'; readonly limitDays: number }
  | Misplaced;

interface Served {
  readonly volunteerId: number;
  readonly startMs: number;
  readonly minutes: number;
}

const endOf = ({ startMs, minutes }: Pick<Served, 'startMs' | 'minutes'>): number =>
  startMs + minutes * MINUTE_MS;

/**
 * What back-filled hours are credited with: as for a service by scan, but its days are those that were written down,
 * whatever the date of today is.
 */
export function creditBackfill(
  facts: Pick<BackfillFacts, 'activity' | 'hourPointsBetween' | 'issuedInMonth' | 'mostCreditedOn'>,
  { volunteerId, startMs, minutes, activityId }: Served & { readonly activityId: number },
  rules: RuleSet,
): Credit {
  return creditService(
    {
      volunteerId,
      signedInMs: startMs,
      signedIn: { atMs: startMs, boot: 0, monoMs: 0 },
      actualMinutes: minutes,
      factorPercent: facts.activity(activityId)?.factorPercent ?? 100,
      earnsPoints: rules.backfill.earnsPoints,
    },
    {
      serviceOfDay: (who, day) => facts.mostCreditedOn(who, day),
      hourPointsBetween: (...asked) => facts.hourPointsBetween(...asked),
      issuedInMonth: (monthDay) => facts.issuedInMonth(monthDay),
    },
    rules,
  );
}

/** When somebody who is signed in still can sign out at the latest, or be signed out by the leader. */
function latestEndOf(
  facts: BackfillFacts,
  { activityId, fromMs }: ServedSpan,
  { attendance: { maxSessionMinutes, lapseAfterPlannedEndMinutes } }: RuleSet,
): number {
  const plannedEndMs = facts.activity(activityId)?.endMs ?? fromMs + maxSessionMinutes * MINUTE_MS;
  return plannedEndMs + lapseAfterPlannedEndMinutes * MINUTE_MS;
}

/** Whether hours can stand beside what else is known of that time; answers what they are credited with. */
function place(
  facts: BackfillFacts,
  service: Served & { readonly activityId: number },
  but: EntryKey | null,
  rules: RuleSet,
): Result<Credit, Misplaced> {
  const { volunteerId, startMs } = service;
  const endMs = endOf(service);
  for (const span of facts.servedBetween(volunteerId, startMs, endMs, but)) {
    const { fromMs } = span;
    const toMs = span.toMs ?? latestEndOf(facts, span, rules);
    if (Math.min(endMs, toMs) - Math.max(startMs, fromMs) <= OVERLAP_TOLERANCE_MS) continue;
    return err(span.toMs === null ? { kind: 'STILL_OPEN' } : { kind: 'OVERLAP', fromMs, toMs });
  }
  const credit = creditBackfill(facts, service, rules);
  if (credit.creditedMinutes === 0)
    return err({ kind: 'DAY_FULL', limitMinutes: rules.attendance.maxDayMinutes });
  return ok(credit);
}

/**
 * A keeper records hours that no scan did. It may be their own: another one approves. What cannot be credited whole,
 * since the day holds less, is credited in part, as by a scan.
 *
 * NOT_FOUND: no such volunteer or activity, or it was called off. TOO_SHORT, NOT_OVER, TOO_OLD, OUT_OF_PLAN: the hours
 * themselves; the others: what is recorded already.
 */
export function decideBackfill(
  facts: BackfillFacts,
  request: BackfillRequest,
  rules: RuleSet,
  { atMs }: Pick<DecisionTime, 'atMs'>,
): Result<readonly EventDraft[], BackfillRefusal> {
  const { volunteerId, activityId, startMs, minutes, reason, evidence } = request;
  const activity = facts.activity(activityId);
  const isCalledOff = activity === null ? activityId !== 0 : activity.cancelled;
  if (facts.member(volunteerId) === null || isCalledOff) return err({ kind: 'NOT_FOUND' });
  const leastMinutes = rules.attendance.creditUnitMinutes;
  if (minutes < leastMinutes) return err({ kind: 'TOO_SHORT', leastMinutes });
  const endMs = endOf(request);
  if (activity !== null && (startMs < activity.startMs || endMs > activity.endMs))
    return err({ kind: 'OUT_OF_PLAN', fromMs: activity.startMs, toMs: activity.endMs });
  if (endMs > atMs) return err({ kind: 'NOT_OVER' });
  const limitDays = rules.backfill.withinDays;
  if (shanghaiDay(atMs) - shanghaiDay(startMs) > limitDays) return err({ kind: 'TOO_OLD', limitDays });
  const placed = place(facts, request, null, rules);
  if (!placed.ok) return placed;
  return ok([{ type: 'BACKFILL_RECORDED', volunteerId, activityId, startMs, minutes, reason, evidence }]);
}

export type BackfillSettling =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'ALREADY_SETTLED' }
  /** The second keeper is the one who recorded it. */
  | { readonly kind: 'SAME_PERSON' }
  /** It is the second keeper's own, or of their household. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  | Misplaced;

function waiting(facts: BackfillFacts, key: EntryKey): Result<BackfillFact, BackfillSettling> {
  const backfill = facts.backfill(key);
  if (backfill === null) return err({ kind: 'NOT_FOUND' });
  return backfill.state === 'WAITING' ? ok(backfill) : err({ kind: 'ALREADY_SETTLED' });
}

function settled(
  { volunteerId, startMs, minutes }: BackfillFact,
  { incarnation, seq }: EntryKey,
): Pick<
  EventDraft<'BACKFILL_SETTLED'>,
  'type' | 'volunteerId' | 'ofIncarnation' | 'ofSeq' | 'startMs' | 'actualMinutes'
> {
  const of = { ofIncarnation: incarnation, ofSeq: seq };
  return { type: 'BACKFILL_SETTLED', volunteerId, ...of, startMs, actualMinutes: minutes };
}

/** Whether two keepers are one person; the first may have been taken out since. */
function isSame(facts: BackfillFacts, recordedBy: number, checker: KeeperFact): boolean {
  const maker = facts.keeper(recordedBy);
  return (
    checker.id === recordedBy || (checker.volunteerId !== 0 && checker.volunteerId === maker?.volunteerId)
  );
}

/**
 * A second keeper approves waiting hours, and they count from now on, by the caps of now. What was recorded of that
 * time meanwhile is looked at again.
 */
export function decideBackfillApproval(
  facts: BackfillFacts,
  key: EntryKey,
  checker: KeeperFact,
  rules: RuleSet,
): Result<readonly EventDraft[], BackfillSettling> {
  const found = waiting(facts, key);
  if (!found.ok) return found;
  const { volunteerId, recordedBy } = found.value;
  if (isSame(facts, recordedBy, checker)) return err({ kind: 'SAME_PERSON' });
  if (isOwn(facts, checker, { holder: 'PERSON', holderId: volunteerId }))
    return err({ kind: 'OWN_HOUSEHOLD' });
  const placed = place(facts, found.value, key, rules);
  if (!placed.ok) return placed;
  const { credits } = placed.value;
  return ok([{ ...settled(found.value, key), outcome: 'APPROVED', credits, reason: '' }]);
}

/** Any keeper rejects waiting hours, with a reason; whoever recorded them may withdraw them so. */
export function decideBackfillRejection(
  facts: BackfillFacts,
  key: EntryKey,
  reason: string,
): Result<readonly EventDraft[], BackfillSettling> {
  const found = waiting(facts, key);
  if (!found.ok) return found;
  return ok([{ ...settled(found.value, key), outcome: 'REJECTED', credits: [], reason }]);
}

/** NOT_RECORDED: nobody recorded these hours, of this volunteer. The others as of `decideBackfill` and its approval. */
export type BackfillContradiction = 'NOT_RECORDED' | 'SAME_PERSON' | 'TOO_OLD' | 'NOT_OVER';

/** What in two facts of a journal shows that the hours should not have been approved; null: nothing. */
export function backfillContradiction(
  recorded: JournalEvent<'BACKFILL_RECORDED'> | null,
  approved: JournalEvent<'BACKFILL_SETTLED'>,
  { backfill }: RuleSet,
): BackfillContradiction | null {
  const { volunteerId, startMs, actualMinutes } = approved;
  if (
    recorded?.volunteerId !== volunteerId ||
    recorded.startMs !== startMs ||
    recorded.minutes !== actualMinutes
  )
    return 'NOT_RECORDED';
  if (recorded.actorId === approved.actorId) return 'SAME_PERSON';
  // A time that is in doubt proves nothing.
  if (recorded.trust === CLOCK_TRUST.DOUBTFUL) return null;
  if (shanghaiDay(recorded.atMs) - shanghaiDay(startMs) > backfill.withinDays) return 'TOO_OLD';
  return endOf(recorded) > recorded.atMs ? 'NOT_OVER' : null;
}
