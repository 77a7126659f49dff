import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes longest begins first, so that no core waits for another at the end. */
const LONGEST = [
  'tests/electron/kill.test.ts',
  'tests/electron/faultPoints.test.ts',
  'tests/simulator/',
  'tests/scenarios/',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((part) => moduleId.includes(part));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/e2e/**', 'tests/bench/**', 'node_modules'],
    // Real files, servers and processes: much of a test is waiting for them, so three keep two cores at work.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Guards against what hangs, and no measure of speed: a busy machine takes five times as long for everything.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
