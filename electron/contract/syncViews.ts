/** What the screens are told of the way to the county. */
export interface SyncView {
  /** Facts in the journal of this incarnation, and those of earlier ones that the county has not acknowledged. */
  readonly recorded: number;
  /** Of these, facts the county has acknowledged as durable. */
  readonly reachedCounty: number;
  readonly attention: AttentionView;
  /** 0: never. */
  readonly lastSuccessMs: number;
  readonly state:
    | 'IDLE'
    | 'SENDING'
    | 'OFFLINE'
    | 'REFUSED'
    /** Whoever answers at the county's address has not the pinned key. */
    | 'WRONG_CERTIFICATE'
    /** The county's certificate is out of date, or the clock here is wrong. */
    | 'CERTIFICATE_DATE'
    /** The county's program must be updated. */
    | 'COUNTY_IS_OLDER'
    /** This station's program must be updated. */
    | 'COUNTY_IS_NEWER'
    /** Today's cap on the line is reached: it goes on tomorrow by itself. */
    | 'METERED'
    | 'NOT_CONFIGURED';
  /** While SENDING: how many were unsent at its beginning. */
  readonly sendingTotal: number;
  readonly referenceVersion: number;
  /** When the county made the reference data in force; 0: none yet. */
  readonly referenceMadeMs: number;
  /** When the next attempt is due; 0 if none is planned. */
  readonly nextAttemptMs: number;
  readonly line: LineView;
}
/** Facts that need a person, by why; each is counted once, and 0 everywhere is the rule. */
export interface AttentionView {
  /** Services that were credited less because nobody has confirmed the date: the keeper can. */
  readonly date: number;
  /** The county takes nothing of this machine until somebody there has looked. */
  readonly refused: number;
  /** Gone from this machine, and not at the county either. */
  readonly missing: number;
  /** Kept here and out of the books: the county did not take them. */
  readonly aside: number;
}
/** What the line to the county has carried today (Shanghai), and what it may. */
export interface LineView {
  /** Both ways, with everything but what the network itself adds. */
  readonly bytes: number;
  /** With a session under way; not whole. */
  readonly minutes: number;
  /** Caps; 0: none. */
  readonly megabytesPerDay: number;
  readonly minutesPerDay: number;
  /** SPARING: above 80 % of a cap, reference data waits for tomorrow. USED_UP: everything does. */
  readonly level: 'FREE' | 'SPARING' | 'USED_UP';
}
