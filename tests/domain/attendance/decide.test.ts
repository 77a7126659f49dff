import { describe, expect, it } from 'vitest';
import {
  decideChangeActivity,
  decideClosing,
  decideLapses,
  decideScan,
} from '../../../domain/attendance/decide.ts';
import type { KeeperFact } from '../../../domain/points/facts.ts';
import { DEFAULT_RULES as rules } from '../../../domain/rules/ruleSet.ts';
import { activity, after, at, MINUTE, openSince, PlainFacts, scan } from './facts.ts';

const EIGHT = at('2026-11-23', '08:00');

function facts(change: Partial<PlainFacts> = {}): PlainFacts {
  return Object.assign(new PlainFacts(), { activities: [activity(1)] }, change);
}

describe('signing in', () => {
  it('proposes the own team first, then what begins nearest to now, and lists the others', () => {
    const village = facts({
      activities: [
        activity(1, { startMs: EIGHT - 60 * MINUTE }),
        activity(2, { startMs: EIGHT - 10 * MINUTE }),
        activity(3, { startMs: EIGHT + 50 * MINUTE, teamId: 7 }),
        activity(4, { startMs: EIGHT + 70 * MINUTE, teamId: 7 }), // not open yet
        activity(5, { cancelled: true, teamId: 7 }),
      ],
      teams: new Map([[1, 7]]),
    });
    expect(decideScan(village, scan(), rules, after(EIGHT, 0))).toMatchObject({
      value: { kind: 'SIGN_IN', activityId: 3, otherActivityIds: [2, 1], lapsed: null, ended: null },
    });
    // Somebody in no team is not of the "team 0" of the activities for everybody.
    expect(decideScan(village, scan({ volunteerId: 2 }), rules, after(EIGHT, 0))).toMatchObject({
      value: { activityId: 2, otherActivityIds: [3, 1] },
    });
  });

  it('takes the given activity, if it is open', () => {
    const village = facts({ activities: [activity(1), activity(2, { startMs: EIGHT + 61 * MINUTE })] });
    expect(decideScan(village, scan({ activityId: 1 }), rules, after(EIGHT, 0))).toMatchObject({ ok: true });
    expect(decideScan(village, scan({ activityId: 2 }), rules, after(EIGHT, 0))).toMatchObject({
      error: { kind: 'ACTIVITY_NOT_OPEN' },
    });
    expect(decideScan(village, scan({ activityId: 2 }), rules, after(EIGHT, 1))).toMatchObject({ ok: true });
  });

  it('refuses when nothing is on, and at the very end of the only activity', () => {
    const end = at('2026-11-23', '11:00');
    expect(decideScan(facts(), scan(), rules, after(end, 0))).toMatchObject({
      error: { kind: 'NO_ACTIVITY_NOW' },
    });
    expect(decideScan(facts(), scan(), rules, after(end - 1, 0))).toMatchObject({ ok: true });
  });

  it('allows three pairs per activity and day, then proposes another or names the limit', () => {
    const village = facts({ signIns: new Map([[1, 3]]) });
    const tooMany = { error: { kind: 'TOO_MANY_PAIRS', limit: 3 } };
    expect(decideScan(village, scan(), rules, after(EIGHT, 0))).toMatchObject(tooMany);
    expect(decideScan(village, scan({ activityId: 1 }), rules, after(EIGHT, 0))).toMatchObject(tooMany);
    village.activities.push(activity(2, { startMs: EIGHT - 100 * MINUTE }));
    expect(decideScan(village, scan(), rules, after(EIGHT, 0))).toMatchObject({ value: { activityId: 2 } });
  });
});

