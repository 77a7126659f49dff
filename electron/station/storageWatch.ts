/** Tells of a full or failing disk, days before it stops the station where that can be seen coming. */
import type { StoreFault } from '../../db/types.ts';
import type { StatusView } from '../contract/views.ts';
import type { Log } from './dispatch.ts';
import type { Timers } from './types.ts';

/**
 * Less than this is LOW. A busy station writes a few MB a day, a backup before a migration needs as much as the
 * database: half a GiB is days ahead of trouble.
 */
export const LOW_FREE_BYTES = 512 * 1024 * 1024;
export const LOOK_EVERY_MS = 60_000;

export type StorageState = StatusView['storage'];

export interface StorageWatchOptions {
  /** Bytes free for the station's data. */
  readonly freeBytes: () => Promise<number>;
  readonly timers: Timers;
  readonly log: Log;
  readonly onChange: () => void;
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
      low = (await options.freeBytes()) < LOW_FREE_BYTES;
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
