import { generateKeyPairSync } from 'node:crypto';
import { expect, it } from 'vitest';
import type { JournalReader } from '../../../../db/types.ts';
import type { JournalEvent } from '../../../../domain/journal/events.ts';
import { decodeBatch } from '../../../../domain/wire/batch.ts';
import { openMessage, readEnvelope } from '../../../../domain/wire/envelope.ts';
import {
  MAX_BATCH_BODY_BYTES,
  MAX_BATCH_ENVELOPE_BYTES,
  MAX_BATCH_EVENTS,
} from '../../../../domain/wire/limits.ts';
import { makeBatch } from '../../../../electron/station/sync/desk.ts';
import { runOf, sha256, unseal } from '../../../harness/wire.ts';

const AT = { stationId: 7, incarnation: '00000000000000a1' };

it('long notes that pack well are sent in batches that the county takes unpacked, too', () => {
  const note = '整理物资后按村委会要求重新登记入库，请核对。'.repeat(8);
  const moved = (i: number): JournalEvent => ({
    ...{ type: 'STOCK_MOVED', seq: i + 1, atMs: 1_790_000_000_000 + i, boot: 1, monoMs: i, trust: 0 },
    ...{ rulesVersion: 1, actorId: 5, goodsId: 1, quantity: 1, reason: 'PURCHASE', note: `${i}${note}` },
  });
  const events = Array.from({ length: MAX_BATCH_EVENTS }, (_, i) => moved(i));
  const reader: Pick<JournalReader, 'readRun'> = {
    readRun: (afterSeq, limit) => (afterSeq > 0 ? null : runOf(events.slice(0, limit), AT)),
  };
  const keys = generateKeyPairSync('ed25519');
  const pem = keys.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const publicKey = keys.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);

  const order = { afterSeq: 0, limit: MAX_BATCH_EVENTS, nonce: new Uint8Array(8), version: 1 };
  const made = makeBatch(reader as JournalReader, pem, { ...order, incarnation: AT.incarnation });
  const sealed = readEnvelope(made?.bytes ?? new Uint8Array(), MAX_BATCH_ENVELOPE_BYTES);
  if (!sealed.ok) throw new Error(sealed.error.kind);
  const opened = openMessage(sealed.value, publicKey, MAX_BATCH_BODY_BYTES, unseal);
  if (!opened.ok) throw new Error(opened.error.kind);
  const run = decodeBatch(opened.value.body, sha256);
  if (!run.ok) throw new Error(run.error.kind);
  expect(run.value.events).toEqual(events.slice(0, made?.lastSeq));
  expect(run.value.events.length).toBeGreaterThan(100);
});
