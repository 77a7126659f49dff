/**
 * What a station decides and no sum shows: a shop that was closed, a keeper who decides for their own, a posting that was
 * cut short. The county asks the very decisions that the station asks, by the people it has given.
 */
import { expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { putReference } from '../../../county/server/reference.ts';
import type { EventDraft } from '../../../domain/journal/events.ts';
import type { Keeper } from '../../../domain/reference/reference.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { HOUR_MS, MORNING_MS, sampleReference, STATION } from '../../db/support.ts';
import { Judged, judgedAnew } from './judged.ts';

/** 2026-12-01, a Tuesday: the shop is open. */
const OPEN_MS = Date.parse('2026-12-01T09:00:00+08:00');
const SALT = 2;
const CLERK = 1;
const HEAD = 2;
/** Volunteer 1 is the supervisor, volunteer 3 is the spouse, and volunteer 2 is of the same household. */
const SUPERVISOR = 3;
const rules = {
  ...DEFAULT_RULES,
  version: 3,
  points: { ...DEFAULT_RULES.points, settlement: 'posted' as const },
};
const TERMS: EventDraft = {
  type: 'LEDGER_TERMS_SET',
  ...{ fromVersion: 3, settlement: 'posted', expiry: 'END_OF_NEXT_YEAR', expiryMonths: 12 },
};

let county: County;
let judged: Judged;
judgedAnew(async (begun) => {
  judged = begun;
  ({ county } = begun);
  const keeper = (id: number, role: Keeper['role'], volunteerId = 0): Keeper => ({
    ...{ id, role, volunteerId, name: `k${id}`, pinSalt: 'ab', pinHash: 'ab'.repeat(32) },
  });
  const base = sampleReference({ grants: [], rules });
  await putReference(county.context, {
    ...base,
    keepers: [keeper(CLERK, 'KEEPER'), keeper(HEAD, 'STATION_HEAD'), keeper(SUPERVISOR, 'SUPERVISOR', 1)],
    volunteers: base.volunteers.map((one) => ({
      ...one,
      birthYear: one.id === 2 ? 2010 : one.birthYear,
      ...(one.id === 1 && { spouseId: 3 }),
    })),
  });
  judged.add(TERMS);
});

function sale(
  volunteerId: number,
  atMs: number,
  quantity = 1,
  confirmedBy: 'CARD' | 'KEEPER' = 'CARD',
): number {
  const lines = [{ goodsId: SALT, quantity, unitPoints: 25 }];
  const common = { cardNumber: 1, source: 'HID', confirmedBy, lines, totalPoints: 25 * quantity } as const;
  return judged.add({ type: 'REDEEMED', volunteerId, ...common }, { atMs });
}
const award = (holderId: number, actorId: number, atMs = MORNING_MS): number =>
  judged.add(
    {
      type: 'POINTS_AWARDED',
      ...{ holder: 'PERSON', holderId, householdId: 0, awardId: 2, points: 20, reason: '' },
    },
    { actorId, atMs },
  );
type StepType = 'ENTRY_CONFIRMED' | 'ENTRY_APPROVED' | 'ENTRY_POSTED';
function step(
  type: StepType,
  ofSeq: number,
  holderId: number,
  actorId: number,
  atMs: number,
  days = 0,
): number {
  const entry = { holder: 'PERSON', holderId, ofIncarnation: '', ofSeq } as const;
  const until = Math.floor((atMs + 8 * HOUR_MS) / DAY_MS) + days;
  const draft = type === 'ENTRY_APPROVED' ? { type, ...entry, postedUntilDay: until } : { type, ...entry };
  return judged.add(draft, { actorId, atMs });
}

it('the shop: its days and hours, minors alone, and the keeper above so many points', async () => {
  sale(1, OPEN_MS);
  const otherDay = sale(1, OPEN_MS + DAY_MS);
  const early = sale(3, OPEN_MS - HOUR_MS);
  const minor = sale(2, OPEN_MS);
  const large = sale(3, OPEN_MS, 5);
  sale(4, OPEN_MS, 5, 'KEEPER');
  await judged.expectFound(
    [otherDay, { kind: 'SHOP_CLOSED' }],
    [early, { kind: 'SHOP_CLOSED' }],
    [minor, { kind: 'MINOR' }],
    [large, { kind: 'KEEPER_NEEDED', points: 100 }],
  );
});

it('nobody shares the points of another household', async () => {
  const shared = (holder: number, holderId: number) =>
    judged.add(
      {
        type: 'REDEEMED_SHARED',
        ...{ volunteerId: 1, cardNumber: 1, source: 'HID', confirmedBy: 'CARD' },
        ...{ lines: [{ goodsId: SALT, quantity: 1, unitPoints: 25 }], totalPoints: 25 },
        shares: [{ holder, holderId, points: 25 }],
      },
      { atMs: OPEN_MS },
    );
  shared(1, 1);
  const stranger = shared(0, 3);
  const household = shared(1, 2);
  await judged.expectFound([stranger, { kind: 'STRANGER' }], [household, { kind: 'STRANGER' }]);
});

it('nobody shares the points of a family member who has not agreed, or has taken it back, or is no adult', async () => {
  const [OWNER, BUYER, CHILD] = [8, 9, 7];
  const base = sampleReference({ grants: [], rules });
  const [one] = base.volunteers;
  if (one === undefined) throw new Error('no sample');
  await putReference(county.context, {
    ...base,
    volunteers: [OWNER, BUYER, CHILD].map((id) => ({
      ...{ ...one, id, householdId: 1, birthYear: id === CHILD ? 2015 : 1960 },
    })),
  });
  const consent = (volunteerId: number, given: boolean, householdId = 1) =>
    judged.add({ type: 'POOLING_SET', householdId, volunteerId, consent: given ? 'GIVEN' : 'WITHDRAWN' });
  const shared = (volunteerId: number, holderId: number) =>
    judged.add(
      {
        type: 'REDEEMED_SHARED',
        ...{ volunteerId, cardNumber: 1, source: 'HID', confirmedBy: 'CARD' },
        ...{ lines: [{ goodsId: SALT, quantity: 1, unitPoints: 25 }], totalPoints: 25 },
        shares: [{ holder: 0, holderId, points: 25 }],
      },
      { atMs: OPEN_MS },
    );
  const nobodyAgreed = shared(BUYER, OWNER);
  consent(OWNER, true);
  const buyerHasNot = shared(BUYER, OWNER);
  consent(BUYER, true);
  shared(BUYER, OWNER);
  shared(BUYER, BUYER);
  consent(CHILD, true);
  const child = shared(BUYER, CHILD);
  consent(OWNER, false);
  consent(OWNER, true, 2);
  const takenBack = shared(BUYER, OWNER);
  await judged.expectFound(
    ...[nobodyAgreed, buyerHasNot, child, takenBack].map((seq) => [seq, { kind: 'NO_CONSENT' }] as const),
  );
});

it('goods come back on the same day, or faulty within a week', async () => {
  const sold = sale(1, OPEN_MS);
  const undo = (kind: 'CANCELLED' | 'FAULTY', days: number) =>
    judged.add(
      {
        type: 'REDEMPTION_UNDONE',
        ...{ volunteerId: 1, ofIncarnation: '', ofSeq: sold, kind, reason: '' },
        ...{ lines: [{ goodsId: SALT, quantity: 1, unitPoints: 25 }], totalPoints: 25 },
        shares: [{ holder: 0, holderId: 1, points: 25 }],
      },
      { actorId: CLERK, atMs: OPEN_MS + days * DAY_MS },
    );
  undo('CANCELLED', 0);
  const late = undo('CANCELLED', 1);
  undo('FAULTY', 7);
  const week = undo('FAULTY', 8);
  await judged.expectFound([late, { kind: 'TOO_LATE' }], [week, { kind: 'TOO_LATE' }]);
});

it('an award is of nobody’s own, spouse’s or household’s', async () => {
  award(1, CLERK);
  const self = award(1, SUPERVISOR);
  const spouse = award(3, SUPERVISOR);
  const household = award(2, SUPERVISOR);
  await judged.expectFound(
    ...[self, spouse, household].map((seq) => [seq, { kind: 'OWN_HOUSEHOLD' }] as const),
  );
});

it('an entry is confirmed and approved by two, by whoever may, and posted for its working days', async () => {
  const at = (days: number) => MORNING_MS + days * DAY_MS; // From a Monday on.
  const good = award(4, CLERK);
  step('ENTRY_CONFIRMED', good, 4, CLERK, at(0));
  step('ENTRY_APPROVED', good, 4, HEAD, at(0), 3);
  step('ENTRY_POSTED', good, 4, 0, at(4));

  const bad = award(3, CLERK);
  const kin = step('ENTRY_CONFIRMED', bad, 3, SUPERVISOR, at(0));
  const noRole = step('ENTRY_APPROVED', bad, 3, CLERK, at(0), 3);
  const same = award(4, HEAD);
  step('ENTRY_CONFIRMED', same, 4, HEAD, at(0));
  const both = step('ENTRY_APPROVED', same, 4, HEAD, at(0), 3);

  const short = award(4, CLERK);
  step('ENTRY_CONFIRMED', short, 4, CLERK, at(3));
  const friday = step('ENTRY_APPROVED', short, 4, HEAD, at(3), 3); // Over a weekend: the fifth day at the least.
  const early = award(4, CLERK);
  step('ENTRY_CONFIRMED', early, 4, CLERK, at(0));
  step('ENTRY_APPROVED', early, 4, HEAD, at(0), 3);
  const tooSoon = step('ENTRY_POSTED', early, 4, 0, at(3));
  await judged.expectFound(
    [kin, { kind: 'OWN_HOUSEHOLD' }],
    [noRole, { kind: 'ROLE' }],
    [both, { kind: 'SAME_PERSON' }],
    [friday, { kind: 'POSTED_TOO_SHORT' }],
    [tooSoon, { kind: 'POSTED_TOO_SHORT' }],
  );
});

it('an entry is taken back by two, for neither of whom it is their own', async () => {
  const reverse = (ofSeq: number, holderId: number, actorId: number, approvedBy: number) =>
    judged.add(
      {
        type: 'ENTRY_REVERSED',
        ...{ holder: 'PERSON', holderId, ofIncarnation: '', ofSeq, points: 20, reason: '', approvedBy },
      },
      { actorId },
    );
  reverse(award(4, CLERK), 4, CLERK, HEAD);
  const alone = reverse(award(4, CLERK), 4, HEAD, HEAD);
  const kin = reverse(award(3, CLERK), 3, HEAD, SUPERVISOR);
  // As if the county had ordered it; it has not.
  const unordered = reverse(award(4, CLERK), 4, 0, 0);
  const found = await judged.found(100);
  expect(found.filter(([seq]) => [alone, kin, unordered].includes(seq))).toEqual([
    [alone, { kind: 'SAME_PERSON' }],
    [kin, { kind: 'OWN_HOUSEHOLD' }],
    [unordered, { kind: 'SAME_PERSON' }],
  ]);
});

it('nobody signs in out of the times of an activity, and no service is closed after them', async () => {
  const begins = MORNING_MS;
  const ends = MORNING_MS + 4 * HOUR_MS;
  const early = DEFAULT_RULES.attendance.signInBeforeStartMinutes * 60_000;
  const session = DEFAULT_RULES.attendance.maxSessionMinutes * 60_000;
  const signIn = (atMs: number, activityId = 1) =>
    judged.add(
      { type: 'SIGNED_IN', volunteerId: 1, cardNumber: 1, activityId, source: 'HID', mode: 'NORMAL' },
      { atMs },
    );
  const close = (signInSeq: number, outAtMs: number) =>
    judged.add(
      {
        type: 'ATTENDANCE_CLOSED',
        ...{
          signInSeq,
          volunteerId: 1,
          outAtMs,
          hourKind: 'HONOR',
          actualMinutes: 0,
          credits: [],
          reason: '',
        },
      },
      { actorId: CLERK, atMs: outAtMs + DAY_MS },
    );
  const tooEarly = signIn(begins - early - 1);
  close(tooEarly, begins);
  const inTime = signIn(begins - early);
  const latestMs = Math.max(ends, begins - early + session);
  const late = close(inTime, latestMs + 1);
  const last = signIn(ends - 1);
  close(last, ends - 1 + session);
  const after = signIn(ends);
  close(after, ends);
  // Opened by the station itself, or of no plan that the county knows: not judged.
  close(signIn(ends + DAY_MS, 77), ends + 9 * DAY_MS);
  const span = { fromMs: begins - early, toMs: ends };
  await judged.expectFound(
    [tooEarly, { kind: 'ACTIVITY_TIME', ...span }],
    [late, { kind: 'CLOSED_TOO_LATE', toMs: latestMs }],
    [after, { kind: 'ACTIVITY_TIME', ...span }],
  );
});

it('what an earlier journal began is closed by the same times', async () => {
  const before = new Judged(county, STATION, '00000000000000b1');
  before.add(TERMS);
  const ends = MORNING_MS + 4 * HOUR_MS;
  const signIn = (activityId: number) =>
    before.add(
      { type: 'SIGNED_IN', volunteerId: 1, cardNumber: 1, activityId, source: 'HID', mode: 'NORMAL' },
      { atMs: ends - 1 },
    );
  const changed = signIn(1);
  before.add({ type: 'ACTIVITY_CHANGED', signInSeq: changed, activityId: 77 }, { atMs: ends - 1 });
  const asItWas = signIn(1);
  const latestMs = ends - 1 + DEFAULT_RULES.attendance.maxSessionMinutes * 60_000;
  const close = (signInSeq: number, outAtMs: number, volunteerId = 1) =>
    judged.add(
      {
        type: 'EARLIER_SERVICE_CREDITED',
        ...{ cause: 'CLOSED', ofIncarnation: before.at.incarnation, signInSeq, volunteerId, outAtMs },
        ...{ hourKind: 'HONOR', actualMinutes: 0, credits: [], reason: '' },
      },
      { actorId: CLERK, atMs: outAtMs + DAY_MS },
    );
  close(asItWas, latestMs);
  const late = close(asItWas, latestMs + 1);
  // Of an activity that the county never gave, or of a sign-in that it does not hold: not judged.
  close(changed, latestMs + 1);
  close(asItWas, latestMs + 1, 2);
  await before.send();
  await judged.send();
  const found = await judged.open('RULE_DIFFERENCE');
  expect(found.map(({ about, instead }) => [about.seq, instead])).toEqual([
    [late, { kind: 'CLOSED_TOO_LATE', toMs: latestMs }],
  ]);
});
