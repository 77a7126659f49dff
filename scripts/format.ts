/** Writes every file in the one format. */
import { runScript } from './lib/cli.ts';
import { runTool } from './lib/tools.ts';

const HELP = `
npm run format [-- FILE…]
Formats the named files, or all.
`;

await runScript(HELP, {}, ({ positionals }) =>
  runTool('prettier', ['--write', '--log-level', 'warn', ...(positionals.length > 0 ? positionals : ['.'])]),
);
