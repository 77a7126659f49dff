/**
 * What came of a run of tests, as the runners' own reporters below write it for the last lines of `npm test`: of
 * a long output only the end may be kept, and there each failure is named once more.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One text for each failure, those outside any test among them: where, and what was said. */
  readonly failures: readonly string[];
}

const FILE = 'VILLAGE_TEST_REPORT';
const MESSAGE_LINES = 12;

/** A failure in a few lines without colours. */
export function failureText(where: string, said: readonly string[]): string {
  const lines = stripVTControlCharacters(said.join('\n')).trim().split('\n').slice(0, MESSAGE_LINES);
  return [where, ...lines.map((line) => `    ${line}`)].join('\n');
}

/** What a runner is given so that its reporter writes into `file`. */
export const reportInto = (file: string): Readonly<Record<string, string>> => ({ [FILE]: file });

/** Called within the runner: writes what came of it, if anybody asked. */
export function writeReport(report: TestReport): void {
  const file = process.env[FILE];
  if (file !== undefined) writeFileSync(file, JSON.stringify(report));
}

/** Reads what a runner wrote that ended with `code`. One that died, or failed without a word, is a failure. */
export function readReport(name: string, file: string, code: number): TestReport {
  const nothing: TestReport = { passed: 0, failed: 0, skipped: 0, failures: [] };
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : nothing;
  if (report.failed > 0 || (code === 0 && report !== nothing)) return report;
  const wordless = [failureText(name, [`ended with code ${code} and named no failed test`])];
  return { ...report, failed: 1, failures: report.failures.length > 0 ? report.failures : wordless };
}
