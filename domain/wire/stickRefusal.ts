/**
 * What the county lays on a stick where it takes nothing of what a station sent (WIRE.md, Stick). It is not signed,
 * like a refusal by line: a new machine knows no county key yet. So nothing follows from it but words on a screen and
 * the version in which a station writes next.
 */
import * as v from 'valibot';
import { fromHex, toHex } from './bytes.ts';
import { NONCE_BYTES } from './envelope.ts';
import { readUtf8, writeUtf8 } from './utf8.ts';
import type { WireRange } from './version.ts';

/** Longer files are none. */
export const MAX_REFUSAL_BYTES = 400;

export interface StickRefusal {
  readonly stationId: number;
  /** Of what is refused. */
  readonly nonce: Uint8Array;
  /** As by line. */
  readonly kind: string;
  /** What the county reads, where it is a matter of versions. */
  readonly wire: WireRange | null;
}

const version = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(255));
const schema = v.object({
  station: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  nonce: v.pipe(v.string(), v.length(2 * NONCE_BYTES)),
  error: v.object({
    kind: v.pipe(v.string(), v.regex(/^[A-Z_]{1,40}$/)),
    wire: v.optional(v.object({ oldest: version, newest: version })),
  }),
});

/** The bytes of a refusal: JSON. */
export function encodeStickRefusal({ stationId, nonce, kind, wire }: StickRefusal): Uint8Array {
  const file: v.InferOutput<typeof schema> = {
    station: stationId,
    nonce: toHex(nonce),
    error: { kind, ...(wire && { wire }) },
  };
  return writeUtf8(JSON.stringify(file));
}

/** Reads one; null for anything else. */
export function decodeStickRefusal(bytes: Uint8Array): StickRefusal | null {
  if (bytes.length > MAX_REFUSAL_BYTES || bytes[0] !== 0x7b) return null;
  let json: unknown;
  try {
    json = JSON.parse(readUtf8(bytes) ?? '');
  } catch {
    return null;
  }
  const parsed = v.safeParse(schema, json);
  const nonce = parsed.success ? fromHex(parsed.output.nonce) : undefined;
  if (!parsed.success || nonce === undefined) return null;
  const { station: stationId, error } = parsed.output;
  return { stationId, nonce, kind: error.kind, wire: error.wire ?? null };
}
