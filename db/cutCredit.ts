/**
 * Credit that was cut only because nobody had vouched for a date is given once somebody does (settledDays.ts says why
 * it is cut). Points are people's groceries: whoever served on four evenings has earned four evenings' credit, however
 * long the station was without a line.
 *
 * A service that would have been credited more by its date alone is kept here when it ends. When the date is settled it
 * is decided again by the same code and the days as they are known then, and the difference becomes a fact,
 * SERVICE_CREDITED, at most once for an attendance. The county settles what its word proves: services of this boot on
 * days on which nothing lies that might be of them as well. A keeper settles all that can be true: no date before the
 * last day that was certain, none after the confirmation, none that a later start of the machine contradicts. What is
 * false by this, or by the county's word, is not given.
 */
import type { Database } from 'better-sqlite3';
import { creditService, type Credit, type CreditRow } from '../domain/attendance/credit.ts';
import type { AttendanceFacts, DayService, Moment } from '../domain/attendance/facts.ts';
import type { EventDraft, JournalEvent } from '../domain/journal/events.ts';
import type { RuleSet } from '../domain/rules/ruleSet.ts';
import { dayStartMs, monthStartDay } from '../domain/time.ts';
import { WRONG_CLOCK_MS } from './clockTrust.ts';
import type { IncarnationNames } from './ledger/names.ts';
import { numberQuery, query } from './row.ts';

export type Ended = JournalEvent<'SIGNED_OUT' | 'ATTENDANCE_CLOSED'>;
/** Appends a fact at once, so that the next decision sees it. */
export type Give = (draft: EventDraft) => void;
type DayOf = (volunteerId: number, day: number) => DayService;

export interface CutCreditFacts extends Pick<
  AttendanceFacts,
  'attendance' | 'activity' | 'hourPointsBetween' | 'issuedInMonth'
> {
  /** What was credited on a day, by the dates that were recorded. */
  readonly creditedOn: DayOf;
  readonly rules: () => RuleSet;
  /** Whether nothing of earlier journals is still to come back. */
  readonly hasAll: () => boolean;
}

/** The county's word: what it proves, and what may be of a day by the most that is possible. */
export interface CountyProof {
  readonly atMs: number;
  readonly boot: number;
  readonly isSureOf: (moment: Moment) => boolean;
  readonly mostOn: DayOf;
}

export interface CutCredit {
  /** Whether something waits that only a keeper can settle. */
  awaitsKeeper(): boolean;
  /**
   * Keeps a service that was credited less than by its date alone. `isSettled`: its boot was; then only a keeper can
   * say more. `afterDay`: the last certain day before it.
   */
  note(event: Ended, isSettled: boolean, afterDay: number): void;
  /** An entry that was taken back has nothing to come; `incarnation` is undefined for one that is not held here. */
  forget(entry: { readonly incarnation: number | undefined; readonly seq: number }): void;
  byCounty(proof: CountyProof, give: Give): void;
  /** By a keeper's word at `atMs`. */
  byKeeper(atMs: number, give: Give): void;
}

interface Row {
  readonly incarnation: number;
  readonly seq: number;
  readonly signInSeq: number;
  readonly volunteerId: number;
  readonly actualMinutes: number;
  readonly honor: number;
  readonly credits: string;
  readonly boot: number;
  readonly atMs: number;
  readonly monoMs: number;
  readonly afterDay: number;
}
interface Cut extends Omit<Row, 'credits'> {
  readonly credits: readonly CreditRow[];
}

const NOTHING: DayService = { minutes: 0, points: 0 };
const sumOf = (rows: readonly DayService[]): DayService =>
  rows.reduce(
    (sum, row) => ({ minutes: sum.minutes + row.minutes, points: sum.points + row.points }),
    NOTHING,
  );

