import { describe, expect, it } from 'vitest';
import { NO_SUMS } from '../../../domain/points/account.ts';
import { decideAward, decideGift } from '../../../domain/points/award.ts';
import { isWorkingDay, workingDaysAfter } from '../../../domain/points/calendar.ts';
import { decideReversal, decideUndo, sharesBack } from '../../../domain/points/correct.ts';
import { isOwn } from '../../../domain/points/kin.ts';
import {
  decideApprove,
  decideConfirm,
  decideObjectionOutcome,
  decideTurnOfDay,
} from '../../../domain/points/settle.ts';
import { DEFAULT_TERMS, expiryDayOf, NEVER_DAY, noticeOf } from '../../../domain/points/terms.ts';
import { DEFAULT_RULES, type RuleSet } from '../../../domain/rules/ruleSet.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { CLERK, HEAD, member, PlainLedger, SUPERVISOR } from './facts.ts';
import { dayOf, gifts, household, INCARNATION, person } from './support.ts';

const rules = DEFAULT_RULES;
const NOW_MS = Date.parse('2026-11-23T09:00:00+08:00');
const TODAY = dayOf('2026-11-23');
const withGifts: RuleSet = {
  ...rules,
  ledger: { ...rules.ledger, gifts: { enabled: true, perHundredEarned: 100 } },
};

describe('when points lapse', () => {
  it.each([
    ['NONE', '2026-03-05', null],
    ['YEAR_END', '2026-03-05', '2026-12-31'],
    ['YEAR_END', '2026-12-31', '2026-12-31'],
    ['END_OF_NEXT_YEAR', '2026-01-01', '2027-12-31'],
    ['MONTHS', '2026-03-05', '2026-09-05'],
    ['MONTHS', '2026-08-31', '2027-02-28'],
    ['MONTHS', '2023-08-31', '2024-02-29'],
  ] as const)('%s, earned on %s: the last day is %s', (expiry, earned, last) => {
    const terms = { ...DEFAULT_TERMS, expiry, expiryMonths: 6 };
    expect(expiryDayOf(terms, dayOf(earned))).toBe(last === null ? NEVER_DAY : dayOf(last));
  });
  it('notice is given at 60, 30 and 7 days, or at those that the rules name', () => {
    const noticesBy = (noticeDays: readonly number[]) =>
      [61, 60, 31, 30, 8, 7, 0, -1].map((days) => noticeOf(TODAY + days, TODAY, noticeDays));
    expect(noticesBy(rules.ledger.expiryNoticeDays)).toEqual([null, 60, 60, 30, 30, 7, 7, null]);
    expect(noticesBy([8, 90])).toEqual([90, 90, 90, 90, 8, 8, 8, null]);
    expect(noticesBy([])).toEqual(Array(8).fill(null));
  });
});

describe('working days', () => {
  const calendar = { holidays: ['2026-10-01', '2026-10-02', '2026-10-05'], extraWorkdays: ['2026-10-10'] };
  it('skip weekends and holidays, and count the weekend that is worked on', () => {
    expect(isWorkingDay(dayOf('2026-10-10'), calendar)).toBe(true);
    expect(isWorkingDay(dayOf('2026-10-11'), calendar)).toBe(false);
    expect(workingDaysAfter(dayOf('2026-09-30'), 3, calendar)).toBe(dayOf('2026-10-08'));
    expect(workingDaysAfter(TODAY, 3, rules.ledger)).toBe(dayOf('2026-11-26'));
    expect(workingDaysAfter(dayOf('2026-11-27'), 3, rules.ledger)).toBe(dayOf('2026-12-02'));
    expect(workingDaysAfter(TODAY, 0, rules.ledger)).toBe(TODAY);
  });
});

describe('nobody decides about their own', () => {
  const facts = new PlainLedger();
  facts.members = [
    member(1),
    member(2),
    member(3, { householdId: 2, spouseId: 4 }),
    member(4, { householdId: 5 }),
  ];
  it.each([
    ['themselves', 1, person(1), true],
    ['the same household', 1, person(2), true],
    ['their gifts', 1, gifts(2), true],
    ['the household itself', 1, household(1), true],
    ['a spouse elsewhere', 4, person(3), true],
    ['a spouse elsewhere, the other way', 3, person(4), true],
    ['the household of the spouse', 4, household(2), true],
    ['a neighbour', 1, person(3), false],
    ['another household', 1, household(2), false],
    ['a keeper who is no volunteer', 0, person(1), false],
  ] as const)('%s', (_, volunteerId, account, own) => {
    expect(isOwn(facts, { ...CLERK, volunteerId }, account)).toBe(own);
  });
});

