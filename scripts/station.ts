/** A station alone. */
import { join } from 'node:path';
import { makeSampleVillage } from '../county/sample/village.ts';
import { readSettings } from '../electron/shell/settings.ts';
import { build, buildIsStale } from './lib/build.ts';
import { findChromium, hasDisplay } from './lib/chromium.ts';
import { runScript, UsageError, wholeNumber } from './lib/cli.ts';
import { serveStation, stopSignal } from './lib/serve.ts';
import { ended, ROOT } from './lib/tools.ts';
import { openKiosk } from './lib/window.ts';

const HELP = `
npm run station -- --data DIR --county URL --station ID [options]
Runs one station: its database in DIR, its screens and its contract on 127.0.0.1.
  --data DIR         folder of its data (default data/station); DIR/station.json may hold the settings
  --county URL       where the county is; without it everything is kept until there is one
  --station ID       the station's number (default 1). Without --station and --county a new folder opens the screen
                     on which the machine is brought in by the county's QR code
  --enrol CODE       one-time code from the county, for the first contact
  --backup-dir DIR   second place for backups, such as another disk or a stick (the first is DIR/backups)
  --stick DIR        folder of the courier's USB stick, where the system does not tell of sticks
  --port N           port on 127.0.0.1 (default 0: any free one)
  --token-file F     write the token that admits a client into F, readable by this user only, once listening
  --headless         no window: the contract over ws://127.0.0.1:PORT/ws, see the README
  --sample           the sample village: the screen says that it is made up, and its first delivery is in stock
`;

const OPTIONS = {
  data: { type: 'string' },
  county: { type: 'string' },
  station: { type: 'string' },
  enrol: { type: 'string' },
  'backup-dir': { type: 'string' },
  stick: { type: 'string' },
  port: { type: 'string' },
  'token-file': { type: 'string' },
  headless: { type: 'boolean' },
  sample: { type: 'boolean' },
} as const;

await runScript(HELP, OPTIONS, async (args) => {
  if (args.positionals.length > 0) throw new UsageError(`Unknown argument "${args.positionals[0] ?? ''}".`);
  const settings = readSettings(process.argv.slice(2), join(ROOT, 'data', 'station'));
  if (!settings.ok) throw new UsageError(settings.error.detail);
  const port = wholeNumber('port', args.text('port') ?? '0', 0, 65_535);
  const headless = args.flag('headless');
  if (!headless && buildIsStale() && (await build()) !== 0)
    throw new Error('The screens could not be built.');
  const stop = stopSignal();
  const given = settings.value;
  const openingStock =
    given.sample && given.openingStock.length === 0
      ? makeSampleVillage({ nowMs: Date.now() }).openingStock
      : given.openingStock;
  const serving = await serveStation(
    { ...given, openingStock },
    { port, tokenFile: args.text('token-file'), headless },
  );
  process.stdout.write(`station listening on ${serving.address}\n`);
  const browser = !headless && hasDisplay() ? findChromium() : undefined;
  if (browser !== undefined) {
    const window = openKiosk(browser, serving.addressWithToken, settings.value.dataDir);
    await Promise.race([stop, ended(window)]);
    window.kill();
  } else {
    if (!headless) process.stdout.write(`open ${serving.addressWithToken}\n`);
    await stop;
  }
  await serving.close();
  return 0;
});
