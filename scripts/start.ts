/** The whole thing on one machine: a sample village's station, and a county beside it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSampleVillage, SAMPLE_KEEPER_PIN } from '../county/sample/village.ts';
import { readSettings, SETTINGS_FILE } from '../electron/shell/settings.ts';
import { build, buildIsStale } from './lib/build.ts';
import { findChromium, hasDisplay } from './lib/chromium.ts';
import { runScript, UsageError, wholeNumber } from './lib/cli.ts';
import { startSampleCounty } from './lib/county.ts';
import { needElectron } from './lib/electron.ts';
import { serveStation, stopSignal } from './lib/serve.ts';
import { ended, ROOT } from './lib/tools.ts';
import { openKiosk } from './lib/window.ts';

const HELP = `
npm start [-- options]
Shows the station of a made-up village, with a county on this machine. Ctrl+C ends both.
  --data DIR     folder for their data (default data/start); delete it to begin anew
  --port N       port of the station where Chromium or your browser shows it (default 0: any free one)
  --shell NAME   electron, chromium or none (default: the first of these that can be had)
`;

const OPTIONS = {
  data: { type: 'string' },
  port: { type: 'string' },
  shell: { type: 'string' },
} as const;

/** Leaves the sample station what an installer would leave a real one: its settings and its first delivery. */
function writeSettings(dir: string, countyUrl: string): void {
  mkdirSync(dir, { recursive: true });
  const { openingStock, reference } = makeSampleVillage({ nowMs: Date.now() });
  const settings = { stationId: reference.station.id, countyUrl, sample: true, openingStock };
  writeFileSync(join(dir, SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`);
}

/** Electron's window around the station, or undefined where Electron cannot be had. */
async function openElectron(folder: string, stationDir: string): Promise<ChildProcess | undefined> {
  const program = await needElectron(folder);
  if (program === undefined) {
    process.stdout.write('Electron cannot be had here, so the Chromium shell is taken: the same station.\n');
    return undefined;
  }
  const args = [ROOT, '--data', stationDir];
  // Chromium's sandbox does not run for root.
  if (process.getuid?.() === 0) args.unshift('--no-sandbox');
  return spawn(program, args, { stdio: 'inherit' });
}

/** Shows the station until its window is closed or `stop`. */
async function show(shell: string, folder: string, port: number, stop: Promise<void>): Promise<void> {
  const stationDir = join(folder, 'station');
  if (shell === 'electron' || (shell === '' && hasDisplay())) {
    const window = await openElectron(folder, stationDir);
    if (window !== undefined) {
      await Promise.race([stop, ended(window)]);
      if (window.exitCode === null) {
        window.kill('SIGTERM');
        await ended(window);
      }
      return;
    }
  }
  const settings = readSettings(['--data', stationDir], stationDir);
  if (!settings.ok) throw new UsageError(settings.error.detail);
  const serving = await serveStation(settings.value, { port, tokenFile: undefined });
  const browser = shell === 'none' || !hasDisplay() ? undefined : findChromium();
  try {
    if (browser === undefined) {
      process.stdout.write(`Open the station in a browser: ${serving.addressWithToken}\n`);
      await stop;
    } else {
      const window = openKiosk(browser, serving.addressWithToken, folder);
      await Promise.race([stop, ended(window)]);
      window.kill();
    }
  } finally {
    await serving.close();
  }
}

await runScript(HELP, OPTIONS, async (args) => {
  const shell = args.text('shell') ?? '';
  if (!['', 'electron', 'chromium', 'none'].includes(shell))
    throw new UsageError(`--shell must be electron, chromium or none, not "${shell}".`);
  const port = wholeNumber('port', args.text('port') ?? '0', 0, 65_535);
  const folder = args.text('data') ?? join(ROOT, 'data', 'start');
  mkdirSync(folder, { recursive: true });
  if (buildIsStale()) {
    process.stdout.write('Building the screens …\n');
    if ((await build()) !== 0) throw new Error('The screens could not be built.');
  }
  const stop = stopSignal();
  const county = await startSampleCounty(join(folder, 'county'));
  try {
    writeSettings(join(folder, 'station'), county.url);
    process.stdout.write(
      `The county's page: ${county.url}/\n` +
        `Sample cards to scan: npm run cards -- --out cards   Keeper's PIN: ${SAMPLE_KEEPER_PIN}\n` +
        'Ctrl+C ends the station and the county.\n',
    );
    await show(shell, folder, port, stop);
  } finally {
    await county.close();
  }
  return 0;
});
