/** What a scan means, and the corrections that follow it. All reads are given, nothing is written. */
import type { EventDraft } from '../journal/events.ts';
import type { KeeperFact, LedgerFacts } from '../points/facts.ts';
import { isOwn } from '../points/kin.ts';
import { err, ok, type Result } from '../result.ts';
import type { RuleSet } from '../rules/ruleSet.ts';
import { MINUTE_MS } from '../time.ts';
import { creditService, type Credit } from './credit.ts';
import { elapsedMinutes, elapsedMs, hasLapsed, plannedEndMs } from './elapsed.ts';
import type { AttendanceFact, AttendanceFacts, DecisionTime, Moment, ScanRequest } from './facts.ts';
import { proposeActivity, type ProposalError } from './propose.ts';

/** What a scan leads to, with what the screen tells about it. */
export interface ScanDecision {
  readonly kind: 'SIGN_IN' | 'SIGN_OUT';
  readonly drafts: readonly EventDraft[];
  /** Of the sign-in, or of the attendance that ended. */
  readonly activityId: number;
  /** SIGN_IN: other activities the volunteer may mean, the likelier first. */
  readonly otherActivityIds: readonly number[];
  /** An earlier attendance without a sign-out, now for the leader to close. */
  readonly lapsed: AttendanceFact | null;
  /** The attendance that was signed out: of a SIGN_OUT, or (rapid mode) of one moved here from elsewhere. */
  readonly ended: {
    readonly attendance: AttendanceFact;
    readonly actualMinutes: number;
    readonly credit: Credit;
  } | null;
}

export type ScanError = ProposalError | { readonly kind: 'ALREADY_IN' };

type Ended = NonNullable<ScanDecision['ended']>;

function momentOf({ boot, signedInMs: atMs, signedInMonoMs: monoMs }: AttendanceFact): Moment {
  return { boot, atMs, monoMs };
}

function endNow(
  facts: AttendanceFacts,
  attendance: AttendanceFact,
  rules: RuleSet,
  now: DecisionTime,
): Ended {
  const actualMinutes = elapsedMinutes(attendance, now);
  const credit = creditService(
    {
      volunteerId: attendance.volunteerId,
      signedInMs: attendance.signedInMs,
      signedIn: momentOf(attendance),
      actualMinutes,
      factorPercent: facts.activity(attendance.activityId)?.factorPercent ?? 100,
      earnsPoints: true,
    },
    facts,
    rules,
  );
  return { attendance, actualMinutes, credit };
}

function signedOut({ attendance, actualMinutes, credit }: Ended, request: ScanRequest): EventDraft {
  const { volunteerId, cardNumber, source } = request;
  const { signInSeq } = attendance;
  return {
    type: 'SIGNED_OUT',
    signInSeq,
    volunteerId,
    cardNumber,
    source,
    actualMinutes,
    credits: credit.credits,
  };
}

/**
 * Decides what the scan of a card does: signs out of the open attendance, or signs in. Nobody is in two places:
 * a volunteer has one open attendance at most, and scanning again ends it. One that lapsed becomes UNCLOSED, and
 * the scan is a sign-in. In rapid mode each scan is a check-in: somebody who is elsewhere is signed out there
 * first, somebody who is here already stays in and is told so (ALREADY_IN).
 *
 * NO_ACTIVITY_NOW: nothing in the plan is open. ACTIVITY_NOT_OPEN: the given one is not. TOO_MANY_PAIRS: in and
 * out of the activity too often today.
 */
export function decideScan(
  facts: AttendanceFacts,
  request: ScanRequest,
  rules: RuleSet,
  now: DecisionTime,
): Result<ScanDecision, ScanError> {
  const { volunteerId, cardNumber, source, mode } = request;
  const open = facts.openAttendance(volunteerId);
  const lapsed = open !== null && hasLapsed(open, facts.activity(open.activityId), rules, now) ? open : null;
  const current = lapsed === null ? open : null;

  if (current !== null && mode === 'NORMAL') {
    const ended = endNow(facts, current, rules, now);
    const drafts = [signedOut(ended, request)];
    const { activityId } = current;
    return ok({ kind: 'SIGN_OUT', drafts, activityId, otherActivityIds: [], lapsed: null, ended });
  }
  if (current !== null && current.activityId === request.activityId) return err({ kind: 'ALREADY_IN' });

  const proposal = proposeActivity(facts, volunteerId, request.activityId, rules, now.atMs);
  if (!proposal.ok) return proposal;
  const activityId = proposal.value.activity.id;
  const ended = current === null ? null : endNow(facts, current, rules, now);
  const drafts: EventDraft[] = [];
  if (lapsed !== null) drafts.push({ type: 'ATTENDANCE_LAPSED', signInSeq: lapsed.signInSeq });
  if (ended !== null) drafts.push(signedOut(ended, request));
  drafts.push({ type: 'SIGNED_IN', volunteerId, cardNumber, activityId, source, mode });
  const otherActivityIds = proposal.value.others.map(({ id }) => id);
  return ok({ kind: 'SIGN_IN', drafts, activityId, otherActivityIds, lapsed, ended });
}

export type ChangeError =
  | ProposalError
  | { readonly kind: 'NOT_SIGNED_IN' }
  | { readonly kind: 'ALREADY_CLOSED' }
  | { readonly kind: 'TOO_LATE_TO_CHANGE'; readonly limitMinutes: number };

