/**
 * The vectors of the wire as files, which any other implementation can be held against, and such an implementation:
 * byThePage.ts knows nothing but the text of WIRE.md. After a wanted change of the wire, `npx vitest run
 * tests/domain/wire/vectors.test.ts -u` writes the files and the made parts of the page anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { canonicalText } from '../../../domain/journal/canonical.ts';
import { decodeBatch } from '../../../domain/wire/batch.ts';
import { ByteReader, toHex } from '../../../domain/wire/bytes.ts';
import { KIND, openMessage, readEnvelope } from '../../../domain/wire/envelope.ts';
import {
  decodeAcknowledgement,
  decodeAsk,
  encodeAcknowledgement,
  encodeAsk,
  NO_REVOCATION_NEWS,
} from '../../../domain/wire/messages.ts';
import { readInts } from '../../../domain/wire/readInts.ts';
import {
  Fault,
  readBatch,
  readColumnOf,
  readMessage,
  readPage,
  readValues,
} from '../../harness/byThePage.ts';
import { makePackedVector, makeVectors } from '../../harness/wireVectors.ts';
import { withMadeParts } from '../../harness/wirePage.ts';
import { sha256, unseal } from '../../harness/wire.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const PAGE = join(ROOT, 'domain', 'wire', 'WIRE.md');
const FILES = join(ROOT, 'tests', 'fixtures', 'wire');

interface MessageVector {
  readonly kind: number;
  readonly name: keyof typeof KIND;
  readonly signer: number;
  readonly values?: unknown;
  readonly body: string;
  readonly envelope: string;
}
interface Vectors {
  readonly keys: { readonly station: string; readonly county: string };
  readonly messages: readonly MessageVector[];
  readonly batches: readonly (Readonly<Record<string, unknown>> & {
    readonly name: string;
    readonly body: string;
    readonly events: readonly string[];
  })[];
  readonly columns: readonly {
    readonly name: string;
    readonly values: number[];
    readonly siblings: Readonly<Record<string, number[]>>;
    readonly bytes: string;
  }[];
  readonly malformed: readonly {
    readonly of: 'envelope' | 'batch';
    readonly name: string;
    readonly fault: string;
    readonly bytes: string;
  }[];
}
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const read = (name: string): unknown => JSON.parse(readFileSync(join(FILES, name), 'utf8'));
const text = (value: unknown): string => `${JSON.stringify(value, null, 1)}\n`;

it('the page and the files are those of this code', async () => {
  await expect(withMadeParts(readFileSync(PAGE, 'utf8'))).toMatchFileSnapshot(PAGE);
  await expect(text(makeVectors())).toMatchFileSnapshot(join(FILES, 'vectors.json'));
});

describe('the vectors of version 1', () => {
  const vectors = read('vectors-1.json') as Vectors;
  const messageOf = (name: keyof typeof KIND): MessageVector => {
    const found = vectors.messages.find((one) => one.name === name);
    if (found === undefined) throw new Error(name);
    return found;
  };

  it.each(vectors.messages)('message $kind is still read', ({ kind, signer, body, envelope }) => {
    const sealed = readEnvelope(hex(envelope), 1 << 20);
    if (!sealed.ok) throw new Error(sealed.error.kind);
    const key = hex(signer === 0 ? vectors.keys.county : vectors.keys.station);
    const opened = openMessage(sealed.value, key, 1 << 20, unseal);
    if (!opened.ok) throw new Error(opened.error.kind);
    const { version, kind: name } = opened.value;
    expect([version, KIND[name], toHex(opened.value.body)]).toEqual([1, kind, body]);
  });

  it('an ask and an acknowledgement say nothing of revoked cards, and are written like that', () => {
    const [ask, ack] = [messageOf('ASK'), messageOf('ACKNOWLEDGEMENT')];
    const asked = decodeAsk(hex(ask.body), 1);
    const said = decodeAcknowledgement(hex(ack.body), 1);
    if (!asked.ok || !said.ok) throw new Error('not read');
    expect(asked.value).toEqual({ ...(ask.values as object), revocationNumber: 0 });
    expect(said.value.revocations).toEqual(NO_REVOCATION_NEWS);
    expect(toHex(encodeAsk(asked.value, 1))).toBe(ask.body);
    expect(toHex(encodeAcknowledgement(said.value, 1))).toBe(ack.body);
  });

  it.each(vectors.batches)('batch of $name is still read', ({ body, events }) => {
    const run = decodeBatch(hex(body), sha256);
    expect(run.ok && run.value.events.map(canonicalText)).toEqual(events);
  });
});

describe('the vectors', () => {
  const vectors = read('vectors.json') as Vectors;
  const packed = read('packed.json') as MessageVector;
  const page = readPage(readFileSync(PAGE, 'utf8'));
  const keyOf = ({ signer }: { readonly signer: number }) =>
    hex(signer === 0 ? vectors.keys.county : vectors.keys.station);
  /** The values of a vector in the order of the body. */
  const flat = (value: unknown): unknown[] => {
    // A list is written with its length before it.
    const length = Array.isArray(value) ? [value.length] : [];
    return typeof value === 'object' && value !== null
      ? [...length, ...Object.values(value).flatMap(flat)]
      : [value];
  };

  it('are there for each kind', () => {
    expect(vectors.messages.map(({ kind }) => kind)).toEqual(Object.values(KIND));
    expect([...page.bodies.keys()]).toEqual(Object.values(KIND));
  });

  it.each([...vectors.messages, packed])('message $kind is read by us and by the page', (vector) => {
    const { kind, signer, body, envelope, values } = vector;
    const ours = readEnvelope(hex(envelope), 1 << 20);
    if (!ours.ok) throw new Error(ours.error.kind);
    const opened = openMessage(ours.value, keyOf(vector), 1 << 20, unseal);
    if (!opened.ok) throw new Error(opened.error.kind);
    expect([KIND[opened.value.kind], opened.value.signer, toHex(opened.value.body)]).toEqual([
      kind,
      signer,
      body,
    ]);

    const theirs = readMessage(page, hex(envelope), keyOf(vector));
    expect([theirs.kind, theirs.signer, theirs.body.toString('hex')]).toEqual([kind, signer, body]);
    if (values === undefined || values === null) return;
    if (vector.name === 'REFERENCE' || vector.name === 'DELTA')
      expect(JSON.parse(theirs.body.toString('utf8'))).toEqual(values);
    else {
      const said = flat(values).map((value) => (typeof value === 'boolean' ? Number(value) : value));
      expect(readValues(page, kind, theirs.body)).toEqual(said);
    }
  });

  it('a packed body is that of today’s code', () => {
    expect(packed.body).toBe((makePackedVector() as MessageVector).body);
  });

  it.each(vectors.batches)('batch of $name', ({ name, body, events, ...run }) => {
    const ours = decodeBatch(hex(body), sha256);
    if (!ours.ok) throw new Error(`${name}: ${ours.error.kind}`);
    expect(ours.value.events.map(canonicalText)).toEqual(events);
    expect(toHex(ours.value.headHash)).toBe(run['headHash']);
    expect(readBatch(page, hex(body))).toEqual({ ...run, events });
  });

  it.each(vectors.columns)('column $name', ({ values, siblings, bytes }) => {
    const reader = new ByteReader(hex(bytes));
    expect(readInts(reader, values.length, (column) => siblings[column])).toEqual(values);
    expect(reader.end()).toBeNull();
    expect(readColumnOf(hex(bytes), values.length, siblings)).toEqual(values);
  });

  it.each(vectors.malformed)('$of with $name is refused', ({ of, fault, bytes }) => {
    const theirs = () =>
      of === 'batch' ? readBatch(page, hex(bytes)) : readMessage(page, hex(bytes), hex(vectors.keys.station));
    expect(theirs).toThrow(new Fault(fault));
    expect(faultOf(of, hex(bytes), hex(vectors.keys.station))).toBe(fault);
  });
});

function faultOf(of: 'envelope' | 'batch', bytes: Buffer, key: Buffer): string {
  if (of === 'batch') {
    const run = decodeBatch(bytes, sha256);
    return run.ok ? 'none' : run.error.kind;
  }
  const sealed = readEnvelope(bytes, 1 << 20);
  if (!sealed.ok) return sealed.error.kind;
  const opened = openMessage(sealed.value, key, 1 << 20, unseal);
  return opened.ok ? 'none' : opened.error.kind;
}
