/** Takes the promises' foundations away, one at a time: the tests must notice each. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runScript } from './lib/cli.ts';
import { failedTests, type Mutation } from './lib/mutation.ts';
import { MUTATIONS } from './lib/mutations.ts';
import { ROOT, toolScript } from './lib/tools.ts';

const HELP = `
npm run mutate [-- --only TEXT] [--list]
Copies the tree, takes one foundation away (the unique index, the check of the balance, the transaction, …), runs the
narrow tests that must go red, puts it back, and goes on. The working tree is not touched.
  --only TEXT  just the mutations whose name contains TEXT
  --list       name them
Exit code: 0 every one was noticed by a test that ran and failed; 1 the tests stayed green, could not be run, or were
red before anything was taken away.
`;

function copyTree(): string {
  const copy = mkdtempSync(join(tmpdir(), 'mutate-'));
  const { stdout, status } = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error('git cannot list the files of the tree');
  for (const file of stdout.split('\0').filter((name) => name !== '' && !name.startsWith('node_modules'))) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(ROOT, file), join(copy, file));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

interface TestRun {
  readonly green: boolean;
  /** Names of tests that ran and failed: a file that could not even be loaded is none of them. */
  readonly failed: readonly string[];
  readonly said: string;
}

/** Runs the tests, and says which failed. */
function runTests(copy: string, tests: readonly string[]): TestRun {
  const report = join(copy, 'mutate-report.json');
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const result = spawnSync(
    process.execPath,
    [toolScript('vitest'), 'run', '--bail=1', ...reporters, ...tests],
    {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    },
  );
  const failed = existsSync(report) ? failedTests(readFileSync(report, 'utf8')) : [];
  return { green: result.status === 0, failed, said: `${result.stdout}${result.stderr}` };
}

/**
 * Runs the tests on the tree without one foundation. NOTICED: a test ran and failed. BROKEN: they are red without one
 * that failed, since a mutation that no file can be loaded with proves nothing.
 */
function judge(copy: string, { name, file, take, put, tests }: Mutation): 'NOTICED' | 'MISSED' | 'BROKEN' {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(take).length !== 2)
    throw new Error(`${name}: ${file} does not hold its text exactly once`);
  writeFileSync(
    path,
    source.replace(take, () => put),
  );
  try {
    const { green, failed } = runTests(copy, tests);
    if (green) return 'MISSED';
    return failed.length > 0 ? 'NOTICED' : 'BROKEN';
  } finally {
    writeFileSync(path, source);
  }
}

await runScript(HELP, { only: { type: 'string' }, list: { type: 'boolean' } }, (args) => {
  const only = args.text('only') ?? '';
  const wanted = MUTATIONS.filter(({ name }) => name.includes(only));
  if (args.flag('list')) {
    for (const { name, file } of wanted) console.log(`${name}  (${file})`);
    return Promise.resolve(0);
  }
  const copy = copyTree();
  try {
    const before = runTests(copy, [...new Set(wanted.flatMap(({ tests }) => tests))]);
    if (!before.green) {
      console.error(before.said.slice(-4000));
      console.error('The tests are red before anything was taken away.');
      return Promise.resolve(1);
    }
    let missed = 0;
    for (const mutation of wanted) {
      const verdict = judge(copy, mutation);
      if (verdict !== 'NOTICED') missed += 1;
      console.log(`${verdict.padEnd(7)}  without ${mutation.name}`);
    }
    console.log(`${wanted.length - missed} of ${wanted.length} noticed`);
    return Promise.resolve(missed === 0 ? 0 : 1);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
