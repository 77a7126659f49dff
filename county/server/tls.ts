/** The certificate that stations see: the administrator's, or one that the county makes itself and renews. */
import { createHash, createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { err, ok, type Result } from '../../domain/result.ts';
import { writeSecretFile } from './keys.ts';
import { selfSigned } from './selfSigned.ts';

export interface CountyTls {
  /** PEM: the county's certificate, then those above it if there are any. */
  readonly cert: string;
  /** PEM; null where a proxy before the county holds it and serves TLS. */
  readonly key: string | null;
  /** What stations pin: SHA-256 of the certificate's key, or of the highest one's in the file (SPKI). */
  readonly pin: Uint8Array;
}

/** What the server itself needs for TLS; null where it speaks plain http to this machine or to a proxy on it. */
export function servedTls(tls: CountyTls | null | undefined): { cert: string; key: string } | null {
  const key = tls?.key ?? null;
  return key === null ? null : { cert: tls?.cert ?? '', key };
}

export interface BadTls {
  readonly kind: 'BAD_TLS';
  /** One line for the administrator. */
  readonly detail: string;
}

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

function spkiHash(certificate: X509Certificate): Uint8Array {
  return createHash('sha256')
    .update(certificate.publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
}

/**
 * Reads the administrator's certificate. `keyFile` undefined: a proxy on this machine serves it, and only the pin is
 * wanted. `pinCa`: stations pin the last certificate of the file, that of a CA, so that keys below it may change.
 */
export function readTls(
  certFile: string,
  keyFile: string | undefined,
  pinCa: boolean,
): Result<CountyTls, BadTls> {
  const bad = (detail: string): Result<never, BadTls> => err({ kind: 'BAD_TLS', detail });
  try {
    const cert = readFileSync(certFile, 'utf8');
    const chain = (cert.match(PEM) ?? []).map((pem) => new X509Certificate(pem));
    const [own, last] = [chain[0], chain.at(-1)];
    if (own === undefined || last === undefined) return bad(`${certFile} holds no certificate (PEM).`);
    if (pinCa && (last === own || !last.ca))
      return bad(`${certFile} does not end with the certificate of a CA, which --pin-ca asks for.`);
    const key = keyFile === undefined ? null : readFileSync(keyFile, 'utf8');
    if (key !== null && !own.checkPrivateKey(createPrivateKey(key)))
      return bad(`${keyFile ?? ''} is not the key of the first certificate in ${certFile}.`);
    return ok({ cert, key, pin: spkiHash(pinCa ? last : own) });
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
}

const KEY_FILE = 'county-tls-key.pem';
const CERT_FILE = 'county-tls-cert.pem';
const VALID_MS = 3650 * 86_400_000;
/** Renewed with the same key when less than this is left; stations do not notice. */
const RENEW_MS = 365 * 86_400_000;

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The addresses by which others can reach this machine, the likeliest first. */
export function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
}

function isFresh(pem: string, hosts: readonly string[], nowMs: number): boolean {
  const certificate = new X509Certificate(pem);
  const namesAll = hosts.every((host) => certificate.subjectAltName?.includes(host) ?? false);
  return namesAll && certificate.validToDate.getTime() - nowMs > RENEW_MS;
}

/**
 * The county's own certificate in `dir`, made there if there is none. Its key stays for good, since stations pin
 * it; the certificate is made anew with that key when it nears its end or the county is reached by another name.
 */
export function ownTls(
  dir: string,
  names: readonly string[],
  nowMs: number,
  randomBytes: (length: number) => Uint8Array,
): CountyTls {
  mkdirSync(dir, { recursive: true });
  const hosts = [...new Set([...names, 'localhost', '127.0.0.1'])];
  const keyPath = join(dir, KEY_FILE);
  const certPath = join(dir, CERT_FILE);
  const known = readIfThere(keyPath);
  const privateKey =
    known === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      : createPrivateKey(known);
  const key = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string;
  if (known === undefined) writeSecretFile(keyPath, key);
  const before = known === undefined ? undefined : readIfThere(certPath);
  const cert =
    before !== undefined && isFresh(before, hosts, nowMs)
      ? before
      : selfSigned({
          privateKey,
          hosts,
          fromMs: nowMs,
          untilMs: nowMs + VALID_MS,
          serial: randomBytes(16),
        });
  if (cert !== before) writeSecretFile(certPath, cert);
  return { cert, key, pin: spkiHash(new X509Certificate(cert)) };
}
