/** Whatever somebody does to the file behind the station's back, verify says what and where. */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { refold } from '../../db/refold.ts';
import { checkBooks, verifyFolder } from '../../db/verify.ts';
import {
  HOUR_MS,
  MORNING_MS,
  open,
  recordDrafts,
  sampleReference,
  sha256,
  signIn,
  TestClock,
} from './support.ts';
import { tempDir } from './tempDir.ts';

const DAY = 20_780;

/** A folder with nine events of most kinds; the station is closed. */
function filledFolder(): string {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  store.applyReference(sampleReference());
  recordDrafts(store, [{ type: 'STOCK_MOVED', goodsId: 2, quantity: 9, reason: 'DONATION', note: '' }]);
  for (const volunteerId of [1, 2, 3]) {
    recordDrafts(store, [signIn(volunteerId)], `0198a0b2-0000-4000-8000-00000000000${volunteerId}`);
    clock.advance(60_000);
  }
  clock.advance(HOUR_MS);
  recordDrafts(store, [
    {
      type: 'SIGNED_OUT',
      signInSeq: 4,
      volunteerId: 1,
      cardNumber: 1001,
      source: 'HID',
      actualMinutes: 63,
      credits: [{ day: DAY, minutes: 60, points: 10 }],
    },
  ]);
  recordDrafts(store, [
    {
      type: 'REDEEMED',
      volunteerId: 1,
      cardNumber: 1001,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [{ goodsId: 2, quantity: 2, unitPoints: 25 }],
      totalPoints: 50,
    },
  ]);
  recordDrafts(store, [{ type: 'KEEPER_UNLOCKED' }]);
  store.close();
  return dir;
}

/** Changes the file as somebody with sqlite3 and bad intentions would. */
function tamper(dir: string, sql: string): void {
  const db = new Database(join(dir, 'station.db'));
  db.exec(`DROP TRIGGER journal_refuses_update; DROP TRIGGER journal_refuses_delete; ${sql}`);
  db.close();
}

describe('verify', () => {
  it('finds all well, while the station is open too, and counts', () => {
    const dir = filledFolder();
    expect(verifyFolder(dir, sha256)).toEqual({ events: 9, incarnations: 1, viewRows: 17, finding: null });
    const store = open(dir, new TestClock());
    recordDrafts(store, [signIn(4)]);
    expect(verifyFolder(dir, sha256)).toMatchObject({ events: 11, finding: null });
    store.close();
  });

  it('names the sequence of a bit that flipped in the file', () => {
    const dir = filledFolder();
    const file = join(dir, 'station.db');
    const bytes = readFileSync(file);
    // The text of event 8, the redemption: [7,8,…
    const place = bytes.indexOf(`[7,8,${MORNING_MS}`.slice(0, 8));
    expect(place).toBeGreaterThan(0);
    bytes[place + 12] = (bytes[place + 12] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'EVENT', seq: 8, problem: 'WRONG_HASH' });
  });

  it.each([
    [
      'a changed text',
      "UPDATE journal SET text = replace(text, '1002', '1003') WHERE seq = 5",
      { seq: 5, problem: 'WRONG_HASH' },
    ],
    [
      'a changed hash',
      'UPDATE journal SET hash = zeroblob(32) WHERE seq = 6',
      { seq: 6, problem: 'WRONG_HASH' },
    ],
    ['an event taken out', 'DELETE FROM journal WHERE seq = 4', { seq: 4, problem: 'GAP' }],
    [
      'the end cut off that a request became',
      'DELETE FROM journal WHERE seq >= 6',
      { kind: 'CUT_OFF', seq: 6 },
    ],
    [
      'the end cut off where nothing but the views remembers',
      'DELETE FROM journal WHERE seq >= 8',
      { kind: 'VIEW', table: 'account', key: 'holder=0 holder_id=1', problem: 'DIFFERENT' },
    ],
    [
      'points from nowhere',
      'UPDATE account SET issued = issued + 900, available = available + 900 WHERE holder_id = 1',
      { kind: 'VIEW', table: 'account', key: 'holder=0 holder_id=1', problem: 'DIFFERENT' },
    ],
    [
      'an account from nowhere',
      'INSERT INTO account (holder, holder_id, issued, available) VALUES (0, 2, 50, 50)',
      { table: 'account', key: 'holder=0 holder_id=2', problem: 'TOO_MANY' },
    ],
    [
      'a lost account',
      'DELETE FROM account',
      { table: 'account', key: 'holder=0 holder_id=1', problem: 'MISSING' },
    ],
    [
      'points that would lapse later',
      'UPDATE lot SET expiry_day = 9999999',
      { table: 'lot', key: 'holder=0 holder_id=1 incarnation=1 seq=2 part=0', problem: 'DIFFERENT' },
    ],
    ['stock', 'UPDATE stock SET quantity = 9', { table: 'stock', problem: 'DIFFERENT' }],
    [
      'an attendance',
      'UPDATE attendance SET activity_id = 2 WHERE sign_in_seq = 5',
      { table: 'attendance', key: 'incarnation=1 sign_in_seq=5' },
    ],
    ['a redemption line', 'DELETE FROM redemption_line', { table: 'redemption_line', problem: 'MISSING' }],
  ])('finds %s', (_, sql, finding) => {
    const dir = filledFolder();
    tamper(dir, sql);
    expect(verifyFolder(dir, sha256).finding).toMatchObject(finding);
  });

  it('finds a chain that was computed anew around a fact that cannot be', () => {
    const dir = filledFolder();
    const db = new Database(join(dir, 'station.db'));
    const { hash } = db.prepare('SELECT hash FROM journal WHERE seq = 9').get() as { hash: Buffer };
    const text = `[4,10,${MORNING_MS},1,1000,1,0,0,4,1,1001,0,5,[]]`;
    db.prepare('INSERT INTO journal VALUES (1, 10, ?, ?)').run(text, sha256(hash, text));
    db.close();
    expect(verifyFolder(dir, sha256).finding).toMatchObject({ seq: 10, problem: 'CANNOT_BE_FOLDED' });
  });

  it('says so when the file is no database or of another version', () => {
    const dir = filledFolder();
    tamper(dir, 'PRAGMA user_version = 99');
    expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'OTHER_SCHEMA', found: 99 });
    writeFileSync(join(dir, 'station.db'), 'not a database, but long enough to be looked at'.repeat(40));
    expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'UNREADABLE' });
    expect(verifyFolder(join(dir, 'nowhere'), sha256).finding).toMatchObject({ kind: 'UNREADABLE' });
  });
});

