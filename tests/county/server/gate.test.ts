/**
 * The story of senders that want the county for themselves: one that says slowly what it wants, one that opens
 * many requests and never ends them, and a station whose key is good and whose program asks without a pause.
 * Others are served meanwhile.
 */
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { DEFAULT_GATE, Gate, StationLimit } from '../../../county/server/gate.ts';
import { listeningCounty } from '../../harness/countyDatabase.ts';
import { openSyncStation } from '../../harness/syncPair.ts';

let county: County | undefined;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await county?.close();
  county = undefined;
});

test('one address fills its own places, not those of others', () => {
  const gate = new Gate({ ...DEFAULT_GATE, maxInFlight: 5, maxInFlightPerAddress: 2 }, () => 1);
  expect([gate.enter('a', false), gate.enter('a', false), gate.enter('a', false)]).toEqual([
    null,
    null,
    'BUSY',
  ]);
  expect(gate.enter('b', false)).toBeNull();
  gate.leave('a', false);
  expect(gate.enter('a', false)).toBeNull();
  // A proxy on this machine stands for many; the whole is bounded all the same.
  expect([gate.enter('local', true), gate.enter('local', true), gate.enter('local', true)]).toEqual([
    null,
    null,
    'BUSY',
  ]);
});

test('a station waits for the rest of the minute, others do not, and a clock set back opens again', () => {
  let nowMs = 1_000_000;
  const limit = new StationLimit(2, () => nowMs);
  expect([limit.waitMs(1), limit.waitMs(1)]).toEqual([0, 0]);
  nowMs += 20_000;
  expect(limit.waitMs(1)).toBe(40_000);
  expect(limit.waitMs(2)).toBe(0);
  nowMs -= 500_000;
  expect(limit.waitMs(1)).toBe(0);
});

test('a request whose body never comes takes a place from its head on, and gives it back when it ends', async () => {
  const listening = await listeningCounty({ gate: { ...DEFAULT_GATE, maxInFlight: 2 } });
  ({ county } = listening);
  const post = () => fetch(`${listening.url}/v1/ask`, { method: 'POST', body: 'no message' });
  for (let i = 0; i < 2; i++) {
    const socket = connect(Number(new URL(listening.url).port), '127.0.0.1');
    sockets.push(socket);
    socket.write('POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\nhalf');
  }
  await expect.poll(async () => (await post()).status).toBe(503);
  const busy = await post();
  expect(busy.headers.get('retry-after')).toBe('5');
  for (const socket of sockets.splice(0)) socket.destroy();
  await expect.poll(async () => (await post()).status).toBe(400);
});

/** Sends a byte again and again, and does not heed that it was cut off; resolves to what it was told by then. */
function sendSlowly(port: number, head: string): Promise<string> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    let told = '';
    const byte = setInterval(() => socket.write('x'), 10);
    socket.on('data', (part) => (told += part.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(byte);
      done(told);
    });
    socket.write(head);
  });
}

test('who sends head or body byte by byte is cut off, and others are served meanwhile', async () => {
  // As in a county, but faster; not so fast that a busy machine has no time to read who sends all at once.
  const patience = { headersMs: 1_000, requestMs: 2_000, checkMs: 50 };
  const listening = await listeningCounty({ patience });
  ({ county } = listening);
  const port = Number(new URL(listening.url).port);
  const slow = [
    'POST /v1/ask HTTP/1.1\r\nhost: x\r\nx-slow: ',
    'POST /v1/batch HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n',
  ].map((head) => sendSlowly(port, head));
  expect((await fetch(`${listening.url}/v1/ask`, { method: 'POST', body: 'no message' })).status).toBe(400);
  for (const told of await Promise.all(slow)) expect(told).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
});

test('a station that asks without a pause is told when to come again, and then comes', async () => {
  const listening = await listeningCounty({ gate: { ...DEFAULT_GATE, maxSignedPerMinute: 12 } });
  ({ county } = listening);
  const station = openSyncStation(listening.url);
  try {
    const view = await station.syncUntil((now) => {
      if (now.state !== 'OFFLINE') station.sync.syncNow();
      return now.state === 'OFFLINE';
    });
    // Its own backoff would be a tenth of a second here: it is the county's word that it keeps.
    expect(view.nextAttemptMs - Date.now()).toBeGreaterThan(900);
  } finally {
    await station.close();
  }
});
