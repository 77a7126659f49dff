/** What a county lays on a stick where it takes nothing of a file: so the station learns why when the stick is back. */
import { readAddress } from '../../domain/wire/envelope.ts';
import { answerName, ENROLLED_SUFFIX, pairingName } from '../../domain/wire/stick.ts';
import { encodeStickRefusal } from '../../domain/wire/stickRefusal.ts';
import { readStickHead } from '../../domain/wire/stickFile.ts';
import type { CountyContext } from './context.ts';
import { stationNow, type BundleErrorKind } from './stick.ts';

/** Those that the people at the station can do something about. */
const TOLD_PAIRING: readonly BundleErrorKind[] = [
  'CODE_REFUSED',
  'CODE_USED',
  'CODE_EXPIRED',
  'CODE_NEEDED',
  'TOO_MANY_CODES',
  'UNKNOWN_STATION',
  'REVOKED',
  'NEWER_VERSION',
  'OLDER_VERSION',
];
const TOLD_BUNDLE: readonly BundleErrorKind[] = ['NEWER_VERSION', 'OLDER_VERSION'];

/** The file that says why; null where nobody can tell whose the refused one was, or only the county can mend it. */
export async function refusalFor(
  context: CountyContext,
  file: Uint8Array,
  kind: BundleErrorKind,
): Promise<{ readonly name: string; readonly bytes: Uint8Array } | null> {
  const start = readStickHead(file);
  const told = start.ok ? TOLD_BUNDLE : TOLD_PAIRING;
  const address = told.includes(kind) ? readAddress(start.ok ? start.value.envelope : file) : null;
  if (address === null || address.signer < 1) return null;
  const { signer: stationId, nonce } = address;
  const wire = kind === 'NEWER_VERSION' || kind === 'OLDER_VERSION' ? context.wire : null;
  const bytes = encodeStickRefusal({ stationId, nonce, kind, wire });
  if (!start.ok) return { name: pairingName(stationId, ENROLLED_SUFFIX), bytes };
  const { name } = await stationNow(context, stationId);
  return { name: answerName(name, stationId), bytes };
}
