import { expect, test } from 'vitest';
import { wantPostgres, type PostgresHost } from '../../scripts/lib/postgres.ts';

/** A machine with or without a server, whose apt finds one or not; tells what was done and said. */
function machine(options: { readonly has: boolean; readonly root: boolean; readonly aptHasIt: boolean }) {
  let has = options.has;
  const done: string[] = [];
  const host: PostgresHost = {
    hasServer: () => has,
    mayInstall: () => options.root,
    install: () => {
      done.push('installed');
      has = options.aptHasIt;
      return Promise.resolve(has ? 0 : 100);
    },
    say: (line) => void done.push(line),
  };
  return { host, done };
}

test('a server that is there is taken as it is', async () => {
  const { host, done } = machine({ has: true, root: true, aptHasIt: true });
  expect(await wantPostgres(host)).toBe(true);
  expect(done).toEqual([]);
});

test('root on Debian gets one installed', async () => {
  const { host, done } = machine({ has: false, root: true, aptHasIt: true });
  expect(await wantPostgres(host)).toBe(true);
  expect(done).toEqual([expect.stringMatching(/^Installing PostgreSQL/), 'installed']);
});

test.each([
  ['somebody who may not install', { has: false, root: false, aptHasIt: true }, 1],
  ['root whose apt cannot reach its source', { has: false, root: true, aptHasIt: false }, 3],
])('%s is told the one command and what is skipped', async (_who, options, lines) => {
  const { host, done } = machine(options);
  expect(await wantPostgres(host)).toBe(false);
  expect(done).toHaveLength(lines);
  expect(done.at(-1)).toContain('tests on PostgreSQL are skipped');
  expect(done.at(-1)).toContain('apt-get install -y postgresql');
});
