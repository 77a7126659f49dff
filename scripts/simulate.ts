/** Stands for the simulator of 403 stations until its own issue brings it. */
import { runScript } from './lib/cli.ts';

const HELP = `
npm run simulate
Will run 403 stations, their county and its couriers against each other with seeded faults.
Not yet: it comes with the sync issue.
`;

await runScript(HELP, {}, () => {
  process.stderr.write('Not yet: the simulator comes with the sync issue.\n');
  return Promise.resolve(1);
});
