/** The first look at what came in: whose it is, whether the signature holds, whether it is what was expected. */
import { err, ok, type Result } from '../../domain/result.ts';
import {
  COUNTY_SIGNER,
  openMessage,
  packBody,
  readEnvelope,
  sealMessage,
  type EnvelopeError,
  type MessageKind,
  type OpenedMessage,
  type SealedMessage,
} from '../../domain/wire/envelope.ts';
import { unhex, unseal } from './codecs.ts';
import type { CountyContext } from './context.ts';
import type { CountyError } from './errors.ts';
import { noteUnreadable } from './unreadable.ts';

export interface Bounds {
  readonly kind: MessageKind;
  readonly maxBytes: number;
  readonly maxBodyBytes: number;
  /** What becomes of a message whose signature holds and whose body cannot be unpacked; absent: it is malformed. */
  readonly onTorn?: (sealed: SealedMessage) => Promise<CountyError>;
}

/** What is wrong with an envelope, as the sender is told; a version that cannot be read is noted for the page. */
export function envelopeError(context: CountyContext, { kind }: EnvelopeError): CountyError {
  if (kind !== 'NEWER_VERSION' && kind !== 'OLDER_VERSION') return { kind };
  noteUnreadable(context.unreadable, kind, context.nowMs());
  return { kind, wire: context.wire };
}

/** A request whose signature holds, and whether the key that made it has been revoked. */
export interface Signed {
  readonly message: OpenedMessage;
  readonly revoked: boolean;
}

function keysOf(context: CountyContext, stationId: number) {
  return context.db
    .selectFrom('station_key')
    .select(['public_key', 'revoked_ms'])
    .where('station_id', '=', stationId)
    .execute();
}

/** Whether a station signed this with a key that holds. Nothing is unpacked for it. */
export async function isSignedByStation(context: CountyContext, bytes: Uint8Array): Promise<boolean> {
  const sealed = readEnvelope(bytes, bytes.length, context.wire);
  if (!sealed.ok) return false;
  const { signer, signedPart, signature } = sealed.value;
  const keys = await keysOf(context, signer);
  return keys.some(
    ({ public_key: key, revoked_ms }) =>
      revoked_ms === null && unseal.verify(unhex(key), signedPart, signature),
  );
}

/**
 * Opens a request that a station signed with a key that is or was its own. The database is asked for the station's
 * keys, and nothing is unpacked before one of them has verified the signature.
 */
export async function openSigned(
  context: CountyContext,
  bytes: Uint8Array,
  bounds: Bounds,
): Promise<Result<Signed, CountyError>> {
  const sealed = readEnvelope(bytes, bounds.maxBytes, context.wire);
  if (!sealed.ok) return err(envelopeError(context, sealed.error));
  if (sealed.value.kind !== bounds.kind) return err({ kind: 'WRONG_KIND' });
  const keys = await keysOf(context, sealed.value.signer);
  if (keys.length === 0) return err({ kind: 'NOT_ENROLLED' });
  for (const key of keys) {
    const opened = openMessage(sealed.value, unhex(key.public_key), bounds.maxBodyBytes, unseal);
    if (opened.ok) {
      const revoked = key.revoked_ms !== null;
      const retryAfterMs = context.stationLimit.waitMs(key.public_key, revoked);
      if (retryAfterMs > 0) return err({ kind: 'TOO_MANY', retryAfterMs });
      return ok({ message: opened.value, revoked });
    }
    if (opened.error.kind === 'MALFORMED' && bounds.onTorn) return err(await bounds.onTorn(sealed.value));
    if (opened.error.kind !== 'BAD_SIGNATURE') return err({ kind: opened.error.kind });
  }
  // A key nobody here knows is told from damage by neither side: both are mended by enrolling again.
  return err({ kind: 'BAD_SIGNATURE' });
}

/** The same, for whatever a station with a revoked key must not do. */
export async function openFromStation(
  context: CountyContext,
  bytes: Uint8Array,
  bounds: Bounds,
): Promise<Result<OpenedMessage, CountyError>> {
  const signed = await openSigned(context, bytes, bounds);
  if (!signed.ok) return signed;
  return signed.value.revoked ? err({ kind: 'REVOKED' }) : ok(signed.value.message);
}

/** The request that is answered. */
export type Asked = Pick<OpenedMessage, 'nonce' | 'version'>;

/**
 * Seals an answer with the county's key, the request's nonce and in its version. `prepared`: its body as it was
 * packed before.
 */
export function seal(
  context: CountyContext,
  kind: MessageKind,
  { nonce, version }: Asked,
  body: Uint8Array,
  prepared = packBody(body, context.keys.seal.pack),
): Uint8Array {
  return sealMessage({ kind, nonce, signer: COUNTY_SIGNER, body }, context.keys.seal, prepared, version);
}