describe('the books', () => {
  it.each([
    ['open', 'remaining = remaining - 1'],
    ['on its way', 'state = 1'],
    ['frozen', 'state = 3'],
  ])('are wrong where an account does not hold what is %s in its lots', (_, change) => {
    const dir = filledFolder();
    const db = new Database(join(dir, 'station.db'));
    expect(checkBooks(db)).toBeNull();
    const [first] = db.prepare('SELECT holder, holder_id AS holderId FROM lot LIMIT 1').all() as object[];
    db.exec(
      `UPDATE lot SET ${change} WHERE (holder, holder_id) = (SELECT holder, holder_id FROM lot LIMIT 1)`,
    );
    expect(checkBooks(db)).toEqual({ kind: 'BOOKS', ...first });
    db.close();
  });
});

describe('npm run verify', () => {
  const script = (...args: readonly string[]): { code: number | null; out: string; err: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/verify.ts', ...args], {
      encoding: 'utf8',
    });
    return { code: status, out: stdout, err: stderr };
  };

  it('says in one line what is well or wrong, and exits with 0, 1 or 2', () => {
    const dir = filledFolder();
    expect(script('--data', dir)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^All is well: 9 events.*\n$/) as string,
    });
    tamper(dir, 'UPDATE journal SET hash = zeroblob(32) WHERE seq = 6');
    expect(script('--data', dir)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^Wrong: event 6 of .*\n$/) as string,
    });
    expect(script('--data', join(dir, 'nowhere'))).toMatchObject({ code: 2 });
    expect(script()).toMatchObject({ code: 2 });
    expect(script('--help')).toMatchObject({ code: 0, out: expect.stringContaining('--data DIR') as string });
  });
});

it('tells how far it is, up to the last event, and so does a refold', () => {
  const dir = filledFolder();
  const told: [number, number][] = [];
  const { events } = verifyFolder(dir, sha256, (...progress) => told.push(progress));
  expect(told).toEqual([[events, events]]);
  told.length = 0;
  const db = new Database(join(dir, 'station.db'));
  db.transaction(() => refold(db, (...progress) => told.push(progress)))();
  db.close();
  expect(told).toEqual([[events, events]]);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});

it('tells of each thousand events of a longer journal', () => {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  const moved = { type: 'STOCK_MOVED', goodsId: 2, quantity: 1, reason: 'DONATION', note: '' } as const;
  for (let batch = 0; batch < 25; batch += 1)
    recordDrafts(
      store,
      Array.from({ length: 100 }, () => moved),
    );
  store.close();
  const told: number[] = [];
  const { events } = verifyFolder(dir, sha256, (done) => told.push(done));
  expect(told).toEqual([1000, 2000, events]);
});
