/**
 * The story of senders that want the county for themselves: one that says slowly what it wants, one that opens
 * many requests and never ends them, and a station whose key is good and whose program asks without a pause.
 * Others are served meanwhile.
 */
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { DEFAULT_GATE, EventLimit, Gate, StationLimit } from '../../../county/server/gate.ts';
import { sealMessage } from '../../../domain/wire/envelope.ts';
import { encodeAsk } from '../../../domain/wire/messages.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { listeningCounty } from '../../harness/countyDatabase.ts';
import { openSyncStation } from '../../harness/syncPair.ts';
import { makeKeys } from '../../harness/wire.ts';

const MINUTE_MS = 60_000;
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
  expect([limit.waitMs('a', false), limit.waitMs('a', false)]).toEqual([0, 0]);
  nowMs += 20_000;
  expect(limit.waitMs('a', false)).toBe(40_000);
  expect(limit.waitMs('b', false)).toBe(0);
  nowMs -= 500_000;
  expect(limit.waitMs('a', false)).toBe(0);
});

test('what no station could have recorded in a day waits for the next, and others do not', () => {
  let nowMs = 100 * 86_400_000;
  const limit = new EventLimit(1000, () => nowMs);
  limit.stored(1, 600);
  expect(limit.waitMs(1)).toBe(0);
  limit.stored(1, 600);
  nowMs += 3_600_000;
  expect([limit.waitMs(1), limit.waitMs(2)]).toEqual([23 * 3_600_000, 0]);
  nowMs += 23 * 3_600_000;
  expect(limit.waitMs(1)).toBe(0);
});

test('a revoked machine uses up its own small part, not that of the one that took its place', () => {
  const limit = new StationLimit(20, () => 1_000_000);
  const waits = (key: string, revoked: boolean) =>
    Array.from({ length: 3 }, () => limit.waitMs(key, revoked) > 0);
  expect(waits('stolen', true)).toEqual([false, false, true]);
  expect(waits('new', false)).toEqual([false, false, false]);
});

/** As a TLS proxy on this machine hands it on. */
function from(address: string): RequestInit {
  return { headers: { 'x-forwarded-for': address, 'x-forwarded-proto': 'https', 'x-county-page': '1' } };
}

test('bad requests from behind the proxy shut out their own address, never who can sign', async () => {
  const listening = await listeningCounty({ gate: { ...DEFAULT_GATE, maxRefusedPerMinute: 3 } });
  ({ county } = listening);
  const { url } = listening;
  const bad = async (address: string) =>
    (await fetch(`${url}/v1/ask`, { method: 'POST', body: 'x', ...from(address) })).status;
  for (let i = 0; i < 3; i++) expect(await bad('203.0.113.5')).toBe(400);
  expect(await bad('203.0.113.5')).toBe(429);
  expect(await bad('203.0.113.6')).toBe(400);
  // Nobody makes himself local by saying so, and this machine itself is not bounded.
  expect(await bad('127.0.0.1, 203.0.113.5')).toBe(429);
  for (let i = 0; i < 5; i++)
    expect((await fetch(`${url}/v1/ask`, { method: 'POST', body: 'x' })).status).toBe(400);
  // A village behind the same address is known by its signature.
  const keys = makeKeys();
  await county.context.db
    .insertInto('station_key')
    .values({
      station_id: 1,
      public_key: Buffer.from(keys.publicKey).toString('hex'),
      enrolled_ms: 1,
      revoked_ms: null,
    })
    .execute();
  const ask = (by: typeof keys) => {
    const body = encodeAsk({
      incarnation: 'aabbccddeeff0011',
      running: 'aabbccddeeff0011',
      recorded: 0,
      referenceVersion: 0,
      wallMs: Date.now(),
      appVersion: 'test',
      wire: WIRE,
      revocationNumber: 0,
    });
    const message = { kind: 'ASK', nonce: new Uint8Array(8).fill(1), signer: 1, body } as const;
    const sealed = Buffer.from(sealMessage(message, by.seal, { packed: false, stored: body }));
    return fetch(`${url}/v1/ask`, { method: 'POST', body: sealed, ...from('203.0.113.5') });
  };
  expect((await ask(keys)).status).toBe(200);
  expect((await ask(makeKeys())).status).toBe(429);
});

test('wrong tokens of others lock nobody out, and behind TLS the cookie says so', async () => {
  const listening = await listeningCounty();
  ({ county } = listening);
  const login = (token: string) =>
    fetch(`${listening.url}/admin/login`, {
      method: 'POST',
      body: JSON.stringify({ token }),
      ...from('203.0.113.5'),
    });
  for (let i = 0; i < 5; i++) expect((await login('wrong')).status).toBe(401);
  expect((await login('wrong')).status).toBe(429);
  const right = await login(county.adminToken);
  expect(right.status).toBe(200);
  expect(right.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict; .*; Secure$/);
});

test('names of villages are for whoever is logged in; the database is asked once a second', async () => {
  const listening = await listeningCounty({ sample: false });
  ({ county } = listening);
  const { db } = county.context;
  const page = (headers: Record<string, string> = {}) => fetch(`${listening.url}/v1/overview`, { headers });
  const refused = await page();
  const said: unknown = await refused.json();
  expect([refused.status, said]).toEqual([401, { error: { kind: 'LOGIN_NEEDED' } }]);
  const token = { authorization: `Bearer ${county.adminToken}` };
  expect(await (await page(token)).json()).toMatchObject({ stations: [] });
  const login = await fetch(`${listening.url}/admin/login`, {
    method: 'POST',
    body: JSON.stringify({ token: county.adminToken }),
    headers: { 'x-county-page': '1' },
  });
  const cookie = (login.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  await db
    .insertInto('station')
    .values({
      ...{ station_id: 7, name: 'x', township_name: '', county_name: '', created_ms: 1, last_contact_ms: 0 },
      ...{ app_version: '', reported_recorded: 0, reported_reference_version: 0, clock_offset_ms: 0 },
    })
    .execute();
  expect(await (await page({ cookie })).json()).toMatchObject({ stations: [] });
  await expect
    .poll(async (): Promise<unknown> => (await page({ cookie })).json())
    .toMatchObject({ stations: [{ stationId: 7 }] });
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
  // The county's minute has just begun and does not end while the test runs.
  const nowMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS + 1;
  const gate = { ...DEFAULT_GATE, maxSignedPerMinute: 12 };
  const listening = await listeningCounty({ gate, nowMs: () => nowMs });
  ({ county } = listening);
  const station = openSyncStation(listening.url);
  try {
    const view = await station.syncUntil((now) => {
      if (now.state !== 'OFFLINE') station.sync.syncNow();
      // It is so before the first session, too.
      return now.state === 'OFFLINE' && now.nextAttemptMs > 0;
    });
    // Its own backoff would be a tenth of a second here: it is the county's word that it keeps.
    expect(view.nextAttemptMs - Date.now()).toBeGreaterThan(900);
  } finally {
    await station.close();
  }
});