describe('signing out', () => {
  it('makes no minutes of a wall clock that jumped within the boot, in either direction', () => {
    const village = facts({ attendances: [openSince(EIGHT)] });
    for (const jumpMinutes of [365 * 24 * 60, -600]) {
      const now = after(EIGHT, 90, { atMs: EIGHT + jumpMinutes * MINUTE });
      expect(decideScan(village, scan(), rules, now)).toMatchObject({
        value: { kind: 'SIGN_OUT', ended: { actualMinutes: 90, credit: { points: 15 } } },
      });
    }
  });

  it('goes by the wall clock after a reboot, and never below zero', () => {
    const village = facts({ attendances: [openSince(EIGHT)] });
    const rebooted = after(EIGHT, 60, { boot: 2, monoMs: 5 });
    expect(decideScan(village, scan(), rules, rebooted)).toMatchObject({
      value: { ended: { actualMinutes: 60 } },
    });
    const back = after(EIGHT, -60, { boot: 2, monoMs: 5 });
    expect(decideScan(village, scan(), rules, back)).toMatchObject({
      value: { kind: 'SIGN_OUT', ended: { actualMinutes: 0, credit: { credits: [] } } },
    });
  });

  it('counts whole minutes only', () => {
    const village = facts({ attendances: [openSince(EIGHT)] });
    const now = after(EIGHT, 30, { monoMs: 30 * MINUTE - 1 });
    expect(decideScan(village, scan(), rules, now)).toMatchObject({
      value: { ended: { actualMinutes: 29 } },
    });
  });

  it('uses the factor of the activity', () => {
    const village = facts({
      activities: [activity(1, { factorPercent: 200 })],
      attendances: [openSince(EIGHT)],
    });
    expect(decideScan(village, scan(), rules, after(EIGHT, 60))).toMatchObject({
      value: { ended: { credit: { points: 20 } } },
    });
  });

  it('lapses two hours after the planned end, and the scan is a sign-in then', () => {
    const evening = activity(2, { startMs: at('2026-11-23', '13:00'), endMs: at('2026-11-23', '18:00') });
    const village = facts({ activities: [activity(1), evening], attendances: [openSince(EIGHT)] });
    expect(decideScan(village, scan(), rules, after(EIGHT, 300))).toMatchObject({
      value: { kind: 'SIGN_OUT' },
    });
    const late = decideScan(village, scan(), rules, after(EIGHT, 301));
    expect(late).toMatchObject({
      value: { kind: 'SIGN_IN', activityId: 2, lapsed: { signInSeq: 5 }, ended: null },
    });
    expect(late.ok && late.value.drafts.map(({ type }) => type)).toEqual(['ATTENDANCE_LAPSED', 'SIGNED_IN']);
  });

  it('lets an attendance lapse whose activity the plan has lost, a session and two hours after the sign-in', () => {
    const village = facts({ activities: [], attendances: [openSince(EIGHT)] });
    expect(decideScan(village, scan(), rules, after(EIGHT, 360))).toMatchObject({
      value: { kind: 'SIGN_OUT' },
    });
    expect(decideScan(village, scan(), rules, after(EIGHT, 361))).toMatchObject({
      error: { kind: 'NO_ACTIVITY_NOW' },
    });
    expect(decideLapses(village, village.attendances, rules, after(EIGHT, 360))).toEqual([]);
    expect(decideLapses(village, village.attendances, rules, after(EIGHT, 361))).toEqual([
      { type: 'ATTENDANCE_LAPSED', signInSeq: 5 },
    ]);
  });
});

describe('rapid mode', () => {
  const rapid = scan({ mode: 'RAPID', activityId: 2 });
  const activities = [activity(1), activity(2)];

  it('signs in, and leaves in whoever is in', () => {
    expect(decideScan(facts({ activities }), rapid, rules, after(EIGHT, 0))).toMatchObject({
      value: { kind: 'SIGN_IN', drafts: [{ type: 'SIGNED_IN', mode: 'RAPID', activityId: 2 }] },
    });
    const here = facts({ activities, attendances: [openSince(EIGHT, { activityId: 2 })] });
    expect(decideScan(here, rapid, rules, after(EIGHT, 5))).toEqual({
      ok: false,
      error: { kind: 'ALREADY_IN' },
    });
  });

  it('signs out elsewhere and in here, as one act', () => {
    const elsewhere = facts({ activities, attendances: [openSince(EIGHT)] });
    const decision = decideScan(elsewhere, rapid, rules, after(EIGHT, 60));
    expect(decision.ok && decision.value.drafts).toMatchObject([
      { type: 'SIGNED_OUT', signInSeq: 5, actualMinutes: 60 },
      { type: 'SIGNED_IN', activityId: 2 },
    ]);
    expect(decision).toMatchObject({ value: { ended: { credit: { points: 10 } } } });
  });
});