describe('awards', () => {
  const request = { holderId: 1, awardId: 2, reason: '好' };
  it('go to whom the catalogue says, with the household they count against', () => {
    const facts = new PlainLedger();
    expect(decideAward(facts, request, CLERK, rules, NOW_MS)).toMatchObject({
      ok: true,
      value: [{ type: 'POINTS_AWARDED', holder: 'PERSON', holderId: 1, householdId: 1, points: 20 }],
    });
    expect(decideAward(facts, { ...request, awardId: 6 }, CLERK, rules, NOW_MS)).toMatchObject({
      value: [{ holder: 'HOUSEHOLD', holderId: 1, householdId: 1, points: 10 }],
    });
    facts.members = [member(1, { householdId: 0 })];
    expect(decideAward(facts, request, CLERK, rules, NOW_MS)).toMatchObject({ value: [{ householdId: -1 }] });
  });
  it('stop at the cap of the household and at the ceiling of the village', () => {
    const facts = new PlainLedger();
    facts.awarded = 181;
    expect(decideAward(facts, request, CLERK, rules, NOW_MS)).toEqual({
      ok: false,
      error: { kind: 'AWARD_CAP', limit: 200, left: 19 },
    });
    facts.awarded = 0;
    facts.issued = rules.ledger.maxIssuedPerMonth - 19;
    expect(decideAward(facts, request, CLERK, rules, NOW_MS)).toMatchObject({
      error: { kind: 'ISSUE_CEILING', left: 19 },
    });
  });
  it('outside the least and the most of the county are not in the catalogue', () => {
    const { awards } = rules.ledger;
    const strict = { ...rules, ledger: { ...rules.ledger, awards: { ...awards, maxPoints: 19 } } };
    expect(decideAward(new PlainLedger(), request, CLERK, strict, NOW_MS)).toMatchObject({
      error: { kind: 'NOT_FOUND' },
    });
  });
  it('gifts are off unless the county opens the purse', () => {
    const gift = { volunteerId: 1, points: 50, reason: '捐赠' };
    expect(decideGift(new PlainLedger(), gift, CLERK, rules, NOW_MS)).toMatchObject({
      error: { kind: 'GIFTS_OFF' },
    });
    expect(decideGift(new PlainLedger(), gift, CLERK, withGifts, NOW_MS)).toMatchObject({
      value: [{ holder: 'GIFT', holderId: 1, awardId: 0 }],
    });
  });
});

