/** Hours that no scan recorded: who may, when, how much, and that no hour counts twice. */
import { describe, expect, it } from 'vitest';
import {
  backfillContradiction,
  decideBackfill,
  decideBackfillApproval,
  decideBackfillRejection,
  type BackfillRequest,
} from '../../../domain/attendance/backfill.ts';
import { CLOCK_TRUST, type JournalEvent } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { CLERK, HEAD, SUPERVISOR } from '../points/facts.ts';
import { backfillOf, PlainBackfills } from './backfills.ts';
import { activity, at } from './facts.ts';

const NEXT_DAY = { atMs: at('2026-11-24', '09:00') };
const DAY = shanghaiDay(at('2026-11-23', '12:00'));

function village(): PlainBackfills {
  const facts = new PlainBackfills();
  facts.attendance.activities = [activity(1)];
  return facts;
}
const kindOf = (facts: PlainBackfills, change: Partial<BackfillRequest>, now = NEXT_DAY): string => {
  const decided = decideBackfill(facts, backfillOf(change), DEFAULT_RULES, now);
  return decided.ok ? 'DONE' : decided.error.kind;
};
/** Recorded by the clerk as number 5. */
function waiting(change: Partial<BackfillRequest> = {}): PlainBackfills {
  const facts = village();
  facts.put(5, { ...backfillOf(change), recordedBy: CLERK.id });
  return facts;
}
const approve = (facts: PlainBackfills, checker = HEAD, rules = DEFAULT_RULES) =>
  decideBackfillApproval(facts, facts.key(5), checker, rules);

describe('recording', () => {
  it('is of a volunteer and an activity that are known, and not called off', () => {
    expect(kindOf(village(), {})).toBe('DONE');
    expect(kindOf(village(), { volunteerId: 99 })).toBe('NOT_FOUND');
    expect(kindOf(village(), { activityId: 99 })).toBe('NOT_FOUND');
    const off = village();
    off.attendance.activities = [activity(1, { cancelled: true })];
    expect(kindOf(off, {})).toBe('NOT_FOUND');
  });

  it('stays within the planned time of its activity; without one, of any time', () => {
    expect(kindOf(village(), { minutes: 180 })).toBe('DONE');
    expect(kindOf(village(), { minutes: 181 })).toBe('OUT_OF_PLAN');
    expect(kindOf(village(), { startMs: at('2026-11-23', '07:59') })).toBe('OUT_OF_PLAN');
    expect(kindOf(village(), { activityId: 0, startMs: at('2026-11-23', '19:00') })).toBe('DONE');
  });

  it('is of a time that is over, and of the last thirty days', () => {
    const at1000 = { atMs: at('2026-11-23', '10:00') };
    expect(kindOf(village(), {}, at1000)).toBe('DONE');
    expect(kindOf(village(), {}, { atMs: at1000.atMs - 1 })).toBe('NOT_OVER');
    expect(kindOf(village(), {}, { atMs: at('2026-12-23', '23:59') })).toBe('DONE');
    expect(kindOf(village(), {}, { atMs: at('2026-12-24', '00:00') })).toBe('TOO_OLD');
    expect(kindOf(village(), { minutes: 29 })).toBe('TOO_SHORT');
  });

  it('doubles no hour that was scanned or recorded before; a few minutes are no doubling', () => {
    const facts = village();
    facts.scanned = [{ fromMs: at('2026-11-23', '09:50'), toMs: at('2026-11-23', '11:00'), activityId: 2 }];
    expect(kindOf(facts, {})).toBe('DONE');
    expect(kindOf(facts, { minutes: 121 })).toBe('OVERLAP');
    const twice = waiting();
    expect(kindOf(twice, {})).toBe('OVERLAP');
    expect(kindOf(twice, { startMs: at('2026-11-23', '10:00'), minutes: 60 })).toBe('DONE');
    expect(kindOf(twice, { volunteerId: 2 })).toBe('DONE');
    const rejected = village();
    rejected.put(5, { ...backfillOf(), recordedBy: 1, state: 'REJECTED' });
    expect(kindOf(rejected, {})).toBe('DONE');
  });

  it('sends the keeper to a sign-in of that time that has no sign-out', () => {
    const facts = village();
    facts.scanned = [{ fromMs: at('2026-11-23', '09:00'), toMs: null, activityId: 1 }];
    expect(kindOf(facts, {})).toBe('STILL_OPEN');
    // Long before: whatever becomes of it, it does not reach this time.
    facts.scanned = [{ fromMs: at('2026-11-22', '09:00'), toMs: null, activityId: 9 }];
    expect(kindOf(facts, {})).toBe('DONE');
  });

  it('is refused where the day is full, with the scanned hours counted', () => {
    const facts = village();
    facts.attendance.service.set(DAY, { minutes: 460, points: 0 });
    expect(kindOf(facts, {})).toBe('DAY_FULL');
    facts.attendance.service.set(DAY, { minutes: 420, points: 0 });
    expect(kindOf(facts, {})).toBe('DONE');
  });
});

