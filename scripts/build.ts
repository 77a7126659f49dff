/** Builds the station's screens and the Electron shell into out/. */
import { build, buildIsStale } from './lib/build.ts';
import { runScript } from './lib/cli.ts';

const HELP = `
npm run build [-- --if-needed]
Builds out/main, out/preload and out/renderer.
  --if-needed   only when a source is newer than what was built
`;

await runScript(HELP, { 'if-needed': { type: 'boolean' } }, (args) =>
  args.flag('if-needed') && !buildIsStale() ? Promise.resolve(0) : build(),
);
