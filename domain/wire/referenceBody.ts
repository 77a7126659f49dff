/** Bodies of reference snapshots and deltas: JSON text, as UTF-8 (WIRE.md, Reference data). */
import * as v from 'valibot';
import { deltaSchema, type ReferenceDelta } from '../reference/delta.ts';
import { referenceSchema, type Reference } from '../reference/reference.ts';
import { err, ok, type Result } from '../result.ts';
import { MAX_REFERENCE_VALUES } from './limits.ts';
import { readUtf8, writeUtf8 } from './utf8.ts';

export function encodeReference(reference: Reference): Uint8Array {
  return writeUtf8(JSON.stringify(reference));
}

interface BadBody {
  readonly kind: 'MALFORMED';
  readonly detail: string;
}

/** The reference data of a body, or the first thing that does not fit its schema. */
export function decodeReference(body: Uint8Array): Result<Reference, BadBody> {
  return decodeJson(referenceSchema, body);
}

/** The body of a delta: the JSON text of `deltaSchema`, as UTF-8. */
export function encodeDelta(delta: ReferenceDelta): Uint8Array {
  return writeUtf8(JSON.stringify(delta));
}
export function decodeDelta(body: Uint8Array): Result<ReferenceDelta, BadBody> {
  return decodeJson(deltaSchema, body);
}

const COMMA = 0x2c;
const BRACKET = 0x5b;
const BRACE = 0x7b;

/** Whether a text may hold more values than are parsed; those within texts count too. */
function hasTooManyValues(body: Uint8Array): boolean {
  let values = 0;
  for (const byte of body) if (byte === COMMA || byte === BRACKET || byte === BRACE) values += 1;
  return values > MAX_REFERENCE_VALUES;
}

function decodeJson<T extends v.GenericSchema>(
  schema: T,
  body: Uint8Array,
): Result<v.InferOutput<T>, BadBody> {
  if (hasTooManyValues(body)) return err({ kind: 'MALFORMED', detail: 'too many values' });
  const text = readUtf8(body);
  if (text === undefined) return err({ kind: 'MALFORMED', detail: 'not UTF-8' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ kind: 'MALFORMED', detail: 'not JSON' });
  }
  const parsed = v.safeParse(schema, value, { abortEarly: true });
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  return err({ kind: 'MALFORMED', detail: `${v.getDotPath(issue) ?? ''}: ${issue.message}` });
}
