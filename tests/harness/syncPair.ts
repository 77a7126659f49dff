/** A station's store with its sync, in the test's own process, and whatever county it is pointed at. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { openStore } from '../../db/open.ts';
import type { Store } from '../../db/types.ts';
import { ok } from '../../domain/result.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import type { SyncPort } from '../../electron/station/ports.ts';
import type { SyncView } from '../../electron/contract/syncViews.ts';
import { openSync, type OpenSyncOptions } from '../../electron/station/sync/open.ts';
import { DEFAULT_PAUSES } from '../../electron/station/sync/pauses.ts';
import { realWorld } from '../../electron/shell/world.ts';

const WORKER = new URL('../../electron/station/sync/worker.ts', import.meta.url);

export interface SyncStation {
  readonly dir: string;
  readonly store: Store;
  sync: SyncPort;
  readonly log: { readonly warn: ReturnType<typeof vi.fn>; readonly error: ReturnType<typeof vi.fn> };
  /** Records facts as the program does. */
  readonly record: (...drafts: readonly EventDraft[]) => void;
  /** Asks at once and waits until the view is as wanted. */
  readonly syncUntil: (wanted: (view: SyncView) => boolean) => Promise<SyncView>;
  /** Ends the sync and starts it with other options, as an updated program would. */
  readonly restartSync: (options: Partial<OpenSyncOptions>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens station 1 in a folder of its own; it tries again quickly and asks for news only when it is told to. */
export function openSyncStation(countyUrl: string, options: Partial<OpenSyncOptions> = {}): SyncStation {
  const world = realWorld();
  const dir = mkdtempSync(join(tmpdir(), 'sync-'));
  const clock = options.clock ?? world.clock;
  const opened = openStore({ ...world, clock, dir, stationId: 1, appVersion: 'test' });
  if (!opened.ok) throw new Error(opened.error.kind);
  const store = opened.value;
  const log = { warn: vi.fn(), error: vi.fn() };
  const start = (changes: Partial<OpenSyncOptions>): SyncPort =>
    openSync({
      ...world,
      dir,
      countyUrl,
      workerFile: WORKER,
      store,
      log,
      appVersion: 'test',
      enrolCode: '',
      pauses: { ...DEFAULT_PAUSES, soonMs: 20, firstBackoffMs: 20, maxBackoffMs: 100 },
      onChange: () => undefined,
      onReference: () => undefined,
      ...options,
      ...changes,
    });
  const station: SyncStation = {
    dir,
    store,
    sync: start({}),
    log,
    record: (...drafts) => {
      const recorded = store.record(null, 1, () => ok(drafts));
      if (!recorded.ok) throw new Error('nothing refuses this');
    },
    syncUntil: async (wanted) => {
      station.sync.syncNow();
      await vi.waitFor(
        () => {
          const view = station.sync.view();
          if (!wanted(view)) throw new Error(`still ${JSON.stringify(view)}`);
        },
        { timeout: 20_000, interval: 10 },
      );
      return station.sync.view();
    },
    restartSync: async (changes) => {
      await station.sync.close();
      station.sync = start(changes);
    },
    close: async () => {
      await station.sync.close();
      store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return station;
}

/** Whether everything recorded is at the county, and nothing is going on. */
export const isSettled = (view: SyncView): boolean =>
  view.state === 'IDLE' && view.reachedCounty === view.recorded;
