/**
 * TLS to a county that is known by the fingerprint of a key and by nothing else. The pin is the SHA-256 of a public
 * key (SPKI): that of the county's own certificate, or that of a CA above it.
 * - Its own: whatever else the certificate says does not matter, neither its name nor its dates. A renewed
 *   certificate with the same key goes unnoticed, and a station whose clock has lost its battery can still report.
 * - A CA's: the chain that the county sends must lead to it by signatures, the certificate must name the county's
 *   host and be within its dates, since a CA signs for others too.
 * The system's list of authorities plays no part in it.
 */
import { createHash, X509Certificate } from 'node:crypto';
import type { ClientRequestArgs } from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import type { Duplex } from 'node:stream';
import * as tls from 'node:tls';
import { sameBytes } from '../../../domain/wire/bytes.ts';

export type TlsProblem =
  /** Another key than the pinned one. */
  | 'WRONG_CERTIFICATE'
  /** Under the pinned CA, but not valid today: an expired certificate, or a wrong clock here. */
  | 'CERTIFICATE_DATE';

/** Why a connection was given up before anything was sent over it. */
export class TlsProblemError extends Error {
  readonly problem: TlsProblem;
  constructor(problem: TlsProblem) {
    super(problem);
    this.problem = problem;
  }
}

/** A second one is opened only where two batches are under way at once (send.ts). */
export const MAX_SOCKETS = 2;

export interface PinnedTlsOptions {
  /** The pin in force; null before the pairing, when the county has still to prove itself by the code. */
  readonly pin: () => Uint8Array | null;
  readonly nowMs: () => number;
  /** Told of each connection's socket under TLS before its first byte. */
  readonly onSocket?: ((socket: net.Socket) => void) | undefined;
}
export interface PinnedTls {
  readonly agent: https.Agent;
  /** Judges the county of the last connection by a pin; null: it is the right one. */
  readonly judge: (pin: Uint8Array) => TlsProblem | null;
}

const MAX_CHAIN = 8;
const HANDSHAKE_MS = 20_000;

/** The fingerprint of a certificate's public key: SHA-256 of its SPKI. */
export function keyFingerprint(certificate: X509Certificate): Uint8Array {
  return createHash('sha256')
    .update(certificate.publicKey.export({ format: 'der', type: 'spki' }))
    .digest();
}

/** The certificates that the other side sent, its own first, each followed by whoever issued it. */
function chainOf(socket: tls.TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next: tls.DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // A certificate that signed itself is its own issuer; without a certificate the object is empty.
  while (next !== undefined && 'raw' in next && chain.length < MAX_CHAIN) {
    chain.push(new X509Certificate(next.raw));
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate;
  }
  return chain;
}

function isWithinDates(certificate: X509Certificate, nowMs: number): boolean {
  return certificate.validFromDate.getTime() <= nowMs && nowMs <= certificate.validToDate.getTime();
}

/** Judges a chain by a pin; null: it is the pinned county's. */
export function judgeChain(
  chain: readonly X509Certificate[],
  host: string,
  pin: Uint8Array,
  nowMs: number,
): TlsProblem | null {
  const own = chain[0];
  if (own === undefined) return 'WRONG_CERTIFICATE';
  if (sameBytes(keyFingerprint(own), pin)) return null;
  let below = own;
  let inDate = isWithinDates(own, nowMs);
  for (const issuer of chain.slice(1)) {
    if (!issuer.ca || !below.checkIssued(issuer) || !below.verify(issuer.publicKey)) break;
    inDate &&= isWithinDates(issuer, nowMs);
    if (sameBytes(keyFingerprint(issuer), pin)) {
      const named = net.isIP(host) === 0 ? own.checkHost(host) : own.checkIP(host);
      if (named === undefined) return 'WRONG_CERTIFICATE';
      return inDate ? null : 'CERTIFICATE_DATE';
    }
    below = issuer;
  }
  return 'WRONG_CERTIFICATE';
}

type Created = (error: Error | null, stream: Duplex) => void;

class PinnedAgent extends https.Agent {
  readonly #connect: () => tls.TLSSocket;
  readonly #judge: (socket: tls.TLSSocket) => TlsProblem | null;
  readonly #underWay = new Set<tls.TLSSocket>();

  constructor(connect: () => tls.TLSSocket, judge: (socket: tls.TLSSocket) => TlsProblem | null) {
    super({ keepAlive: true, maxSockets: MAX_SOCKETS });
    this.#connect = connect;
    this.#judge = judge;
  }

  /** Hands a connection over only when its certificate was found right: nothing is sent before. */
  override createConnection(_options: ClientRequestArgs, created?: Created): undefined {
    const socket = this.#connect();
    this.#underWay.add(socket);
    const end = (error: Error | null): void => {
      clearTimeout(limit);
      if (!this.#underWay.delete(socket)) return; // It was told before.
      if (error !== null) socket.destroy();
      created?.(error, socket);
    };
    const limit = setTimeout(() => end(new Error('the handshake takes too long')), HANDSHAKE_MS);
    socket.once('error', end);
    socket.once('close', () => end(new Error('the line broke in the handshake')));
    socket.once('secureConnect', () => {
      const problem = this.#judge(socket);
      end(problem === null ? null : new TlsProblemError(problem));
    });
  }

  override destroy(): void {
    for (const socket of this.#underWay) socket.destroy();
    super.destroy();
  }
}

/** The connections to one county by https. */
export function createPinnedTls(countyUrl: string, { pin, nowMs, onSocket }: PinnedTlsOptions): PinnedTls {
  const url = new URL(countyUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let seen: readonly X509Certificate[] = [];
  const connect = (): tls.TLSSocket => {
    // Made by itself, since the bytes under TLS can be counted only there.
    const socket = net.connect({ host, port: Number(url.port === '' ? 443 : url.port) });
    onSocket?.(socket);
    return tls.connect({
      socket,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      minVersion: 'TLSv1.2',
      // The pin decides, and not the system's authorities.
      rejectUnauthorized: false,
    });
  };
  const agent = new PinnedAgent(connect, (socket) => {
    seen = chainOf(socket);
    const pinned = pin();
    return pinned === null ? null : judgeChain(seen, host, pinned, nowMs());
  });
  return { agent, judge: (given) => judgeChain(seen, host, given, nowMs()) };
}
