/** The built bundles. Tests of them must not pass on old ones. */
import { join } from 'node:path';
import { isOlder } from '../../scripts/lib/build.ts';
import { ROOT } from '../../scripts/lib/tools.ts';

export const OUT = join(ROOT, 'out');

/** Throws if Electron's bundles are missing or older than what they are made from; `npm test` builds first. */
export function needBuilt(): void {
  for (const file of ['main/main.js', 'main/scanner.js', 'preload/preload.cjs'])
    if (isOlder(file, ['electron', 'db', 'domain', 'electron.vite.config.ts']))
      throw new Error(`out/${file} is missing or old: npm run build`);
}
