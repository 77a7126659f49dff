/**
 * Another implementation of the wire's reading half, made from the page alone: it shares no code with the project
 * and takes the tables of messages and events out of the text of WIRE.md. If it cannot read the vectors, the page
 * does not say enough.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';

export class Fault extends Error {
  readonly kind: string;
  constructor(kind: string) {
    super(kind);
    this.kind = kind;
  }
}
type Cell = number | string | number[][];

class Bytes {
  readonly #all: Buffer;
  #at = 0;
  constructor(all: Buffer) {
    this.#all = all;
  }
  take(length: number): Buffer {
    if (this.#at + length > this.#all.length) throw new Fault('TRUNCATED');
    this.#at += length;
    return this.#all.subarray(this.#at - length, this.#at);
  }
  get read(): Buffer {
    return this.#all.subarray(0, this.#at);
  }
  u8(): number {
    return this.take(1).readUInt8();
  }
  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = BigInt(this.u8());
      value += (byte & 0x7fn) << shift;
      if (byte === 0n && shift > 0n) throw new Fault('MALFORMED');
      if (value >= 2n ** 53n) throw new Fault('MALFORMED');
      if (byte < 0x80n) return Number(value);
    }
  }
  signed(): number {
    const first = this.u8();
    const more = first >= 0x80 ? this.varint() : 0;
    if (first >= 0x80 && more === 0) throw new Fault('MALFORMED');
    const magnitude = (first & 0x3f) + 64 * more;
    if (!Number.isSafeInteger(magnitude)) throw new Fault('MALFORMED');
    if ((first & 0x40) === 0) return magnitude;
    if (magnitude === 0) throw new Fault('MALFORMED');
    return -magnitude;
  }
  text(): string {
    const bytes = this.take(this.varint());
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Fault('MALFORMED');
    }
  }
  bits(widths: readonly number[]): number[] {
    const total = widths.reduce((sum, width) => sum + width, 0);
    const packed = [...this.take(Math.ceil(total / 8))].flatMap((byte) =>
      Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1),
    );
    const numbers = widths.map((width) =>
      packed.splice(0, width).reduce((value, bit, place) => value + bit * 2 ** place, 0),
    );
    if (packed.includes(1)) throw new Fault('MALFORMED');
    return numbers;
  }
  end(): void {
    if (this.#at < this.#all.length) throw new Fault('MALFORMED');
  }
}

interface Field {
  readonly name: string;
  readonly form: string;
  /** Words of a choice, names of row columns. */
  readonly of: readonly string[];
}
export interface Page {
  /** What stands in the body of each kind, in the words of the page. */
  readonly bodies: ReadonlyMap<number, string>;
  readonly events: ReadonlyMap<number, readonly Field[]>;
}

/** Reads the tables of the page. */
export function readPage(markdown: string): Page {
  const bodies = new Map<number, string>();
  const events = new Map<number, readonly Field[]>();
  for (const line of markdown.split('\n')) {
    const message = /^\| (\d+) [a-z ]+ \| (?:station|county) \| (.+) \|$/.exec(line);
    if (message?.[1] !== undefined) bodies.set(Number(message[1]), message[2] ?? '');
    const event = /^\| (\d+) [A-Z_]{3,} \| ([^|]*) \|$/.exec(line);
    if (event?.[1] === undefined) continue;
    const fields = (event[2] ?? '').split('; ').flatMap((words) => {
      const said = /^(int|text|choice|rows) (\w+)(?: \(([\w ]+)\))?$/.exec(words);
      if (said?.[2] === undefined) return [];
      return [{ form: said[1] ?? '', name: said[2], of: said[3]?.split(' ') ?? [] }];
    });
    events.set(Number(event[1]), fields);
  }
  return { bodies, events };
}

const HEADER = ['seq', 'atMs', 'boot', 'monoMs', 'trust', 'rulesVersion', 'actorId'];

/** Values of an earlier column for the m events in question; undefined where an event has none. */
type Earlier = (column: number) => (number | undefined)[] | undefined;

