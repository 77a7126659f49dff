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

/** As above, for a second place of backups, which may be a small stick: room for some more of them. */
export const LOW_BACKUP_BYTES = 128 * 1024 * 1024;

export type StorageState = StatusView['storage'];
export type LowSpace = NonNullable<StatusView['low']>;

/** A disk that is watched. */
export interface WatchedSpace {
  readonly freeBytes: () => Promise<number>;
  /** Where the growth is remembered over restarts: a kiosk is switched off every evening. */
  readonly history: SpaceHistory;
}
export interface StorageWatchOptions {
  readonly data: WatchedSpace;
  /** The second place of backups; null: there is none. One that is not in place just now is no trouble. */
  readonly backups: WatchedSpace | null;
  /** The station's own time, ms. */
  readonly nowMs: () => number;
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
  /** Which disk will be full soon, and in how many days; null: none. The data's own comes first. */
  readonly low: () => LowSpace | null;
  /** The store failed: this is shown until a record succeeds again. */
  readonly failed: (fault: StoreFault) => void;
  readonly succeeded: () => void;
  readonly close: () => void;
}

/** Judges one disk by what is free on it, and by how fast that has become less. */
function judgeOf(
  { place, leastBytes }: { readonly place: LowSpace['place']; readonly leastBytes: number },
  history: SpaceHistory,
  nowMs: () => number,
  log: Log,
): (freeBytes: number) => LowSpace | null {
  let samples = history.read();
  let wasLow = false;
  return (freeBytes) => {
    const now: SpaceSample = { atMs: nowMs(), freeBytes };
    const longer = withSample(samples, now);
    if (longer !== samples) history.write(longer);
    samples = longer;
    const days = daysLeft(samples, now);
    const isLow = freeBytes < leastBytes || (days !== null && days < LOW_DAYS);
    if (isLow && !wasLow) log.warn('the disk is filling', { place, freeBytes, daysLeft: days });
    wasLow = isLow;
    // Beyond the days of the warning a number would only soothe: it is low by its size.
    return isLow ? { place, days: days !== null && days < LOW_DAYS ? days : null } : null;
  };
}

export function createStorageWatch(options: StorageWatchOptions): StorageWatch {
  const { data, backups, nowMs, log } = options;
  let fault: StoreFault['reason'] | null = null;
  let lowData: LowSpace | null = null;
  let lowBackups: LowSpace | null = null;
  let told = '';
  let timer: unknown = null;
  let closed = false;
  const ofData = judgeOf({ place: 'DATA', leastBytes: LOW_FREE_BYTES }, data.history, nowMs, log);
  const ofBackups =
    backups && judgeOf({ place: 'BACKUPS', leastBytes: LOW_BACKUP_BYTES }, backups.history, nowMs, log);

  function state(): StorageState {
    if (fault !== null) return fault === 'DISK_FULL' ? 'FULL' : fault;
    return 'OK';
  }
  const low = (): LowSpace | null => lowData ?? lowBackups;
  const now = (): string => JSON.stringify([state(), low()]);
  function tell(): void {
    if (told === now()) return;
    told = now();
    options.onChange();
  }
  async function look(): Promise<void> {
    try {
      lowData = ofData(await data.freeBytes());
    } catch (error) {
      // A file system that cannot say how full it is may still take writes; a failed write will show itself.
      log.error('the free space cannot be read', error);
    }
    if (backups !== null && ofBackups !== null)
      lowBackups = await backups.freeBytes().then(ofBackups, () => null); // The stick is not in.
    tell();
    if (!closed) timer = options.timers.set(() => void look(), LOOK_EVERY_MS);
  }
  told = now();
  void look();

  return {
    state,
    low,
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
