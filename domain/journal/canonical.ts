/**
 * Canonical text and hash of an event. The text is a JSON array of integers, strings and arrays only:
 *
 *     [code, seq, atMs, boot, monoMs, trust, rulesVersion, actorId, …own fields in the order of EVENTS]
 *
 * where a choice is its place in the list and rows are arrays of integers. For such values JSON.stringify is
 * exactly RFC 8785 (JSON Canonicalization Scheme), so the bytes are the same from any implementation, and a
 * person can read a journal with nothing but sqlite3.
 */
import { EVENTS, eventTypeOf, fieldsOf, HEADER_FIELDS, isJournalEvent, type JournalEvent } from './events.ts';
import type { FieldSpec } from './fields.ts';

/** SHA-256 over the parts one after the other, text as UTF-8. Passed in: domain/ has no cryptography. */
export type Sha256 = (...parts: readonly (Uint8Array | string)[]) => Uint8Array;

function plain(spec: FieldSpec, value: unknown): unknown {
  if (spec.kind === 'choice') return spec.of.indexOf(value as string);
  if (spec.kind !== 'rows') return value;
  const names = Object.keys(spec.columns);
  return (value as readonly Record<string, number>[]).map((row) => names.map((name) => row[name]));
}

/** The canonical text of an event. */
export function canonicalText(event: JournalEvent): string {
  const record = event as unknown as Record<string, unknown>;
  const fields = fieldsOf(event.type);
  const values: unknown[] = [EVENTS[event.type].code];
  for (const name of HEADER_FIELDS) values.push(record[name]);
  for (const name in fields) values.push(plain(fields[name] as FieldSpec, record[name]));
  return JSON.stringify(values);
}

function fromPlain(spec: FieldSpec, value: unknown): unknown {
  if (spec.kind === 'choice') return typeof value === 'number' ? spec.of[value] : undefined;
  if (spec.kind !== 'rows') return value;
  if (!Array.isArray(value)) return undefined;
  const names = Object.keys(spec.columns);
  return value.map((row: unknown) =>
    Array.isArray(row) && row.length === names.length
      ? Object.fromEntries(names.map((name, i) => [name, row[i] as unknown]))
      : undefined,
  );
}

/** The event of a canonical text; undefined if the text is not exactly what `canonicalText` would write. */
export function parseCanonical(text: string): JournalEvent | undefined {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    return undefined; // Not JSON at all: the caller reports the place, there is nothing more to know.
  }
  if (!Array.isArray(values)) return undefined;
  const type = eventTypeOf(values[0] as number);
  if (type === undefined) return undefined;
  const record: Record<string, unknown> = { type };
  HEADER_FIELDS.forEach((name, i) => (record[name] = values[i + 1] as unknown));
  const fields = fieldsOf(type);
  Object.keys(fields).forEach((name, i) => {
    record[name] = fromPlain(fields[name] as FieldSpec, values[i + 1 + HEADER_FIELDS.length]);
  });
  return isJournalEvent(record) && canonicalText(record) === text ? record : undefined;
}

/** The hash before the first event of a (station, incarnation). */
export function genesisHash(sha256: Sha256, station: number, incarnation: string): Uint8Array {
  return sha256(`village-station journal 1 ${station} ${incarnation}`);
}

/** SHA-256(previous hash || canonical bytes): the link of the chain. */
export function nextHash(sha256: Sha256, previous: Uint8Array, text: string): Uint8Array {
  return sha256(previous, text);
}
