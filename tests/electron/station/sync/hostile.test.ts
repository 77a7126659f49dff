/** A county that means harm, or has been taken over: what it sends is refused in bounds, and the station goes on. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { zstdCompressSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import type { JournalReader } from '../../../../db/types.ts';
import { COUNTY_SIGNER, sealMessage } from '../../../../domain/wire/envelope.ts';
import { MAX_REFERENCE_BODY_BYTES, MAX_REFERENCE_VALUES } from '../../../../domain/wire/limits.ts';
import { readReference } from '../../../../electron/station/sync/desk.ts';
import { openKeyFolder } from '../../../../electron/station/sync/keyFolder.ts';
import { httpTransport } from '../../../../electron/station/sync/transport.ts';
import { workerDesk } from '../../../../electron/station/sync/workerDesk.ts';
import { openSyncStation } from '../../../harness/syncPair.ts';
import { testVillage } from '../../../harness/village.ts';
import { makeKeys } from '../../../harness/wire.ts';

const { publicKey: countyKey, seal } = makeKeys();
const nonce = new Uint8Array(8).fill(7);
const WORKER = new URL('../../../../electron/station/sync/worker.ts', import.meta.url);
const reached = (): never => {
  throw new Error('it was believed');
};
const reader: JournalReader = {
  readRun: reached,
  planSnapshot: reached,
  planDelta: reached,
  close: () => undefined,
};

type Kind = 'REFERENCE' | 'DELTA';
/** What becomes of a well signed answer whose body is said to be of some length. */
function readSigned(kind: Kind, body: Uint8Array, stored: Uint8Array) {
  const message = { kind, nonce, signer: COUNTY_SIGNER, body } as const;
  const bytes = sealMessage(message, seal, { packed: true, stored }, 1);
  return readReference(reader, { bytes, nonce, version: 1, countyKey });
}

it.each<Kind>(['REFERENCE', 'DELTA'])('a packed %s that would fill the memory is not unpacked', (kind) => {
  const bomb = zstdCompressSync(Buffer.alloc(MAX_REFERENCE_BODY_BYTES + 1));
  expect(bomb.length).toBeLessThan(100_000);
  const tooLong = new Uint8Array(MAX_REFERENCE_BODY_BYTES + 1);
  expect(readSigned(kind, tooLong, bomb)).toMatchObject({ error: { detail: 'TOO_LARGE' } });
  // One that lies about its length is unpacked to that length and no further.
  expect(readSigned(kind, new Uint8Array(1000), bomb)).toMatchObject({ error: { detail: 'MALFORMED' } });
});

it('far more tiny rows than any county has are too many, however short they are', () => {
  const teams = Array.from({ length: 100_000 }, (_, at) => ({ id: at + 1, name: '' }));
  const snapshot = Buffer.from(JSON.stringify({ ...testVillage().reference, teams }));
  expect(snapshot.length).toBeLessThan(MAX_REFERENCE_BODY_BYTES / 10);
  const refused = {
    error: { kind: 'BAD_REFERENCE', detail: expect.stringMatching(/teams.*length/) as string },
  };
  expect(readSigned('REFERENCE', snapshot, zstdCompressSync(snapshot))).toMatchObject(refused);
  const head = { fromVersion: 1, version: 2, madeAtMs: 0, contentHash: '0'.repeat(64), whole: {} };
  const delta = Buffer.from(JSON.stringify({ ...head, keyed: { teams: { puts: teams, removes: [] } } }));
  expect(readSigned('DELTA', delta, zstdCompressSync(delta))).toMatchObject(refused);
});

it('a body of nothing but empty lists is not even parsed: the worker refuses it in words, and works on', async () => {
  const station = openSyncStation('http://127.0.0.1:9');
  const { privateKeyPem } = openKeyFolder(station.dir);
  const desk = workerDesk(WORKER, { dir: station.dir, privateKeyPem });
  try {
    const lists = Buffer.from(`[${'[],'.repeat(MAX_REFERENCE_VALUES / 2)}0]`);
    expect(lists.length).toBeLessThan(MAX_REFERENCE_BODY_BYTES / 3);
    const message = { kind: 'REFERENCE', nonce, signer: COUNTY_SIGNER, body: lists } as const;
    const bytes = sealMessage(message, seal, { packed: true, stored: zstdCompressSync(lists) }, 1);
    expect(await desk.reference({ bytes, nonce, version: 1, countyKey })).toEqual({
      ok: false,
      error: { kind: 'BAD_REFERENCE', detail: 'too many values' },
    });
    const { incarnation } = station.store;
    const order = { incarnation, afterSeq: 0, limit: 9, nonce, version: 1 };
    expect(await desk.batch(order)).toMatchObject({ lastSeq: 1 });
  } finally {
    await desk.close();
    await station.close();
  }
});

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});
async function serve(answer: RequestListener): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
/** An answer without an end. */
const endless: RequestListener = (request, response) => {
  request.resume();
  const more = (): void => {
    while (response.write(Buffer.alloc(65_536))) if (response.destroyed) return;
    response.once('drain', more);
  };
  more();
};

it('an answer without an end is given up at its limit', async () => {
  const transport = httpTransport(await serve(endless), { pin: () => null, nowMs: Date.now });
  const answer = await transport.post('v1/reference', nonce, { timeoutMs: 20_000, maxAnswerBytes: 1 << 20 });
  expect(answer).toEqual({ ok: false, error: { kind: 'ANSWER_TOO_LARGE' } });
  // What was on its way in the sockets' buffers, and no more.
  expect(transport.carried().received).toBeLessThan(8 << 20);
  transport.close();
});

it('the station says that its county is refused, and goes on recording', async () => {
  const station = openSyncStation(await serve(endless));
  const { state, recorded } = await station.syncUntil((view) => view.state === 'REFUSED');
  expect(state).toBe('REFUSED');
  station.record({ type: 'KEEPER_UNLOCKED' });
  expect(station.sync.view().recorded).toBe(recorded + 1);
  await station.close();
});
