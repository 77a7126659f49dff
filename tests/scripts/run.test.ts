/** The way into every script, as it is called by npm and by a person. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../scripts/lib/tools.ts';

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'scripts', 'run.mjs'), ...args],
    {
      encoding: 'utf8',
      cwd: '/',
    },
  );
  return { status, stdout, stderr };
}

const NAMES = [
  'start',
  'test',
  'check',
  'bench',
  'verify',
  'simulate',
  'restore',
  'kills',
  'mutate',
  'station',
  'county',
  'cards',
  'build',
  'format',
];

test.each(NAMES)('npm run %s -- --help tells what it does', (name) => {
  const { status, stdout, stderr } = run(name, '--help');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toMatch(/^npm (run )?\w+/);
});

test.each(NAMES)('npm run %s with an unknown option fails in one line without a stack', (name) => {
  const { status, stderr } = run(name, '--no-such-option');
  expect(status).not.toBe(0);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test.each([[[]], [['no-such']], [['../evil']]] as const)('%j is no script', (args) => {
  const { status, stderr } = run(...args);
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});

test('a station with wrong settings is told in one line', () => {
  const { status, stderr } = run(
    'station',
    '--headless',
    '--data',
    join(ROOT, 'data'),
    '--county',
    'ftp://x',
  );
  expect(status).toBe(1);
  expect(stderr.trim().split('\n')).toHaveLength(1);
});
