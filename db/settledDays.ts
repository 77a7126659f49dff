/**
 * No cap of a day is passed by a wrong date (issue: "no day cap can be cheated by changing the date").
 *
 * Within one boot the station's time advances as the monotonic clock does, so a day lasts as long as a day. What a
 * reboot hides is how long the machine was off: a date that is one day ahead then may be the next morning, or
 * somebody's finger. A date is therefore settled by somebody who knows it: the county, by its signed time in every
 * exchange, or a keeper with the PIN, who is asked at the desk. It stays so until the next boot.
 *
 * Until then everything is recorded as always, by the date that the machine tells. Only the caps of a day are
 * stricter, for whatever may really have happened on one day counts together: what was credited on the last settled
 * day, everything that was credited since in boots that nobody vouched for, and in the boot itself the services that
 * began within the last 24 hours. Once the boot has run for 24 hours by the monotonic clock, what was before it is of
 * another day for certain. When the county settles the date, the boot's own days are proven by it if they agree; what
 * older boots credited may have been of this very day, and counts in it. A keeper's word settles all of it, since it
 * is the keeper who knows when the station was open. What was cut until then is given back (cutCredit.ts).
 */
import type { Database } from 'better-sqlite3';
import type { DayService, Moment } from '../domain/attendance/facts.ts';
import type { JournalEvent } from '../domain/journal/events.ts';
import { keyOf } from '../domain/points/fold.ts';
import { DAY_MS, shanghaiDay } from '../domain/time.ts';
import { WRONG_CLOCK_MS, type Past, type Reading } from './clockTrust.ts';
import { cutCredit, type CutCreditFacts, type Ended, type Give } from './cutCredit.ts';
import type { IncarnationNames } from './ledger/names.ts';
import { numberQuery, query } from './row.ts';
import type { DateStanding } from './settledMonths.ts';

export interface SettledDays {
  /** Whether somebody has vouched for the date of this boot. */
  isSettled(): boolean;
  /** How the date stands now, for the caps of months (settledMonths.ts). */
  standing(): DateStanding;
  /** Somebody's word on the time in this boot; undefined before there is one. */
  told(): Past['told'];
  /** What counts against the caps of a day, for a service that began at a moment. */
  serviceOfDay(volunteerId: number, day: number, signedIn: Moment): DayService;
  /** What may have been credited on a day at most: for hours whose day somebody names, whatever the clock says. */
  mostCreditedOn(volunteerId: number, day: number): DayService;
  /** Whether a keeper is to be asked: for this boot, or for services of earlier ones that lack credit by their date. */
  awaitsKeeper(): boolean;
  /** Takes note of an event, in the transaction that appends it. */
  note(event: JournalEvent): void;
  /** After the note of a DATE_CONFIRMED, in its transaction: gives what had been cut until then. */
  giveBack(confirmed: Pick<JournalEvent, 'atMs'>, give: Give): void;
  /** The county says that it is `countyMs`; what had been cut and is proven by it is given. */
  hearCounty(now: Reading, countyMs: number, give: Give): void;
}

export interface SettledDaysOptions {
  readonly incarnation: number;
  readonly names: IncarnationNames;
  readonly boot: number;
  /** The first reading of the monotonic clock in this boot that is known, ms. */
  readonly bootBeganMonoMs: number;
  readonly now: () => Reading;
  readonly facts: CutCreditFacts;
}

interface LooseRow {
  readonly day: number;
  readonly minutes: number;
  readonly points: number;
  readonly incarnation: number;
  readonly boot: number;
  readonly beganMonoMs: number;
  readonly untilDay: number | null;
}
interface ToldRow extends Reading {
  readonly byCounty: number;
  readonly whole: number;
}

