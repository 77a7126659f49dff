/** Which versions of the wire a side can read and write, and how two sides come to terms (WIRE.md, Versions). */
import { err, ok, type Result } from '../result.ts';

export interface WireRange {
  readonly oldest: number;
  readonly newest: number;
}

/** What this program reads and writes. */
export const WIRE: WireRange = { oldest: 1, newest: 2 };

/** From this version on asks name the list of revoked cards, and acknowledgements bring what is new on it. */
export const WIRE_WITH_REVOCATIONS = 2;

/** The version in which to write to a side that cannot be asked now, by what it last said (null: nothing). */
export function versionFor(own: WireRange, other: WireRange | null): number {
  const agreed = other === null ? null : agreeOn(own, other);
  if (agreed === null) return own.newest;
  if (agreed.ok) return agreed.value;
  // It may have been updated meanwhile: what is nearest to what it knew has the best chance.
  return agreed.error.kind === 'OTHER_IS_OLDER' ? own.oldest : own.newest;
}

/** The newest version that both sides know; or which of them is too old for the other and must be updated. */
export function agreeOn(
  own: WireRange,
  other: WireRange,
): Result<number, { readonly kind: 'OTHER_IS_OLDER' } | { readonly kind: 'OTHER_IS_NEWER' }> {
  if (other.newest < own.oldest) return err({ kind: 'OTHER_IS_OLDER' });
  if (other.oldest > own.newest) return err({ kind: 'OTHER_IS_NEWER' });
  return ok(Math.min(own.newest, other.newest));
}
