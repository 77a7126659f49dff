/**
 * A station process for tests: the very parts of `npm run station -- --headless`, but for a clock that the test
 * owns. Started by station.ts beside this file; production has no such switch.
 *
 * The first message over the channel says how to start; each later one moves both clocks on.
 */
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { startBrowserShell } from '../../electron/browser.ts';
import { nodeHost } from '../../electron/shell/nodeHost.ts';
import { openStation } from '../../electron/shell/openStation.ts';
import type { Settings } from '../../electron/shell/settings.ts';
import { DEFAULT_PAUSES, type Pauses } from '../../electron/station/sync/pauses.ts';
import { realWorld } from '../../electron/shell/world.ts';

export interface StartMessage {
  readonly settings: Settings;
  readonly port: number;
  /** What the wall clock shows at the start. */
  readonly startMs: number;
  /** Which boot of the operating system this is; undefined: that of this machine. */
  readonly osBoot?: string;
  readonly freeBytes: number;
  /** Between two tries of the county, ms; undefined: as in production. */
  readonly pauseMs?: number;
}
export type ToStation = StartMessage | { readonly advanceMs: number } | { readonly close: true };
export type FromStation =
  | { readonly kind: 'LISTENING'; readonly port: number; readonly token: string; readonly rssBytes: number }
  | { readonly kind: 'ADVANCED' }
  | { readonly kind: 'FAILED'; readonly detail: string };

/** All but the question for news, which would be asked without an end. */
const hastyPauses = (ms: number): Pauses => ({
  ...DEFAULT_PAUSES,
  soonMs: ms,
  firstBackoffMs: ms,
  maxBackoffMs: ms,
});
const say = (message: FromStation) => process.send?.(message);

async function start({ settings, port, startMs, osBoot, freeBytes, pauseMs }: StartMessage): Promise<void> {
  const host = nodeHost();
  const real = realWorld();
  const bornMs = real.clock.monoMs();
  let movedMs = 0;
  const world = {
    ...real,
    clock: {
      nowMs: () => startMs + (real.clock.monoMs() - bornMs) + movedMs,
      monoMs: () => real.clock.monoMs() + movedMs,
      osBoot: () => osBoot ?? real.clock.osBoot(),
    },
    freeBytes: () => Promise.resolve(freeBytes),
  };
  const hasty = pauseMs === undefined ? {} : { syncPauses: hastyPauses(pauseMs) };
  const opened = openStation(settings, { ...host, ...hasty, world, spawnScanner: null });
  if (!opened.ok) {
    say({ kind: 'FAILED', detail: opened.error.detail });
    return;
  }
  const station = opened.value;
  const token = randomBytes(32).toString('base64url');
  const shell = await startBrowserShell({
    station,
    rendererDir: join(resolve(import.meta.dirname, '..', '..'), 'out', 'renderer'),
    port,
    token,
    log: host.log,
  });
  const close = async () => {
    await shell.close();
    await station.close();
    process.exit(0);
  };
  process.on('message', (message: ToStation) => {
    if ('close' in message) void close();
    if (!('advanceMs' in message)) return;
    movedMs += message.advanceMs;
    say({ kind: 'ADVANCED' });
  });
  // A test that has died must leave no station behind.
  process.on('disconnect', () => void close());
  say({ kind: 'LISTENING', port: shell.port, token, rssBytes: process.memoryUsage.rss() });
}

process.once('message', (message: StartMessage) => void start(message));