function statementsOf(db: Database) {
  return {
    told: query<[number, number], ToldRow>(
      db,
      'SELECT at_ms, mono_ms, by_county, whole FROM settled_boot WHERE incarnation = ? AND boot = ?',
    ),
    day: numberQuery(db, 'SELECT day FROM settled_day'),
    loose: query<[number], LooseRow>(
      db,
      `SELECT day, minutes, points, incarnation, boot, began_mono_ms, until_day FROM loose_credit
       WHERE volunteer_id = ?`,
    ),
    keepTold: db.prepare<number[]>(
      `INSERT INTO settled_boot VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (incarnation, boot) DO UPDATE SET
         at_ms = excluded.at_ms, mono_ms = excluded.mono_ms, by_county = excluded.by_county,
         whole = excluded.whole`,
    ),
    keepDay: db.prepare<number[]>(
      'INSERT INTO settled_day VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET day = excluded.day',
    ),
    keepLoose: db.prepare<(number | null)[]>(
      'INSERT INTO loose_credit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    prove: db.prepare<number[]>(
      `DELETE FROM loose_credit AS l WHERE incarnation = ? AND boot = ? AND abs(offset_ms - ?) < ${WRONG_CLOCK_MS}
         AND EXISTS (SELECT 1 FROM settled_boot s WHERE s.incarnation = l.incarnation AND s.boot = l.signed_in_boot
           AND (s.whole = 1 OR abs(l.signed_in_offset_ms - (s.at_ms - s.mono_ms)) < ${WRONG_CLOCK_MS}))`,
    ),
    closeLoose: db.prepare<number[]>('UPDATE loose_credit SET until_day = ? WHERE until_day IS NULL'),
    forgetOlder: db.prepare<number[]>('DELETE FROM loose_credit WHERE until_day < ?'),
    dropLoose: db.prepare<number[]>('DELETE FROM loose_credit WHERE incarnation = ? AND seq = ?'),
    forgetLoose: db.prepare('DELETE FROM loose_credit'),
    // A keeper vouches for all that was before, too.
    settleAll: db.prepare<number[]>(
      `INSERT OR IGNORE INTO settled_boot SELECT incarnation, boot, ?, 0, 0, 1 FROM boot
       WHERE (incarnation, boot) <> (?, ?)`,
    ),
  };
}

const sumOf = (rows: readonly Pick<DayService, 'minutes' | 'points'>[]): DayService => ({
  minutes: rows.reduce((sum, row) => sum + row.minutes, 0),
  points: rows.reduce((sum, row) => sum + row.points, 0),
});
/** Wall clock less monotonic clock, ms: the same throughout a boot whose date was not changed. */
const offsetOf = ({ atMs, monoMs }: Reading): number => atMs - monoMs;

const plus = (a: DayService, b: DayService): DayService => sumOf([a, b]);

