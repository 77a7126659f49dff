/** Tells of a full or failing disk, days before it stops the station where that can be seen coming. */
import type { StoreFault } from '../../db/types.ts';
import type { StatusView } from '../contract/views.ts';
import type { Log } from './dispatch.ts';
import { daysLeft, withSample, type SpaceSample } from './spaceForecast.ts';
import type { Timers } from './types.ts';

/** Fewer days than this, going by how fast the disk has filled, are LOW: time enough for somebody to come by. */
export const LOW_DAYS = 14;
/**
 * Less than this is LOW whatever the growth. A busy station writes a few MB a day, a backup needs as much as the
 * database: half a GiB is days ahead of trouble.
 */
export const LOW_FREE_BYTES = 512 * 1024 * 1024;
export const LOOK_EVERY_MS = 60_000;

export type StorageState = StatusView['storage'];

export interface StorageWatchOptions {
  /** Bytes free for the station's data. */
  readonly freeBytes: () => Promise<number>;
  /** The station's own time, ms. */
  readonly nowMs: () => number;
  /** Where the growth is remembered over restarts: a kiosk is switched off every evening. */
  readonly history: SpaceHistory;
  readonly timers: Timers;
  readonly log: Log;
  readonly onChange: () => void;
}
export interface SpaceHistory {
  /** Empty if nothing is remembered. */
  readonly read: () => readonly SpaceSample[];
  /** Never throws: a full disk must not keep the watch from saying so. */
  readonly write: (samples: readonly SpaceSample[]) => void;
}
export interface StorageWatch {
  readonly state: () => StorageState;
  /** The store failed: this is shown until a record succeeds again. */
  readonly failed: (fault: StoreFault) => void;
  readonly succeeded: () => void;
  readonly close: () => void;
}

export function createStorageWatch(options: StorageWatchOptions): StorageWatch {
  let fault: StoreFault['reason'] | null = null;
  let low = false;
  let told: StorageState = 'OK';
  let timer: unknown = null;
  let closed = false;
  let samples = options.history.read();

  /** Whether the disk will be full soon. */
  function isLow(freeBytes: number): boolean {
    const now: SpaceSample = { atMs: options.nowMs(), freeBytes };
    const longer = withSample(samples, now);
    if (longer !== samples) options.history.write(longer);
    samples = longer;
    const days = daysLeft(samples, now);
    const soon = freeBytes < LOW_FREE_BYTES || (days !== null && days < LOW_DAYS);
    if (soon && !low) options.log.warn('the disk is filling', { freeBytes, daysLeft: days });
    return soon;
  }

  function state(): StorageState {
    if (fault !== null) return fault === 'DISK_FULL' ? 'FULL' : fault;
    return low ? 'LOW' : 'OK';
  }
  function tell(): void {
    if (told === state()) return;
    told = state();
    options.onChange();
  }
  async function look(): Promise<void> {
    try {
      low = isLow(await options.freeBytes());
      tell();
    } catch (error) {
      // A file system that cannot say how full it is may still take writes; a failed write will show itself.
      options.log.error('the free space cannot be read', error);
    }
    if (!closed) timer = options.timers.set(() => void look(), LOOK_EVERY_MS);
  }
  void look();

  return {
    state,
    failed: ({ reason }) => {
      fault = reason;
      tell();
    },
    succeeded: () => {
      fault = null;
      tell();
    },
    close: () => {
      closed = true;
      if (timer !== null) options.timers.clear(timer);
    },
  };
}
