/**
 * Test vectors of the wire (tests/fixtures/wire): messages of every kind, columns in every form, a batch with every
 * type of event, and bytes that must be refused. A new kind of message is wanted here by the type of MESSAGES.
 */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import { canonicalText } from '../../domain/journal/canonical.ts';
import { EVENT_TYPES, fieldsOf, type EventType, type JournalEvent } from '../../domain/journal/events.ts';
import type { FieldSpec } from '../../domain/journal/fields.ts';
import { encodeBatch } from '../../domain/wire/batch.ts';
import { ByteWriter, toHex } from '../../domain/wire/bytes.ts';
import { KIND, sealMessage, type MessageKind, type Seal } from '../../domain/wire/envelope.ts';
import * as messages from '../../domain/wire/messages.ts';
import { encodeStickBack, encodeStickOut, encodeStickWord } from '../../domain/wire/stick.ts';
import { runOf, villageEvents } from './wire.ts';

const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
function keyOf(seed: number): { readonly publicKey: string; readonly seal: Seal } {
  const der = Buffer.concat([PKCS8_HEAD, Buffer.alloc(32, seed)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32);
  return {
    publicKey: toHex(publicKey),
    seal: { sign: (message) => sign(null, message, key), pack: (body) => zstdCompressSync(body) },
  };
}
export const STATION_KEY = keyOf(1);
export const COUNTY_KEY = keyOf(2);

const counted = (length: number, from: number) => Uint8Array.from({ length }, (_, i) => (from + i) & 0xff);
const STATION_ID = 403;
const NONCE = counted(8, 0xa0);
const AT = { stationId: STATION_ID, incarnation: '00112233445566ff' };
const EPOCH = 'fedcba9876543210';
const WIRE = { oldest: 1, newest: 3 };

/** A value that fits a field, another for each place. */
function valueFor(spec: FieldSpec, place: number): unknown {
  switch (spec.kind) {
    case 'int':
      return [0, 63, -64, 64, 1_000_003, -9_007_199_254_740_991][place % 6];
    case 'text':
      return ['', '张三', '🍚 大米', 'a\n"b"'][place % 4];
    case 'choice':
      return spec.of[place % spec.of.length];
    case 'rows':
      return Array.from({ length: place % 4 }, (_, row) =>
        Object.fromEntries(Object.keys(spec.columns).map((name, i) => [name, (row + 1) * 10 ** i])),
      );
  }
}
function eventFor(type: EventType, place: number): JournalEvent {
  const own: Record<string, unknown> = {};
  Object.entries<FieldSpec>(fieldsOf(type)).forEach(
    ([name, spec], i) => (own[name] = valueFor(spec, place + i)),
  );
  return {
    type,
    seq: 1,
    atMs: 1_795_000_000_000 + 37_000 * place,
    boot: 1 + (place >> 3),
    monoMs: 5_000 + 37_000 * place,
    trust: place % 3,
    rulesVersion: 4,
    actorId: place % 5 === 0 ? 9 : 0,
    ...own,
  } as unknown as JournalEvent;
}
const everyType = () => EVENT_TYPES.flatMap((type, i) => [0, 1, 2].map((n) => eventFor(type, 3 * i + n)));

const RUNS = {
  'three check-ins': runOf(villageEvents(4, 3, 0), AT),
  'a day of a village': runOf(villageEvents(120, 7), { ...AT, firstSeq: 501, previousHash: counted(32, 5) }),
  'every type of event': runOf(everyType(), AT),
};

interface Sample {
  readonly body: Uint8Array;
  /** Values in the order of the body; null where the body is described elsewhere on the page. */
  readonly values: unknown;
}
const sample = <T>(encode: (value: T) => Uint8Array, value: T): Sample => ({
  body: encode(value),
  values: value,
});
const BATCH: Sample = { body: encodeBatch(RUNS['three check-ins']), values: null };

/** One of each kind. The fields of a value stand in the order in which they are written. */
const MESSAGES: Readonly<Record<MessageKind, Sample>> = {
  ASK: sample(messages.encodeAsk, {
    incarnation: AT.incarnation,
    running: 'ffeeddccbbaa9988',
    recorded: 14_070,
    referenceVersion: 5,
    wallMs: 1_795_000_000_123,
    appVersion: '0.1.0 试',
    wire: WIRE,
    revocationNumber: 1203,
  }),
  BATCH,
  REFERENCE_ASK: sample(messages.encodeReferenceAsk, { ticket: counted(16, 1), haveVersion: 4 }),
  ENROL: sample(messages.encodeEnrol, {
    publicKey: counted(32, 60),
    proof: counted(32, 30),
    replyKey: counted(32, 90),
    appVersion: '0.1.0',
  }),
  RETURN_ASK: sample(messages.encodeReturnAsk, {
    ticket: counted(16, 1),
    running: AT.incarnation,
    held: [
      { incarnation: 'ffeeddccbbaa9988', seq: 0 },
      { incarnation: '0123456789abcdef', seq: 70_000 },
    ],
  }),
  STICK_OUT: sample(encodeStickOut, {
    fileKey: counted(32, 1),
    boxKey: counted(32, 2),
    replyKey: counted(32, 3),
    epoch: EPOCH,
    writtenMs: 1_795_000_000_456,
  }),
  STICK_BACK: sample(encodeStickBack, {
    stationId: STATION_ID,
    fileKey: counted(32, 1),
    replyKey: counted(32, 3),
    askedEpoch: EPOCH,
    madeMs: 1_795_000_000_789,
  }),
  STICK_WORD: sample(encodeStickWord, { incarnation: AT.incarnation, kind: 'UNKNOWN_EVENT', readable: 17 }),
  ACKNOWLEDGEMENT: sample(messages.encodeAcknowledgement, {
    stationId: STATION_ID,
    epoch: EPOCH,
    incarnation: AT.incarnation,
    durableSeq: 300,
    headHash: counted(32, 100),
    referenceVersion: 6,
    countyMs: 1_795_000_009_999,
    ticket: counted(16, 200),
    superseded: true,
    others: 128,
    wire: WIRE,
    revocations: { since: 1203, number: 1205, left: 7, cardNumbers: [500_017_001, 64] },
  }),
  REFERENCE: { body: Uint8Array.from(Buffer.from('{"version":1}')), values: { version: 1 } },
  ENROLLED: sample(({ proof, ...says }: messages.Enrolled) => messages.encodeEnrolled(says, proof), {
    stationId: STATION_ID,
    publicKey: counted(32, 60),
    boxKey: counted(32, 90),
    epoch: EPOCH,
    enrolledMs: 1_795_000_000_000,
    certificate: counted(64, 7),
    tlsPin: counted(32, 11),
    proof: counted(32, 22),
  }),
  RETURNED: BATCH,
  DELTA: { body: Uint8Array.from(Buffer.from('{"fromVersion":1}')), values: { fromVersion: 1 } },
};

const plainValue = (_key: string, value: unknown): unknown =>
  value instanceof Uint8Array ? toHex(value) : value;

function messageVectors(): unknown[] {
  return (Object.keys(KIND) as MessageKind[]).flatMap((kind) => {
    const fromCounty = KIND[kind] > 16;
    const { seal } = fromCounty ? COUNTY_KEY : STATION_KEY;
    const { body, values } = MESSAGES[kind];
    const message = { kind, nonce: NONCE, signer: fromCounty ? 0 : STATION_ID, body };
    const plain = sealMessage(message, seal, { packed: false, stored: body });
    return [{ kind: KIND[kind], name: kind, signer: message.signer, values, body, envelope: plain }];
  });
}

/** A frame of zstd differs from one version of zstd to the next: any that unpacks to the body is as good. */
function packedVector(): unknown {
  const body = encodeBatch(RUNS['a day of a village']);
  const message = { kind: 'BATCH', nonce: NONCE, signer: STATION_ID, body } as const;
  return {
    kind: KIND.BATCH,
    name: 'BATCH',
    signer: STATION_ID,
    body,
    envelope: sealMessage(message, STATION_KEY.seal),
  };
}

type Write = (out: ByteWriter) => void;
const bytesOf = (write: Write): Uint8Array => {
  const out = new ByteWriter();
  write(out);
  return out.finish();
};
/** The column `values` in forms written by hand, so that none depends on what our writer finds shortest. */
function columnVectors(): unknown[] {
  const column = (
    name: string,
    values: readonly number[],
    siblings: Record<string, number[]>,
    write: Write,
  ) => ({
    name,
    values,
    siblings,
    bytes: bytesOf(write),
  });
  const put =
    (...parts: (readonly ['u8' | 'v' | 's', number] | Uint8Array)[]): Write =>
    (out) => {
      for (const part of parts)
        if (part instanceof Uint8Array) out.bytes(part);
        else if (part[0] === 'u8') out.byte(part[1]);
        else if (part[0] === 'v') out.varint(part[1]);
        else out.signed(part[1]);
    };
  const bits = (values: number[], widths: number[]) =>
    bytesOf((out) => out.bits(values, (i) => widths[i] ?? 0));
  const least = -9_007_199_254_740_991;
  return [
    column('CONST', [-1, -1, -1], {}, put(['u8', 0], ['s', -1])),
    column(
      'VARINTS',
      [0, 63, 64, -64, least],
      {},
      put(['u8', 1], ['s', 0], ['s', 63], ['s', 64], ['s', -64], ['s', least]),
    ),
    column('PACKED', [7, 10, 8], {}, put(['u8', 2], ['s', 7], ['u8', 2], bits([0, 3, 1], [2, 2, 2]))),
    column('PACKED of no bits', [7, 7], {}, put(['u8', 2], ['s', 7], ['u8', 0])),
    column(
      'CLASSES',
      [100, 101, 105, 100],
      {},
      put(['u8', 3], ['s', 100], ['u8', 1], ['s', 0], ['s', 1], ['s', 3], ['s', 0], bits([1], [2])),
    ),
    column('DELTA', [5, 7, 9, 11], {}, put(['u8', 4], ['s', 5], ['u8', 0], ['s', 2])),
    column(
      'DICTIONARY',
      [9, -4, 9, 70],
      {},
      put(['u8', 5], ['v', 3], ['u8', 1], ['s', 9], ['s', -4], ['s', 70], bits([0, 1, 0, 2], [2, 2, 2, 2])),
    ),
    column(
      'RUNS',
      [3, 3, 3, 8],
      {},
      put(['u8', 6], ['v', 2], ['u8', 1], ['s', 3], ['s', 8], ['u8', 1], ['s', 2], ['s', 0]),
    ),
    column(
      'MINUS',
      [1, 2, 5],
      { 2: [11, 22, 35] },
      put(['u8', 7], ['u8', 2], ['u8', 4], ['s', 10], ['u8', 0], ['s', 10]),
    ),
    column(
      'MAPPED',
      [50, 40, 50, 40],
      { 6: [8, 9, 8, 9] },
      put(['u8', 8], ['u8', 6], ['u8', 1], ['s', 50], ['s', 40]),
    ),
  ];
}

/** Bytes that must be refused, each with the fault. */
function malformedVectors(): unknown[] {
  const body = encodeBatch(RUNS['three check-ins']);
  const message = { kind: 'BATCH', nonce: NONCE, signer: STATION_ID, body } as const;
  const good = sealMessage(message, STATION_KEY.seal, { packed: false, stored: body });
  const changed = (bytes: Uint8Array, at: number, to: number) =>
    Uint8Array.from(bytes, (byte, i) => (i === at ? to : byte));
  const broken = changed(body, body.length - 1, (body.at(-1) ?? 0) ^ 1);
  return [
    { of: 'envelope', name: 'another magic', fault: 'NOT_OURS', bytes: changed(good, 0, 0x57) },
    { of: 'envelope', name: 'a newer version', fault: 'NEWER_VERSION', bytes: changed(good, 3, 9) },
    { of: 'envelope', name: 'an unknown kind', fault: 'MALFORMED', bytes: changed(good, 4, 250) },
    { of: 'envelope', name: 'packing 2', fault: 'MALFORMED', bytes: changed(good, 5, 2) },
    { of: 'envelope', name: 'cut', fault: 'TRUNCATED', bytes: good.slice(0, -1) },
    { of: 'envelope', name: 'a byte more', fault: 'MALFORMED', bytes: Uint8Array.from([...good, 0]) },
    {
      of: 'envelope',
      name: 'another signature',
      fault: 'BAD_SIGNATURE',
      bytes: changed(good, good.length - 1, (good.at(-1) ?? 0) ^ 1),
    },
    {
      of: 'envelope',
      name: 'another body',
      fault: 'BAD_SIGNATURE',
      bytes: changed(good, 30, (good[30] ?? 0) ^ 1),
    },
    { of: 'batch', name: 'cut', fault: 'TRUNCATED', bytes: body.slice(0, -1) },
    { of: 'batch', name: 'a byte more', fault: 'MALFORMED', bytes: Uint8Array.from([...body, 0]) },
    {
      of: 'batch',
      name: 'a varint longer than needed',
      fault: 'MALFORMED',
      bytes: Uint8Array.from([0x93, 0x83, 0x00, ...body.slice(2)]),
    },
    { of: 'batch', name: 'an event changed', fault: 'BROKEN_CHAIN', bytes: broken },
    { of: 'batch', name: 'another genesis', fault: 'BROKEN_CHAIN', bytes: changed(body, 3, 1) },
    { of: 'batch', name: 'no event', fault: 'MALFORMED', bytes: changed(body, 11, 0) },
  ];
}

/** All vectors, as they stand in the file; bytes as hexadecimal. */
export function makeVectors(): unknown {
  const vectors = {
    about:
      'Vectors of domain/wire/WIRE.md. Bytes are hexadecimal. Made by tests/domain/wire/vectors.test.ts.',
    keys: { station: STATION_KEY.publicKey, county: COUNTY_KEY.publicKey },
    messages: messageVectors(),
    batches: Object.entries(RUNS).map(([name, run]) => ({
      name,
      stationId: run.stationId,
      incarnation: run.incarnation,
      firstSeq: run.firstSeq,
      previousHash: toHex(run.previousHash),
      headHash: toHex(run.headHash),
      body: encodeBatch(run),
      events: run.events.map(canonicalText),
    })),
    columns: columnVectors(),
    malformed: malformedVectors(),
  };
  return JSON.parse(JSON.stringify(vectors, plainValue)) as unknown;
}

/** The packed vector, which is kept as long as it unpacks to the right body. */
export function makePackedVector(): unknown {
  return JSON.parse(JSON.stringify(packedVector(), plainValue)) as unknown;
}
