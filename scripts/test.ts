/** Everything that CI asks of the project, ending in one plain line of counts. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { needChromium } from './lib/chromium.ts';
import { runScript, wholeNumber } from './lib/cli.ts';
import { wantPostgres } from './lib/postgres.ts';
import { ROOT, runProgram, runTool } from './lib/tools.ts';

const HELP = `
npm test [-- --only check|unit|e2e …] [--seed N]
Checks types, lint and format; builds; runs the tests of every room, then the end-to-end tests in real Chromium.
  --only PART   just this part (repeatable)
  --seed N      other cases of the tests that make up theirs
The last line counts the tests: N passed, N failed, N skipped.
`;

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}
const results = join(ROOT, 'test-results');

function readReport(file: string): unknown {
  // A runner that died wrote no report: its exit code already says that it failed.
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

async function unit(): Promise<Counts> {
  const file = join(results, 'vitest.json');
  await wantPostgres();
  const code = await runTool('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = readReport(file) as Partial<Record<'numPassedTests' | 'numFailedTests', number>> & {
    readonly numPendingTests?: number;
    readonly numTodoTests?: number;
  };
  const failed = report.numFailedTests ?? 0;
  return {
    passed: report.numPassedTests ?? 0,
    // A file that could not even be loaded fails the run without a failed test.
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  };
}

async function e2e(): Promise<Counts> {
  const file = join(results, 'playwright.json');
  const chromium = await needChromium();
  const code = await runTool('@playwright/test', ['test', '--reporter=list,json'], {
    command: 'playwright',
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, VILLAGE_CHROMIUM: chromium },
  });
  const { stats = {} } = readReport(file) as {
    readonly stats?: { readonly expected?: number; readonly unexpected?: number; readonly skipped?: number };
  };
  const failed = stats.unexpected ?? 0;
  return {
    passed: stats.expected ?? 0,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: stats.skipped ?? 0,
  };
}

/** A step without tests of its own: only its failure counts. */
async function step(name: string, run: () => Promise<number>): Promise<Counts> {
  const code = await run();
  if (code !== 0) process.stderr.write(`${name} failed\n`);
  return { passed: 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

const OPTIONS = { only: { type: 'string', multiple: true }, seed: { type: 'string' } } as const;

await runScript(HELP, OPTIONS, async (args) => {
  const wanted = args.list('only');
  const seed = args.text('seed');
  if (seed !== undefined) process.env['VILLAGE_SEED'] = String(wholeNumber('seed', seed, 0, 2 ** 31 - 1));
  // Hundreds of stations and counties are started, all out of the same sources: they are compiled once.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules', '.cache', 'compiled');
  const wants = (part: string) => wanted.length === 0 || wanted.includes(part);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const counts: Counts[] = [];
  if (wants('check'))
    counts.push(await step('check', () => runProgram(process.execPath, [join(ROOT, 'scripts', 'check.ts')])));
  if (wants('unit') || wants('e2e')) counts.push(await step('build', build));
  if (wants('unit')) counts.push(await unit());
  if (wants('e2e')) counts.push(await e2e());
  const sum = (key: keyof Counts) => counts.reduce((total, count) => total + count[key], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 ? 0 : 1;
});
