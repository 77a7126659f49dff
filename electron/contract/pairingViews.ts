/** What the screens are told while a machine is brought in. */
import type { StickProblem } from './stickViews.ts';

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

/** Over a line, or by a stick that a courier carries. */
export type PairingWay = 'LINE' | 'STICK';

/** Why an answer on a stick was left alone; the pairing waits on. */
export type AnswerProblem =
  | 'OTHER_STATION'
  /** For this station, but to another machine or an earlier try. */
  | 'OTHER_REQUEST'
  /** Cut short or changed. */
  | 'DAMAGED'
  /** Whoever wrote it does not know the code. */
  | 'NOT_OUR_COUNTY'
  | 'NEWER_PROGRAM';

/** Why the county refused a pairing that came by stick, as the stick brings it back. Nobody has signed that. */
export type PairingRefusal = Extract<
  PairingProblem,
  | 'CODE_REFUSED'
  | 'CODE_USED'
  | 'CODE_EXPIRED'
  | 'TOO_MANY_CODES'
  | 'UNKNOWN_STATION'
  | 'REVOKED'
  | 'STATION_IS_OLDER'
  | 'COUNTY_IS_OLDER'
  | 'OTHER'
>;

/** A pairing that is on its way by stick; it stays over restarts. */
export interface PairingStick {
  readonly kind: 'BY_STICK';
  readonly stationId: number;
  /** It has been on a stick: what is waited for is the answer. */
  readonly written: boolean;
  /**
   * WAITING: for a stick. SAFE: the request stands on the stick that is in, which may be pulled out. REFUSED: the
   * county says no, and the pairing is to be begun anew; should an answer come all the same, it is taken.
   */
  readonly state: 'WAITING' | 'WORKING' | 'SAFE' | 'PROBLEM' | 'REFUSED';
  /** Of REFUSED. */
  readonly refusal: PairingRefusal | null;
  readonly problem: StickProblem | AnswerProblem | 'CANNOT_KEEP' | null;
}

export type PairingView =
  | { readonly kind: 'PAIRED' }
  /** `busy`: an attempt is under way; `problem`: why the last one failed. */
  | {
      readonly kind: 'NEEDED';
      readonly by: PairingWay;
      readonly busy: boolean;
      readonly problem: PairingProblem | null;
    }
  | PairingStick;
