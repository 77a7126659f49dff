/** A reporter for Playwright. */
import type { FullConfig, Reporter, Suite, TestError } from '@playwright/test/reporter';
import { failureText, writeReport } from './testReport.ts';

const saidBy = (errors: readonly TestError[]) =>
  errors.map(({ stack, message, value }) => stack ?? message ?? value ?? 'an error without a text');

export default class E2eReport implements Reporter {
  #suite: Suite | undefined;
  readonly #outside: TestError[] = [];

  onBegin(_: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onError(error: TestError): void {
    this.#outside.push(error);
  }

  onEnd(): void {
    const counts = { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
    const failures: string[] = [];
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      counts[outcome] += 1;
      if (outcome === 'unexpected' || outcome === 'flaky') {
        const where = test.titlePath().filter((title) => title !== '');
        failures.push(failureText(where.join(' › '), saidBy(test.results.flatMap(({ errors }) => errors))));
      }
    }
    if (this.#outside.length > 0) failures.push(failureText('outside any test', saidBy(this.#outside)));
    const failed = counts.unexpected + counts.flaky;
    writeReport({ passed: counts.expected, failed, skipped: counts.skipped, failures });
  }
}
