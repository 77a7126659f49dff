/** Which activity a volunteer most likely means. */
import type { RuleSet } from '../rules/ruleSet.ts';
import { MINUTE_MS, shanghaiDay } from '../time.ts';
import { err, ok, type Result } from '../result.ts';
import type { ActivityFact, AttendanceFacts } from './facts.ts';

/** Whether one may sign in: from a while before the planned start up to the planned end. */
export function isOpenForSignIn(activity: ActivityFact, rules: RuleSet, atMs: number): boolean {
  const fromMs = activity.startMs - rules.attendance.signInBeforeStartMinutes * MINUTE_MS;
  return !activity.cancelled && atMs >= fromMs && atMs < activity.endMs;
}

/**
 * The activities open for sign-in, the likeliest first: those of the volunteer's own team before others, then
 * the one that begins (or began) nearest to now.
 */
export function openActivities(
  facts: AttendanceFacts,
  volunteerId: number,
  rules: RuleSet,
  atMs: number,
): readonly ActivityFact[] {
  const soonMs = atMs + rules.attendance.signInBeforeStartMinutes * MINUTE_MS;
  const open = facts
    .activitiesBetween(atMs, soonMs + 1)
    .filter((activity) => isOpenForSignIn(activity, rules, atMs));
  if (open.length < 2) return open;
  const team = facts.teamOf(volunteerId);
  const ofOther = (activity: ActivityFact): number => (team !== 0 && activity.teamId === team ? 0 : 1);
  const distance = (activity: ActivityFact): number => Math.abs(activity.startMs - atMs);
  return open.toSorted((a, b) => ofOther(a) - ofOther(b) || distance(a) - distance(b) || a.id - b.id);
}

export type ProposalError =
  | { readonly kind: 'NO_ACTIVITY_NOW' }
  | { readonly kind: 'ACTIVITY_NOT_OPEN' }
  | { readonly kind: 'TOO_MANY_PAIRS'; readonly limit: number };

export interface Proposal {
  readonly activity: ActivityFact;
  /** Others that are open now, the likelier first. */
  readonly others: readonly ActivityFact[];
}

/**
 * The activity to sign in to: the given one, or the likeliest that the volunteer has not been in and out of too
 * often today (RULES.md B1.1).
 */
export function proposeActivity(
  facts: AttendanceFacts,
  volunteerId: number,
  activityId: number | null,
  rules: RuleSet,
  atMs: number,
): Result<Proposal, ProposalError> {
  const limit = rules.attendance.maxPairsPerActivityDay;
  const day = shanghaiDay(atMs);
  const hasRoom = ({ id }: ActivityFact): boolean => facts.signInsOfDay(volunteerId, id, day) < limit;

  const open = openActivities(facts, volunteerId, rules, atMs);
  if (activityId === null && open.length === 0) return err({ kind: 'NO_ACTIVITY_NOW' });
  const asked = activityId === null ? open : open.filter(({ id }) => id === activityId);
  if (asked.length === 0) return err({ kind: 'ACTIVITY_NOT_OPEN' });
  const activity = asked.find(hasRoom);
  if (activity === undefined) return err({ kind: 'TOO_MANY_PAIRS', limit });
  return ok({ activity, others: open.filter((other) => other !== activity) });
}
