/** Types, lint and format of the whole project. */
import { runScript } from './lib/cli.ts';
import { runTool } from './lib/tools.ts';

const HELP = `
npm run check
Checks types (station and county, domain, renderer), lint rules and format. Changes nothing.
`;

await runScript(HELP, {}, async () => {
  // The longest begin, and two are under way at once: one core would idle otherwise.
  const checks: readonly (readonly [string, () => Promise<number>])[] = [
    ['lint', () => runTool('eslint', ['.', '--max-warnings', '0'])],
    ['types', () => runTool('typescript', ['-p', '.'], { command: 'tsc' })],
    ['types of renderer', () => runTool('typescript', ['-p', 'renderer'], { command: 'tsc' })],
    ['format', () => runTool('prettier', ['--check', '--log-level', 'warn', '.'])],
    ['types of domain', () => runTool('typescript', ['-p', 'domain'], { command: 'tsc' })],
  ];
  const failed: string[] = [];
  const waiting = checks.values();
  const walk = async () => {
    for (const [name, check] of waiting) {
      const code = await check();
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name}\n`);
      if (code !== 0) failed.push(name);
    }
  };
  await Promise.all([walk(), walk()]);
  if (failed.length === 0) return 0;
  process.stderr.write(`check failed: ${failed.join(', ')}\n`);
  return 1;
});
