/** A reporter for vitest. Its own JSON is silent about errors outside any test. */
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import { failureText, writeReport } from './testReport.ts';

const saidBy = (errors: readonly SerializedError[]) => errors.map(({ stack, message }) => stack ?? message);

export default class UnitReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], outside: readonly SerializedError[]): void {
    const failures: string[] = [];
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      const broken = module.errors();
      if (broken.length > 0) failures.push(failureText(module.relativeModuleId, saidBy(broken)));
      for (const test of module.children.allTests()) {
        const result = test.result();
        counts[result.state] += 1;
        if (result.state === 'failed')
          failures.push(failureText(`${module.relativeModuleId} › ${test.fullName}`, saidBy(result.errors)));
      }
    }
    if (outside.length > 0) failures.push(failureText('outside any test', saidBy(outside)));
    writeReport({ passed: counts.passed, failed: counts.failed, skipped: counts.skipped, failures });
  }
}