/** A column of m integers. */
export function readColumn(bytes: Bytes, m: number, earlier: Earlier, depth = 0): number[] {
  if (m === 0) return [];
  if (depth > 5) throw new Fault('MALFORMED');
  const nested = (k: number) => readColumn(bytes, k, () => undefined, depth + 1);
  const many = (k: number) => Array.from({ length: k }, () => bytes.signed());
  const sibling = (): number[] => {
    const values = earlier(bytes.u8());
    if (values === undefined || values.includes(undefined)) throw new Fault('MALFORMED');
    return values as number[];
  };
  const forms: Record<number, () => number[]> = {
    0: () => Array<number>(m).fill(bytes.signed()),
    1: () => many(m),
    2: () => {
      const least = bytes.signed();
      const width = bytes.u8();
      if (width > 32) throw new Fault('MALFORMED');
      return bytes.bits(Array<number>(m).fill(width)).map((number) => least + number);
    },
    3: () => {
      const least = bytes.signed();
      const classes = nested(m);
      if (classes.some((c) => c < 0 || c > 53)) throw new Fault('MALFORMED');
      const rest = bytes.bits(classes.map((c) => Math.max(0, c - 1)));
      return classes.map((c, i) => (c === 0 ? least : least + 2 ** (c - 1) + (rest[i] ?? 0)));
    },
    4: () => {
      const values = [bytes.signed()];
      for (const delta of nested(m - 1)) values.push((values.at(-1) ?? 0) + delta);
      return values;
    },
    5: () => {
      const k = bytes.varint();
      const words = nested(k);
      const width = k < 2 ? 0 : (k - 1).toString(2).length;
      return bytes.bits(Array<number>(m).fill(width)).map((place) => {
        const word = words[place];
        if (word === undefined) throw new Fault('MALFORMED');
        return word;
      });
    },
    6: () => {
      const r = bytes.varint();
      const values = nested(r);
      const lengths = nested(r);
      const run = values.flatMap((value, i) => Array<number>((lengths[i] ?? 0) + 1).fill(value));
      if (run.length !== m) throw new Fault('MALFORMED');
      return run;
    },
    7: () => {
      const from = sibling();
      return nested(m).map((value, i) => (from[i] ?? 0) - value);
    },
    8: () => {
      const keys = sibling();
      const different = [...new Set(keys)].sort((a, b) => a - b);
      const images = nested(different.length);
      return keys.map((key) => images[different.indexOf(key)] ?? 0);
    },
  };
  const form = forms[bytes.u8()];
  if (form === undefined || (depth > 0 && [forms[7], forms[8]].includes(form))) throw new Fault('MALFORMED');
  const values = form();
  if (!values.every(Number.isSafeInteger)) throw new Fault('MALFORMED');
  return values;
}

/** The columns of n events; answers each event's cells by name. */
function readEvents(page: Page, bytes: Bytes, firstSeq: number, n: number): Map<string, Cell>[] {
  const codes = readColumn(bytes, n, () => undefined);
  if (codes.some((code) => !page.events.has(code))) throw new Fault('UNKNOWN_EVENT');
  const events = codes.map((code, i) => new Map<string, Cell>([['seq', firstSeq + i]]).set('code', code));
  const known = new Map<number, (number | undefined)[]>([[1, events.map((_, i) => firstSeq + i)]]);
  const columns: { field: Field; has: (code: number) => boolean }[] = HEADER.map((name) => ({
    field: { name, form: 'int', of: [] },
    has: () => true,
  }));
  for (const fields of page.events.values())
    for (const field of fields) {
      const same = (other: Field) => JSON.stringify(other) === JSON.stringify(field);
      if (columns.slice(HEADER.length).some((column) => same(column.field))) continue;
      columns.push({ field, has: (c) => page.events.get(c)?.some(same) ?? false });
    }
  columns.forEach(({ field, has }, i) => {
    const index = i + 1;
    const places = events.flatMap((_, place) => (has(codes[place] ?? 0) ? [place] : []));
    if (index === 1 || places.length === 0) return;
    const m = places.length;
    const put = (values: readonly Cell[]) => {
      places.forEach((place, k) => events[place]?.set(field.name, values[k] ?? 0));
    };
    const ints = () => readColumn(bytes, m, (c) => known.get(c) && places.map((p) => known.get(c)?.[p]));
    if (field.form === 'text') {
      const words = Array.from({ length: bytes.varint() }, () => bytes.text());
      put(readColumn(bytes, m, () => undefined).map((place) => words[place] ?? ''));
    } else if (field.form === 'rows') {
      const sizes = readColumn(bytes, m, () => undefined);
      const total = sizes.reduce((sum, size) => sum + size, 0);
      const cells: number[][] = [];
      while (cells.length < field.of.length) cells.push(readColumn(bytes, total, (c) => cells[c]));
      const rows = Array.from({ length: total }, (_, row) => cells.map((column) => column[row] ?? 0));
      put(sizes.map((size) => rows.splice(0, size)));
    } else {
      const values = ints();
      const dense = Array<number | undefined>(n).fill(undefined);
      places.forEach((place, k) => (dense[place] = values[k]));
      known.set(index, dense);
      put(values);
    }
  });
  return events;
}

