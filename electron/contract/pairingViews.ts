/** What the screens are told while a machine is brought in. */

/** Why it was not brought in. */
export type PairingProblem =
  /** What was scanned is no pairing code, or was read badly. */
  | 'NOT_PAIRING'
  | 'DAMAGED'
  /** The address that was typed is none, or one over which everybody could listen. */
  | 'NO_ADDRESS'
  | 'PLAIN_HTTP'
  /** The county does not answer. */
  | 'OFFLINE'
  /** The county refuses the code. */
  | 'CODE_REFUSED'
  | 'CODE_USED'
  | 'CODE_EXPIRED'
  | 'TOO_MANY_CODES'
  | 'UNKNOWN_STATION'
  | 'REVOKED'
  /** Somebody answers who is not the county. */
  | 'WRONG_CERTIFICATE'
  /** The county's certificate is out of date, or this machine's clock is wrong. */
  | 'CERTIFICATE_DATE'
  /** One of the two programs is too old for the other. */
  | 'STATION_IS_OLDER'
  | 'COUNTY_IS_OLDER'
  /** What the county said could not be kept on this machine. */
  | 'CANNOT_KEEP'
  | 'OTHER';

export type PairingView =
  | { readonly kind: 'PAIRED' }
  /** `busy`: an attempt is under way; `problem`: why the last one failed. */
  | { readonly kind: 'NEEDED'; readonly busy: boolean; readonly problem: PairingProblem | null };
