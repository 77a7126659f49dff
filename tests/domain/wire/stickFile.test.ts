/**
 * The container of stick files and its heads. Whatever a stick does to a file, the reader gives out nothing that was
 * not proved, and says so.
 */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  answerName,
  bundleName,
  decodeStickBack,
  decodeStickOut,
  encodeStickBack,
  encodeStickOut,
  readBundleName,
} from '../../../domain/wire/stick.ts';
import { STICK_CHUNK_BYTES } from '../../../domain/wire/limits.ts';
import { readStickHead, stickHead, StickReader, StickWriter } from '../../../domain/wire/stickFile.ts';
import { chunkCipher } from '../../../electron/station/stick/cipher.ts';
import { fc } from '../../harness/property.ts';

const KEY = randomBytes(32);
const MAX = 1 << 20;

function sealed(messages: readonly Uint8Array[], key = KEY): Uint8Array {
  const writer = new StickWriter(chunkCipher, key);
  const chunks = messages.flatMap((message) => writer.add(message));
  return Buffer.concat([...chunks, writer.finish()]);
}

/** Reads in slices of `step` bytes; answers the messages that were given out and the fault, if any. */
function read(bytes: Uint8Array, { step = 10_000, key = KEY, max = MAX } = {}) {
  const reader = new StickReader(chunkCipher, key, max);
  const messages: Uint8Array[] = [];
  for (let at = 0; at <= bytes.length; at += step) {
    const more = at < bytes.length ? reader.push(bytes.subarray(at, at + step)) : reader.end();
    if (!more.ok) return { messages, fault: more.error.kind };
    messages.push(...more.value);
    if (at < bytes.length && at + step >= bytes.length) {
      const last = reader.end();
      if (!last.ok) return { messages, fault: last.error.kind };
      return { messages: [...messages, ...last.value], fault: null };
    }
  }
  return { messages, fault: null };
}
const plain = (messages: readonly Uint8Array[]) => messages.map((message) => Buffer.from(message));

/** Three messages over three chunks, with borders in awkward places. */
const MESSAGES = [randomBytes(100), randomBytes(STICK_CHUNK_BYTES + 5), randomBytes(STICK_CHUNK_BYTES)];
const FILE = sealed(MESSAGES);

describe('chunks of a stick file', () => {
  it('give back any messages, in whatever pieces they are read', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }),
        fc.constantFrom(0, STICK_CHUNK_BYTES - 4, STICK_CHUNK_BYTES, 2 * STICK_CHUNK_BYTES),
        fc.integer({ min: 1, max: 200_000 }),
        (small, large, step) => {
          const messages = [...small, new Uint8Array(large)];
          const file = sealed(messages);
          const result = read(file, { step: Math.max(step, Math.ceil(file.length / 500)) });
          expect(result.fault).toBeNull();
          expect(plain(result.messages)).toEqual(plain(messages));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('say that any cut or any changed bit is damage, and give out only what was proved before it', () => {
    const cuts = [0, 1, 15, 16, STICK_CHUNK_BYTES + 16, 2 * (STICK_CHUNK_BYTES + 16)];
    const cut = fc.oneof(fc.constantFrom(...cuts), fc.nat(FILE.length - 1));
    const spoilt = fc.oneof(
      cut.map((length) => ({ how: `cut at ${length}`, file: FILE.subarray(0, length) })),
      fc.tuple(fc.nat(FILE.length - 1), fc.nat(7)).map(([at, bit]) => {
        const file = Uint8Array.from(FILE);
        file[at] = (file[at] ?? 0) ^ (1 << bit);
        return { how: `bit ${bit} of ${at}`, file };
      }),
      fc
        .nat(40)
        .map((more) => ({ how: `${more + 1} more`, file: Buffer.concat([FILE, randomBytes(more + 1)]) })),
    );
    for (const { how, file } of fc.sample(spoilt, 200)) {
      const { messages, fault } = read(file);
      expect({ how, fault }).toEqual({ how, fault: 'DAMAGED' });
      expect(messages.length).toBeLessThan(MESSAGES.length);
      for (const [i, message] of messages.entries())
        expect(Buffer.compare(message, MESSAGES[i] ?? Buffer.of())).toBe(0);
    }
  });

  it('cannot be put in another order, nor be read with another key', () => {
    const size = STICK_CHUNK_BYTES + 16;
    const swapped = Buffer.concat([
      FILE.subarray(size, 2 * size),
      FILE.subarray(0, size),
      FILE.subarray(2 * size),
    ]);
    expect(read(swapped)).toEqual({ messages: [], fault: 'DAMAGED' });
    expect(read(FILE, { key: randomBytes(32) })).toEqual({ messages: [], fault: 'DAMAGED' });
  });

  it('refuse a message longer than the reader takes before any of it is set aside', () => {
    expect(read(FILE, { max: 99 })).toEqual({ messages: [], fault: 'TOO_LARGE' });
  });

  it('refuse an end within a message, however well it is sealed', () => {
    const half = chunkCipher.seal(
      KEY,
      Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
      Buffer.of(0, 0, 0, 9, 1),
    );
    expect(read(half).fault).toBe('DAMAGED');
  });
});

