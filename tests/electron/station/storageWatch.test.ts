import { expect, test, vi } from 'vitest';
import {
  createStorageWatch,
  LOOK_EVERY_MS,
  LOW_BACKUP_BYTES,
  LOW_FREE_BYTES,
  type WatchedSpace,
} from '../../../electron/station/storageWatch.ts';
import { SAMPLE_EVERY_MS, type SpaceSample } from '../../../electron/station/spaceForecast.ts';
import { fakeTime } from './fakes.ts';

function watch(
  freeBytes: () => Promise<number>,
  past: readonly SpaceSample[] = [],
  backups: WatchedSpace | null = null,
) {
  const time = fakeTime();
  let kept = past;
  const history = {
    read: () => kept,
    write: (samples: readonly SpaceSample[]) => {
      kept = samples;
    },
  };
  const changes: string[] = [];
  const log = { warn: vi.fn(), error: vi.fn() };
  const storage = createStorageWatch({
    data: { freeBytes, history },
    backups,
    nowMs: () => time.nowMs(),
    timers: time,
    log,
    onChange: () => changes.push(storage.low() === null ? storage.state() : 'LOW'),
  });
  return { storage, time, changes, log, kept: () => kept };
}

test('warns while there is still room, and takes the warning back', async () => {
  let free = LOW_FREE_BYTES - 1;
  const { storage, time, changes } = watch(() => Promise.resolve(free));
  await vi.waitFor(() => expect(storage.low()).toEqual({ place: 'DATA', days: null }));
  free = LOW_FREE_BYTES;
  await Promise.resolve();
  time.advance(LOOK_EVERY_MS);
  await vi.waitFor(() => expect(storage.low()).toBeNull());
  expect(changes).toEqual(['LOW', 'OK']);
});

test('a failure of the store is shown until a record succeeds', () => {
  const { storage, changes } = watch(() => Promise.resolve(Infinity));
  storage.failed({ kind: 'STORE_UNAVAILABLE', reason: 'DISK_FULL' });
  storage.failed({ kind: 'STORE_UNAVAILABLE', reason: 'DISK_FULL' });
  storage.failed({ kind: 'STORE_UNAVAILABLE', reason: 'IO' });
  storage.succeeded();
  expect(changes).toEqual(['FULL', 'IO', 'OK']);
});

test('a disk that cannot say how full it is does not stop the watch', async () => {
  let asked = 0;
  const { storage, time, log } = watch(() => {
    asked += 1;
    return Promise.reject(new Error('no statfs'));
  });
  await vi.waitFor(() => expect(log.error).toHaveBeenCalledTimes(1));
  expect(storage.state()).toBe('OK');
  await Promise.resolve();
  time.advance(LOOK_EVERY_MS);
  expect(asked).toBe(2);
  storage.close();
});

const DAY_MS = 86_400_000;
const GIB = 2 ** 30;

test('warns days ahead: by how fast the disk fills, over restarts, and not by its size alone', async () => {
  const startMs = fakeTime().nowMs();
  // Two GiB a day, and twenty left: ten days.
  const past = [
    { atMs: startMs - 2 * DAY_MS, freeBytes: 24 * GIB },
    { atMs: startMs - DAY_MS, freeBytes: 22 * GIB },
  ];
  const { storage, log, kept } = watch(() => Promise.resolve(20 * GIB), past);
  await vi.waitFor(() => expect(storage.low()).toEqual({ place: 'DATA', days: 10 }));
  expect(log.warn).toHaveBeenCalledWith('the disk is filling', {
    place: 'DATA',
    freeBytes: 20 * GIB,
    daysLeft: 10,
  });
  expect(kept()).toHaveLength(3);
  // A tenth of that growth is no trouble for a hundred days.
  const slow = past.map(({ atMs, freeBytes }) => ({
    atMs,
    freeBytes: 20 * GIB + (freeBytes - 20 * GIB) / 10,
  }));
  const calm = watch(() => Promise.resolve(20 * GIB), slow);
  await vi.waitFor(() => expect(calm.kept()).toHaveLength(3));
  expect(calm.storage.low()).toBeNull();
});

test('takes a sample an hour, keeps two weeks, and forgets those of a clock that ran ahead', async () => {
  const startMs = fakeTime().nowMs();
  const past = [
    { atMs: startMs - 20 * DAY_MS, freeBytes: 30 * GIB },
    { atMs: startMs + 300 * DAY_MS, freeBytes: 29 * GIB },
  ];
  const { time, kept } = watch(() => Promise.resolve(20 * GIB), past);
  await vi.waitFor(() => expect(kept()).toEqual([{ atMs: startMs, freeBytes: 20 * GIB }]));
  await Promise.resolve();
  time.advance(LOOK_EVERY_MS);
  await Promise.resolve();
  expect(kept()).toHaveLength(1);
  for (let minute = 0; minute < SAMPLE_EVERY_MS / LOOK_EVERY_MS; minute += 1) {
    await Promise.resolve();
    await Promise.resolve();
    time.advance(LOOK_EVERY_MS);
  }
  await vi.waitFor(() => expect(kept()).toHaveLength(2));
});

test('watches the disk of the second backups as well, and is calm where that is not in', async () => {
  let free: number | null = LOW_BACKUP_BYTES - 1;
  let past: readonly SpaceSample[] = [];
  const backups: WatchedSpace = {
    freeBytes: () => (free === null ? Promise.reject(new Error('ENOENT')) : Promise.resolve(free)),
    history: { read: () => past, write: (samples) => (past = samples) },
  };
  const { storage, time, log, changes } = watch(() => Promise.resolve(20 * GIB), [], backups);
  await vi.waitFor(() => expect(storage.low()).toEqual({ place: 'BACKUPS', days: null }));
  free = null;
  await Promise.resolve();
  time.advance(LOOK_EVERY_MS);
  await vi.waitFor(() => expect(storage.low()).toBeNull());
  expect(changes).toEqual(['LOW', 'OK']);
  expect(log.error).not.toHaveBeenCalled();
  expect(past).toHaveLength(1);
});
