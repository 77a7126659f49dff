/**
 * The monotonic clock of a boot, with the time that the machine slept.
 *
 * On Linux `process.hrtime` is CLOCK_MONOTONIC, which stands still while the machine is suspended; the uptime of
 * the system does not (clock_gettime(2), CLOCK_BOOTTIME; proc_uptime(5)). The uptime is too coarse to be used
 * alone (10 ms), so its lead over hrtime is added, and is read again only when it may have grown.
 */
export interface BootClockSources {
  /** CLOCK_MONOTONIC, whole ms. */
  readonly hrtimeMs: () => number;
  /** Time since boot including suspend, ms; 0 where it cannot be told. */
  readonly uptimeMs: () => number;
  readonly wallMs: () => number;
}

/** Smaller differences are the coarseness of the uptime. */
const COARSE_MS = 100;
/** The lead is looked at again after this time, or at once when the wall clock has leapt. */
const LOOK_AGAIN_MS = 1_000;

/** Makes the clock: whole ms since boot, never running back. */
export function createBootClock({ hrtimeMs, uptimeMs, wallMs }: BootClockSources): () => number {
  let sleptMs = 0;
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  let wallThenMs = 0;

  return () => {
    const awakeMs = hrtimeMs();
    const wall = wallMs();
    const passedMs = awakeMs - lookedAtMs;
    if (passedMs >= LOOK_AGAIN_MS || Math.abs(wall - wallThenMs - passedMs) >= COARSE_MS) {
      lookedAtMs = awakeMs;
      wallThenMs = wall;
      // A container may be told an uptime of its own that is less than hrtime: then there is nothing to add.
      const lead = Math.round(uptimeMs() - awakeMs);
      if (lead > sleptMs + COARSE_MS) sleptMs = lead;
    }
    return awakeMs + sleptMs;
  };
}
