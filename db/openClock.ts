/** The judge of the clock, with what the journal knows of this boot and of the time before it. */
import type { Database } from 'better-sqlite3';
import { CLOCK_TRUST, type JournalEvent } from '../domain/journal/events.ts';
import { createClockJudge, type ClockJudge } from './clockTrust.ts';
import type { Journal } from './journal/journal.ts';
import { numberQuery } from './row.ts';

/** Of the running incarnation (ordinal) in its present boot. */
export function openClockJudge(
  db: Database,
  journal: Journal,
  incarnation: number,
  boot: number,
): ClockJudge {
  const firstSeqOf = numberQuery(db, 'SELECT first_seq FROM boot WHERE incarnation = ? AND boot = ?');
  const firstSeq = firstSeqOf(incarnation, boot);
  const [firstOfBoot] = firstSeq === undefined ? [] : journal.read(firstSeq, firstSeq);
  let last: JournalEvent | undefined;
  for (const event of journal.backwards()) {
    last ??= event;
    if (event.trust !== CLOCK_TRUST.DOUBTFUL)
      return createClockJudge(boot, { last, lastSure: event, firstOfBoot });
  }
  return createClockJudge(boot, { last, lastSure: undefined, firstOfBoot });
}
