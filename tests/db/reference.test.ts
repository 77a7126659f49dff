import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import {
  allowance,
  HOUR_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  sha256,
  signIn,
  STATION,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

function withReference(dir = tempDir()): Store {
  const store = open(dir, new TestClock());
  expect(store.applyReference(sampleReference())).toEqual(ok(null));
  return store;
}

describe('reference data', () => {
  it('ends the consent to pooling of whoever leaves the household, also for when they come back', () => {
    const store = withReference();
    const consents = () => [1, 2].map((id) => store.views.consents(1, id));
    recordDrafts(
      store,
      [1, 2].map((volunteerId) => ({ type: 'POOLING_SET', householdId: 1, volunteerId, consent: 'GIVEN' })),
    );
    const { volunteers } = sampleReference();
    const moved = volunteers.map((one) => (one.id === 2 ? { ...one, householdId: 2 } : one));
    store.applyReference(sampleReference({ version: 2, volunteers: moved }));
    expect(consents()).toEqual([true, false]);
    const before = store.syncState().recorded;
    store.applyReference(sampleReference({ version: 3 }));
    expect(consents()).toEqual([true, false]);
    expect(store.syncState().recorded).toBe(before);
    store.close();
  });

  it('is empty at first, with the built-in rules', () => {
    const store = open(tempDir(), new TestClock());
    expect(store.views.referenceInfo()).toBeNull();
    expect(store.views.rules()).toEqual(DEFAULT_RULES);
    expect(store.views.person(1)).toBeNull();
    store.close();
  });

  it('answers what cards, people, keepers and the shelf need', () => {
    const store = withReference();
    const { views } = store;
    expect(views.referenceInfo()).toEqual({
      version: 1,
      madeAtMs: MORNING_MS,
      stationName: '七里坪村',
      townshipName: '七里坪镇',
      countyName: '红安县',
      revocationNumber: 5,
    });
    expect(views.rules().version).toBe(3);
    expect(views.person(4)).toEqual({
      volunteerId: 4,
      name: '志愿者4',
      maskedPhone: '138****1234',
      birthYear: 1960,
      homeStationId: 99,
      householdId: 2,
      teamId: 2,
      teamName: '助老队',
    });
    expect(views.card(1002)).toEqual({ cardNumber: 1002, volunteerId: 2, generation: 1, issuerId: 1 });
    expect(views.card(1)).toBeNull();
    expect(views.publicKeyOf(1)).toEqual(Buffer.alloc(32, 0xab));
    expect(views.publicKeyOf(2)).toBeUndefined();
    expect([views.latestGeneration(1), views.latestGeneration(9)]).toEqual([1, 0]);
    expect([views.isRevoked(7777), views.isRevoked(1001)]).toEqual([true, false]);
    expect(views.keepers()).toEqual(sampleReference().keepers);
    expect(views.teams()).toEqual(sampleReference().teams);
    expect(views.shelf().map(({ name, stock, staple }) => [name, stock, staple])).toEqual([
      ['大米', 0, true],
      ['食盐', 0, false],
      ['雨伞', 0, false],
    ]);
    expect(views.buyer(1)).toEqual({ homeStationId: STATION, householdId: 1, birthYear: 1960 });
    store.close();
  });

  it('is replaced whole, survives a restart, and takes the personal data of the erased along', () => {
    const dir = tempDir();
    const store = withReference(dir);
    const sample = sampleReference();
    const next = sampleReference({
      version: 2,
      volunteers: sample.volunteers.slice(1).map((v) => ({ ...v, name: `新${v.id}` })),
      activities: sample.activities.map((a) => ({ ...a, cancelled: a.id === 2 })),
      rules: { ...sample.rules, version: 4 },
    });
    expect(store.views.activitiesBetween(MORNING_MS, MORNING_MS + 1)).toHaveLength(2);
    expect(store.applyReference(next)).toEqual(ok(null));
    expect(store.views.activitiesBetween(MORNING_MS, MORNING_MS + 1).map((a) => a.cancelled)).toEqual([
      false,
      true,
    ]);
    expect(store.views.rules().version).toBe(4);
    store.close();
    const again = open(dir, new TestClock());
    expect(again.views.person(1)).toBeNull();
    expect(again.views.person(2)?.name).toBe('新2');
    expect(again.views.rules().version).toBe(4);
    again.close();
    const db = new Database(join(dir, 'station.db'), { readonly: true });
    expect(db.prepare('SELECT count(*) FROM person WHERE id = 1').pluck().get()).toBe(0);
    db.close();
  });

  it('records each grant once, under the new rules, however often it comes', () => {
    const dir = tempDir();
    const store = withReference(dir);
    const more = [
      ...sampleReference().grants,
      { id: 12, holder: 'PERSON', holderId: 1, points: 30 } as const,
    ];
    store.applyReference(sampleReference({ version: 2, grants: more }));
    store.applyReference(sampleReference({ version: 3, grants: more }));
    expect(store.views.balance(1, MORNING_MS).availablePoints).toBe(130);
    expect(store.views.record(1, 50).map(({ kind, points }) => [kind, points])).toEqual([
      ['ALLOWANCE', 30],
      ['ALLOWANCE', 100],
    ]);
    const reader = openJournalReader(dir, sha256);
    expect(reader.readRun(1, 9)?.events).toMatchObject([
      { type: 'ALLOWANCE_OPENED', actId: 11, rulesVersion: 3, actorId: 0 },
      { type: 'ALLOWANCE_OPENED', actId: 12 },
    ]);
    reader.close();
    store.close();
  });

  it('is never taken back, and never taken from another station', () => {
    const store = withReference();
    const rolledBack = err({ kind: 'ROLLED_BACK' });
    store.applyReference(
      sampleReference({ version: 7, revocations: { number: 6, cardNumbers: [7777, 8888] } }),
    );
    expect(store.applyReference(sampleReference({ version: 6 }))).toEqual(rolledBack);
    expect(store.applyReference(sampleReference({ version: 8 }))).toEqual(rolledBack);
    expect(store.views.isRevoked(8888)).toBe(true);
    expect(store.views.referenceInfo()?.version).toBe(7);
    const station = { ...sampleReference().station, id: 18 };
    expect(store.applyReference(sampleReference({ version: 9, station }))).toEqual(
      err({ kind: 'OTHER_STATION' }),
    );
    store.close();
  });
});

describe('what the screens ask', () => {
  it('counts who is present, lists what is unsettled and what a person did', () => {
    const clock = new TestClock();
    const store = open(tempDir(), clock);
    store.applyReference(sampleReference());
    const { views } = store;
    const [first] = recordDrafts(store, [signIn(1), signIn(2)]).events;
    const signInSeq = first?.seq ?? 0;
    recordDrafts(store, [{ type: 'ACTIVITY_CHANGED', signInSeq, activityId: 2 }]);
    expect([views.presentCount(1), views.presentCount(2)]).toEqual([1, 1]);
    recordDrafts(store, [{ type: 'ATTENDANCE_LAPSED', signInSeq }]);
    expect(views.unsettled(10)).toMatchObject([
      { signInSeq: signInSeq + 1, volunteerId: 2, state: 'OPEN' },
      { signInSeq, volunteerId: 1, activityId: 2, state: 'UNCLOSED' },
    ]);
    expect(views.record(1, 50)[0]).toMatchObject({ kind: 'SERVICE_UNCLOSED', activityName: '活动2' });
    recordDrafts(store, [
      {
        type: 'ATTENDANCE_CLOSED',
        signInSeq,
        volunteerId: 1,
        outAtMs: MORNING_MS + HOUR_MS,
        hourKind: 'HONOR',
        actualMinutes: 60,
        credits: [{ day: 20_780, minutes: 60, points: 0 }],
        reason: '忘记签退',
      },
    ]);
    expect(views.record(1, 50)[0]).toMatchObject({ kind: 'SERVICE_CLOSED', minutes: 60, points: 0 });
    expect(views.balance(1, MORNING_MS)).toEqual({
      availablePoints: 100,
      minutesThisYear: 60,
      minutesTotal: 60,
      honorMinutesThisYear: 60,
      honorMinutesTotal: 60,
    });
    expect(views.balance(1, Date.UTC(2027, 5, 1)).minutesThisYear).toBe(0);
    expect(views.unsettled(10)).toHaveLength(1);
    expect(views.signInsOfDay(1, 2, 20_780)).toBe(1);
    store.close();
  });

  it('counts redemptions against person and household, by what the goods are today', () => {
    const store = withReference();
    store.confirmClock(MORNING_MS);
    recordDrafts(store, [
      { type: 'STOCK_MOVED', goodsId: 1, quantity: 5, reason: 'DONATION', note: '' },
      allowance(99, 2, 460),
      {
        type: 'REDEEMED',
        volunteerId: 2,
        cardNumber: 1002,
        source: 'HID',
        confirmedBy: 'KEEPER',
        lines: [
          { goodsId: 1, quantity: 1, unitPoints: 280 },
          { goodsId: 3, quantity: 1, unitPoints: 180 },
        ],
        totalPoints: 460,
      },
    ]);
    const { views } = store;
    const november = Date.UTC(2026, 10, 1) / 86_400_000;
    const october = Date.UTC(2026, 9, 1) / 86_400_000;
    const used = { monthPoints: 460, monthStapleUnits: 1, quarterScarceUnits: 1 };
    expect(views.redeemedBy(2, november, october)).toEqual(used);
    expect(views.redeemedByHousehold(1, november, october)).toEqual(used);
    expect(views.redeemedBy(1, november, october).monthPoints).toBe(0);
    expect(views.redeemedByHousehold(2, november, october).monthPoints).toBe(0);
    const december = Date.UTC(2026, 11, 1) / 86_400_000;
    expect(views.redeemedBy(2, december, october)).toEqual({ ...used, monthPoints: 0, monthStapleUnits: 0 });
    expect(views.goods(1)?.stock).toBe(4);
    expect(views.record(2, 50)[0]).toMatchObject({
      kind: 'REDEMPTION',
      points: -460,
      lines: [
        { name: '大米', quantity: 1 },
        { name: '雨伞', quantity: 1 },
      ],
    });
    store.close();
  });

  it('knows the activities that a keeper opened, and gives each its own id', () => {
    const store = withReference();
    const { views } = store;
    expect(views.activitiesBetween(MORNING_MS, MORNING_MS + HOUR_MS)).toHaveLength(2);
    const activityId = views.nextStationActivityId();
    expect(activityId).toBe(STATION * 1_000_000 + 1);
    const opened = {
      activityId,
      name: '抗洪',
      teamId: 1,
      platform: 7,
      theme: 2,
      startMs: MORNING_MS,
      endMs: MORNING_MS + HOUR_MS,
    };
    recordDrafts(store, [{ type: 'ACTIVITY_OPENED', ...opened }]);
    expect(views.activitiesBetween(MORNING_MS, MORNING_MS + HOUR_MS)).toHaveLength(3);
    expect(views.activity(activityId)).toMatchObject({
      name: '抗洪',
      teamName: '清洁队',
      factorPercent: 100,
      cancelled: false,
    });
    expect(views.nextStationActivityId()).toBe(activityId + 1);
    // Once the county has it in its plan, it stands there only.
    const [planned] = sampleReference().activities;
    if (planned === undefined) throw new Error('no activity');
    const taken = { ...planned, id: activityId, name: '抗洪救灾' };
    store.applyReference(sampleReference({ version: 2, activities: [taken] }));
    expect(views.activitiesBetween(MORNING_MS, MORNING_MS + HOUR_MS).map(({ name }) => name)).toEqual([
      '抗洪救灾',
    ]);
    expect(views.activity(activityId)?.name).toBe('抗洪救灾');
    store.close();
  });
});

describe('acknowledgements', () => {
  it('are kept if they fit the chain, only go forward within an epoch, and back when the county was restored', () => {
    const dir = tempDir();
    const store = open(dir, new TestClock());
    recordDrafts(store, [signIn(1), signIn(2)]);
    const reader = openJournalReader(dir, sha256);
    const hashAt = (seq: number): Uint8Array =>
      (seq === 0 ? reader.readRun(0, 1)?.previousHash : reader.readRun(seq - 1, 1)?.headHash) ??
      new Uint8Array();
    const ack = (durableSeq: number, epoch: string, headHash = hashAt(durableSeq)) => ({
      epoch,
      incarnation: store.incarnation,
      durableSeq,
      headHash,
    });
    expect(store.syncState()).toEqual({ recorded: 3, epoch: '', durableSeq: 0, acknowledgedMs: 0 });
    expect(store.acknowledge(ack(3, 'a'), 50)).toEqual(ok(null));
    expect(store.acknowledge(ack(2, 'a'), 60)).toEqual(ok(null));
    expect(store.syncState()).toEqual({ recorded: 3, epoch: 'a', durableSeq: 3, acknowledgedMs: 60 });
    expect(store.acknowledge(ack(1, 'b'), 70)).toEqual(ok(null));
    expect(store.syncState().durableSeq).toBe(1);
    expect(store.acknowledge(ack(0, 'c'), 80)).toEqual(ok(null));
    const notMine = err({ kind: 'NOT_MY_CHAIN' });
    expect(store.acknowledge(ack(2, 'c', hashAt(1)), 90)).toEqual(notMine);
    // The county holds more than this disk, which must then have lost it.
    expect(store.acknowledge(ack(4, 'c', hashAt(3)), 90)).toEqual(err({ kind: 'DISK_LOST_FACTS' }));
    expect(store.acknowledge({ ...ack(1, 'c'), incarnation: 'ffffffffffffffff' }, 90)).toEqual(notMine);
    expect(store.syncState()).toMatchObject({ epoch: 'c', durableSeq: 0 });
    reader.close();
    store.close();
  });
});
