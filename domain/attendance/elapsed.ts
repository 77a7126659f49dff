/** How long an attendance has lasted, whatever the wall clock did meanwhile. */
import type { RuleSet } from '../rules/ruleSet.ts';
import { MINUTE_MS } from '../time.ts';
import type { ActivityFact, AttendanceFact, DecisionTime } from './facts.ts';

/**
 * Milliseconds since the sign-in, never negative. Within one boot by the monotonic clock, so that setting the
 * wall clock makes no minutes; across boots only the wall clock is left (DESIGN.md, Sync, Clocks).
 */
export function elapsedMs(attendance: AttendanceFact, now: DecisionTime): number {
  const ms =
    attendance.boot === now.boot ? now.monoMs - attendance.signedInMonoMs : now.atMs - attendance.signedInMs;
  return Math.max(0, ms);
}

/** Whole minutes since the sign-in. */
export function elapsedMinutes(attendance: AttendanceFact, now: DecisionTime): number {
  return Math.floor(elapsedMs(attendance, now) / MINUTE_MS);
}

/** When the activity was to end; for one the plan no longer has, a whole session after the sign-in. */
export function plannedEndMs(
  attendance: AttendanceFact,
  activity: ActivityFact | null,
  rules: RuleSet,
): number {
  return activity?.endMs ?? attendance.signedInMs + rules.attendance.maxSessionMinutes * MINUTE_MS;
}

/** Whether no sign-out came in time: the attendance is to become UNCLOSED (RULES.md B1.1). */
export function hasLapsed(
  attendance: AttendanceFact,
  activity: ActivityFact | null,
  rules: RuleSet,
  now: DecisionTime,
): boolean {
  const lapseMs =
    plannedEndMs(attendance, activity, rules) + rules.attendance.lapseAfterPlannedEndMinutes * MINUTE_MS;
  return attendance.signedInMs + elapsedMs(attendance, now) > lapseMs;
}
