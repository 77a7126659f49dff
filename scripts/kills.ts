/** Pulls the plug of a real station a thousand times. */
import { killAndLook } from '../tests/harness/kills.ts';
import { runScript, wholeNumber } from './lib/cli.ts';

const HELP = `
npm run kills [-- --kills N] [--seed N]
Starts a station, lets two screens scan, exchange, award, take back and book deliveries without a pause, kills it with
SIGKILL at a random instant, starts it again, and so on. At the end: everything that a screen was told is in the journal, once, and the folder verifies.
  --kills N   how often (default 1000; about half a second each)
  --seed N    repeats a run's choices (default: by chance, and printed)
Exit code: 0 all is well, 1 something was lost, doubled or broken.
`;

await runScript(HELP, { kills: { type: 'string' }, seed: { type: 'string' } }, async (args) => {
  const kills = wholeNumber('kills', args.text('kills') ?? '1000', 1, 1_000_000);
  const seed = wholeNumber(
    'seed',
    args.text('seed') ?? String(1 + Math.floor(Math.random() * 2 ** 31)),
    1,
    2 ** 32 - 1,
  );
  console.log(`${kills} kills, seed ${seed}`);
  const report = await killAndLook({
    kills,
    seed,
    onRound: (round, told) => {
      if (round % 50 === 0) console.log(`${round} kills, ${told} facts confirmed`);
    },
  });
  for (const problem of report.problems.slice(0, 20)) console.error(problem);
  console.log(
    `${kills} kills: ${report.told} facts confirmed, ${report.facts} in the journal, ${report.problems.length} problems`,
  );
  for (const [type, count] of Object.entries(report.kinds)) console.log(`  ${type}: ${count}`);
  return report.problems.length === 0 ? 0 : 1;
});
