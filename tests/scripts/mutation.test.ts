/** What counts as a mutation that was noticed, by Vitest's own reports. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { failedTests } from '../../scripts/lib/mutation.ts';
import { ROOT, toolScript } from '../../scripts/lib/tools.ts';

let dir: string;
// Within the tree, so that the runner is found from there.
beforeAll(() => {
  dir = mkdtempSync(join(ROOT, 'node_modules', '.mutation-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

/** Runs one test file by itself. */
function run(text: string): { readonly status: number | null; readonly failed: readonly string[] } {
  writeFileSync(join(dir, 'one.check.ts'), text);
  writeFileSync(join(dir, 'config.mjs'), "export default { test: { include: ['*.check.ts'] } };\n");
  const report = join(dir, 'report.json');
  const args = ['run', '--root', dir, '--config', join(dir, 'config.mjs'), '--reporter=json'];
  const { status } = spawnSync(process.execPath, [
    toolScript('vitest'),
    ...args,
    `--outputFile.json=${report}`,
  ]);
  return { status, failed: failedTests(readFileSync(report, 'utf8')) };
}

it('is a test that ran and failed, and not a file that could not be loaded', () => {
  const failing = run("import { expect, test } from 'vitest';\ntest('holds', () => expect(1).toBe(2));\n");
  expect(failing).toEqual({ status: 1, failed: ['holds'] });
  const broken = run(
    "import './is-not-there.ts';\nimport { test } from 'vitest';\ntest('holds', () => {});\n",
  );
  expect(broken).toEqual({ status: 1, failed: [] });
  const fine = run("import { test } from 'vitest';\ntest('holds', () => {});\n");
  expect(fine).toEqual({ status: 0, failed: [] });
});
