/** Hours that no scan recorded, decided again: by what was recorded, by whom, and what they could bring at most. */
import {
  backfillContradiction,
  creditBackfill,
  type BackfillContradiction,
} from '../../../domain/attendance/backfill.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';
import type { Place, Tx } from '../ingestSql.ts';
import type { Difference } from './decideAgain.ts';
import { factorsOf } from './given.ts';
import type { PastFacts, Pointer } from './pastFacts.ts';
import type { NamedRules } from './rulesNamed.ts';

type Settled = JournalEvent<'BACKFILL_SETTLED'>;

/** What the county comes to, where an approval goes beyond it. */
export interface BackfillExpected {
  readonly kind: 'BACKFILL';
  readonly why: BackfillContradiction;
}

const isApproved = (event: JournalEvent): event is Settled =>
  event.type === 'BACKFILL_SETTLED' && event.outcome === 'APPROVED';

/** The facts that a run's approvals point back to. */
export function recordedBackfills(events: readonly JournalEvent[]): readonly Pointer[] {
  return events
    .filter(isApproved)
    .map(({ ofIncarnation, ofSeq }) => ({ incarnation: ofIncarnation, seq: ofSeq }));
}

/** Approvals of what no keeper may approve, or that credit more than the hours could bring at most. */
export async function checkBackfills(
  tx: Tx,
  { stationId, incarnation }: Place,
  events: readonly JournalEvent[],
  rules: NamedRules,
  past: PastFacts,
): Promise<readonly Difference[]> {
  const approved = events.filter(isApproved).map((event) => {
    const fact = past.at(event.ofIncarnation, event.ofSeq);
    return { event, recorded: fact?.type === 'BACKFILL_RECORDED' ? fact : null };
  });
  const activityIds = [...new Set(approved.flatMap(({ recorded }) => recorded?.activityId ?? []))];
  const factors = await factorsOf(tx, stationId, activityIds);
  return approved.flatMap(({ event, recorded }): Difference[] => {
    const by = rules.by(event);
    if (by === undefined) return [];
    const isOwn = event.ofIncarnation === '' || event.ofIncarnation === incarnation;
    // What an earlier journal holds may come later, or never: only in its own it must be there.
    if (recorded === null && !isOwn) return [];
    const why = backfillContradiction(recorded, event, by);
    if (why !== null) return [{ seq: event.seq, expected: { kind: 'BACKFILL', why } }];
    const { creditedMinutes: minutes, points } = mostOf(
      event,
      factors.get(recorded?.activityId ?? 0) ?? 100,
      by,
    );
    const credited = event.credits.reduce((sum, row) => sum + row.minutes, 0);
    const earned = event.credits.reduce((sum, row) => sum + row.points, 0);
    if (credited <= minutes && earned <= points) return [];
    return [{ seq: event.seq, expected: { kind: 'CREDIT', minutes, points } }];
  });
}

/** What the hours could bring at most, had nothing else happened that month; an activity of the station's own counts once. */
function mostOf({ volunteerId, startMs, actualMinutes }: Settled, factorPercent: number, rules: RuleSet) {
  const activity = { id: 0, teamId: 0, startMs, endMs: startMs, cancelled: false };
  return creditBackfill(
    {
      activity: () => ({ ...activity, factorPercent: Math.max(100, factorPercent) }),
      mostCreditedOn: () => ({ minutes: 0, points: 0 }),
      hourPointsBetween: () => 0,
      issuedInMonth: () => 0,
    },
    { volunteerId, activityId: 0, startMs, minutes: actualMinutes },
    rules,
  );
}
