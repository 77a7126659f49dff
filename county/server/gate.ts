/** Keeps one sender from taking the county away from the others. Counts in memory, for a minute at a time. */
export interface GateLimits {
  /**
   * Refused requests of one address within a minute, before it is told to wait. Well-signed requests of stations get
   * through all the same: a carrier may put many villages behind one address. This machine itself is free of it.
   */
  readonly maxRefusedPerMinute: number;
  /** Requests at the same time, from their first byte on; one more is told to come again. */
  readonly maxInFlight: number;
  /** Of these from one address; this machine itself, where a proxy may stand before the county, is free of it. */
  readonly maxInFlightPerAddress: number;
  /** Well signed requests of one key within a minute: twenty times what a month of dark days needs. */
  readonly maxSignedPerMinute: number;
}
export const DEFAULT_GATE: GateLimits = {
  maxRefusedPerMinute: 600,
  maxInFlight: 512,
  maxInFlightPerAddress: 64,
  maxSignedPerMinute: 600,
};
/** A revoked key has this part of it: enough for its last records, which a person will look at. */
const REVOKED_PART = 10;

const MINUTE_MS = 60_000;

/** Counts by name within the running minute. */
class Minute<K> {
  readonly #nowMs: () => number;
  readonly #counts = new Map<K, number>();
  #startMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  #turn(): void {
    const age = this.#nowMs() - this.#startMs;
    // Also when the clock was set back: nobody must stay shut out for that.
    if (age < MINUTE_MS && age >= 0) return;
    this.#counts.clear();
    this.#startMs = this.#nowMs();
  }
  of(name: K): number {
    this.#turn();
    return this.#counts.get(name) ?? 0;
  }
  /** Adds one and answers the count. */
  add(name: K): number {
    const count = this.of(name) + 1;
    this.#counts.set(name, count);
    return count;
  }
  /** Until the next minute, ms. */
  leftMs(): number {
    return Math.max(0, this.#startMs + MINUTE_MS - this.#nowMs());
  }
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #refused: Minute<string>;
  readonly #inFlight = new Map<string, number>();
  #all = 0;

  constructor(limits: GateLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#refused = new Minute(nowMs);
  }

  /** Why a request of an address may not come in now, or null; then `leave` must be called once. */
  enter(address: string, local: boolean): 'BUSY' | null {
    const here = this.#inFlight.get(address) ?? 0;
    if (this.#all >= this.#limits.maxInFlight) return 'BUSY';
    if (!local && here >= this.#limits.maxInFlightPerAddress) return 'BUSY';
    this.#all += 1;
    this.#inFlight.set(address, here + 1);
    return null;
  }

  /** Whether so much of an address was refused that only who can sign is still listened to. */
  isWary(address: string, local: boolean): boolean {
    return !local && this.#refused.of(address) >= this.#limits.maxRefusedPerMinute;
  }

  leave(address: string, wasRefused: boolean): void {
    this.#all -= 1;
    const here = (this.#inFlight.get(address) ?? 1) - 1;
    if (here === 0) this.#inFlight.delete(address);
    else this.#inFlight.set(address, here);
    if (wasRefused) this.#refused.add(address);
  }
}

/**
 * How often each key may ask; counted only where its signature has held, so that nobody shuts another out: not even
 * a machine that was revoked the one that took its place.
 */
export class StationLimit {
  readonly #most: number;
  readonly #signed: Minute<string>;

  constructor(most: number, nowMs: () => number) {
    this.#most = most;
    this.#signed = new Minute(nowMs);
  }

  /** Counts a request; answers for how long the key must wait, ms, or 0 if it may go on. */
  waitMs(publicKey: string, revoked: boolean): number {
    const most = revoked ? Math.ceil(this.#most / REVOKED_PART) : this.#most;
    return this.#signed.add(publicKey) > most ? Math.max(1000, this.#signed.leftMs()) : 0;
  }
}
