/** Whether a card may be used here and now, decided offline from the reference data the county sent. */
import type { CardNumber, IssuerId, VolunteerId } from '../ids.ts';
import type { Sha256 } from '../journal/canonical.ts';
import { err, ok, type Result } from '../result.ts';
import { decodeCard, type CardPayload } from './payload.ts';

/** Why what was scanned is not a card that can be used, in the order in which it is looked at. */
export type CardProblem =
  /** Some other code. */
  | { readonly kind: 'NOT_OURS' }
  /** One of these cards, but it was read badly or is spoilt. */
  | { readonly kind: 'DAMAGED' }
  /** Whole, but names an issuer the county does not list. */
  | { readonly kind: 'UNKNOWN_ISSUER' }
  /** Whole, but not signed by the issuer it names. */
  | { readonly kind: 'FORGED' }
  /** Genuine, and on the county's revocation list. */
  | { readonly kind: 'REVOKED' }
  /** Genuine, but the volunteer has been given a newer card. */
  | { readonly kind: 'OLDER_GENERATION' };

/** What the station knows of cards, from the reference data in force. */
export interface CardRegistry {
  /** The issuer's Ed25519 public key, 32 bytes; undefined if the county lists no such issuer. */
  publicKeyOf(issuerId: IssuerId): Uint8Array | undefined;
  /** The newest generation known of this volunteer's card; 0 for a volunteer the station knows nothing of. */
  latestGeneration(volunteerId: VolunteerId): number;
  isRevoked(cardNumber: CardNumber): boolean;
}

/** Whether `signature` is the Ed25519 signature of `message` by `publicKey`. Must not throw on any bytes. */
export type Verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/**
 * Decodes and checks what a scanner delivered. The signature comes before the revocation list and the
 * generation, so that a forged card is called forged whatever number it claims. A card newer than the reference
 * data knows is accepted: it is well signed, and the data may be weeks old.
 */
export function verifyCard(
  text: string,
  registry: CardRegistry,
  { sha256, verify }: { readonly sha256: Sha256; readonly verify: Verify },
): Result<CardPayload, CardProblem> {
  const decoded = decodeCard(text, { sha256 });
  if (!decoded.ok) return decoded;
  const { payload, signedBytes, signature } = decoded.value;
  const publicKey = registry.publicKeyOf(payload.issuerId);
  if (publicKey === undefined) return err({ kind: 'UNKNOWN_ISSUER' });
  if (!verify(publicKey, signedBytes, signature)) return err({ kind: 'FORGED' });
  if (registry.isRevoked(payload.cardNumber)) return err({ kind: 'REVOKED' });
  if (payload.generation < registry.latestGeneration(payload.volunteerId))
    return err({ kind: 'OLDER_GENERATION' });
  return ok(payload);
}
