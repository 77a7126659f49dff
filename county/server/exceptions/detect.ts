/** What is looked for in every run that is stored, in its own transaction: found again, it is told once. */
import type { VerifiedRun } from '../../../domain/wire/batch.ts';
import type { JournalEvent } from '../../../domain/journal/events.ts';
import type { Alert } from '../alerts.ts';
import type { Tx } from '../ingestSql.ts';
import { otherNumbersOf } from '../merged.ts';
import { raiseVersions } from '../transferRows.ts';
import { followActs } from './acts.ts';
import { decideAgain } from './decideAgain.ts';
import { foldAttendances, startsOf } from './doubled.ts';
import { earlierAttendances } from './earlierAttendances.ts';
import { foldStock } from './oversold.ts';
import type { EntriesBefore } from './steps.ts';
import { personOf } from './personTurns.ts';
import { rulesNamed } from './rulesNamed.ts';

/** What of the events of a run a person has to look at; lets acts of the county follow what the events say. */
export async function findExceptions(
  tx: Tx,
  run: Pick<VerifiedRun, 'stationId' | 'incarnation'>,
  events: readonly JournalEvent[],
  before: EntriesBefore,
  nowMs: number,
): Promise<readonly Alert[]> {
  const short = await foldStock(tx, run, events);
  const starts = await startsOf(tx, run, events);
  const earlier = await earlierAttendances(tx, run.stationId, events);
  const numbers = await otherNumbersOf(
    tx,
    events.map(personOf).filter((id) => id > 0),
  );
  const doubled = await foldAttendances(tx, run, events, { starts, earlier, numbers });
  const rules = await rulesNamed(tx, run, events);
  const differing = await decideAgain(tx, run, events, { starts, earlier, numbers, rules, before, nowMs });
  if (await followActs(tx, run, events, nowMs)) await raiseVersions(tx, [run.stationId], nowMs);
  return [
    ...rules.wrong,
    ...short.map(({ seq, lines }): Alert => ({ kind: 'OVERSOLD', seq, facts: { lines } })),
    ...doubled.map(({ seq, span, others }): Alert => ({
      kind: 'DOUBLED_ATTENDANCE',
      seq,
      facts: { span, others },
    })),
    ...differing.here.map(({ seq, expected }): Alert => ({
      kind: 'RULE_DIFFERENCE',
      seq,
      facts: { expected },
    })),
    ...differing.together.map(({ seq, expected }): Alert => ({
      kind: 'OVER_LIMIT',
      seq,
      facts: { expected },
    })),
  ];
}
