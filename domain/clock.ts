/** Time is injected (DESIGN.md, Conventions 2), so that tests and the simulator own it. */
export interface Clock {
  /** Wall clock, ms since 1970 UTC. It may jump: order inside a station is seq, never this. */
  nowMs(): number;
  /** Monotonic clock of the running operating system, whole ms. Comparable only within one boot. */
  monoMs(): number;
  /** Names the boot of the operating system that `monoMs` counts from. */
  osBoot(): string;
}
