/**
 * The rest of an answer whose first bytes have come (RFC 9110, section 14). The same request is given the same bytes
 * as long as what it asks for is the same: sealing adds nothing by chance. So nothing need be kept between the two.
 */
import { hex, sha256 } from './codecs.ts';

/** Shorter answers are soon sent again. */
const LEAST_BYTES = 2048;

export interface Part {
  readonly status: 200 | 206;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** What of an answer is to be sent to a request with these headers: the rest, if it is of the very same bytes. */
export function partOf(
  answer: Uint8Array,
  asked: { readonly range?: string | undefined; readonly 'if-range'?: string | string[] | undefined },
): Part {
  if (answer.length < LEAST_BYTES) return { status: 200, headers: {}, bytes: answer };
  const etag = `"${hex(sha256(answer)).slice(0, 32)}"`;
  const from = Number(/^bytes=(\d{1,9})-$/.exec(asked.range ?? '')?.[1] ?? 0);
  if (asked['if-range'] !== etag || from === 0 || from >= answer.length)
    return { status: 200, headers: { etag }, bytes: answer };
  const range = `bytes ${from}-${answer.length - 1}/${answer.length}`;
  return { status: 206, headers: { etag, 'content-range': range }, bytes: answer.subarray(from) };
}