describe('the way of an entry', () => {
  it('is approved by a third role, never by who recorded or confirmed it, and posted for working days', () => {
    const facts = new PlainLedger();
    const { ledger } = facts;
    ledger.fold({
      type: 'LEDGER_TERMS_SET',
      fromVersion: 0,
      settlement: 'posted',
      expiry: 'NONE',
      expiryMonths: 1,
    });
    ledger.actorId = HEAD.id;
    const seq = ledger.earn(1, 30);
    const entry = { ...person(1), incarnation: INCARNATION, seq };
    expect(decideApprove(facts, entry, HEAD, rules, NOW_MS)).toMatchObject({
      error: { kind: 'WRONG_STATE' },
    });
    const confirmed = decideConfirm(facts, entry, CLERK);
    if (!confirmed.ok) throw new Error(confirmed.error.kind);
    ledger.actorId = CLERK.id;
    for (const draft of confirmed.value) ledger.fold(draft);
    const lead = { ...CLERK, role: 'STATION_HEAD' } as const;
    expect(decideApprove(facts, entry, lead, rules, NOW_MS)).toMatchObject({
      error: { kind: 'SAME_PERSON' },
    });
    expect(decideApprove(facts, entry, HEAD, rules, NOW_MS)).toMatchObject({
      error: { kind: 'SAME_PERSON' },
    });
    expect(decideApprove(facts, entry, SUPERVISOR, rules, NOW_MS)).toMatchObject({
      value: [{ type: 'ENTRY_APPROVED', postedUntilDay: dayOf('2026-11-26') }],
    });
    expect(ledger.book.sums(person(1))).toMatchObject({ pending: 30, available: 0 });
  });
  it('whoever recorded, confirmed or approved it may see that it was wrong, and not that it was right', () => {
    const facts = new PlainLedger();
    const { ledger } = facts;
    const terms = { fromVersion: 0, settlement: 'posted', expiry: 'NONE', expiryMonths: 1 } as const;
    ledger.fold({ type: 'LEDGER_TERMS_SET', ...terms });
    const seq = ledger.earn(1, 30);
    ledger.fold({ type: 'ENTRY_OBJECTED', ...person(1), ofIncarnation: '', ofSeq: seq, reason: '没去' });
    const entry = { ...person(1), incarnation: INCARNATION, seq };
    const settle = (outcome: 'UPHELD' | 'DISMISSED', by = HEAD) =>
      decideObjectionOutcome(facts, entry, outcome, '查实', by);
    facts.approver = HEAD.id;
    expect(settle('DISMISSED')).toMatchObject({ error: { kind: 'SAME_PERSON' } });
    expect(settle('UPHELD')).toMatchObject({ ok: true });
    expect(settle('DISMISSED', SUPERVISOR)).toMatchObject({ ok: true });
  });
  it('is posted so that its points last as long as those earned on that day, where they would last less', () => {
    const posted = (expiry: 'YEAR_END' | 'NONE', lastDay: string) => {
      const entry = { ...person(1), incarnation: INCARNATION, seq: 9, expiryDay: dayOf(lastDay) };
      return decideTurnOfDay([entry], [], { ...DEFAULT_TERMS, expiry }, dayOf('2027-01-05'))[0];
    };
    expect(posted('YEAR_END', '2026-12-31')).toMatchObject({
      type: 'ENTRY_POSTED_UNTIL',
      expiryDay: dayOf('2027-12-31'),
    });
    expect(posted('YEAR_END', '2027-12-31')).toMatchObject({ type: 'ENTRY_POSTED' });
    const { ledger } = new PlainLedger();
    const terms = { fromVersion: 0, settlement: 'posted', expiry: 'YEAR_END', expiryMonths: 1 } as const;
    ledger.fold({ type: 'LEDGER_TERMS_SET', ...terms });
    ledger.day = dayOf('2026-12-30');
    const named = { ...person(1), ofIncarnation: '', ofSeq: ledger.earn(1, 30) };
    ledger.day = dayOf('2027-01-05');
    ledger.fold({ type: 'ENTRY_CONFIRMED', ...named });
    ledger.fold({ type: 'ENTRY_APPROVED', ...named, postedUntilDay: ledger.day - 1 });
    // A station that somebody tampered with cannot make them last for ever.
    ledger.fold({ type: 'ENTRY_POSTED_UNTIL', ...named, expiryDay: NEVER_DAY });
    expect(ledger.book.openLots(person(1))).toMatchObject([
      { expiryDay: dayOf('2027-12-31'), remaining: 30 },
    ]);
  });
});

