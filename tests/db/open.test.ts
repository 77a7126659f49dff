/** Opening what an older program, a newer one, another machine or an accident left behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { err } from '../../domain/result.ts';
import { storeFaultOf } from '../../db/faults.ts';
import { migrate, MIGRATIONS, SCHEMA_VERSION, schemaVersion } from '../../db/migrations/index.ts';
import { openStore } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import { verifyFolder } from '../../db/verify.ts';
import { open, optionsFor, recordDrafts, sampleReference, sha256, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

describe('migrations', () => {
  it('are numbered from one without a gap', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, i) => i + 1));
  });

  it.each(MIGRATIONS.map(({ version }) => version).slice(0, -1))(
    'from schema %i: a checked copy is laid aside, then the station opens',
    (version) => {
      const dir = tempDir();
      const old = new Database(join(dir, 'station.db'));
      migrate(old, version);
      old.exec("INSERT INTO incarnation VALUES (1, '0123456789abcdef')");
      old.exec("INSERT INTO installation VALUES (1, 17, 'pc-1', 1)");
      old.close();
      const store = open(dir, new TestClock());
      expect(store.incarnation).toBe('0123456789abcdef');
      store.close();
      const [backup = ''] = readdirSync(join(dir, 'backups'));
      expect(backup).toMatch(new RegExp(`^station-schema${version}-2026`));
      const copy = new Database(join(dir, 'backups', backup), { readonly: true });
      expect(schemaVersion(copy)).toBe(version);
      expect(copy.prepare('SELECT station_id FROM installation').pluck().get()).toBe(17);
      copy.close();
      expect(verifyFolder(dir, sha256).finding).toBeNull();
    },
  );

  it('lay nothing aside for a new station', () => {
    const dir = tempDir();
    open(dir, new TestClock()).close();
    expect(existsSync(join(dir, 'backups'))).toBe(false);
  });
});

describe('what must not be opened', () => {
  it('is a database from the future, which stays as it is', () => {
    const dir = tempDir();
    open(dir, new TestClock()).close();
    const file = join(dir, 'station.db');
    const db = new Database(file);
    db.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    db.close();
    const before = readFileSync(file);
    expect(openStore(optionsFor(dir, new TestClock()))).toEqual(
      err({ kind: 'FROM_FUTURE', found: SCHEMA_VERSION + 1, known: SCHEMA_VERSION }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('is a file that is no database', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'station.db'), 'a letter to the village committee '.repeat(200));
    expect(openStore(optionsFor(dir, new TestClock()))).toMatchObject({ error: { kind: 'CORRUPT' } });
  });

  it('is a database with a broken page', () => {
    const dir = tempDir();
    const store = open(dir, new TestClock());
    store.applyReference(sampleReference());
    store.close();
    const file = join(dir, 'station.db');
    const bytes = readFileSync(file);
    for (let page = 1; page < bytes.length / 4096; page++)
      bytes.fill(0xff, page * 4096 + 8, page * 4096 + 64);
    writeFileSync(file, bytes);
    expect(openStore(optionsFor(dir, new TestClock()))).toMatchObject({ error: { kind: 'CORRUPT' } });
  });

  it('is a place where no folder can be', () => {
    const dir = tempDir();
    writeFileSync(join(dir, 'file'), '');
    expect(openStore(optionsFor(join(dir, 'file', 'data'), new TestClock()))).toEqual(
      err({ kind: 'STORE_UNAVAILABLE', reason: 'IO' }),
    );
  });

  it('is a folder that another process has, until that process is killed', async () => {
    const dir = tempDir();
    const writer = spawn(process.execPath, ['tests/db/writer.ts', dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(writer.stdout, 'data');
    expect(openStore(optionsFor(dir, new TestClock()))).toEqual(err({ kind: 'LOCKED' }));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    open(dir, new TestClock()).close();
  });
});

describe('a database that wakes up on other hardware', () => {
  it('begins a new chain, keeps counting what it knows, and the old chain stays readable', () => {
    const dir = tempDir();
    const clock = new TestClock();
    const original = open(dir, clock);
    original.applyReference(sampleReference());
    const REQUEST = '0198a0b2-0000-4000-8000-000000000001';
    const [signedIn] = recordDrafts(original, [signIn(1)], REQUEST).events;
    recordDrafts(original, [signIn(2)]);
    const signInSeq = original.views.openAttendance(2)?.signInSeq ?? 0;
    const credits = [{ day: 20_780, minutes: 60, points: 10 }];
    const out = { volunteerId: 2, cardNumber: 1002, source: 'HID', actualMinutes: 60, credits } as const;
    recordDrafts(original, [{ type: 'SIGNED_OUT', signInSeq, ...out }]);
    original.close();

    const moved = join(tempDir(), 'copy');
    mkdirSync(moved);
    cpSync(dir, moved, { recursive: true });
    const clone = open(moved, clock, { hardwareId: 'pc-2' });
    expect(clone.incarnation).not.toBe(original.incarnation);
    expect(clone.syncState()).toMatchObject({ recorded: 1, durableSeq: 0 });
    expect(clone.views.balance(1, clock.nowMs()).availablePoints).toBe(100);
    expect(clone.views.balance(2, clock.nowMs()).availablePoints).toBe(10);
    // Nobody can sign out of another chain's attendance: it is unclosed, and the volunteer free to sign in.
    expect(clone.views.openAttendance(1)).toBeNull();
    expect(clone.views.record(1, 50)[0]).toMatchObject({ kind: 'SERVICE_UNCLOSED', incarnation: 1, seq: 3 });
    recordDrafts(clone, [signIn(1)]);
    expect(clone.views.unsettled(10)).toMatchObject([
      { volunteerId: 1, state: 'OPEN' },
      { volunteerId: 1, state: 'UNCLOSED', earlier: original.incarnation },
    ]);
    // A grant was recorded once and is not recorded again; a request is known whatever the chain.
    clone.applyReference(sampleReference({ version: 2 }));
    expect(clone.views.balance(1, clock.nowMs()).availablePoints).toBe(100);
    expect(recordDrafts(clone, [signIn(3)], REQUEST)).toEqual({ events: [signedIn], replayed: true });

    expect(clone.unsentOlder()).toEqual([{ incarnation: original.incarnation, durableSeq: 0, recorded: 5 }]);
    const reader = openJournalReader(moved, sha256);
    const old = reader.readRun(0, 500, original.incarnation);
    expect(old?.events).toHaveLength(5);
    expect(reader.readRun(0, 500)?.events).toHaveLength(2);
    expect(reader.readRun(0, 500, 'ffffffffffffffff')).toBeNull();
    reader.close();
    const ack = {
      epoch: 'e',
      incarnation: original.incarnation,
      durableSeq: 5,
      headHash: old?.headHash ?? sha256(),
    };
    expect(clone.acknowledge(ack, 1)).toMatchObject({ ok: true });
    expect(clone.unsentOlder()).toEqual([]);
    clone.close();
    expect(verifyFolder(moved, sha256)).toMatchObject({ incarnations: 2, events: 7, finding: null });

    const again = open(moved, clock, { hardwareId: 'pc-2' });
    expect(again.incarnation).toBe(clone.incarnation);
    again.close();
  });
});

describe('faults of the storage', () => {
  it.each([
    ['DISK_FULL', 'PRAGMA max_page_count = 10; INSERT INTO t SELECT zeroblob(100000)'],
    ['READ_ONLY', 'PRAGMA query_only = ON; INSERT INTO t VALUES (1)'],
  ])('%s is known by what SQLite says', (reason, sql) => {
    const db = new Database(join(tempDir(), 'x.db'));
    db.exec('CREATE TABLE t (x)');
    let thrown: unknown;
    try {
      db.exec(sql);
    } catch (error) {
      thrown = error;
    }
    expect(storeFaultOf(thrown)).toEqual({ kind: 'STORE_UNAVAILABLE', reason });
  });

  it('BUSY is known, and the store works again once the other writer is gone', () => {
    const dir = tempDir();
    const store = open(dir, new TestClock());
    const other = new Database(join(dir, 'station.db'));
    other.exec('BEGIN IMMEDIATE');
    expect(() => recordDrafts(store, [signIn(1)])).toThrow(
      expect.objectContaining({ fault: { kind: 'STORE_UNAVAILABLE', reason: 'BUSY' } }) as Error,
    );
    other.exec('ROLLBACK');
    other.close();
    expect(recordDrafts(store, [signIn(1)]).events[0]?.seq).toBe(2);
    store.close();
  });

  it('a bug is no fault', () => {
    expect(storeFaultOf(new TypeError('x'))).toBeUndefined();
  });
});
