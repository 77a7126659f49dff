/**
 * The county's own two keys: one signs, one opens what was encrypted to the county. They stand in one file apart
 * from the database, so that a dump of the database does not give them away, and so that a restored database still
 * has the keys that the stations pinned. One file, so that nobody keeps a copy of one key and loses the other.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Seal } from '../../domain/wire/envelope.ts';
import { TICKET_BYTES } from '../../domain/wire/messages.ts';
import { pack } from './codecs.ts';

/** The X25519 key to which stations encrypt what only the county may read. */
export interface CountyBox {
  readonly publicKey: Uint8Array;
  /** The secret shared with the holder of an X25519 public key of 32 bytes; null if that is no such key. */
  readonly agree: (publicKey: Uint8Array) => Uint8Array | null;
}

export interface CountyKeys {
  readonly publicKey: Uint8Array;
  readonly seal: Seal;
  readonly box: CountyBox;
  /** The ticket of a station for the quarter of an hour that holds `nowMs`. */
  readonly ticket: (stationId: number, nowMs: number) => Uint8Array;
}

const TICKET_MS = 15 * 60_000;

/** Writes a file that only its owner may read, so that it is whole or absent after a power cut. */
export function writeSecretFile(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

interface PrivateKeys {
  /** Ed25519. */
  readonly signing: KeyObject;
  /** X25519. */
  readonly box: KeyObject;
}

/** The 32 bytes of the public key that belongs to a private one. */
function publicBytes(privateKey: KeyObject): Uint8Array {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
}

/** What stands before the 32 bytes of an X25519 public key in SPKI (RFC 8410, section 4). */
const SPKI_X25519 = Buffer.from('302a300506032b656e032100', 'hex');

function boxOf(privateKey: KeyObject): CountyBox {
  return {
    publicKey: publicBytes(privateKey),
    agree: (bytes) => {
      try {
        const key = Buffer.concat([SPKI_X25519, bytes]);
        const publicKey = createPublicKey({ key, format: 'der', type: 'spki' });
        return diffieHellman({ privateKey, publicKey });
      } catch {
        return null; // Bytes that are no key, or a point of small order: they share no secret.
      }
    },
  };
}

/** A box for one file. */
export function freshBox(): CountyBox {
  return boxOf(generateKeyPairSync('x25519').privateKey);
}

function keysOf({ signing, box }: PrivateKeys): CountyKeys {
  const secret = signing.export({ format: 'der', type: 'pkcs8' });
  return {
    publicKey: publicBytes(signing),
    seal: { sign: (message) => sign(null, message, signing), pack },
    box: boxOf(box),
    ticket: (stationId, nowMs) =>
      createHmac('sha256', secret)
        .update(`ticket ${stationId} ${Math.floor(nowMs / TICKET_MS)}`)
        .digest()
        .subarray(0, TICKET_BYTES),
  };
}

const KEY_FILE = 'county-key.pem';
const PEM_BLOCK = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/** The private keys in the text of a key file: the signing key, then the box key. Throws if it is damaged. */
function parseKeys(text: string): Partial<PrivateKeys> {
  const keys = (text.match(PEM_BLOCK) ?? []).map((pem) => createPrivateKey(pem));
  const [signing, box] = ['ed25519', 'x25519'].map((type) =>
    keys.find((key) => key.asymmetricKeyType === type),
  );
  // What is left over was a key once: to make another in its place would shut out whoever trusts it.
  if (signing === undefined || text.replace(PEM_BLOCK, '').trim() !== '')
    throw new Error(`${KEY_FILE} is damaged: put a good copy in its place`);
  return { signing, ...(box && { box }) };
}

function readKeys(path: string): Partial<PrivateKeys> {
  try {
    return parseKeys(readFileSync(path, 'utf8'));
  } catch (error) {
    // Only absence may lead to a new key: stations trust the old one.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

/** The keys in `dir`, made there if there are none; with null some that live in memory only. */
export function loadCountyKeys(dir: string | null): CountyKeys {
  const path = dir === null ? null : join(dir, KEY_FILE);
  if (dir !== null) mkdirSync(dir, { recursive: true });
  const known = path === null ? {} : readKeys(path);
  const keys: PrivateKeys = {
    signing: known.signing ?? generateKeyPairSync('ed25519').privateKey,
    box: known.box ?? generateKeyPairSync('x25519').privateKey,
  };
  if (path !== null && (known.signing === undefined || known.box === undefined))
    writeSecretFile(
      path,
      [keys.signing, keys.box].map((key) => key.export({ format: 'pem', type: 'pkcs8' }) as string).join(''),
    );
  return keysOf(keys);
}

/** Whether a ticket was given to this station within the last 15 to 30 minutes. */
export function ticketHolds(keys: CountyKeys, stationId: number, ticket: Uint8Array, nowMs: number): boolean {
  return [nowMs, nowMs - TICKET_MS].some((ms) => Buffer.from(ticket).equals(keys.ticket(stationId, ms)));
}
