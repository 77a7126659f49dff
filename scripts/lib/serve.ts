/** One station with the Chromium shell in this process, for `npm start` and `npm run station`. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowserShell } from '../../electron/browser.ts';
import { nodeHost } from '../../electron/shell/nodeHost.ts';
import { openStation } from '../../electron/shell/openStation.ts';
import type { Settings } from '../../electron/shell/settings.ts';
import { UsageError } from './cli.ts';
import { ROOT } from './tools.ts';

export interface Serving {
  readonly port: number;
  /** Where the page is, without the token. */
  readonly address: string;
  /** The same with the token in its fragment, which a browser never sends anywhere. */
  readonly addressWithToken: string;
  readonly token: string;
  /** Lets the screens go, then ends everything under way and closes the database. */
  readonly close: () => Promise<void>;
}

/** Writes a token that only this user may read; never a half of it. */
function writeToken(file: string, token: string): void {
  const temporary = `${file}.${process.pid}.new`;
  rmSync(temporary, { force: true });
  const handle = openSync(temporary, 'wx', 0o600);
  writeSync(handle, `${token}\n`);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
}

/**
 * Opens the station and serves it, or what stands in its place where its database cannot be opened. Throws a
 * UsageError in one line for what only whoever started it can mend: another station's folder and, where nobody is
 * to look at a screen (`headless`), one that is running already.
 */
export async function serveStation(
  settings: Settings,
  {
    port,
    tokenFile,
    headless = false,
  }: { readonly port: number; readonly tokenFile: string | undefined; readonly headless?: boolean },
): Promise<Serving> {
  const host = nodeHost();
  const opened = openStation(settings, host, ({ trouble }) =>
    trouble === 'OTHER_STATION' || (headless && trouble === 'LOCKED') ? 'REFUSE' : 'RECOVER',
  );
  if (!opened.ok) throw new UsageError(opened.error.detail);
  const station = opened.value;
  const token = randomBytes(32).toString('base64url');
  try {
    const shell = await startBrowserShell({
      station,
      rendererDir: join(ROOT, 'out', 'renderer'),
      port,
      token,
      log: host.log,
    });
    if (tokenFile !== undefined) writeToken(tokenFile, token);
    return {
      port: shell.port,
      address: shell.address,
      addressWithToken: `${shell.address}/#token=${token}`,
      token,
      close: async () => {
        if (tokenFile !== undefined) rmSync(tokenFile, { force: true });
        await shell.close();
        await station.close();
      },
    };
  } catch (error) {
    await station.close();
    throw error;
  }
}

/** Resolves at the first signal to stop. A second one ends the process at once. */
export function stopSignal(): Promise<void> {
  return new Promise((done) => {
    let asked = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        const now = performance.now();
        // Ctrl+C reaches this process twice, from the terminal and from run.mjs: that is one wish.
        if (asked > 0 && now - asked > 1_000) process.exit(1);
        if (asked === 0) asked = now;
        done();
      });
    }
  });
}
