/** What every part of the county's server works with. */
import type { Claim } from './db/claim.ts';
import type { CountyDb } from './db/open.ts';
import type { WireRange } from '../../domain/wire/version.ts';
import type { EventLimit, StationLimit } from './gate.ts';
import type { CountyKeys } from './keys.ts';
import type { UnreadableCalls } from './unreadable.ts';

/** An address that is known once the county listens; empty before its first start. */
export interface PublicUrl {
  current: string;
}

export interface CountyContext {
  readonly db: CountyDb;
  /** Held as long as no other county may work on the database. */
  readonly claim: Claim;
  readonly keys: CountyKeys;
  /** The county's folder, with its keys and what was revoked; null: in memory only, for tests. */
  readonly folder: string | null;
  /** 16 hexadecimal digits, random when the database was made; another after a restore. */
  readonly epoch: string;
  /** Wall clock, ms since 1970 UTC. */
  readonly nowMs: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** SHA-256 of the key of the certificate that stations see, or of its CA (SPKI); null: served without TLS. */
  readonly tlsPin: Uint8Array | null;
  /** Where stations reach this county, for pairing texts. */
  readonly publicUrl: PublicUrl;
  /** Shows the sample village: a station on this machine may enrol without a code. */
  readonly sample: boolean;
  /** Versions of the wire that this county reads and writes. */
  readonly wire: WireRange;
  readonly unreadable: UnreadableCalls;
  readonly stationLimit: StationLimit;
  readonly eventLimit: EventLimit;
}

/** Ends the work on the database. */
export async function closeContext({ db, claim }: CountyContext): Promise<void> {
  await db.destroy();
  await claim.release();
}