/**
 * Corrects the activity of an open attendance. The same activity again is fine and needs no fact.
 * NOT_SIGNED_IN: there is no such attendance. ALREADY_CLOSED: it has ended. TOO_LATE_TO_CHANGE: after the first
 * minutes only a leader can put it right. The others as for a scan.
 */
export function decideChangeActivity(
  facts: AttendanceFacts,
  { signInSeq, activityId }: { readonly signInSeq: number; readonly activityId: number },
  rules: RuleSet,
  now: DecisionTime,
): Result<readonly EventDraft[], ChangeError> {
  const attendance = facts.attendance(signInSeq);
  if (attendance === null) return err({ kind: 'NOT_SIGNED_IN' });
  if (attendance.state !== 'OPEN') return err({ kind: 'ALREADY_CLOSED' });
  const limitMinutes = rules.attendance.changeActivityWithinMinutes;
  if (elapsedMs(attendance, now) > limitMinutes * MINUTE_MS)
    return err({ kind: 'TOO_LATE_TO_CHANGE', limitMinutes });
  if (attendance.activityId === activityId) return ok([]);
  const proposal = proposeActivity(facts, attendance.volunteerId, activityId, rules, now.atMs);
  if (!proposal.ok) return proposal;
  return ok([{ type: 'ACTIVITY_CHANGED', signInSeq, activityId }]);
}

export type CloseError =
  | { readonly kind: 'NOT_FOUND' }
  /** Of the keeper's own, spouse's or household's. */
  | { readonly kind: 'OWN_HOUSEHOLD' }
  | { readonly kind: 'ALREADY_CLOSED' }
  | { readonly kind: 'STILL_OPEN' }
  | { readonly kind: 'TIME_OUT_OF_RANGE'; readonly fromMs: number; readonly toMs: number };

/**
 * A leader closes an UNCLOSED attendance (RULES.md B1.1, B1.2) at a time between its sign-in and the planned
 * end of its activity. By default the hours are honour hours and earn nothing. One that nobody has scanned since
 * it lapsed becomes UNCLOSED by the same act.
 *
 * NOT_FOUND: no such attendance. OWN_HOUSEHOLD: another keeper has to (RULES.md B4). ALREADY_CLOSED: it has ended.
 * STILL_OPEN: the volunteer can still sign out.
 * TIME_OUT_OF_RANGE: with the range in ms, both ends allowed.
 */
export function decideClosing(
  facts: AttendanceFacts & Pick<LedgerFacts, 'member' | 'membersOf'>,
  {
    signInSeq,
    earlier,
    outAtMs,
    reason,
  }: {
    readonly signInSeq: number;
    /** The earlier incarnation that it is of, if it is of one. */
    readonly earlier?: string;
    readonly outAtMs: number;
    readonly reason: string;
  },
  keeper: KeeperFact,
  rules: RuleSet,
  now: DecisionTime,
): Result<readonly EventDraft[], CloseError> {
  const attendance = facts.attendance(signInSeq, earlier);
  if (attendance === null) return err({ kind: 'NOT_FOUND' });
  if (isOwn(facts, keeper, { holder: 'PERSON', holderId: attendance.volunteerId }))
    return err({ kind: 'OWN_HOUSEHOLD' });
  if (attendance.state !== 'OPEN' && attendance.state !== 'UNCLOSED') return err({ kind: 'ALREADY_CLOSED' });
  const { volunteerId, signedInMs: fromMs, activityId } = attendance;
  const activity = facts.activity(activityId);
  if (attendance.state === 'OPEN' && !hasLapsed(attendance, activity, rules, now))
    return err({ kind: 'STILL_OPEN' });
  const toMs = Math.max(fromMs, plannedEndMs(attendance, activity, rules));
  if (outAtMs < fromMs || outAtMs > toMs) return err({ kind: 'TIME_OUT_OF_RANGE', fromMs, toMs });

  const hourKind = rules.attendance.closedByLeaderAs;
  const actualMinutes = Math.floor((outAtMs - fromMs) / MINUTE_MS);
  const { credits } = creditService(
    {
      volunteerId,
      signedInMs: fromMs,
      signedIn: momentOf(attendance),
      actualMinutes,
      factorPercent: activity?.factorPercent ?? 100,
      earnsPoints: hourKind === 'CREDIT',
    },
    facts,
    rules,
  );
  const fields = { signInSeq, volunteerId, outAtMs, hourKind, actualMinutes, credits, reason };
  if (attendance.earlier !== undefined) {
    const of = { cause: 'CLOSED', ofIncarnation: attendance.earlier } as const;
    return ok([{ type: 'EARLIER_SERVICE_CREDITED', ...of, ...fields }]);
  }
  const closed: EventDraft = { type: 'ATTENDANCE_CLOSED', ...fields };
  return ok(attendance.state === 'OPEN' ? [{ type: 'ATTENDANCE_LAPSED', signInSeq }, closed] : [closed]);
}

/** The open ones of these attendances that have lapsed, as drafts: what the station records by itself. */
export function decideLapses(
  facts: AttendanceFacts,
  attendances: readonly AttendanceFact[],
  rules: RuleSet,
  now: DecisionTime,
): readonly EventDraft[] {
  return attendances
    .filter(
      (attendance) =>
        attendance.state === 'OPEN' &&
        hasLapsed(attendance, facts.activity(attendance.activityId), rules, now),
    )
    .map(({ signInSeq }) => ({ type: 'ATTENDANCE_LAPSED', signInSeq }));
}