describe('corrections', () => {
  it('need two keepers who are two people, neither of the household', () => {
    const facts = new PlainLedger();
    const entry = { ...person(1), incarnation: INCARNATION, seq: facts.ledger.earn(1, 40) };
    const decide = (maker = CLERK, checker = HEAD) => decideReversal(facts, entry, '记错', maker, checker);
    expect(decide()).toMatchObject({ value: [{ type: 'ENTRY_REVERSED', points: 40, approvedBy: HEAD.id }] });
    expect(decide(HEAD, HEAD)).toMatchObject({ error: { kind: 'SAME_PERSON' } });
    expect(decide({ ...CLERK, volunteerId: 3 }, { ...HEAD, volunteerId: 3 })).toMatchObject({
      error: { kind: 'SAME_PERSON' },
    });
    expect(decide(CLERK, { ...HEAD, volunteerId: 2 })).toMatchObject({ error: { kind: 'OWN_HOUSEHOLD' } });
    // What the county has moved here is the county's to move away.
    facts.allowances.add(`1 ${entry.seq}`);
    expect(decide()).toMatchObject({ error: { kind: 'NOT_FOUND' } });
  });
  it('take back hours that earned nothing, and find nothing where neither is left', () => {
    const facts = new PlainLedger();
    const entry = { ...person(1), incarnation: INCARNATION, seq: 7 };
    const decide = () => decideReversal(facts, entry, '没来', CLERK, HEAD);
    expect(decide()).toMatchObject({ error: { kind: 'NOT_FOUND' } });
    facts.hours = { volunteerId: 2, minutes: 60 };
    expect(decide()).toMatchObject({ error: { kind: 'NOT_FOUND' } });
    facts.hours = { volunteerId: 1, minutes: 60 };
    const decided = decide();
    expect(decided).toMatchObject({ value: [{ type: 'ENTRY_REVERSED', points: 0, ofSeq: 7 }] });
    for (const draft of decided.ok ? decided.value : []) facts.ledger.fold(draft);
    expect(facts.ledger.book.sums(person(1))).toEqual(NO_SUMS);
  });
  it.each([
    ['half of it', 50, 25],
    ['a little', 1, 1],
    ['nearly all', 99, 50],
    ['all of it', 100, 50],
  ])(
    'what stays exchanged stays matched when %s comes back: gifts are never spent alone',
    (_, back, gift) => {
      const shares = [
        { ...gifts(1), points: 50 },
        { ...person(1), points: 50 },
      ];
      const given = sharesBack(shares, back, { perHundredEarned: 100 });
      const of = (kind: string) => given.find(({ holder }) => holder === kind)?.points ?? 0;
      expect([of('GIFT'), of('PERSON')]).toEqual([gift, back - gift]);
      expect(50 - of('GIFT')).toBeLessThanOrEqual(50 - of('PERSON'));
    },
  );
  it('an exchange is undone in part or whole, whoever paid last gets back first', () => {
    const facts = new PlainLedger();
    facts.redeemed = {
      key: { incarnation: INCARNATION, seq: 9 },
      volunteerId: 1,
      atMs: NOW_MS - DAY_MS,
      lines: [
        { goodsId: 1, quantity: 2, unitPoints: 20 },
        { goodsId: 2, quantity: 1, unitPoints: 10 },
      ],
      shares: [
        { ...person(1), points: 35 },
        { ...household(1), points: 15 },
      ],
    };
    const undo = {
      key: facts.redeemed.key,
      kind: 'FAULTY',
      lines: [{ goodsId: 1, quantity: 1 }],
      reason: '漏',
    } as const;
    const decided = decideUndo(facts, undo, CLERK, rules, NOW_MS);
    expect(decided).toMatchObject({
      value: [
        {
          totalPoints: 20,
          shares: [
            { holder: 1, holderId: 1, points: 15 },
            { holder: 0, holderId: 1, points: 5 },
          ],
        },
        { type: 'STOCK_MOVED', goodsId: 1, quantity: -1, reason: 'LOSS' },
      ],
    });
    expect(decideUndo(facts, { ...undo, lines: [] }, CLERK, rules, NOW_MS)).toMatchObject({
      value: [{ totalPoints: 50 }, { goodsId: 1, quantity: -2 }, { goodsId: 2 }],
    });
    expect(
      decideUndo(facts, { ...undo, lines: [{ goodsId: 2, quantity: 2 }] }, CLERK, rules, NOW_MS),
    ).toMatchObject({
      error: { kind: 'NOT_IN_IT', goodsId: 2 },
    });
    expect(decideUndo(facts, { ...undo, kind: 'CANCELLED' }, CLERK, rules, NOW_MS)).toMatchObject({
      error: { kind: 'TOO_LATE', limitDays: 0 },
    });
    const kind: RuleSet = { ...rules, ledger: { ...rules.ledger, cancelDays: 1 } };
    expect(decideUndo(facts, { ...undo, kind: 'CANCELLED' }, CLERK, kind, NOW_MS)).toMatchObject({
      ok: true,
    });
    expect(decideUndo(facts, undo, CLERK, rules, NOW_MS + 6 * DAY_MS)).toMatchObject({ ok: true });
    expect(decideUndo(facts, undo, CLERK, rules, NOW_MS + 7 * DAY_MS)).toMatchObject({
      error: { kind: 'TOO_LATE', limitDays: 7 },
    });
  });
});
