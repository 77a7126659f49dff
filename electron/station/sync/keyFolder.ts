/**
 * The station's own key, made at its first start, and the county's public keys, pinned at enrolment. Both stand as
 * files in the data folder that only its user can read.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../../domain/wire/bytes.ts';
import type { CountySays } from '../../../domain/wire/messages.ts';
import type { CertifiedStation } from '../../../domain/wire/pairing.ts';
import type { WireRange } from '../../../domain/wire/version.ts';

const KEY_FILE = 'station-key.pem';
const COUNTY_FILE = 'county.json';
const keySchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const certificateSchema = v.object({
  stationId: v.number(),
  enrolledMs: v.number(),
  epoch: v.string(),
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});
/** A county pinned by an earlier version lacks some of it: the next session enrols again and gets it. */
const countySchema = v.object({
  publicKey: keySchema,
  boxKey: v.optional(keySchema),
  tlsPin: v.optional(keySchema),
  certificate: v.optional(certificateSchema),
  /** Versions of the wire that it said it knows, and when by its own clock. */
  wire: v.optional(v.object({ oldest: v.number(), newest: v.number(), saidMs: v.number() })),
});
type County = v.InferOutput<typeof countySchema>;

/** The county's signature under what it certified of this station, to show to others. */
export interface StationCertificate extends Omit<CertifiedStation, 'publicKey'> {
  readonly signature: Uint8Array;
}

export interface KeyFolder {
  readonly publicKey: Uint8Array;
  /** PEM, for the worker that seals batches. */
  readonly privateKeyPem: string;
  /** The county's pinned Ed25519 key, by which its word is known; null before the enrolment. */
  readonly countyKey: () => Uint8Array | null;
  /** The county's pinned X25519 key, to which is encrypted what only it may read; null before the enrolment. */
  readonly boxKey: () => Uint8Array | null;
  /** SHA-256 of the key of the county's TLS certificate or of its CA; null before the enrolment and without TLS. */
  readonly tlsPin: () => Uint8Array | null;
  readonly certificate: () => StationCertificate | null;
  /** The versions of the wire that the county last said it knows; null before it said any. */
  readonly wire: () => WireRange | null;
  /**
   * Keeps them; what was said before what is known changes nothing. `saidMs`: the county's clock; null: nobody has
   * signed it, and the next signed word goes before it.
   */
  readonly noteWire: (wire: WireRange, saidMs: number | null) => void;
  /** Keeps what a county said that has proved to be ours. */
  readonly pinCounty: (says: CountySays) => void;
}

/** Writes a file that is whole or absent after a power cut, and readable by its owner only. */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

/** The text of a file, undefined if there is none; any other trouble is thrown. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function readOrMakeKey(path: string): string {
  const known = readIfThere(path);
  if (known !== undefined) return known;
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  writeWhole(path, pem);
  return pem;
}

/** The pinned county of a file, if any. A damaged file throws: to forget the county is a person's act. */
function readCounty(path: string): County | null {
  const text = readIfThere(path);
  return text === undefined ? null : v.parse(countySchema, JSON.parse(text));
}

const bytesOf = (hex: string | undefined): Uint8Array | null =>
  hex === undefined ? null : (fromHex(hex) ?? null);

function certificateOf({ certificate }: County): StationCertificate | null {
  const signature = bytesOf(certificate?.signature);
  return certificate === undefined || signature === null ? null : { ...certificate, signature };
}

/** Opens the keys of a data folder; makes the station's own if there is none. Throws if the folder refuses. */
export function openKeyFolder(dir: string): KeyFolder {
  mkdirSync(dir, { recursive: true });
  const privateKeyPem = readOrMakeKey(join(dir, KEY_FILE));
  const countyFile = join(dir, COUNTY_FILE);
  let county = readCounty(countyFile);
  const keep = (changed: County): void => {
    writeWhole(countyFile, `${JSON.stringify(changed, null, 2)}\n`);
    county = changed;
  };
  const publicKey = createPublicKey(createPrivateKey(privateKeyPem));
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    privateKeyPem,
    countyKey: () => bytesOf(county?.publicKey),
    boxKey: () => bytesOf(county?.boxKey),
    tlsPin: () => bytesOf(county?.tlsPin),
    certificate: () => (county === null ? null : certificateOf(county)),
    wire: () => county?.wire ?? null,
    noteWire({ oldest, newest }, saidMs) {
      const known = county?.wire;
      const knownMs = known?.saidMs ?? 0;
      if (county === null || (saidMs ?? knownMs) < knownMs) return;
      // Each acknowledgement says it: only news are worth a write, and the first word that is signed.
      const isSigned = known !== undefined && (knownMs > 0 || saidMs === null);
      if (!isSigned || known.oldest !== oldest || known.newest !== newest)
        keep({ ...county, wire: { oldest, newest, saidMs: saidMs ?? knownMs } });
    },
    pinCounty({ stationId, enrolledMs, epoch, ...says }) {
      keep({
        publicKey: toHex(says.publicKey),
        boxKey: toHex(says.boxKey),
        ...(says.tlsPin === null ? {} : { tlsPin: toHex(says.tlsPin) }),
        certificate: { stationId, enrolledMs, epoch, signature: toHex(says.certificate) },
      });
    },
  };
}