describe('correcting the activity', () => {
  const village = (change = {}): PlainFacts =>
    facts({
      activities: [activity(1), activity(2), activity(3, { cancelled: true })],
      attendances: [openSince(EIGHT, change)],
    });
  const change = (activityId: number) => ({ signInSeq: 5, activityId });

  it('within ten minutes, to an activity that is open', () => {
    expect(decideChangeActivity(village(), change(2), rules, after(EIGHT, 10))).toEqual({
      ok: true,
      value: [{ type: 'ACTIVITY_CHANGED', signInSeq: 5, activityId: 2 }],
    });
    expect(decideChangeActivity(village(), change(1), rules, after(EIGHT, 10))).toEqual({
      ok: true,
      value: [],
    });
  });

  it.each([
    ['an activity that is not open', village(), change(3), 1, { kind: 'ACTIVITY_NOT_OPEN' }],
    ['later', village(), change(2), 11, { kind: 'TOO_LATE_TO_CHANGE', limitMinutes: 10 }],
    ['an ended attendance', village({ state: 'SIGNED_OUT' }), change(2), 1, { kind: 'ALREADY_CLOSED' }],
    ['an unknown attendance', village(), { signInSeq: 6, activityId: 2 }, 1, { kind: 'NOT_SIGNED_IN' }],
  ])('refuses %s', (_, known, request, minutes, error) => {
    expect(decideChangeActivity(known, request, rules, after(EIGHT, minutes))).toEqual({ ok: false, error });
  });
  it('is possible for as long as the rules let it', () => {
    const strict = { ...rules, attendance: { ...rules.attendance, changeActivityWithinMinutes: 5 } };
    expect(decideChangeActivity(village(), change(2), strict, after(EIGHT, 5))).toMatchObject({ ok: true });
    expect(decideChangeActivity(village(), change(2), strict, after(EIGHT, 6))).toEqual({
      ok: false,
      error: { kind: 'TOO_LATE_TO_CHANGE', limitMinutes: 5 },
    });
  });
});

const LEADER: KeeperFact = { id: 1, role: 'KEEPER', volunteerId: 0 };

describe('closing by a leader', () => {
  const closing = (outAtMs: number) => ({ signInSeq: 5, outAtMs, reason: '忘记签退' });
  const unclosed = facts({ attendances: [openSince(EIGHT, { state: 'UNCLOSED' })] });
  const end = at('2026-11-23', '11:00');

  it.each([
    ['after the planned end', end + 1],
    ['before the sign-in', EIGHT - 1],
  ])('refuses a time %s, with the range', (_, outAtMs) => {
    expect(decideClosing(unclosed, closing(outAtMs), LEADER, rules, after(EIGHT, 400))).toEqual({
      ok: false,
      error: { kind: 'TIME_OUT_OF_RANGE', fromMs: EIGHT, toMs: end },
    });
  });

  it('accepts both ends of the range, and earns points only where the county says so', () => {
    expect(decideClosing(unclosed, closing(EIGHT), LEADER, rules, after(EIGHT, 400))).toMatchObject({
      value: [{ credits: [] }],
    });
    const credit = { ...rules, attendance: { ...rules.attendance, closedByLeaderAs: 'CREDIT' as const } };
    expect(decideClosing(unclosed, closing(end), LEADER, credit, after(EIGHT, 400))).toMatchObject({
      value: [{ hourKind: 'CREDIT', credits: [{ minutes: 180, points: 30 }] }],
    });
  });

  it('lapses and closes in one act what nobody has scanned since, but not what is still running', () => {
    const open = facts({ attendances: [openSince(EIGHT)] });
    const late = decideClosing(open, closing(end), LEADER, rules, after(EIGHT, 301));
    expect(late.ok && late.value.map(({ type }) => type)).toEqual(['ATTENDANCE_LAPSED', 'ATTENDANCE_CLOSED']);
    expect(decideClosing(open, closing(end), LEADER, rules, after(EIGHT, 300))).toEqual({
      ok: false,
      error: { kind: 'STILL_OPEN' },
    });
  });

  it('refuses the keeper their own, their spouse’s and their household’s', () => {
    const own = facts({
      attendances: [openSince(EIGHT, { state: 'UNCLOSED' })],
      members: [
        { volunteerId: 1, householdId: 1, birthYear: 1970, spouseId: 8 },
        { volunteerId: 7, householdId: 1, birthYear: 1970, spouseId: 0 },
      ],
    });
    const close = (volunteerId: number) =>
      decideClosing(own, closing(end), { ...LEADER, volunteerId }, rules, after(EIGHT, 400));
    for (const volunteerId of [1, 7, 8])
      expect(close(volunteerId)).toEqual({ ok: false, error: { kind: 'OWN_HOUSEHOLD' } });
    expect(close(9)).toMatchObject({ ok: true });
  });

  it('refuses what is unknown or has ended', () => {
    expect(decideClosing(facts(), closing(end), LEADER, rules, after(EIGHT, 0))).toMatchObject({
      error: { kind: 'NOT_FOUND' },
    });
    const closed = facts({ attendances: [openSince(EIGHT, { state: 'CLOSED' })] });
    expect(decideClosing(closed, closing(end), LEADER, rules, after(EIGHT, 400))).toMatchObject({
      error: { kind: 'ALREADY_CLOSED' },
    });
  });
});
