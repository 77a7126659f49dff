/** What the screens show of a USB stick. */

/** Why a stick could not be written or read. Nothing is lost by any of them. */
export type StickProblem =
  /** Not enough room on it. */
  | 'FULL'
  /** Write-protected, or not allowed to this user. */
  | 'READ_ONLY'
  | 'PULLED_OUT'
  /** It does not take a file of ours: a file system that cannot hold the name or the size. */
  | 'WRONG_FORMAT'
  /** Errors of reading or writing. */
  | 'BROKEN'
  /** Read back, the file was not what had been written. */
  | 'NOT_AS_WRITTEN'
  /** This station has never been connected with its county, so it knows no key to encrypt to. */
  | 'NOT_PAIRED'
  /** The station's own journal could not be read. */
  | 'STORE';

export type AnswerLeftAlone =
  | 'DAMAGED'
  /** Too old. */
  | 'STALE'
  /** Meant for other keys. */
  | 'OTHER_KEY'
  | 'OTHER_RECORDS'
  /** The disk is nearly full: what comes back waits until there is room. */
  | 'NO_ROOM'
  /** This station must be updated. */
  | 'NEWER_PROGRAM'
  /** The county could not take all of it, and must be updated. */
  | 'OLDER_COUNTY'
  /** The county took nothing; the next bundle is written as it can read it. */
  | 'OTHER_VERSION';

/** What a stick brought from the county. */
export interface StickBrought {
  /** Records whose arrival the county confirms. */
  readonly confirmed: number;
  /** New reference data is in force. */
  readonly reference: boolean;
  /** Records that the county gave back after a restore, once all of them are here. */
  readonly returned: number;
  /** Why an answer for this station was of no use; null if none was. */
  readonly leftAlone: AnswerLeftAlone | null;
  /** Answers for other stations. */
  readonly foreign: number;
}

export interface StickView {
  readonly state: 'NONE' | 'READING' | 'FOUND' | 'WRITING' | 'SAFE' | 'PROBLEM';
  /** Counts the sticks of this start of the program, so that a screen can tell one from the next. */
  readonly serial: number;
  /** It was put in while the station ran; one that was there at the start is not called out. */
  readonly putInNow: boolean;
  /** Records that the county has not confirmed. */
  readonly waiting: number;
  /** WRITING: records written. */
  readonly done: number;
  /** WRITING and SAFE: records to write, or written. */
  readonly total: number;
  /** Of PROBLEM. */
  readonly problem: StickProblem | null;
  /** Null until it has been read. */
  readonly brought: StickBrought | null;
}

export type StickOutcome = { readonly kind: 'STARTED' } | { readonly kind: 'NO_STICK' | 'BUSY' };
