/** What the county's administrator does about stations' machines: codes for new ones, replacing, revoking. */
import { err, ok, type Result } from '../../domain/result.ts';
import { CODE_ALPHABET, CODE_LENGTH, encodePairingText, shownCode } from '../../domain/wire/pairing.ts';
import { hex, pairingKey, sha256 } from './codecs.ts';
import type { CountyContext } from './context.ts';
import { shutOut } from './enrol.ts';
import { keepRevokedKeys } from './revoked.ts';

const CODE_VALID_MS = 7 * 86_400_000;

export interface StationCode {
  readonly stationId: number;
  readonly stationName: string;
  /** As it is read out and typed: two groups of five letters. */
  readonly code: string;
  readonly expiresMs: number;
  /** What the QR code holds (domain/wire/pairing.ts). */
  readonly text: string;
  /** The address in it, as it would be typed. */
  readonly url: string;
}
export interface PairingRefusal {
  /**
   * HAS_MACHINE: the station has one; a second would run beside it, so it must be replaced. NO_MACHINE: there is
   * none to replace or to revoke. LOST_STATION: it was declared lost, and its points were opened elsewhere.
   */
  readonly kind: 'UNKNOWN_STATION' | 'HAS_MACHINE' | 'NO_MACHINE' | 'LOST_STATION';
}

/** Ten letters; the alphabet has 32, so that each byte gives one without favour. */
function makeLetters(randomBytes: CountyContext['randomBytes']): string {
  return [...randomBytes(CODE_LENGTH)]
    .map((byte) => CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length))
    .join('');
}

async function stationOf(
  { db }: CountyContext,
  stationId: number,
): Promise<{ readonly name: string; readonly hasMachine: boolean; readonly lost: boolean } | null> {
  const station = await db
    .selectFrom('station')
    .leftJoin('lost_station', 'lost_station.station_id', 'station.station_id')
    .select(['name', 'declared_ms'])
    .where('station.station_id', '=', stationId)
    .executeTakeFirst();
  if (station === undefined) return null;
  const key = await db
    .selectFrom('station_key')
    .select('public_key')
    .where('station_id', '=', stationId)
    .where('revoked_ms', 'is', null)
    .executeTakeFirst();
  return { name: station.name, hasMachine: key !== undefined, lost: station.declared_ms !== null };
}

/**
 * Makes a one-time code for a station, valid for seven days. `replaces`: for a machine that takes the place of the
 * station's present one, whose keys end in the moment in which the new machine is taken in.
 */
export async function makeCode(
  context: CountyContext,
  stationId: number,
  { replaces }: { readonly replaces: boolean },
): Promise<Result<StationCode, PairingRefusal>> {
  const station = await stationOf(context, stationId);
  if (station === null) return err({ kind: 'UNKNOWN_STATION' });
  if (station.lost) return err({ kind: 'LOST_STATION' });
  if (station.hasMachine && !replaces) return err({ kind: 'HAS_MACHINE' });
  const letters = makeLetters(context.randomBytes);
  const expiresMs = context.nowMs() + CODE_VALID_MS;
  await context.db
    .insertInto('enrolment_code')
    .values({
      station_id: stationId,
      pairing_key: hex(await pairingKey(stationId, letters)),
      expires_ms: expiresMs,
      replaces,
      used_ms: null,
      used_by: null,
    })
    .execute();
  const url = context.publicUrl.current;
  const text = encodePairingText({ stationId, code: letters, pin: context.tlsPin, url }, sha256);
  return ok({ stationId, stationName: station.name, code: shownCode(letters), expiresMs, text, url });
}

/**
 * Ends all keys of a station at once, as after a theft: from now on it is answered REVOKED, and what it still sends
 * is kept for review. Open codes of the station end as well. Answers how many keys ended.
 */
export async function revokeStation(
  context: CountyContext,
  stationId: number,
): Promise<Result<number, PairingRefusal>> {
  const nowMs = context.nowMs();
  const station = await stationOf(context, stationId);
  if (station === null) return err({ kind: 'UNKNOWN_STATION' });
  if (!station.hasMachine) return err({ kind: 'NO_MACHINE' });
  const ended = await context.db.transaction().execute((tx) => shutOut(tx, stationId, nowMs));
  await keepRevokedKeys(context.db, context.folder);
  return ok(ended);
}
