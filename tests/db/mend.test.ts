/** Views that say something else than the journal are found by the next backup, and mended. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { listBackups, backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { isRefoldWished, mendViews, wishRefold } from '../../db/mend.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { damageEvent, MAX, scene } from './backupScene.ts';
import { recordDrafts, sha256, signIn } from './support.ts';

function spoilView(dir: string): void {
  const db = new Database(databaseFile(dir));
  db.exec('UPDATE day_total SET sign_ins = sign_ins + 900');
  db.close();
}

it('a backup of a good journal under wrong views is kept, and says which view is wrong', () => {
  const { dir, store, clock } = scene();
  spoilView(dir);
  const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: clock.nowMs(), maxBytes: MAX }, sha256);
  expect(made).toMatchObject({
    ok: true,
    value: { wrongViews: expect.stringContaining('day_total') as string },
  });
  expect(listBackups(backupFolder(dir))).toHaveLength(1);
  store.close();
});

it('makes wrong views anew, once, and never under a running station', () => {
  const { dir, store } = scene();
  spoilView(dir);
  wishRefold(dir);
  expect(mendViews(dir, sha256)).toEqual({ ok: false, error: { kind: 'LOCKED' } });
  store.close();
  expect(isRefoldWished(dir)).toBe(true);
  expect(mendViews(dir, sha256)).toMatchObject({ ok: true, value: { kind: 'VIEW', table: 'day_total' } });
  expect(verifyFolder(dir, sha256).finding).toBeNull();
  expect(isRefoldWished(dir)).toBe(false);
  expect(mendViews(dir, sha256)).toEqual({ ok: true, value: null });
});

it('touches nothing where the journal itself is wrong', () => {
  const { dir, store } = scene();
  recordDrafts(store, [signIn(2)]);
  store.close();
  damageEvent(dir, 2);
  spoilView(dir);
  const before = readFileSync(databaseFile(dir));
  expect(mendViews(dir, sha256)).toMatchObject({
    error: { kind: 'NOT_A_VIEW', finding: { kind: 'EVENT', seq: 2 } },
  });
  expect(readFileSync(databaseFile(dir)).equals(before)).toBe(true);
});
