/** One request to the county, with an end in time and in size whatever the other side does. */
import * as http from 'node:http';
import * as https from 'node:https';
import { err, ok, type Result } from '../../../domain/result.ts';
import { countyAddress } from './address.ts';
import { LineCount, type LineBytes } from './lineCount.ts';
import { askRest, beginningOf, type PartialAnswer } from './partialAnswer.ts';
import {
  createPinnedTls,
  MAX_SOCKETS,
  TlsProblemError,
  type PinnedTls,
  type PinnedTlsOptions,
  type TlsProblem,
} from './pinnedTls.ts';

export interface Answer {
  readonly status: number;
  readonly body: Uint8Array;
}
export type TransportError =
  /** Nobody there, or the line broke before anything was answered. */
  | { readonly kind: 'UNREACHABLE' }
  /** The line broke in the middle, or the time was up. `part`: what had come, if the rest can be asked for. */
  | { readonly kind: 'CUT'; readonly part?: PartialAnswer }
  | { readonly kind: 'ANSWER_TOO_LARGE' }
  /** Nothing was sent: the line has carried what it may on this day. */
  | { readonly kind: 'METERED' }
  /** Somebody is there who is not our county; nothing was sent. */
  | { readonly kind: TlsProblem };

export interface PostLimits {
  /** For the whole exchange, ms. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** What has come of the answer to these very bytes before. */
  readonly resume?: PartialAnswer | null;
}
export interface Transport {
  /** POSTs bytes to a path such as `v1/ask`; never rejects. */
  readonly post: (
    path: string,
    body: Uint8Array,
    limits: PostLimits,
  ) => Promise<Result<Answer, TransportError>>;
  /** What the county's certificate is judged by; null over plain http on this machine. */
  readonly tls: Pick<PinnedTls, 'judge'> | null;
  /** What has gone over the line since the start, both ways. */
  readonly carried: () => LineBytes;
  readonly close: () => void;
}

type Outcome = Result<Answer, TransportError>;

/** Reads an answer to its end or its limit. Answers what is to be told where the line breaks before that. */
function readAnswer(
  response: http.IncomingMessage,
  { maxAnswerBytes: maxBytes, resume }: PostLimits,
  done: (outcome: Outcome) => void,
): () => Outcome {
  const { statusCode: status = 0, headers } = response;
  const before = beginningOf(status, headers, resume);
  const parts: Buffer[] = [...(before?.parts ?? [])];
  let length = before?.length ?? 0;
  const cut = (): Outcome =>
    err(before === null ? { kind: 'CUT' } : { kind: 'CUT', part: { etag: before.etag, parts, length } });
  if (status === 206 && before === null) done(err({ kind: 'CUT' }));
  response.on('data', (part: Buffer) => {
    length += part.length;
    if (length > maxBytes) done(err({ kind: 'ANSWER_TOO_LARGE' }));
    else parts.push(part);
  });
  response.on('end', () => {
    // Put together out of its parts it is the whole answer.
    const body = (): Buffer => Buffer.concat(parts);
    done(response.complete ? ok({ status: status === 206 ? 200 : status, body: body() }) : cut());
  });
  response.on('error', () => done(cut()));
  return cut;
}

/**
 * HTTPS to a county's address, or HTTP on this machine. Connections are kept for the next request; redirects are
 * not followed. Throws for an address that must not be spoken to: whoever calls has asked `countyAddress` before.
 */
export function httpTransport(countyUrl: string, options: PinnedTlsOptions): Transport {
  const address = countyAddress(countyUrl);
  if (!address.ok) throw new Error(`${address.error.kind}: ${countyUrl}`);
  const base = new URL(address.value.endsWith('/') ? address.value : `${address.value}/`);
  const count = new LineCount();
  const tls =
    base.protocol === 'https:'
      ? createPinnedTls(base.href, { ...options, onSocket: (socket) => count.add(socket) })
      : null;
  const { request } = tls === null ? http : https;
  const agent = tls?.agent ?? new http.Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  return {
    tls,
    post: (path, body, limits) =>
      new Promise<Outcome>((resolve) => {
        let connected = false;
        let cut = (): Outcome => err({ kind: 'CUT', ...(limits.resume ? { part: limits.resume } : {}) });
        // Few headers: on a thin line they would outweigh a small batch.
        const sent = request(new URL(path, base), {
          method: 'POST',
          agent,
          headers: {
            'content-type': 'application/octet-stream',
            'content-length': body.length,
            ...askRest(limits.resume),
          },
        });
        const done = (outcome: Outcome): void => {
          clearTimeout(limit);
          resolve(outcome);
          if (!outcome.ok) sent.destroy();
        };
        const limit = setTimeout(() => {
          done(connected ? cut() : err({ kind: 'UNREACHABLE' }));
        }, limits.timeoutMs);
        sent.on('socket', (socket) => {
          if (tls === null) count.add(socket);
          connected = !socket.connecting;
          // A kept connection is there already, and would collect a listener with each request.
          if (!connected) socket.once('connect', () => (connected = true));
        });
        sent.on('error', (error) => {
          if (error instanceof TlsProblemError) done(err({ kind: error.problem }));
          else done(connected ? cut() : err({ kind: 'UNREACHABLE' }));
        });
        sent.on('response', (response) => {
          cut = readAnswer(response, limits, done);
        });
        sent.end(body);
      }),
    carried: () => count.total(),
    close: () => agent.destroy(),
  };
}
