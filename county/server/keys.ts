/**
 * The county's own key. It stands in a file apart from the database, so that a dump of the database does not give
 * it away, and so that a restored database still answers with the key that the stations pinned.
 */
import {
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  createPublicKey,
  sign,
  type KeyObject,
} from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Seal } from '../../domain/wire/envelope.ts';
import { TICKET_BYTES } from '../../domain/wire/messages.ts';
import { pack } from './codecs.ts';

export interface CountyKeys {
  readonly publicKey: Uint8Array;
  readonly seal: Seal;
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

function keysOf(privateKey: KeyObject): CountyKeys {
  const secret = privateKey.export({ format: 'der', type: 'pkcs8' });
  return {
    publicKey: createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32),
    seal: { sign: (message) => sign(null, message, privateKey), pack },
    ticket: (stationId, nowMs) =>
      createHmac('sha256', secret)
        .update(`ticket ${stationId} ${Math.floor(nowMs / TICKET_MS)}`)
        .digest()
        .subarray(0, TICKET_BYTES),
  };
}

/** The key in `dir`, made there if there is none; with null one that lives in memory only. */
export function loadCountyKeys(dir: string | null): CountyKeys {
  const made = () => generateKeyPairSync('ed25519').privateKey;
  if (dir === null) return keysOf(made());
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'county-key.pem');
  try {
    return keysOf(createPrivateKey(readFileSync(path, 'utf8')));
  } catch (error) {
    // Only absence may lead to a new key: stations trust the old one.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const privateKey = made();
  writeSecretFile(path, privateKey.export({ format: 'pem', type: 'pkcs8' }) as string);
  return keysOf(privateKey);
}

/** Whether a ticket was given to this station within the last 15 to 30 minutes. */
export function ticketHolds(keys: CountyKeys, stationId: number, ticket: Uint8Array, nowMs: number): boolean {
  return [nowMs, nowMs - TICKET_MS].some((ms) => Buffer.from(ticket).equals(keys.ticket(stationId, ms)));
}
