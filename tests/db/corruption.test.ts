/**
 * Bits of the file flip. Whatever flips in the journal or the views is found: by SQLite's own check, or by the chain
 * and the refold, which name the place. A flip that nothing finds has changed no fact.
 */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { makeBackup } from '../../db/backup/make.ts';
import { restoreStation } from '../../db/backup/restore.ts';
import { openStore } from '../../db/open.ts';
import { VIEW_TABLES } from '../../db/folds/index.ts';
import { verifyFolder } from '../../db/verify.ts';
import { fc } from '../harness/property.ts';
import { open, optionsFor, recordDrafts, sampleReference, sha256, signIn, TestClock } from './support.ts';
import { tempDir } from './tempDir.ts';

/** Facts and views of a file, as text; null where it cannot be read. */
function factsOf(file: string): string | null {
  try {
    const db = new Database(file, { readonly: true });
    try {
      const tables = ['journal', 'incarnation', ...Object.keys(VIEW_TABLES)];
      return JSON.stringify(tables.map((table) => db.prepare(`SELECT * FROM ${table}`).all()));
    } finally {
      db.close();
    }
  } catch {
    return null; // Damaged so much that SQLite says so.
  }
}

function template(): string {
  const dir = tempDir();
  const clock = new TestClock();
  const store = open(dir, clock);
  store.applyReference(sampleReference());
  for (let n = 0; n < 60; n++) {
    const volunteerId = 1 + (n % 4);
    const [signedIn] = recordDrafts(store, [signIn(volunteerId)]).events;
    clock.advance(3_600_000);
    const credits = [{ day: 20_000 + n, minutes: 60, points: 10 }];
    const cardNumber = 1000 + volunteerId;
    recordDrafts(store, [
      {
        type: 'SIGNED_OUT',
        signInSeq: signedIn?.seq ?? 0,
        volunteerId,
        cardNumber,
        source: 'HID',
        actualMinutes: 60,
        credits,
      },
    ]);
  }
  store.close();
  return dir;
}

it('finds every flipped bit that changes a fact, wherever in the file it is', () => {
  const dir = template();
  const good = readFileSync(join(dir, 'station.db'));
  const facts = factsOf(join(dir, 'station.db'));
  const work = tempDir();
  const file = join(work, 'station.db');
  let found = 0;
  let named = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: good.length - 1 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const bytes = Buffer.from(good);
      bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << bit), at);
      writeFileSync(file, bytes);
      const quick = quickCheck(file);
      const { finding } = verifyFolder(work, sha256);
      if (!quick || finding !== null) {
        found += 1;
        if (finding?.kind === 'EVENT') named += 1;
        return true;
      }
      return factsOf(file) === facts;
    }),
    { numRuns: 400, endOnFailure: true },
  );
  expect(found).toBeGreaterThan(100);
  expect(named).toBeGreaterThan(20);
});

function quickCheck(file: string): boolean {
  try {
    const db = new Database(file, { readonly: true });
    try {
      return db.pragma('quick_check(1)', { simple: true }) === 'ok';
    } finally {
      db.close();
    }
  } catch {
    return false;
  }
}

it('whatever bits have flipped, the station comes back from its backup, sound', () => {
  const dir = template();
  const good = readFileSync(join(dir, 'station.db'));
  const folder = join(tempDir(), 'backups');
  const made = makeBackup({ dir, folder, nowMs: 0, maxBytes: 1e9 }, sha256);
  if (!made.ok || made.value === null) throw new Error('no backup');
  const { file, seq } = made.value;
  const work = tempDir();
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: good.length - 1 }), { minLength: 1, maxLength: 20 }),
      (places) => {
        const bytes = Buffer.from(good);
        for (const at of places) bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << (at % 8)), at);
        writeFileSync(join(work, 'station.db'), bytes);
        const plan = restoreStation({ dir: work, file, stationId: 0 }, 0, sha256);
        return plan.ok && plan.value.after.seq >= seq && verifyFolder(work, sha256).finding === null;
      },
    ),
    { numRuns: 40, endOnFailure: true },
  );
});

it('names the event whose text was changed in the file itself', () => {
  const dir = template();
  const file = join(dir, 'station.db');
  const bytes = readFileSync(file);
  // The 30th event is a sign-out or a sign-in of a known volunteer: find its canonical text in the file.
  const db = new Database(file, { readonly: true });
  const text = db.prepare('SELECT text FROM journal WHERE seq = 30').pluck().get() as string;
  db.close();
  const at = bytes.indexOf(text);
  expect(at).toBeGreaterThan(0);
  // A digit becomes another digit: still an event, still a sound page, and no longer what was recorded.
  const digit = at + text.lastIndexOf(',') + 1;
  bytes.writeUInt8(bytes.readUInt8(digit) ^ 1, digit);
  writeFileSync(file, bytes);
  copyFileSync(file, `${file}.damaged`);
  expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'EVENT', seq: 30 });
});

it('names the event whose key has flipped, though who reads along the journal still meets it', () => {
  const dir = template();
  const file = join(dir, 'station.db');
  const bytes = readFileSync(file);
  const db = new Database(file, { readonly: true });
  const text = db.prepare('SELECT text FROM journal WHERE seq = 30').pluck().get() as string;
  db.close();
  // The header of the record stands before its text; 9 is the type of the number one, the incarnation, 8 of nought.
  const at = bytes.indexOf(text);
  const type = bytes.lastIndexOf(9, at);
  expect(at - type).toBeLessThan(8);
  bytes.writeUInt8(8, type);
  writeFileSync(file, bytes);
  expect(quickCheck(file)).toBe(true);
  expect(verifyFolder(dir, sha256).finding).toMatchObject({ kind: 'EVENT', seq: 30, problem: 'GAP' });
});

it('a damaged database is refused at the start, and stays as it is', () => {
  const dir = template();
  const file = join(dir, 'station.db');
  const bytes = readFileSync(file);
  bytes.fill(0xff, 4096 + 8, 4096 + 200);
  writeFileSync(file, bytes);
  expect(openStore(optionsFor(dir, new TestClock()))).toMatchObject({
    ok: false,
    error: { kind: 'CORRUPT' },
  });
  expect(readFileSync(file).equals(bytes)).toBe(true);
});
