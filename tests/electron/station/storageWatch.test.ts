import { expect, test, vi } from 'vitest';
import { createStorageWatch, LOOK_EVERY_MS, LOW_FREE_BYTES } from '../../../electron/station/storageWatch.ts';
import { fakeTime } from './fakes.ts';

function watch(freeBytes: () => Promise<number>) {
  const time = fakeTime();
  const changes: string[] = [];
  const log = { warn: vi.fn(), error: vi.fn() };
  const storage = createStorageWatch({
    freeBytes,
    timers: time,
    log,
    onChange: () => changes.push(storage.state()),
  });
  return { storage, time, changes, log };
}

test('warns while there is still room, and takes the warning back', async () => {
  let free = LOW_FREE_BYTES - 1;
  const { storage, time, changes } = watch(() => Promise.resolve(free));
  await vi.waitFor(() => expect(storage.state()).toBe('LOW'));
  free = LOW_FREE_BYTES;
  await Promise.resolve();
  time.advance(LOOK_EVERY_MS);
  await vi.waitFor(() => expect(storage.state()).toBe('OK'));
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
