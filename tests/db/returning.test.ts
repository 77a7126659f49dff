/**
 * A station is restored from a backup and goes on; then the county gives back what it had. Whatever was recorded
 * before and meanwhile, and in whatever pieces it comes, the books are those of the county.
 */
import { copyFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { restoreStation } from '../../db/backup/restore.ts';
import { databaseFile } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import { verifyFolder } from '../../db/verify.ts';
import { HOLDERS, type Holder } from '../../domain/points/account.ts';
import { foldLedgerWhole, isLedgerEvent } from '../../domain/points/fold.ts';
import { MemoryBook } from '../../domain/points/memoryBook.ts';
import { fc } from '../harness/property.ts';
import { acknowledgeAll, copyOf, eventsOf, giveBack, rows, runAfter, scene } from './returnScene.ts';
import { ledgerStep, LedgerVillage, type LedgerStep } from './ledgerVillage.ts';
import {
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

const ACCOUNTS: readonly Holder[] = HOLDERS.flatMap((holder) =>
  [1, 2, 3, 4].map((holderId) => ({ holder, holderId })),
);

const meanwhile = ledgerStep.filter(({ do: what }) => ['WORK', 'AWARD', 'GIFT', 'POOL'].includes(what));
const still = ledgerStep.filter(({ do: what }) => what !== 'MOVE');

describe('what comes back', () => {
  it('gives the books of the county, in whatever pieces it comes and whatever was recorded meanwhile', () => {
    const seen = { spentInTail: 0, earnedMeanwhile: 0 };
    const story = fc.record({
      before: fc.array(still, { minLength: 3, maxLength: 20 }),
      tail: fc.array(still, { minLength: 1, maxLength: 20 }),
      meanwhile: fc.array(meanwhile, { maxLength: 12 }),
      after: fc.array(still, { maxLength: 10 }),
      limit: fc.integer({ min: 1, max: 40 }),
    });
    fc.assert(
      fc.property(story, ({ before, tail, meanwhile: between, after, limit }) => {
        const old = new LedgerVillage();
        const play = (village: LedgerVillage, steps: readonly LedgerStep[]): void => {
          for (const step of steps) village.run(step);
        };
        play(old, before);
        acknowledgeAll(old.dir, old.store);
        const dir = copyOf(old.dir);
        const young = new LedgerVillage();
        young.store.close();
        young.rules = old.rules;
        play(old, tail);
        const { incarnation } = old.store;
        old.store.close();

        Object.assign(young.clock, { wallMs: old.clock.wallMs, mono: old.clock.mono });
        young.store = open(dir, young.clock, { hardwareId: 'another' });
        expect(young.store.standing()).toBe('AWAITING_RETURN');
        play(young, between);
        seen.earnedMeanwhile += young.entries.length;
        giveBack(young.store, old.dir, incarnation, limit);
        void young.store.finishReturn(MORNING_MS);
        expect(young.store.standing()).toBe('WORKING');
        young.rules = old.rules;
        play(young, after);

        const { views } = young.store;
        expect(verifyFolder(dir, sha256).finding).toBeNull();
        expect(rows(dir, 'SELECT * FROM contradiction')).toEqual([]);
        const county = new MemoryBook();
        for (const [from, name] of [
          [old.dir, incarnation],
          [dir, young.store.incarnation],
        ] as const)
          for (const event of eventsOf(from, name).filter(isLedgerEvent))
            foldLedgerWhole(county, event, name);
        for (const account of ACCOUNTS) {
          expect(views.sums(account)).toEqual(county.sums(account));
          const order = (lots: ReturnType<typeof views.openLots>) =>
            lots.toSorted((a, b) =>
              `${a.incarnation} ${a.seq} ${a.part}`.localeCompare(`${b.incarnation} ${b.seq} ${b.part}`),
            );
          expect(order(views.openLots(account))).toEqual(order(county.openLots(account)));
          seen.spentInTail += county.sums(account).spent;
        }
        young.store.close();
      }),
      { numRuns: 10 },
    );
    expect(seen.spentInTail).toBeGreaterThan(0);
    expect(seen.earnedMeanwhile).toBeGreaterThan(0);
  });

  it('is kept until all is here, over a restart, and no grant is opened before', () => {
    const { dir, clock, copy, old } = scene();
    const store = open(copy, clock, { hardwareId: 'pc-2' });
    expect(store.applyReference(sampleReference({ version: 2 }))).toEqual({
      ok: false,
      error: { kind: 'NOT_YET' },
    });
    const half = runAfter(dir, old, 2, 3);
    if (half === null) throw new Error('nothing');
    expect(store.heldOthers()).toEqual([{ incarnation: old, seq: 2 }]);
    expect(store.takeReturned(half).ok).toBe(true);
    expect(store.heldOthers()).toEqual([{ incarnation: old, seq: 5 }]);
    expect(verifyFolder(copy, sha256).finding).toBeNull();
    store.close();
    const again = open(copy, clock, { hardwareId: 'pc-2' });
    expect(again.incarnationReason).toBe('CONTINUED');
    expect(again.standing()).toBe('AWAITING_RETURN');
    giveBack(again, dir, old);
    void again.finishReturn(MORNING_MS);
    expect(again.standing()).toBe('WORKING');
    expect(again.restoreOutcome()).toMatchObject({ awaiting: false, returned: { count: 4 }, lostCount: 0 });
    expect(again.unsentOlder()).toEqual([]);
    expect(again.applyReference(sampleReference({ version: 2 })).ok).toBe(true);
    // Grant 11 was opened in what came back.
    expect(rows(copy, 'SELECT act_id FROM county_act')).toEqual([{ act_id: 11 }]);
    again.close();
    expect(verifyFolder(copy, sha256).finding).toBeNull();
  });

  it('is refused where it continues nothing that is here', () => {
    const { dir, clock, copy, old } = scene();
    const store = open(copy, clock, { hardwareId: 'pc-2' });
    const run = runAfter(dir, old, 4);
    if (run === null) throw new Error('nothing');
    const refused = { ok: false, error: { kind: 'NOT_MY_CHAIN' } };
    expect(store.takeReturned(run)).toEqual(refused);
    expect(store.takeReturned({ ...run, stationId: STATION + 1 })).toEqual(refused);
    const own = runAfter(copy, store.incarnation, 0);
    if (own === null) throw new Error('nothing');
    expect(store.takeReturned(own)).toEqual(refused);
    store.close();
  });

  it('may be an incarnation that this database never saw, folded before the running one', () => {
    const { dir, clock, copy, old } = scene();
    const third = copyOf(copy);
    const lost = open(copy, clock, { hardwareId: 'pc-2' });
    giveBack(lost, dir, old);
    void lost.finishReturn(MORNING_MS);
    recordDrafts(lost, [signIn(4)]);
    const between = lost.incarnation;
    lost.close();
    const store = open(third, clock, { hardwareId: 'pc-3' });
    recordDrafts(store, [signIn(4, 2)]);
    giveBack(store, dir, old);
    giveBack(store, copy, between);
    void store.finishReturn(MORNING_MS);
    // Volunteer 4 is where the running incarnation says; what was open before is for the keeper to close.
    expect(store.views.openAttendance(4)?.activityId).toBe(2);
    recordDrafts(store, [signIn(3)]);
    const name = (one: string): number => {
      const [row] = rows(third, `SELECT ordinal FROM incarnation WHERE name = '${one}'`);
      return Number(row?.['ordinal']);
    };
    expect(name(old)).toBeLessThan(name(between));
    expect(name(between)).toBeLessThan(name(store.incarnation));
    store.close();
    expect(verifyFolder(third, sha256).finding).toBeNull();
    expect(open(third, clock, { hardwareId: 'pc-3' }).incarnation).toBe(store.incarnation);
  });

  it('takes the place of what contradicts it, which is laid aside and listed', () => {
    const { dir, clock, copy, old } = scene();
    // The same machine with an older disk: it goes on under numbers that are taken at the county.
    const forked = open(copy, clock);
    const request = '0198a0b2-0000-4000-8000-00000000000f';
    recordDrafts(forked, [signIn(2), signIn(4)], request);
    const ahead = runAfter(dir, old, 0);
    if (ahead === null) throw new Error('nothing');
    const county = { epoch: 'ee'.repeat(8), incarnation: old, durableSeq: 6, headHash: ahead.headHash };
    expect(forked.acknowledge(county, MORNING_MS)).toEqual({ ok: false, error: { kind: 'DISK_LOST_FACTS' } });
    forked.beginAnewAtNextStart();
    expect(forked.standing()).toBe('FORKED');
    const { recorded, durableSeq } = forked.syncState();
    expect(forked.attention()).toEqual({ date: 0, refused: recorded - durableSeq, missing: 0, aside: 0 });
    expect(recorded).toBeGreaterThan(durableSeq);
    forked.close();
    const store = open(copy, clock);
    expect(store.attention()).toEqual({ date: 0, refused: 0, missing: 0, aside: 0 });
    expect([store.incarnationReason, store.standing()]).toEqual(['RESTORED', 'AWAITING_RETURN']);
    giveBack(store, dir, old);
    void store.finishReturn(MORNING_MS);
    expect(store.standing()).toBe('WORKING');
    const outcome = store.restoreOutcome();
    expect(store.attention()).toEqual({ date: 0, refused: 0, missing: 0, aside: 3 });
    expect(outcome).toMatchObject({ lostCount: 3, asideCount: 3, returned: { count: 4 } });
    expect(outcome.lost.map(({ seq, type, volunteerId }) => [seq, type, volunteerId])).toEqual([
      [3, 'STATION_STARTED', 0],
      [4, 'SIGNED_IN', 2],
      [5, 'SIGNED_IN', 4],
    ]);
    expect(() => recordDrafts(store, [signIn(4)], request)).not.toThrow();
    store.close();
    expect(eventsOf(copy, old)).toEqual(eventsOf(dir, old));
    expect(verifyFolder(copy, sha256).finding).toBeNull();
    // The journal's guard is back in its place.
    const db = new Database(databaseFile(copy));
    expect(() => db.exec('DELETE FROM journal')).toThrow(/append-only/);
    db.close();
  });

  it('of two machines may contradict itself: that is noted, and everything else counts', () => {
    const { dir, clock, copy, old } = scene();
    // Both machines opened an activity under one number.
    const opened = (name: string) =>
      ({
        type: 'ACTIVITY_OPENED',
        activityId: 17_000_001,
        name,
        teamId: 0,
        platform: 0,
        theme: 0,
        startMs: MORNING_MS,
        endMs: MORNING_MS + 1000,
      }) as const;
    const first = open(dir, clock);
    recordDrafts(first, [opened('抢险')]);
    first.close();
    const store = open(copy, clock, { hardwareId: 'pc-2' });
    recordDrafts(store, [opened('清淤'), signIn(2)]);
    giveBack(store, dir, old);
    void store.finishReturn(MORNING_MS);
    expect(store.views.activity(17_000_001)?.name).toBe('抢险');
    expect(store.views.openAttendance(2)).not.toBeNull();
    const [noted] = rows(copy, 'SELECT seq FROM contradiction');
    expect(noted).toEqual({ seq: 2 });
    store.close();
    expect(verifyFolder(copy, sha256).finding).toBeNull();
  });
});

describe('whether a station may spend', () => {
  it('a first installation may; a copy may when there is no county and never was one', () => {
    const { clock, copy } = scene(false);
    const dir = tempDir();
    const first = open(dir, clock);
    expect(first.standing()).toBe('WORKING');
    first.close();
    const moved = open(copy, clock, { hardwareId: 'pc-2' });
    expect(moved.standing()).toBe('AWAITING_RETURN');
    moved.withoutCounty();
    expect(moved.standing()).toBe('WORKING');
    moved.close();
    const { copy: known } = scene();
    const other = open(known, clock, { hardwareId: 'pc-2' });
    other.withoutCounty();
    expect(other.standing()).toBe('AWAITING_RETURN');
    other.close();
  });

  it('hears that another machine is at work, and that the county has more of the past, over a restart', () => {
    const { dir, clock } = scene();
    const open1 = (): Store => open(dir, clock);
    let store = open1();
    store.hearStanding({ superseded: false, others: 0 });
    expect(store.standing()).toBe('WORKING');
    store.hearStanding({ superseded: true, others: 0 });
    expect(store.standing()).toBe('SUPERSEDED');
    store.close();
    store = open1();
    expect(store.standing()).toBe('SUPERSEDED');
    store.hearStanding({ superseded: false, others: 7 });
    expect(store.standing()).toBe('AWAITING_RETURN');
    void store.finishReturn(MORNING_MS);
    expect(store.standing()).toBe('WORKING');
    store.markForked();
    store.close();
    store = open1();
    expect(store.standing()).toBe('FORKED');
    store.close();
  });
});

describe('after a restore', () => {
  it('what stands behind the damage joins again when the county has filled the hole; the rest is named as lost', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const store = open(dir, clock);
    store.applyReference(sampleReference());
    const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: 1e9 }, sha256);
    if (!made.ok || made.value === null) throw new Error('no backup');
    for (const id of [1, 2, 3]) recordDrafts(store, [signIn(id)]);
    acknowledgeAll(dir, store);
    const acknowledged = store.syncState().recorded;
    recordDrafts(store, [signIn(4)]);
    recordDrafts(store, [{ type: 'STOCK_MOVED', goodsId: 1, quantity: 1, reason: 'DONATION', note: '' }]);
    recordDrafts(store, [{ type: 'STOCK_MOVED', goodsId: 1, quantity: 2, reason: 'DONATION', note: '' }]);
    const old = store.incarnation;
    store.close();
    const whole = tempDir();
    copyFileSync(databaseFile(dir), databaseFile(whole));
    // The line of volunteer 2, and the last but one, are not what was written.
    const db = new Database(databaseFile(dir));
    const { sql } = db
      .prepare("SELECT sql FROM sqlite_schema WHERE name = 'journal_refuses_update'")
      .get() as { sql: string };
    db.exec('DROP TRIGGER journal_refuses_update');
    for (const seq of [acknowledged - 1, acknowledged + 2])
      db.prepare("UPDATE journal SET text = replace(text, '[', '[ ') WHERE seq = ?").run(seq);
    db.exec(sql);
    db.close();

    const restored = restoreStation({ dir, file: made.value.file, stationId: STATION }, MORNING_MS, sha256);
    if (!restored.ok) throw new Error(restored.error.kind);
    expect(restored.value.salvage).toMatchObject({ events: 1, lostCount: 5, lostAtCounty: 2 });
    const again = open(dir, clock);
    expect(again.attention().missing).toBe(0);
    expect(again.restoreOutcome()).toMatchObject({ awaiting: true, lostCount: 5, returned: { count: 0 } });
    const hole = runAfter(whole, old, acknowledged - 2, 2);
    if (hole === null) throw new Error('nothing');
    expect(again.takeReturned(hole).ok).toBe(true);
    void again.finishReturn(MORNING_MS);
    const outcome = again.restoreOutcome();
    expect(again.attention()).toEqual({ date: 0, refused: 0, missing: 2, aside: 0 });
    expect(outcome).toMatchObject({ awaiting: false, lostCount: 2, asideCount: 0, returned: { count: 3 } });
    expect(outcome.lost.map(({ seq, type }) => [seq, type])).toEqual([
      [acknowledged + 2, ''],
      [acknowledged + 3, 'STOCK_MOVED'],
    ]);
    expect(outcome.lostFromMs).toBe(MORNING_MS);
    // What only this station had goes to the county now.
    expect(again.unsentOlder()).toEqual([
      { incarnation: old, durableSeq: acknowledged, recorded: acknowledged + 1 },
    ]);
    again.close();
    expect(verifyFolder(dir, sha256).finding).toBeNull();
  });
});
