import type { WireRange } from '../../domain/wire/version.ts';

/** Every error the county answers with, and its HTTP status. A station acts on the kind, a person reads it. */
export const ERROR_STATUS = {
  /** Not a message of this protocol, or damaged on the way. */
  NOT_OURS: 400,
  TRUNCATED: 400,
  MALFORMED: 400,
  WRONG_KIND: 400,
  TOO_LARGE: 413,
  /** The station is newer: the county must be updated. */
  NEWER_VERSION: 422,
  UNKNOWN_EVENT: 422,
  /** The station is older than this county still reads: it must be updated. */
  OLDER_VERSION: 422,
  /** A well-signed batch that cannot be read, or whose chain is broken: kept for a person, and never taken as it is. */
  SET_ASIDE: 422,
  /** Nothing was kept: too much of this station waits for a person already. */
  REVIEW_FULL: 507,
  /** The station has begun more journals than are taken up. */
  TOO_MANY_JOURNALS: 409,
  /** The station is unknown here or its key is: enrol first. */
  NOT_ENROLLED: 401,
  BAD_SIGNATURE: 401,
  REVOKED: 403,
  TICKET_EXPIRED: 401,
  CODE_NEEDED: 403,
  /** The proof was made with no code of this station. */
  CODE_REFUSED: 403,
  CODE_USED: 403,
  CODE_EXPIRED: 403,
  /** Too many wrong codes for this station; within the hour it may be tried again. */
  TOO_MANY_CODES: 429,
  /** Of the page: not the administrator's token; an exception that was settled; one that holds nothing to give back. */
  WRONG_TOKEN: 401,
  LOGIN_NEEDED: 401,
  ALREADY_SETTLED: 409,
  NOTHING_THERE: 409,
  /** Of a village's file and of rules: what is wrong is told; somebody else was first. */
  BAD_FILE: 422,
  CHANGED_MEANWHILE: 409,
  UNKNOWN_GOODS: 404,
  /** Of a price: too few days of posting; the proposer's own word; the price that is in force. */
  TOO_SOON: 409,
  SAME_PERSON: 409,
  SAME_PRICE: 409,
  /** Of two registrations of one person (roster/merge.ts). */
  SAME_REGISTRATION: 400,
  UNKNOWN_PERSON: 404,
  ERASED_PERSON: 409,
  ALREADY_MERGED: 409,
  CIRCULAR: 409,
  UNKNOWN_STATION: 404,
  /** Of the administrator's acts: the station has a machine already, or none. */
  HAS_MACHINE: 409,
  NO_MACHINE: 409,
  NO_REFERENCE: 404,
  NOT_FOUND: 404,
  /** A station that was declared lost gives and takes nothing. */
  LOST_STATION: 409,
  SAME_STATION: 400,
  /** Of points that shall be another account's (householdMoves.ts). */
  ONLY_HOUSEHOLDS: 400,
  HAS_MEMBERS: 409,
  UNKNOWN_HOUSEHOLD: 404,
  /** Events are missing before these; `durableSeq` says from where to send. */
  GAP: 409,
  /** The county holds other facts under these numbers; kept apart for a person to look at. */
  FORK: 409,
  TOO_MANY: 429,
  BUSY: 503,
  STORE_UNAVAILABLE: 503,
  INTERNAL: 500,
} as const;

export type CountyErrorKind = keyof typeof ERROR_STATUS;

export interface CountyError {
  readonly kind: CountyErrorKind;
  /** Of GAP. */
  readonly durableSeq?: number;
  /** Of NEWER_VERSION and OLDER_VERSION: what this county reads. */
  readonly wire?: WireRange;
  /** Of TOO_MANY and BUSY: when to come again. */
  readonly retryAfterMs?: number;
  /** Of UNKNOWN_EVENT: how many events before it can be read. */
  readonly readable?: number;
}