const id = fc.stringMatching(/^[0-9a-f]{16}$/);
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('heads of stick files', () => {
  it('come back whole; cut short or with a byte more they are refused', () => {
    fc.assert(
      fc.property(
        fc.record({ fileKey: key, boxKey: key, replyKey: key, epoch: id, writtenMs: fc.maxSafeInteger() }),
        fc.record({
          stationId: fc.nat(),
          fileKey: key,
          replyKey: key,
          askedEpoch: id,
          madeMs: fc.maxSafeInteger(),
        }),
        (out, back) => {
          expect(decodeStickOut(encodeStickOut(out))).toEqual({ ok: true, value: out });
          expect(decodeStickBack(encodeStickBack(back))).toEqual({ ok: true, value: back });
          const body = encodeStickOut(out);
          expect(decodeStickOut(Uint8Array.from([...body, 0])).ok).toBe(false);
          expect(decodeStickOut(body.subarray(0, -1)).ok).toBe(false);
        },
      ),
    );
  });

  it('are found before the chunks, whatever follows', () => {
    const envelope = randomBytes(300);
    const head = stickHead(envelope);
    expect(readStickHead(Buffer.concat([head, randomBytes(50)]))).toEqual({
      ok: true,
      value: { head: Buffer.from(head), envelope },
    });
    for (let cut = 0; cut < head.length; cut++) expect(readStickHead(head.subarray(0, cut)).ok).toBe(false);
    const newer = Uint8Array.from(head);
    newer[3] = 2;
    expect(readStickHead(newer)).toEqual({ ok: false, error: { kind: 'NEWER_VERSION' } });
    expect(readStickHead(Buffer.from('PK\x03\x04 a zip file'))).toEqual({
      ok: false,
      error: { kind: 'NOT_OURS' },
    });
    expect(readStickHead(stickHead(randomBytes(5000)))).toEqual({ ok: false, error: { kind: 'DAMAGED' } });
  });
});

describe('names of stick files', () => {
  const run = { incarnation: '0123456789abcdef', firstSeq: 1, lastSeq: 1240 };
  it('say to a person what they are, and to the station what they hold', () => {
    const name = bundleName('石桥村', 1, run);
    expect(name).toBe('石桥村-00001-01234567-1-1240.vsb');
    expect(readBundleName(name)).toEqual({ stationId: 1, incarnation8: '01234567', lastSeq: 1240 });
    expect(readBundleName(bundleName('', 123_456, run))).toMatchObject({ stationId: 123_456 });
    expect(answerName('石桥村', 1)).toBe('石桥村-00001.vsb');
    expect(readBundleName(answerName('石桥村', 1))).toBeNull();
  });
  it('hold nothing that a file system refuses', () => {
    expect(bundleName('../a\\b:c*?"<>|\n\u0000村', 7, run)).toBe('abc村-00007-01234567-1-1240.vsb');
  });
});
