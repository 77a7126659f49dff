/** What is looked for in every run that is stored, in its own transaction: found again, it is told once. */
import type { VerifiedRun } from '../../../domain/wire/batch.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import { raiseAlert, type Tx } from '../ingestSql.ts';
import { raiseVersions } from '../transfers.ts';
import { followActs } from './acts.ts';
import { decideAgain } from './decideAgain.ts';
import { foldAttendances, startsOf } from './doubled.ts';
import { foldStock } from './oversold.ts';

/** Puts before a person what the events of a run show, and lets acts of the county follow what they say. */
export async function findExceptions(
  tx: Tx,
  run: Pick<VerifiedRun, 'stationId' | 'incarnation'>,
  events: readonly JournalEvent[],
  nowMs: number,
): Promise<void> {
  for (const { seq, lines } of await foldStock(tx, run, events))
    await raiseAlert(tx, run, 'OVERSOLD', seq, nowMs, { lines });
  const starts = await startsOf(tx, run, events);
  for (const { seq, span, others } of await foldAttendances(tx, run, events, starts))
    await raiseAlert(tx, run, 'DOUBLED_ATTENDANCE', seq, nowMs, { span, others });
  for (const { seq, expected } of await decideAgain(tx, run, events, starts))
    await raiseAlert(tx, run, 'RULE_DIFFERENCE', seq, nowMs, { expected });
  if (await followActs(tx, run, events, nowMs)) await raiseVersions(tx, [run.stationId], nowMs);
}
