/**
 * The story of the folder after a power cut: the lock's file still names a process, and after the restart that
 * number is somebody else's. The county comes up all the same; beside a county that lives, none does.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder, runningCounty } from '../../../county/server/lock.ts';

const MODULE = join(import.meta.dirname, '../../../county/server/lock.ts');
let dir: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'county-lock-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

test('the number of a process that lives, but is no county, locks nobody out', () => {
  const stale = { pid: process.ppid, address: 'http://127.0.0.1:1', adminToken: 'x' };
  writeFileSync(join(dir, 'county.lock'), JSON.stringify(stale));
  expect(runningCounty(dir)).toBeUndefined();
  const taken = lockFolder(dir);
  expect(taken.ok).toBe(true);
  if (!taken.ok) return;
  expect(readFileSync(join(dir, 'county.lock'), 'utf8')).toContain(`"pid":${process.pid}`);
  taken.value.release();
  expect(existsSync(join(dir, 'county.lock'))).toBe(false);
});

test('a county that lives keeps others out and is found; killed, it leaves the folder free', async () => {
  const program = `
    const { lockFolder } = await import(${JSON.stringify(MODULE)});
    const taken = lockFolder(${JSON.stringify(dir)});
    if (taken.ok) taken.value.publish('http://127.0.0.1:7', 'secret');
    gc();
    console.log(taken.ok);
    setInterval(() => {}, 1000);`;
  child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  expect(said.toString()).toBe('true\n');
  const living = { pid: child.pid, address: 'http://127.0.0.1:7', adminToken: 'secret' };
  expect(runningCounty(dir)).toEqual(living);
  expect(lockFolder(dir)).toEqual({ ok: false, error: { kind: 'LOCKED', by: living } });
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
  expect(existsSync(join(dir, 'county.lock'))).toBe(true);
  expect(runningCounty(dir)).toBeUndefined();
  const taken = lockFolder(dir);
  expect(taken.ok).toBe(true);
  if (taken.ok) taken.value.release();
});
