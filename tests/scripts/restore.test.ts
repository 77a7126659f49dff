/** The restore command as whoever stands at the terminal meets it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import { verifyFolder } from '../../db/verify.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { seedStation, testVillage } from '../harness/village.ts';

const dir = mkdtempSync(join(tmpdir(), 'restore-'));
afterAll(() => rmSync(dir, { recursive: true }));
const { sha256 } = realWorld();

function restore(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/restore.ts', ...args], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('lists, looks, restores a damaged station, and says what came of it', () => {
  expect(restore()).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('--data DIR is missing') as string,
  });
  seedStation(dir, testVillage().reference);
  expect(restore('--data', dir)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('no good backup') as string,
  });
  const made = makeBackup({ dir, folder: backupFolder(dir), nowMs: Date.now(), maxBytes: 1e9 }, sha256);
  expect(made.ok).toBe(true);
  expect(restore('--data', dir, '--list').stdout).toContain('station-');

  const bytes = readFileSync(databaseFile(dir));
  bytes.fill(0xff, 4096 + 8, 4096 + 200);
  writeFileSync(databaseFile(dir), bytes);
  expect(verifyFolder(dir, sha256).finding).not.toBeNull();
  const looked = restore('--data', dir, '--preview');
  expect(looked).toMatchObject({ status: 0, stderr: '' });
  expect(looked.stdout).toContain('Nothing that was recorded is lost.');
  expect(readFileSync(databaseFile(dir)).equals(bytes)).toBe(true);

  expect(restore('--data', dir, '--station', '99')).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('The backup is of station 1') as string,
  });
  const done = restore('--data', dir, '--station', '1');
  expect(done).toMatchObject({ status: 0, stderr: '' });
  expect(done.stdout).toContain('Restored. The next start begins a new incarnation.');
  expect(verifyFolder(dir, sha256).finding).toBeNull();

  writeFileSync(databaseFile(dir), Buffer.alloc(8192, 0xff));
  const unreadable = restore('--data', dir, '--preview').stdout;
  expect(unreadable).not.toContain('Nothing that was recorded is lost.');
  expect(unreadable).toMatch(/What was recorded after .* and had not reached the county cannot be known/);
});