export interface ReadBatch {
  readonly stationId: number;
  readonly incarnation: string;
  readonly firstSeq: number;
  readonly previousHash: string;
  readonly headHash: string;
  /** Canonical texts. */
  readonly events: readonly string[];
}

/** The body of a batch, with its chain followed. */
export function readBatch(page: Page, body: Buffer): ReadBatch {
  const bytes = new Bytes(body);
  const stationId = bytes.varint();
  const incarnation = bytes.take(8).toString('hex');
  const firstSeq = bytes.varint();
  const n = bytes.varint();
  const previousHash = bytes.take(32);
  const headHash = bytes.take(32);
  if (firstSeq < 1 || n < 1 || n > 500) throw new Fault('MALFORMED');
  const cells = readEvents(page, bytes, firstSeq, n);
  bytes.end();
  const events = cells.map((event) => {
    const own = page.events.get(event.get('code') as number) ?? [];
    const names = ['code', ...HEADER, ...own.map(({ name }) => name)];
    return JSON.stringify(names.map((name) => event.get(name)));
  });
  const sha = (...parts: (Buffer | string)[]): Buffer => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const genesis = sha(`village-station journal 1 ${stationId} ${incarnation}`);
  let head: Buffer = previousHash;
  for (const text of events) head = sha(head, text);
  if (!head.equals(headHash) || (firstSeq === 1 && !previousHash.equals(genesis)))
    throw new Fault('BROKEN_CHAIN');
  return {
    stationId,
    incarnation,
    firstSeq,
    previousHash: previousHash.toString('hex'),
    headHash: headHash.toString('hex'),
    events,
  };
}

export interface ReadMessage {
  readonly kind: number;
  readonly signer: number;
  readonly nonce: string;
  readonly body: Buffer;
}

/** An envelope in version 1 or 2, checked against a public key of 32 bytes. */
export function readMessage(page: Page, envelope: Buffer, publicKey: Buffer): ReadMessage {
  const bytes = new Bytes(envelope);
  if (bytes.take(3).toString() !== 'VSW') throw new Fault('NOT_OURS');
  if (bytes.u8() > 2) throw new Fault('NEWER_VERSION');
  const kind = bytes.u8();
  const packing = bytes.u8();
  const nonce = bytes.take(8).toString('hex');
  const signer = bytes.varint();
  const length = bytes.varint();
  const stored = bytes.take(bytes.varint());
  const signed = bytes.read;
  const signature = bytes.take(64);
  bytes.end();
  if (!page.bodies.has(kind) || packing > 1) throw new Fault('MALFORMED');
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: publicKey.toString('base64url') },
    format: 'jwk',
  });
  if (!verify(null, signed, key, signature)) throw new Fault('BAD_SIGNATURE');
  const body = packing === 1 ? zstdDecompressSync(stored, { maxOutputLength: length }) : stored;
  if (body.length !== length) throw new Fault('MALFORMED');
  return { kind, signer, nonce, body };
}

type Value = number | string | Value[];

/** The values of a short message, in the order and forms that the page's table gives for its kind. */
export function readValues(page: Page, kind: number, body: Buffer): Value[] {
  const bytes = new Bytes(body);
  const readForms = (words: string): Value[] => {
    const [forms = '', repeated] = words.split(/, n times: /);
    const values: Value[] = [];
    let last = 0;
    for (const said of forms.replace(/;.*$/, '').split(', ')) {
      for (const part of said.split(' and ')) {
        const [form = ''] = part.split(' ');
        const length = /^bytes\((\d+)\)$/.exec(form)?.[1] ?? (form === 'id' ? '8' : undefined);
        if (length !== undefined) values.push(bytes.take(Number(length)).toString('hex'));
        else if (form === 'varint' || form === 'u8')
          values.push((last = form === 'u8' ? bytes.u8() : bytes.varint()));
        else if (form === 'signed') values.push(bytes.signed());
        else if (form === 'text') values.push(bytes.text());
      }
    }
    if (repeated === undefined) return values;
    const times = last;
    return [...values, ...Array.from({ length: times }, () => readForms(repeated)).flat()];
  };
  const values = readForms(page.bodies.get(kind) ?? '');
  bytes.end();
  return values;
}

/** A column on its own, with the earlier columns it may name. */
export function readColumnOf(
  bytes: Buffer,
  m: number,
  siblings: Readonly<Record<string, number[]>>,
): number[] {
  const reader = new Bytes(bytes);
  const values = readColumn(reader, m, (column) => siblings[column]);
  reader.end();
  return values;
}
