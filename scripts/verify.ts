/** Proves the journal of a station's folder and everything folded from it. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { databaseFile } from '../db/open.ts';
import { mendViews } from '../db/mend.ts';
import { describeFinding } from '../db/finding.ts';
import { verifyFolder } from '../db/verify.ts';
import type { Sha256 } from '../domain/journal/canonical.ts';
import { runScript } from './lib/cli.ts';
import { progressLine } from './lib/progressLine.ts';

const HELP = `
npm run verify -- --data DIR [--json | --refold]
Recomputes the hash chain of every journal in a station's folder, folds all views again and compares them row by
row. It only reads, and the station may be running meanwhile. How far it is, is said on stderr.
  --data DIR  the station's folder (the one with station.db)
  --refold    make the views anew where they say something else than the journal; the station must not be running
  --json      print the report as JSON instead of a sentence
Exit code: 0 all is well; 1 something is wrong, and the line names the first wrong event or view; 2 the folder
could not be looked at.
`;

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Mends the views and says what came of it; answers the exit code. */
function mend(dir: string): number {
  const mended = mendViews(dir, sha256);
  if (mended.ok) {
    const { value } = mended;
    console.log(value === null ? 'All is well: nothing was changed.' : `Mended: ${describeFinding(value)}.`);
    return 0;
  }
  switch (mended.error.kind) {
    case 'LOCKED':
      console.error('The station is running: close it first. Nothing was changed.');
      return 2;
    case 'STORE_UNAVAILABLE':
      console.error(`The disk refuses: ${mended.error.reason}.`);
      return 2;
    case 'NOT_A_VIEW':
      console.error(`Wrong, and not to be mended so: ${describeFinding(mended.error.finding)}.`);
      return 1;
  }
}

const OPTIONS = {
  data: { type: 'string' },
  json: { type: 'boolean' },
  refold: { type: 'boolean' },
} as const;

await runScript(HELP, OPTIONS, (args) => {
  const data = args.text('data');
  if (data === undefined || data === '') {
    console.error('--data DIR is missing: which folder shall be verified?');
    return Promise.resolve(2);
  }
  const dir = resolve(data);
  if (!existsSync(databaseFile(dir))) {
    console.error(`there is no station in ${dir}`);
    return Promise.resolve(2);
  }
  if (args.flag('refold')) return Promise.resolve(mend(dir));
  const progress = progressLine('verify');
  const report = verifyFolder(dir, sha256, progress.tell);
  progress.end();
  const { finding, events, incarnations, viewRows } = report;
  if (args.flag('json')) console.log(JSON.stringify(report));
  else if (finding === null) {
    const journals = incarnations === 1 ? 'one journal' : `${incarnations} journals`;
    console.log(`All is well: ${events} events in ${journals}, ${viewRows} rows of views.`);
  } else console.error(`Wrong: ${describeFinding(finding)}.`);
  if (finding === null) return Promise.resolve(0);
  return Promise.resolve(finding.kind === 'UNREADABLE' || finding.kind === 'OTHER_SCHEMA' ? 2 : 1);
});
