/** Answers that come in parts over a line that breaks: what has come is kept, and only the rest is asked for. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** The beginning of an answer. Nothing of it is believed before the whole is there and its signature holds. */
export interface PartialAnswer {
  /** The county's name for these very bytes. */
  readonly etag: string;
  readonly parts: readonly Buffer[];
  readonly length: number;
}

/** The headers that ask for what comes after a beginning. */
export function askRest(part: PartialAnswer | null | undefined): OutgoingHttpHeaders {
  if (part === null || part === undefined || part.length === 0) return {};
  return { range: `bytes=${part.length}-`, 'if-range': part.etag };
}

const MAX_ETAG = 100;

/**
 * What an answer with this status and these headers goes on from: the beginning that is here, or an empty one where
 * it is sent whole. Null where it can be kept by nobody's name, or does not fit what was asked for.
 */
export function beginningOf(
  status: number,
  headers: IncomingHttpHeaders,
  had: PartialAnswer | null | undefined,
): PartialAnswer | null {
  const { etag = '', 'content-range': range = '' } = headers;
  if (status === 200) return etag === '' || etag.length > MAX_ETAG ? null : { etag, parts: [], length: 0 };
  const fits = status === 206 && had?.etag === etag;
  return fits && range.startsWith(`bytes ${had.length}-`) ? had : null;
}
