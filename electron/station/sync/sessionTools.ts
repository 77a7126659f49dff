/** What every part of a session with the county works with. */
import type { Store } from '../../../db/types.ts';
import { err, type Result } from '../../../domain/result.ts';
import { NONCE_BYTES } from '../../../domain/wire/envelope.ts';
import type { Acknowledgement } from '../../../domain/wire/messages.ts';
import { agreeOn, type WireRange } from '../../../domain/wire/version.ts';
import type { Ahead } from './ahead.ts';
import { refused, type Asked, type SyncFailure } from './answers.ts';
import type { SyncDesk } from './desk.ts';
import type { KeyFolder } from './keyFolder.ts';
import type { Download } from './referenceFetch.ts';
import type { Transport } from './transport.ts';

export interface SessionTools {
  readonly store: Store;
  readonly desk: SyncDesk;
  readonly ahead: Ahead;
  readonly keys: KeyFolder;
  readonly transport: Transport;
  readonly sealRequest: (
    kind: 'ASK' | 'REFERENCE_ASK' | 'RETURN_ASK',
    asked: Asked,
    body: Uint8Array,
  ) => Uint8Array;
  readonly speech: Speech;
  readonly review: Review;
  readonly download: Download;
  readonly nowMs: () => number;
  readonly monoMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly enrolCode: string;
  readonly appVersion: string;
  /** Room on the disk of the store, bytes; absent: nobody knows, and it is enough. */
  readonly roomBytes?: (() => Promise<number>) | undefined;
  /** Something that the screens show has changed. */
  readonly onProgress: () => void;
  readonly onReference: () => void;
  /** The county has other facts of the running journal than this disk: a new incarnation must begin. */
  readonly onFactsLost?: (() => void) | undefined;
  /** Whether so much of the day's line is used that the rest is kept for facts. */
  readonly isSparing: () => boolean;
  /** Whether the station is closing: nothing more is begun then. */
  readonly isClosing: () => boolean;
}

/** The versions of the wire this station knows, and the one it speaks with its county just now. */
export interface Speech {
  readonly own: WireRange;
  version: number;
  /** Refusals are not signed: whoever sends them must not have us change our mind for ever. */
  changesLeft: number;
}
/** How often a session may change the version it speaks because of refusals. */
export const MAX_CHANGES = 2;

/** What was sent for a person at the county to look at, since the start; no acknowledgement comes of it. */
export interface Review {
  /** How far each journal was sent. */
  readonly sentSeq: Map<string, number>;
  /** The county has no room for more: until then, by the monotonic clock, it is not asked again. */
  fullUntilMonoMs: number;
}

export type Step<T> = Promise<Result<T, SyncFailure>>;

/** What names a request: its answer repeats both. */
export function newRequest({ randomBytes, speech }: SessionTools): Asked {
  return { nonce: randomBytes(NONCE_BYTES), version: speech.version };
}

/**
 * Takes up the newest version that both sides know. Answers whether that is another than before; where there is
 * none, the one spoken stays and the county's refusal says who must be updated.
 */
export function comeToTerms({ speech }: SessionTools, county: WireRange): boolean {
  const agreed = agreeOn(speech.own, county);
  if (!agreed.ok || agreed.value === speech.version) return false;
  speech.version = agreed.value;
  return true;
}

/** Keeps a verified acknowledgement in the store; one that contradicts the own chain is refused. */
export function keep(
  tools: SessionTools,
  ack: Result<Acknowledgement, SyncFailure>,
): Result<Acknowledgement, SyncFailure> {
  if (!ack.ok) return ack;
  // Signed like the rest, and true whatever becomes of the rest.
  if (tools.store.heedRevocations(ack.value.revocations)) tools.onReference();
  comeToTerms(tools, ack.value.wire);
  tools.keys.noteWire(ack.value.wire, ack.value.countyMs);
  tools.store.confirmClock(ack.value.countyMs);
  const kept = tools.store.acknowledge(ack.value, tools.nowMs());
  if (!kept.ok) return err({ ...refused(kept.error.kind), contradicts: ack.value });
  tools.onProgress();
  return ack;
}
