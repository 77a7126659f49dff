/** The body of a reference snapshot: the JSON text of `referenceSchema`, as UTF-8 (WIRE.md, Messages). */
import * as v from 'valibot';
import { referenceSchema, type Reference } from '../reference/reference.ts';
import { err, ok, type Result } from '../result.ts';
import { readUtf8, writeUtf8 } from './utf8.ts';

export function encodeReference(reference: Reference): Uint8Array {
  return writeUtf8(JSON.stringify(reference));
}

/** The reference data of a body, or the first thing that does not fit its schema. */
export function decodeReference(
  body: Uint8Array,
): Result<Reference, { readonly kind: 'MALFORMED'; readonly detail: string }> {
  const text = readUtf8(body);
  if (text === undefined) return err({ kind: 'MALFORMED', detail: 'not UTF-8' });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err({ kind: 'MALFORMED', detail: 'not JSON' });
  }
  const parsed = v.safeParse(referenceSchema, value, { abortEarly: true });
  if (parsed.success) return ok(parsed.output);
  const [issue] = parsed.issues;
  return err({ kind: 'MALFORMED', detail: `${v.getDotPath(issue) ?? ''}: ${issue.message}` });
}