function statementsOf(db: Database, incarnation: number) {
  const own = `incarnation = ${incarnation}`;
  return {
    keep: db.prepare<(number | string)[]>(
      `INSERT INTO cut_service VALUES (${incarnation}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    all: query<[], Row>(
      db,
      `SELECT incarnation, seq, sign_in_seq, volunteer_id, actual_minutes, honor, credits, boot, at_ms, mono_ms, after_day
       FROM cut_service ORDER BY incarnation, seq`,
    ),
    fresh: query<[], Row>(
      db,
      `SELECT incarnation, seq, sign_in_seq, volunteer_id, actual_minutes, honor, credits, boot, at_ms, mono_ms, after_day
       FROM cut_service WHERE ${own} AND keeper_only = 0 ORDER BY seq`,
    ),
    awaiting: numberQuery(db, `SELECT 1 FROM cut_service WHERE ${own} AND keeper_only = 1 LIMIT 1`),
    awaitingEarlier: numberQuery(db, `SELECT 1 FROM cut_service WHERE NOT ${own} LIMIT 1`),
    /** Whether it ended, and was given nothing later. */
    isOpenToMore: numberQuery(
      db,
      `SELECT 1 FROM attendance WHERE incarnation = ? AND sign_in_seq = ? AND state IN (1, 3) AND credited_later = 0`,
    ),
    leaveToKeeper: db.prepare(`UPDATE cut_service SET keeper_only = 1 WHERE ${own}`),
    forgetEntry: db.prepare<number[]>('DELETE FROM cut_service WHERE incarnation = ? AND seq = ?'),
    forgetAfter: db.prepare<number[]>(`DELETE FROM cut_service WHERE ${own} AND at_ms > ?`),
    startedLater: numberQuery(
      db,
      `SELECT min(json_extract(j.text, '$[2]')) FROM boot b
         JOIN journal j ON j.incarnation = b.incarnation AND j.seq = b.first_seq
       WHERE (b.incarnation, b.boot) > (?, ?) AND json_extract(j.text, '$[2]') >= ?`,
    ),
  };
}

/** What a credit has beyond another, by day; never more than the whole has beyond it. */
function beyond(credit: Credit, before: readonly CreditRow[]): readonly CreditRow[] {
  const had = sumOf(before);
  let minutesLeft = Math.max(0, credit.creditedMinutes - had.minutes);
  let pointsLeft = Math.max(0, credit.points - had.points);
  return credit.credits.flatMap(({ day, ...row }) => {
    const of = sumOf(before.filter((one) => one.day === day));
    const minutes = Math.max(0, Math.min(minutesLeft, row.minutes - of.minutes));
    const points = Math.max(0, Math.min(pointsLeft, row.points - of.points));
    minutesLeft -= minutes;
    pointsLeft -= points;
    return minutes > 0 || points > 0 ? [{ day, minutes, points }] : [];
  });
}

/** `incarnation`: the running one (ordinal). */
export function cutCredit(
  db: Database,
  incarnation: number,
  names: IncarnationNames,
  facts: CutCreditFacts,
): CutCredit {
  const statements = statementsOf(db, incarnation);
  const cutOf = (row: Row): Cut => ({ ...row, credits: JSON.parse(row.credits) as CreditRow[] });

  const earlierOf = (cut: Pick<Cut, 'incarnation'>): string | undefined =>
    cut.incarnation === incarnation ? undefined : names.nameOf(cut.incarnation);
  function momentOf(cut: Pick<Cut, 'incarnation' | 'signInSeq'>): Moment | null {
    const service = facts.attendance(cut.signInSeq, earlierOf(cut));
    return service && { boot: service.boot, atMs: service.signedInMs, monoMs: service.signedInMonoMs };
  }
  /** What a service would be credited with beyond what it was, had it been decided by these days. */
  function dueOf(
    cut: Omit<Cut, 'boot' | 'atMs' | 'monoMs' | 'afterDay'>,
    dayOf: DayOf,
  ): readonly CreditRow[] {
    const signedIn = momentOf(cut);
    const service = facts.attendance(cut.signInSeq, earlierOf(cut));
    if (service === null || signedIn === null) return [];
    const { volunteerId, actualMinutes, honor, credits } = cut;
    const ownOf = (is: (day: number) => boolean): DayService => sumOf(credits.filter(({ day }) => is(day)));
    const withoutOwn = {
      serviceOfDay(_: number, day: number): DayService {
        const of = dayOf(volunteerId, day);
        const own = ownOf((one) => one === day);
        return { minutes: of.minutes - own.minutes, points: of.points - own.points };
      },
      hourPointsBetween: (_: number, fromDay: number, toDay: number) =>
        facts.hourPointsBetween(volunteerId, fromDay, toDay) -
        ownOf((day) => day >= fromDay && day < toDay).points,
      issuedInMonth: (monthDay: number) =>
        facts.issuedInMonth(monthDay) - ownOf((day) => monthStartDay(day) === monthDay).points,
    };
    const factorPercent = facts.activity(service.activityId)?.factorPercent ?? 100;
    const { signedInMs } = service;
    const whole = {
      volunteerId,
      signedInMs,
      signedIn,
      actualMinutes,
      factorPercent,
      earnsPoints: honor === 0,
    };
    return beyond(creditService(whole, withoutOwn, facts.rules()), credits);
  }
  function settle(cut: Cut, due: readonly CreditRow[], give: Give): void {
    statements.forgetEntry.run(cut.incarnation, cut.seq);
    // What came back of an earlier journal may have given it already.
    if (due.length === 0 || statements.isOpenToMore(cut.incarnation, cut.signInSeq) !== 1) return;
    const { signInSeq, volunteerId, honor } = cut;
    const hourKind = honor === 1 ? 'HONOR' : 'CREDIT';
    const fields = { signInSeq, volunteerId, hourKind, credits: due } as const;
    const ofIncarnation = earlierOf(cut);
    if (ofIncarnation === undefined) give({ type: 'SERVICE_CREDITED', ...fields });
    else {
      const none = { outAtMs: 0, actualMinutes: 0, reason: '' };
      give({ type: 'EARLIER_SERVICE_CREDITED', cause: 'DATE', ofIncarnation, ...fields, ...none });
    }
  }
  /** Whether the date of a service can be true, if it is `atMs` now. */
  function canBe(cut: Cut, atMs: number): boolean {
    // A start before the last certain day is false itself, and contradicts nothing.
    const next = Math.min(
      atMs,
      statements.startedLater(cut.incarnation, cut.boot, dayStartMs(cut.afterDay)) ?? atMs,
    );
    return cut.atMs < next + WRONG_CLOCK_MS;
  }

  return {
    awaitsKeeper: () => statements.awaiting() === 1 || (facts.hasAll() && statements.awaitingEarlier() === 1),
    note(event, isSettled, afterDay) {
      const { seq, signInSeq, volunteerId, actualMinutes, credits, boot, atMs, monoMs } = event;
      const honor = event.type === 'ATTENDANCE_CLOSED' && event.hourKind === 'HONOR' ? 1 : 0;
      const cut = { incarnation, seq, signInSeq, volunteerId, actualMinutes, honor, credits };
      if (dueOf(cut, facts.creditedOn).length === 0) return;
      const text = JSON.stringify(credits);
      const place = [boot, atMs, monoMs, afterDay, isSettled ? 1 : 0];
      statements.keep.run(seq, signInSeq, volunteerId, actualMinutes, honor, text, ...place);
    },
    forget({ incarnation: ofIncarnation, seq }) {
      if (ofIncarnation !== undefined) statements.forgetEntry.run(ofIncarnation, seq);
    },
    byCounty({ atMs, boot, isSureOf, mostOn }, give) {
      for (const cut of statements.fresh.all().map(cutOf)) {
        if (cut.boot !== boot) continue;
        const signedIn = momentOf(cut);
        if (!isSureOf(cut)) statements.forgetEntry.run(incarnation, cut.seq);
        else if (signedIn !== null && isSureOf(signedIn)) {
          const due = dueOf(cut, facts.creditedOn);
          // Where something undated may be of the same day, it waits whole: an attendance is given to once.
          if (JSON.stringify(due) === JSON.stringify(dueOf(cut, mostOn))) settle(cut, due, give);
        }
      }
      statements.forgetAfter.run(atMs + WRONG_CLOCK_MS);
      statements.leaveToKeeper.run();
    },
    byKeeper(atMs, give) {
      for (const cut of statements.all.all().map(cutOf)) {
        // An earlier journal that has not all come back may hold what was given for it.
        if (cut.incarnation !== incarnation && !facts.hasAll()) continue;
        settle(cut, canBe(cut, atMs) ? dueOf(cut, facts.creditedOn) : [], give);
      }
    },
  };
}
