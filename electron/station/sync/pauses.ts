/** How long the sync waits between two tries. */
export interface Pauses {
  /** New facts are sent this long after the first of them, so that those that follow at once go along, ms. */
  readonly soonMs: number;
  /** How often the county is asked for news when there is nothing to send, ms. */
  readonly idleMs: number;
  /** After the first failure, ms; each further one doubles it. */
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
}
/** Where the line is paid for, news are worth a question this often only, ms: each costs about a kilobyte. */
export const CAPPED_IDLE_MS = 1_200_000;
export const DEFAULT_PAUSES: Pauses = {
  soonMs: 2_000,
  idleMs: 60_000,
  firstBackoffMs: 2_000,
  maxBackoffMs: 300_000,
};
