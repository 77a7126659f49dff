import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { err, ok } from '../../domain/result.ts';
import { shanghaiDay } from '../../domain/time.ts';
import { configureWriter, openStore } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import {
  MINUTE_MS,
  MORNING_MS,
  open,
  optionsFor,
  recordDrafts,
  sampleReference,
  sha256,
  signIn,
  STATION,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

const REQUEST = '0198A0B2-0000-4000-8000-000000000001';

describe('recording', () => {
  it('appends, folds and chains in one transaction, and a reader sees it', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const store = open(dir, clock);
    store.applyReference(sampleReference());
    const recorded = recordDrafts(store, [signIn(1)], REQUEST);
    expect(recorded.replayed).toBe(false);
    expect(recorded.events[0]).toMatchObject({
      seq: 3,
      atMs: MORNING_MS,
      boot: 1,
      rulesVersion: 3,
      trust: 1,
    });
    expect(store.views.openAttendance(1)).toMatchObject({ signInSeq: 3, activityId: 1, state: 'OPEN' });
    expect(store.views.presentCount(1)).toBe(1);
    expect(store.views.dayTotals(shanghaiDay(MORNING_MS)).signIns).toBe(1);

    const reader = openJournalReader(dir, sha256);
    const all = reader.readRun(0, 100);
    expect(all?.events.map(({ type }) => type)).toEqual(['STATION_STARTED', 'ALLOWANCE_OPENED', 'SIGNED_IN']);
    const tail = reader.readRun(2, 100);
    expect(tail?.events).toEqual(recorded.events);
    expect(tail?.headHash).toEqual(all?.headHash);
    expect(reader.readRun(3, 100)).toBeNull();
    reader.close();
    store.close();
  });

  it('answers the same request again with the events of then, in whatever case its id is written', () => {
    const store = open(tempDir(), new TestClock());
    const first = recordDrafts(store, [signIn(1)], REQUEST);
    const again = store.record(REQUEST.toLowerCase(), 0, () => {
      throw new Error('must not decide again');
    });
    expect(again).toEqual(ok({ events: first.events, replayed: true }));
    expect(store.syncState().recorded).toBe(2);
    store.close();
  });

  it('leaves nothing behind when a decision refuses or throws, and goes on afterwards', () => {
    const store = open(tempDir(), new TestClock());
    expect(store.record(REQUEST, 0, () => err({ kind: 'NO' }))).toEqual(err({ kind: 'NO' }));
    expect(() =>
      store.record(REQUEST, 0, () => {
        throw new Error('bug');
      }),
    ).toThrow('bug');
    // The second draft breaks the rule against overlap, so the first must go too.
    expect(() => recordDrafts(store, [signIn(1), signIn(1)], REQUEST)).toThrow(/UNIQUE/);
    expect(store.syncState().recorded).toBe(1);
    expect(store.views.openAttendance(1)).toBeNull();
    expect(recordDrafts(store, [signIn(1)], REQUEST).replayed).toBe(false);
    store.close();
  });

  it('refuses a draft that is no event', () => {
    const store = open(tempDir(), new TestClock());
    expect(() => recordDrafts(store, [{ ...signIn(1), volunteerId: 1.5 } as never])).toThrow(/no event/);
    store.close();
  });

  it('records nothing for a decision without facts', () => {
    const store = open(tempDir(), new TestClock());
    expect(recordDrafts(store, [], REQUEST).events).toEqual([]);
    expect(store.syncState().recorded).toBe(1);
    store.close();
  });
});

describe('the journal', () => {
  it.each([
    ['UPDATE', "UPDATE journal SET text = '[]'", /append-only/],
    ['DELETE', 'DELETE FROM journal', /append-only/],
    ['REPLACE', "REPLACE INTO journal SELECT incarnation, seq, '[]', hash FROM journal", /no gaps/],
    ['a gap', "INSERT INTO journal SELECT incarnation, seq + 2, '[]', hash FROM journal", /no gaps/],
  ])('refuses %s, whoever asks', (_, sql, message) => {
    const dir = tempDir();
    open(dir, new TestClock()).close();
    const db = new Database(join(dir, 'station.db'));
    expect(() => db.exec(sql)).toThrow(message);
    db.close();
  });
});

describe('opening', () => {
  it('keeps its content and its incarnation over a restart, and the boot number only within one boot', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const first = open(dir, clock);
    recordDrafts(first, [signIn(1)]);
    first.close();
    clock.advance(MINUTE_MS);
    const second = open(dir, clock);
    expect(second.incarnation).toBe(first.incarnation);
    expect(second.views.openAttendance(1)?.boot).toBe(1);
    expect(recordDrafts(second, [signIn(2)]).events[0]).toMatchObject({ seq: 4, boot: 1 });
    second.close();
    clock.boot = 'boot-b';
    clock.mono = 5;
    const third = open(dir, clock);
    expect(recordDrafts(third, [signIn(3)]).events[0]).toMatchObject({ seq: 6, boot: 2 });
    third.close();
  });

  it('lets one writer in at a time', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const store = open(dir, clock);
    expect(openStore(optionsFor(dir, clock))).toEqual(err({ kind: 'LOCKED' }));
    store.close();
    store.close();
    open(dir, clock).close();
  });

  it('refuses the folder of another station', () => {
    const dir = tempDir();
    open(dir, new TestClock()).close();
    expect(openStore(optionsFor(dir, new TestClock(), { stationId: 18 }))).toEqual(
      err({ kind: 'OTHER_STATION', found: STATION }),
    );
  });

  it('keeps to its settings', () => {
    const dir = tempDir();
    open(dir, new TestClock()).close();
    const db = new Database(join(dir, 'station.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    configureWriter(db);
    expect(db.pragma('synchronous', { simple: true })).toBe(2); // FULL
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
    const loose = db
      .prepare(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    expect(loose).toEqual([]);
    db.close();
    expect(readdirSync(dir).sort()).toEqual(['last-start.json', 'station.db', 'writer.lock']);
  });
});
