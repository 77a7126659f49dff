/** Keeps one sender from taking the county away from the others. Counts in memory, for a minute or a day at a time. */
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
  /**
   * New events of one station within a day. The busiest records some 500 a day, and sends 15,000 after a month of dark
   * days; its whole 400 days go to a county that lost everything within this. What no station could have recorded
   * would fill the county's disk.
   */
  readonly maxEventsPerDay: number;
}
export const DEFAULT_GATE: GateLimits = {
  maxRefusedPerMinute: 600,
  maxInFlight: 512,
  maxInFlightPerAddress: 64,
  maxSignedPerMinute: 600,
  maxEventsPerDay: 250_000,
};
/** A revoked key has this part of it: enough for its last records, which a person will look at. */
const REVOKED_PART = 10;

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** Counts by name within the running span of so many ms. */
class Span<K> {
  readonly #nowMs: () => number;
  readonly #spanMs: number;
  readonly #counts = new Map<K, number>();
  #startMs = 0;

  constructor(nowMs: () => number, spanMs: number) {
    this.#nowMs = nowMs;
    this.#spanMs = spanMs;
  }

  #turn(): void {
    const age = this.#nowMs() - this.#startMs;
    // Also when the clock was set back: nobody must stay shut out for that.
    if (age < this.#spanMs && age >= 0) return;
    this.#counts.clear();
    this.#startMs = this.#nowMs();
  }
  of(name: K): number {
    this.#turn();
    return this.#counts.get(name) ?? 0;
  }
  /** Adds some and answers the count. */
  add(name: K, more = 1): number {
    const count = this.of(name) + more;
    this.#counts.set(name, count);
    return count;
  }
  /** Until the next span, ms. */
  leftMs(): number {
    return Math.max(0, this.#startMs + this.#spanMs - this.#nowMs());
  }
}

export class Gate {
  readonly #limits: GateLimits;
  readonly #refused: Span<string>;
  readonly #inFlight = new Map<string, number>();
  #all = 0;

  constructor(limits: GateLimits, nowMs: () => number) {
    this.#limits = limits;
    this.#refused = new Span(nowMs, MINUTE_MS);
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
  readonly #signed: Span<string>;

  constructor(most: number, nowMs: () => number) {
    this.#most = most;
    this.#signed = new Span(nowMs, MINUTE_MS);
  }

  /** Counts a request; answers for how long the key must wait, ms, or 0 if it may go on. */
  waitMs(publicKey: string, revoked: boolean): number {
    const most = revoked ? Math.ceil(this.#most / REVOKED_PART) : this.#most;
    return this.#signed.add(publicKey) > most ? Math.max(1000, this.#signed.leftMs()) : 0;
  }
}

/** How many new events each station may have the county store in a day. */
export class EventLimit {
  readonly #most: number;
  readonly #stored: Span<number>;

  constructor(most: number, nowMs: () => number) {
    this.#most = most;
    this.#stored = new Span(nowMs, DAY_MS);
  }

  /** For how long a station must wait before more of it is stored, ms, or 0. */
  waitMs(stationId: number): number {
    return this.#stored.of(stationId) >= this.#most ? Math.max(1000, this.#stored.leftMs()) : 0;
  }
  /** Counts what was stored. */
  stored(stationId: number, events: number): void {
    this.#stored.add(stationId, events);
  }
}
