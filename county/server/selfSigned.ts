/**
 * A certificate that a county signs itself, since Node can read X.509 but not make it. Just what RFC 5280 asks of
 * one: version 3, ECDSA with SHA-256 on P-256, the names under which the county is reached. Stations know the
 * county by its key, so neither the name nor the dates in it are what they trust; browsers ask for both.
 */
import { createPublicKey, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

export interface CertificateWish {
  /** A private key on P-256. */
  readonly privateKey: KeyObject;
  /** Host names and IP addresses; the first is also its common name. */
  readonly hosts: readonly string[];
  /** From a day before this, so that a station's clock may be behind; ms since 1970 UTC. */
  readonly fromMs: number;
  readonly untilMs: number;
  /** 16 bytes by chance. */
  readonly serial: Uint8Array;
}

const DAY_MS = 86_400_000;
const TAG = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BITS: 0x03,
  OCTETS: 0x04,
  OID: 0x06,
  UTF8: 0x0c,
  TIME: 0x18,
  SEQUENCE: 0x30,
  SET: 0x31,
  DNS_NAME: 0x82,
  IP_ADDRESS: 0x87,
  VERSION: 0xa0,
  EXTENSIONS: 0xa3,
} as const;
/** The object identifiers in DER: their dotted form stands beside each. */
const OID = {
  /** 1.2.840.10045.4.3.2 */
  ecdsaWithSha256: '2a8648ce3d040302',
  /** 2.5.4.3 */
  commonName: '550403',
  /** 2.5.29.19 */
  basicConstraints: '551d13',
  /** 2.5.29.17 */
  subjectAltName: '551d11',
  /** 2.5.29.15 */
  keyUsage: '551d0f',
  /** 2.5.29.37 */
  extendedKeyUsage: '551d25',
  /** 1.3.6.1.5.5.7.3.1 */
  serverAuth: '2b06010505070301',
} as const;

function lengthBytes(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  if (length < 0x100) return Buffer.from([0x81, length]);
  return Buffer.from([0x82, length >> 8, length & 0xff]);
}
/** One value of DER: its tag, its length, its content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthBytes(body.length), body]);
}
const oid = (name: keyof typeof OID): Buffer => der(TAG.OID, Buffer.from(OID[name], 'hex'));
/** The first byte of a bit string says how many bits of the last are unused. */
const bits = (content: Uint8Array, unused = 0): Buffer => der(TAG.BITS, Buffer.from([unused]), content);

/** YYYYMMDDHHMMSSZ, whatever the year. RFC 5280 wants the short form before 2050, with two digits of the year. */
function time(atMs: number): Buffer {
  const digits = new Date(atMs).toISOString().replace(/[-:T]|\.\d+/g, '');
  const UTC_TIME = 0x17;
  return Number(digits.slice(0, 4)) < 2050
    ? der(UTC_TIME, Buffer.from(digits.slice(2), 'ascii'))
    : der(TAG.TIME, Buffer.from(digits, 'ascii'));
}

function ipBytes(host: string): Buffer {
  if (isIP(host) === 4) return Buffer.from(host.split('.').map(Number));
  const [head = '', tail = ''] = host.split('::');
  const words = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(head), words(tail)];
  const all = [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
  return Buffer.from(all.slice(0, 8).flatMap((word) => [word >> 8, word & 0xff]));
}
const hostName = (host: string): Buffer =>
  isIP(host) === 0 ? der(TAG.DNS_NAME, Buffer.from(host, 'ascii')) : der(TAG.IP_ADDRESS, ipBytes(host));

const TRUE = der(TAG.BOOLEAN, Buffer.from([0xff]));
function extension(name: keyof typeof OID, critical: boolean, value: Buffer): Buffer {
  return der(TAG.SEQUENCE, oid(name), ...(critical ? [TRUE] : []), der(TAG.OCTETS, value));
}

/** Makes a certificate; answers it in PEM. */
export function selfSigned({ privateKey, hosts, fromMs, untilMs, serial }: CertificateWish): string {
  const algorithm = der(TAG.SEQUENCE, oid('ecdsaWithSha256'));
  const commonName = der(TAG.SEQUENCE, oid('commonName'), der(TAG.UTF8, Buffer.from(hosts[0] ?? 'county')));
  const name = der(TAG.SEQUENCE, der(TAG.SET, commonName));
  // A first byte of 0x01 to 0x7f: positive, and in the shortest form.
  const number = Buffer.from([((serial[0] ?? 0) & 0x7f) | 1, ...serial.subarray(1)]);
  const digitalSignature = bits(Buffer.from([0x80]), 7);
  const extensions = der(
    TAG.SEQUENCE,
    extension('basicConstraints', true, der(TAG.SEQUENCE)),
    extension('keyUsage', true, digitalSignature),
    extension('extendedKeyUsage', false, der(TAG.SEQUENCE, oid('serverAuth'))),
    extension('subjectAltName', false, der(TAG.SEQUENCE, ...hosts.map(hostName))),
  );
  const toBeSigned = der(
    TAG.SEQUENCE,
    der(TAG.VERSION, der(TAG.INTEGER, Buffer.from([2]))),
    der(TAG.INTEGER, number),
    algorithm,
    name,
    der(TAG.SEQUENCE, time(fromMs - DAY_MS), time(untilMs)),
    name,
    createPublicKey(privateKey).export({ format: 'der', type: 'spki' }),
    der(TAG.EXTENSIONS, extensions),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const whole = der(TAG.SEQUENCE, toBeSigned, algorithm, bits(signature)).toString('base64');
  const lines = whole.match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
