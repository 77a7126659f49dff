/** Keeps one sender from taking the county away from the others. Counts in memory, by address, for a minute. */
export interface GateLimits {
  /** Refused requests of one address within a minute, before it is told to wait. */
  readonly maxRefusedPerMinute: number;
  /** Requests that are worked on at the same time; one more is told to come again. */
  readonly maxInFlight: number;
}
export const DEFAULT_GATE: GateLimits = { maxRefusedPerMinute: 600, maxInFlight: 512 };

const MINUTE_MS = 60_000;

export class Gate {
  readonly #limits: GateLimits;
  readonly #nowMs: () => number;
  readonly #refused = new Map<string, number>();
  #windowStartMs = 0;
  #inFlight = 0;

  constructor(limits: GateLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#nowMs = nowMs;
  }

  /** Why a request of an address may not come in now, or null; then `leave` must be called once. */
  enter(address: string): 'TOO_MANY' | 'BUSY' | null {
    const age = this.#nowMs() - this.#windowStartMs;
    // Also when the clock was set back: nobody must stay shut out for that.
    if (age >= MINUTE_MS || age < 0) {
      this.#refused.clear();
      this.#windowStartMs = this.#nowMs();
    }
    if ((this.#refused.get(address) ?? 0) >= this.#limits.maxRefusedPerMinute) return 'TOO_MANY';
    if (this.#inFlight >= this.#limits.maxInFlight) return 'BUSY';
    this.#inFlight += 1;
    return null;
  }

  leave(address: string, wasRefused: boolean): void {
    this.#inFlight -= 1;
    if (wasRefused) this.#refused.set(address, (this.#refused.get(address) ?? 0) + 1);
  }
}
