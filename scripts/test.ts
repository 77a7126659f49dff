/** Everything that CI asks of the project, ending in one plain line of counts. */
import { mkdirSync, rmSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './lib/build.ts';
import { needChromium } from './lib/chromium.ts';
import { runScript, wholeNumber } from './lib/cli.ts';
import { memoryDisk } from './lib/memoryDisk.ts';
import { wantPostgres } from './lib/postgres.ts';
import { readReport, reportInto, type TestReport } from './lib/testReport.ts';
import { ROOT, runProgram, runTool } from './lib/tools.ts';

const HELP = `
npm test [-- --only check|unit|e2e …] [--seed N]
Checks types, lint and format; builds; runs the tests of every room, then the end-to-end tests in real Chromium.
  --only PART   just this part (repeatable)
  --seed N      other cases of the tests that make up theirs
At the end each failure is named once more; the last line counts: N passed, N failed, N skipped.
`;

const results = join(ROOT, 'test-results');

async function unit(): Promise<TestReport> {
  const file = join(results, 'unit.json');
  const hasPostgres = await wantPostgres();
  const reporters = ['--reporter=default', `--reporter=${join(import.meta.dirname, 'lib', 'unitReport.ts')}`];
  const code = await runTool('vitest', ['run', ...reporters], { env: reportInto(file) });
  const report = readReport('unit', file, code);
  // Whoever works on a machine without it may; what is landed has been seen on both.
  if (hasPostgres || process.env['CI'] !== 'true') return report;
  const failures = [...report.failures, 'CI has no PostgreSQL: half of the tests of the county were skipped'];
  return { ...report, failed: report.failed + 1, failures };
}

async function e2e(): Promise<TestReport> {
  const file = join(results, 'e2e.json');
  const chromium = await needChromium();
  const reporter = join(import.meta.dirname, 'lib', 'e2eReport.ts');
  const code = await runTool('@playwright/test', ['test', `--reporter=list,${reporter}`], {
    command: 'playwright',
    env: { ...reportInto(file), VILLAGE_CHROMIUM: chromium },
  });
  return readReport('e2e', file, code);
}

/** Of the tests' folders: what a kill leaves is the same in memory. */
const ENOUGH_BYTES = 6 * 2 ** 30;

/** A step without tests of its own: only its failure counts. */
async function step(name: string, run: () => Promise<number>): Promise<TestReport> {
  const failures = (await run()) === 0 ? [] : [`${name} failed: it was said above`];
  return { passed: 0, failed: failures.length, skipped: 0, failures };
}

const OPTIONS = { only: { type: 'string', multiple: true }, seed: { type: 'string' } } as const;

await runScript(HELP, OPTIONS, async (args) => {
  const wanted = args.list('only');
  const seed = args.text('seed');
  if (seed !== undefined) process.env['VILLAGE_SEED'] = String(wholeNumber('seed', seed, 0, 2 ** 31 - 1));
  // Hundreds of stations and counties are started, all out of the same sources: they are compiled once.
  process.env['NODE_COMPILE_CACHE'] ??= join(ROOT, 'node_modules', '.cache', 'compiled');
  process.env['TMPDIR'] ??= (freemem() >= ENOUGH_BYTES ? memoryDisk(ENOUGH_BYTES) : undefined) ?? tmpdir();
  const wants = (part: string) => wanted.length === 0 || wanted.includes(part);
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const reports: TestReport[] = [];
  if (wants('check'))
    reports.push(
      await step('check', () => runProgram(process.execPath, [join(ROOT, 'scripts', 'check.ts')])),
    );
  if (wants('unit') || wants('e2e')) reports.push(await step('build', build));
  if (wants('unit')) reports.push(await unit());
  if (wants('e2e')) reports.push(await e2e());
  const sum = (key: 'passed' | 'failed' | 'skipped') =>
    reports.reduce((total, report) => total + report[key], 0);
  for (const failure of reports.flatMap(({ failures }) => failures)) process.stdout.write(`\n${failure}\n`);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  return sum('failed') === 0 ? 0 : 1;
});
