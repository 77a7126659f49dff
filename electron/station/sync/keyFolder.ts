/**
 * The station's own key, made at its first start, and the county's public keys, pinned at enrolment. Both stand as
 * files in the data folder that only its user can read.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { fromHex, toHex } from '../../../domain/wire/bytes.ts';

const KEY_FILE = 'station-key.pem';
const COUNTY_FILE = 'county.json';
const keySchema = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
/** A county pinned by an earlier version has no box key yet: the next session enrols again and gets it. */
const countySchema = v.object({ publicKey: keySchema, boxKey: v.optional(keySchema) });

interface Pinned {
  readonly publicKey: Uint8Array | null;
  readonly boxKey: Uint8Array | null;
}

export interface KeyFolder {
  readonly publicKey: Uint8Array;
  /** PEM, for the worker that seals batches. */
  readonly privateKeyPem: string;
  /** The county's pinned Ed25519 key, by which its word is known; null before the enrolment. */
  readonly countyKey: () => Uint8Array | null;
  /** The county's pinned X25519 key, to which is encrypted what only it may read; null before the enrolment. */
  readonly boxKey: () => Uint8Array | null;
  readonly pinCounty: (publicKey: Uint8Array, boxKey: Uint8Array) => void;
}

/** Writes a file that is whole or absent after a power cut, and readable by its owner only. */
function writeWhole(path: string, text: string): void {
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
function readIfThere(path: string): string | undefined {
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

/** The pinned keys of a file, if any. A damaged file throws: to forget the county is a person's act. */
function readPinned(path: string): Pinned {
  const text = readIfThere(path);
  if (text === undefined) return { publicKey: null, boxKey: null };
  const { publicKey, boxKey } = v.parse(countySchema, JSON.parse(text));
  return { publicKey: fromHex(publicKey) ?? null, boxKey: fromHex(boxKey ?? '-') ?? null };
}

/** Opens the keys of a data folder; makes the station's own if there is none. Throws if the folder refuses. */
export function openKeyFolder(dir: string): KeyFolder {
  mkdirSync(dir, { recursive: true });
  const privateKeyPem = readOrMakeKey(join(dir, KEY_FILE));
  const countyFile = join(dir, COUNTY_FILE);
  let pinned = readPinned(countyFile);
  const publicKey = createPublicKey(createPrivateKey(privateKeyPem));
  return {
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    privateKeyPem,
    countyKey: () => pinned.publicKey,
    boxKey: () => pinned.boxKey,
    pinCounty(countyKey, boxKey) {
      const text = JSON.stringify({ publicKey: toHex(countyKey), boxKey: toHex(boxKey) });
      writeWhole(countyFile, `${text}\n`);
      pinned = { publicKey: countyKey, boxKey };
    },
  };
}