describe('approval', () => {
  it('is by another keeper than the one who recorded them, also under another number', () => {
    expect(approve(waiting(), CLERK)).toMatchObject({ ok: false, error: { kind: 'SAME_PERSON' } });
    const facts = waiting();
    facts.keepers = [{ ...CLERK, volunteerId: 3 }, HEAD];
    expect(approve(facts, { ...HEAD, volunteerId: 3 })).toMatchObject({
      ok: false,
      error: { kind: 'SAME_PERSON' },
    });
    expect(approve(facts, SUPERVISOR)).toMatchObject({ ok: true });
  });

  it('is not by the volunteer, nor by anybody of their household', () => {
    for (const volunteerId of [1, 2])
      expect(approve(waiting(), { ...HEAD, volunteerId })).toMatchObject({
        ok: false,
        error: { kind: 'OWN_HOUSEHOLD' },
      });
    expect(approve(waiting(), { ...HEAD, volunteerId: 3 })).toMatchObject({ ok: true });
  });

  it('happens once', () => {
    for (const state of ['APPROVED', 'REJECTED'] as const) {
      const facts = village();
      facts.put(5, { ...backfillOf(), recordedBy: CLERK.id, state });
      expect(approve(facts)).toMatchObject({ ok: false, error: { kind: 'ALREADY_SETTLED' } });
      const rejected = decideBackfillRejection(facts, facts.key(5), '核实后不属实');
      expect(rejected).toMatchObject({ ok: false, error: { kind: 'ALREADY_SETTLED' } });
    }
    expect(approve(village())).toMatchObject({ ok: false, error: { kind: 'NOT_FOUND' } });
  });

  it('credits what the day still holds by then, and looks again at what was scanned meanwhile', () => {
    const facts = waiting();
    facts.attendance.service.set(DAY, { minutes: 420, points: 0 });
    const approved = approve(facts);
    expect(approved.ok && approved.value).toEqual([
      {
        type: 'BACKFILL_SETTLED',
        volunteerId: 1,
        ofIncarnation: facts.key(5).incarnation,
        ofSeq: 5,
        outcome: 'APPROVED',
        startMs: backfillOf().startMs,
        actualMinutes: 120,
        credits: [{ day: DAY, minutes: 60, points: 0 }],
        reason: '',
      },
    ]);
    facts.scanned = [{ fromMs: at('2026-11-23', '08:00'), toMs: at('2026-11-23', '09:00'), activityId: 2 }];
    expect(approve(facts)).toMatchObject({ ok: false, error: { kind: 'OVERLAP' } });
  });

  it('earns points only where the county says so, under the caps of its days', () => {
    const rules = { ...DEFAULT_RULES, backfill: { withinDays: 30, earnsPoints: true } };
    const facts = waiting();
    facts.attendance.service.set(DAY, { minutes: 0, points: 70 });
    const approved = approve(facts, HEAD, rules);
    expect(approved.ok && approved.value).toMatchObject([{ credits: [{ minutes: 120, points: 10 }] }]);
  });

  it('may be refused by any keeper, with a reason, and credits nothing then', () => {
    const facts = waiting();
    const rejected = decideBackfillRejection(facts, facts.key(5), '名单上没有');
    expect(rejected.ok && rejected.value).toMatchObject([
      { outcome: 'REJECTED', credits: [], reason: '名单上没有' },
    ]);
  });
});

describe('what two facts of a journal show', () => {
  const header = { boot: 1, monoMs: 0, trust: CLOCK_TRUST.TRUSTED, rulesVersion: 1 };
  const recorded: JournalEvent<'BACKFILL_RECORDED'> = {
    type: 'BACKFILL_RECORDED',
    ...{ ...header, seq: 5, atMs: NEXT_DAY.atMs, actorId: 1 },
    ...backfillOf(),
  };
  const approved: JournalEvent<'BACKFILL_SETTLED'> = {
    type: 'BACKFILL_SETTLED',
    ...{ ...header, seq: 6, atMs: NEXT_DAY.atMs, actorId: 2 },
    ...{ volunteerId: 1, ofIncarnation: '', ofSeq: 5, outcome: 'APPROVED', reason: '' },
    ...{ startMs: recorded.startMs, actualMinutes: 120, credits: [] },
  };
  const why = (first: typeof recorded | null, second = approved) =>
    backfillContradiction(first, second, DEFAULT_RULES);

  it('is nothing where the rules were kept', () => {
    expect(why(recorded)).toBe(null);
  });
  it('is why they were not', () => {
    expect(why(null)).toBe('NOT_RECORDED');
    expect(why(recorded, { ...approved, actualMinutes: 180 })).toBe('NOT_RECORDED');
    expect(why(recorded, { ...approved, volunteerId: 2 })).toBe('NOT_RECORDED');
    expect(why(recorded, { ...approved, actorId: 1 })).toBe('SAME_PERSON');
    expect(why({ ...recorded, atMs: at('2026-12-24', '00:00') })).toBe('TOO_OLD');
    expect(why({ ...recorded, atMs: at('2026-11-23', '09:00') })).toBe('NOT_OVER');
    // A clock in doubt proves nothing.
    expect(why({ ...recorded, atMs: 0, trust: CLOCK_TRUST.DOUBTFUL })).toBe(null);
  });
});