export function settledDays(db: Database, options: SettledDaysOptions): SettledDays {
  const { incarnation, names, boot, bootBeganMonoMs, now, facts } = options;
  const { creditedOn, attendance } = facts;
  const statements = statementsOf(db);
  const cuts = cutCredit(db, incarnation, names, facts);
  /** The fact that another names, which may be of an earlier incarnation. */
  const placeOf = (event: { readonly ofIncarnation: string; readonly ofSeq: number }) => {
    const key = keyOf(event, names.nameOf(incarnation));
    return { incarnation: names.ordinalOf(key.incarnation), seq: key.seq };
  };
  function takeBack(entry: ReturnType<typeof placeOf>): void {
    cuts.forget(entry);
    if (entry.incarnation !== undefined) statements.dropLoose.run(entry.incarnation, entry.seq);
  }
  const isBootSettled = (): boolean => statements.told.get(incarnation, boot) !== undefined;
  /** Whether somebody has vouched for the date of a moment, then or later in its boot. */
  const isSureOf = (moment: Moment): boolean => {
    const row = statements.told.get(incarnation, moment.boot);
    if (row === undefined) return false;
    return row.whole === 1 || Math.abs(offsetOf(moment) - offsetOf(row)) < WRONG_CLOCK_MS;
  };

  /** What may have been credited on a settled day at most: its own, and what nobody can date. */
  function mostOn(volunteerId: number, day: number, loose: readonly LooseRow[]): DayService {
    const elsewhere = loose.filter((row) => row.day !== day && (row.untilDay ?? day) >= day);
    return plus(creditedOn(volunteerId, day), sumOf(elsewhere));
  }
  /** What may be of the same real day as a service that ends now, in a boot that nobody vouched for. */
  function mostToday(volunteerId: number, monoMs: number, loose: readonly LooseRow[]): DayService {
    const here = loose.filter((row) => row.incarnation === incarnation && row.boot === boot);
    const lately = sumOf(here.filter((row) => row.beganMonoMs > monoMs - DAY_MS));
    if (monoMs - bootBeganMonoMs >= DAY_MS) return lately;
    const before = sumOf(loose.filter((row) => !here.includes(row)));
    const day = statements.day();
    if (day === undefined) return plus(lately, before);
    const credited = creditedOn(volunteerId, day);
    const undated = sumOf(loose.filter((row) => row.day === day));
    const sure = { minutes: credited.minutes - undated.minutes, points: credited.points - undated.points };
    return plus(sure, plus(lately, before));
  }
  function settle(at: Reading, byCounty: boolean): void {
    statements.keepTold.run(incarnation, boot, at.atMs, at.monoMs, byCounty ? 1 : 0, byCounty ? 0 : 1);
    statements.keepDay.run(shanghaiDay(at.atMs));
  }
  /** Keeps what a service may lack by its date; a date before the last certain day is false, and lacks nothing. */
  function noteCut(event: Ended, signedIn: Moment, isSure: boolean): void {
    if (isSure && isSureOf(signedIn) && statements.loose.all(event.volunteerId).length === 0) return;
    const afterDay = statements.day() ?? 0;
    const endCanBe = isSure || shanghaiDay(event.atMs) >= afterDay;
    const startCanBe = isSureOf(signedIn) || shanghaiDay(signedIn.atMs) >= afterDay;
    if (endCanBe && startCanBe) cuts.note(event, isSure, afterDay);
  }
  function noteCredits(event: Ended): void {
    const service = attendance(event.signInSeq);
    const signedIn: Moment =
      service === null
        ? event
        : { boot: service.boot, atMs: service.signedInMs, monoMs: service.signedInMonoMs };
    const isSure = isBootSettled();
    noteCut(event, signedIn, isSure);
    // A service that began at an unknown date ends on a known day all the same.
    if (isSure && isSureOf(signedIn)) return;
    const beganMonoMs = signedIn.boot === boot ? signedIn.monoMs : event.monoMs;
    event.credits.forEach(({ day, minutes, points }, part) => {
      const place = [incarnation, event.seq, part, event.volunteerId, day, minutes, points];
      const untilDay = isSure ? shanghaiDay(event.atMs) : null;
      const offsets = [offsetOf(event), offsetOf(signedIn)];
      statements.keepLoose.run(...place, boot, signedIn.boot, ...offsets, beganMonoMs, untilDay);
    });
  }

  return {
    isSettled: isBootSettled,
    standing() {
      const { atMs, monoMs } = now();
      return {
        isSettled: isBootSettled(),
        today: shanghaiDay(atMs),
        lastSettledDay: statements.day(),
        ranDays: Math.floor((monoMs - bootBeganMonoMs) / DAY_MS),
      };
    },
    awaitsKeeper: () => !isBootSettled() || cuts.awaitsKeeper(),
    told() {
      const row = statements.told.get(incarnation, boot);
      return row && { atMs: row.atMs, monoMs: row.monoMs, byCounty: row.byCounty === 1 };
    },
    serviceOfDay(volunteerId, day, signedIn) {
      const loose = statements.loose.all(volunteerId);
      const credited = creditedOn(volunteerId, day);
      const isSettled = isBootSettled();
      const isSure = isSettled && isSureOf(signedIn);
      if (isSure && loose.length === 0) return credited;
      const { atMs, monoMs } = now();
      const together: DayService[] = [credited];
      if (!isSettled) together.push(mostToday(volunteerId, monoMs, loose));
      else {
        together.push(mostOn(volunteerId, day, loose));
        if (!isSure) together.push(mostOn(volunteerId, shanghaiDay(atMs), loose));
      }
      const minutes = Math.max(...together.map((one) => one.minutes));
      const points = Math.max(...together.map((one) => one.points));
      const isBinding = minutes > credited.minutes || points > credited.points;
      if (isBinding) return { minutes, points, dates: 'BINDING' };
      return isSure ? credited : { ...credited, dates: 'UNSURE' };
    },
    mostCreditedOn: (volunteerId, day) => mostOn(volunteerId, day, statements.loose.all(volunteerId)),
    note(event) {
      if (event.type === 'DATE_CONFIRMED') {
        statements.settleAll.run(event.atMs, incarnation, boot);
        statements.forgetLoose.run();
        settle(event, false);
      }
      if (event.type === 'SIGNED_OUT' || event.type === 'ATTENDANCE_CLOSED') noteCredits(event);
      const isTakenBack =
        event.type === 'ENTRY_REVERSED' || (event.type === 'OBJECTION_SETTLED' && event.outcome === 'UPHELD');
      if (isTakenBack) takeBack(placeOf(event));
      const day = shanghaiDay(event.atMs);
      if (isBootSettled() && statements.day() !== day) statements.keepDay.run(day);
    },
    giveBack({ atMs }, give) {
      cuts.byKeeper(atMs, give);
    },
    hearCounty({ monoMs }, countyMs, give) {
      const day = shanghaiDay(countyMs);
      settle({ atMs: countyMs, monoMs }, true);
      statements.prove.run(incarnation, boot, countyMs - monoMs);
      // While what is undated and may be of these days is still known.
      const most = (volunteerId: number, ofDay: number): DayService =>
        mostOn(volunteerId, ofDay, statements.loose.all(volunteerId));
      cuts.byCounty({ atMs: countyMs, boot, isSureOf, mostOn: most }, give);
      statements.closeLoose.run(day);
      statements.forgetOlder.run(day);
    },
  };
}
