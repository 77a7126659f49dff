/** Reading what a county answered: nothing of it is believed that the pinned key has not signed. */
import * as v from 'valibot';
import { err, ok, type Result } from '../../../domain/result.ts';
import { sameBytes } from '../../../domain/wire/bytes.ts';
import { COUNTY_SIGNER, openMessage, readEnvelope, type MessageKind } from '../../../domain/wire/envelope.ts';
import { MAX_ANSWER_BYTES } from '../../../domain/wire/limits.ts';
import { decodeAcknowledgement, type Acknowledgement } from '../../../domain/wire/messages.ts';
import type { WireRange } from '../../../domain/wire/version.ts';
import { unseal } from './codecs.ts';
import type { Answer, TransportError } from './transport.ts';

export type SyncFailure =
  /** No county there just now: a matter of the line, or it asks to come again. */
  | { readonly kind: 'OFFLINE'; readonly afterMs?: number; readonly isGap?: boolean }
  /** A county is there and something does not fit: a person has to look. */
  | { readonly kind: 'REFUSED'; readonly reason: string; readonly contradicts?: Contradiction }
  /** Today's cap on the line is reached. */
  | { readonly kind: 'METERED' }
  /** The county must be updated. `readable`: so many of the events sent it would understand. */
  | { readonly kind: 'COUNTY_IS_OLDER'; readonly wire?: WireRange; readonly readable?: number }
  /** This station must be updated. */
  | { readonly kind: 'COUNTY_IS_NEWER'; readonly wire?: WireRange };

/** The county's signed word on a journal, where it contradicts what is here. */
export type Contradiction = Pick<Acknowledgement, 'epoch' | 'durableSeq'>;

export const refused = (reason: string): SyncFailure => ({ kind: 'REFUSED', reason });

/** What a failed request means: somebody else at the county's address is for a person to see to. */
export function failureOf(error: TransportError): SyncFailure {
  switch (error.kind) {
    case 'WRONG_CERTIFICATE':
    case 'CERTIFICATE_DATE':
    case 'ANSWER_TOO_LARGE':
      return refused(error.kind);
    case 'METERED':
      return { kind: 'METERED' };
    case 'UNREACHABLE':
    case 'CUT':
      return { kind: 'OFFLINE' };
  }
}

export function isRefusal(failure: SyncFailure, reason: string): boolean {
  return failure.kind === 'REFUSED' && failure.reason === reason;
}

const versionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(255));
/** Nobody who is not our county may send us to sleep for longer. */
const MAX_WAIT_MS = 600_000;
const refusalSchema = v.object({
  error: v.object({
    kind: v.pipe(v.string(), v.maxLength(40)),
    wire: v.optional(v.object({ oldest: versionSchema, newest: versionSchema })),
    retryAfterMs: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(MAX_WAIT_MS))),
    readable: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
  }),
});

/** Refusals that pass by themselves. */
const PASSING = ['BUSY', 'TOO_MANY', 'STORE_UNAVAILABLE', 'INTERNAL', 'GAP', 'TICKET_EXPIRED'];

/** What an answer other than 200 means. Errors are not signed: all they can do is make us wait. */
export function refusalOf(answer: Answer): SyncFailure {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(answer.body).toString('utf8'));
  } catch {
    return { kind: 'OFFLINE' }; // Not our county's words: a proxy or a captive portal.
  }
  const parsed = v.safeParse(refusalSchema, json);
  if (!parsed.success) return { kind: 'OFFLINE' };
  const { kind, wire, retryAfterMs = 0, readable = 0 } = parsed.output.error;
  if (PASSING.includes(kind)) return { kind: 'OFFLINE', afterMs: retryAfterMs, isGap: kind === 'GAP' };
  const range = wire === undefined ? {} : { wire };
  if (kind === 'NEWER_VERSION' || kind === 'UNKNOWN_EVENT')
    return { kind: 'COUNTY_IS_OLDER', readable, ...range };
  if (kind === 'OLDER_VERSION') return { kind: 'COUNTY_IS_NEWER', ...range };
  return { kind: 'REFUSED', reason: kind };
}

/** The request that is answered: its answer repeats the nonce and is written in the same version. */
export interface Asked {
  readonly nonce: Uint8Array;
  readonly version: number;
}
export const only = (version: number): WireRange => ({ oldest: version, newest: version });

/** The body of an answer that `key` has signed, that belongs to the request and keeps within the limits. */
export function openAnswer(
  bytes: Uint8Array,
  kind: MessageKind,
  asked: Asked,
  key: Uint8Array,
  { maxBytes, maxBodyBytes } = { maxBytes: MAX_ANSWER_BYTES, maxBodyBytes: MAX_ANSWER_BYTES },
): Result<Uint8Array, SyncFailure> {
  const sealed = readEnvelope(bytes, maxBytes, only(asked.version));
  if (!sealed.ok) return err({ kind: 'OFFLINE' });
  if (sealed.value.kind !== kind || sealed.value.signer !== COUNTY_SIGNER)
    return err({ kind: 'REFUSED', reason: 'WRONG_KIND' });
  const opened = openMessage(sealed.value, key, maxBodyBytes, unseal);
  if (!opened.ok) return err({ kind: 'REFUSED', reason: 'NOT_FROM_OUR_COUNTY' });
  // An answer to an earlier request, played again, would take us back in time.
  return sameBytes(opened.value.nonce, asked.nonce)
    ? ok(opened.value.body)
    : err({ kind: 'REFUSED', reason: 'OLD_ANSWER' });
}

/** The acknowledgement of an answer, verified and meant for this station and incarnation. */
export function acknowledgementOf(
  bytes: Uint8Array,
  asked: Asked,
  stationId: number,
  incarnation: string,
  countyKey: Uint8Array | null,
): Result<Acknowledgement, SyncFailure> {
  if (countyKey === null) return err({ kind: 'REFUSED', reason: 'NOT_FROM_OUR_COUNTY' });
  const body = openAnswer(bytes, 'ACKNOWLEDGEMENT', asked, countyKey);
  if (!body.ok) return body;
  const ack = decodeAcknowledgement(body.value, asked.version);
  if (!ack.ok) return err({ kind: 'REFUSED', reason: 'BAD_ANSWER' });
  const forUs = ack.value.stationId === stationId && ack.value.incarnation === incarnation;
  return forUs ? ok(ack.value) : err({ kind: 'REFUSED', reason: 'NOT_FOR_US' });
}
