/** The judge of the clock, with what the journal knows of this boot and of the time before it. */
import type { Database } from 'better-sqlite3';
import { CLOCK_TRUST, type EventDraft, type JournalEvent } from '../domain/journal/events.ts';
import { createClockJudge, WRONG_CLOCK_MS, type ClockJudge, type Past, type Reading } from './clockTrust.ts';
import type { Journal } from './journal/journal.ts';
import { numberQuery, query } from './row.ts';

/** The first reading of the monotonic clock in a boot; undefined for one that has recorded nothing yet. */
export function firstMonoMs(
  db: Database,
  journal: Journal,
  incarnation: number,
  boot: number,
): number | undefined {
  const firstSeq = numberQuery(db, 'SELECT first_seq FROM boot WHERE incarnation = ? AND boot = ?')(
    incarnation,
    boot,
  );
  return firstSeq === undefined ? undefined : journal.read(firstSeq, firstSeq)[0]?.monoMs;
}

/** Of the running incarnation (ordinal) in its present boot. */
export function openClockJudge(
  db: Database,
  journal: Journal,
  incarnation: number,
  boot: number,
  told: Past['told'],
): ClockJudge {
  const firstSeqOf = numberQuery(db, 'SELECT first_seq FROM boot WHERE incarnation = ? AND boot = ?');
  const firstSeq = firstSeqOf(incarnation, boot);
  const [firstOfBoot] = firstSeq === undefined ? [] : journal.read(firstSeq, firstSeq);
  let last: JournalEvent | undefined;
  for (const event of journal.backwards()) {
    last ??= event;
    if (event.trust !== CLOCK_TRUST.DOUBTFUL)
      return createClockJudge(boot, { last, lastSure: event, firstOfBoot, told });
  }
  return createClockJudge(boot, { last, lastSure: undefined, firstOfBoot, told });
}

/** What a reading of both clocks is held against: the county says that it was `countyMs` then. */
export interface CountysWord {
  readonly now: Reading;
  readonly countyMs: number;
}

/**
 * Tells the judge what the county says. Answers what is to be recorded of it: where the station was off by an hour
 * or more, the name of those events of this boot that carry wrong times and are not named yet.
 */
export function hearCounty(
  judge: ClockJudge,
  { now, countyMs }: CountysWord,
  journal: Journal,
  boot: number,
): readonly EventDraft[] {
  const offByMs = judge.judge(now).atMs - countyMs;
  judge.confirm(now, countyMs, true);
  if (Math.abs(offByMs) < WRONG_CLOCK_MS) return [];
  let fromSeq: number | undefined;
  let toSeq: number | undefined;
  for (const event of journal.backwards()) {
    const isKnown = event.trust === CLOCK_TRUST.TRUSTED || event.type === 'CLOCK_FOUND_WRONG';
    if (event.boot !== boot || isKnown) break;
    fromSeq = event.seq;
    toSeq ??= event.seq;
  }
  if (fromSeq === undefined || toSeq === undefined) return [];
  return [{ type: 'CLOCK_FOUND_WRONG', fromSeq, toSeq, offByMs }];
}

/** The boot number of this start: it rises when the operating system was booted since the last one. */
export function bootOf(db: Database, incarnation: number, osBoot: string): number {
  const last = query<[number], { readonly boot: number; readonly osBoot: string }>(
    db,
    'SELECT boot, os_boot FROM boot WHERE incarnation = ? ORDER BY boot DESC LIMIT 1',
  ).get(incarnation);
  if (last === undefined) return 1;
  return last.osBoot === osBoot ? last.boot : last.boot + 1;
}
