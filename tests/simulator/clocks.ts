/** The time of a simulated station: both clocks and the timers, moved on by whoever drives it. */
import type { Clock } from '../../domain/clock.ts';
import type { Timers } from '../../electron/station/types.ts';

export interface SimTime extends Clock {
  /** What time it really is, ms since 1970 UTC: what the county's clock shows. */
  readonly trueMs: () => number;
  readonly advance: (ms: number) => void;
}

/** `bootMs`: when the operating system came up; `wrongByMs`: how far the wall clock is off. */
export function simTime(startMs: number, bootMs: number, bootName: string, wrongByMs: number): SimTime {
  let nowMs = startMs;
  return {
    trueMs: () => nowMs,
    nowMs: () => nowMs + wrongByMs,
    monoMs: () => nowMs - bootMs,
    osBoot: () => bootName,
    advance: (ms) => {
      nowMs += ms;
    },
  };
}

export interface SimTimers extends Timers {
  /** Runs everything that is due, each once: as on a machine that slept meanwhile. */
  readonly runDue: () => void;
}

export function simTimers(time: SimTime): SimTimers {
  const waiting = new Map<number, { readonly dueMs: number; readonly action: () => void }>();
  let last = 0;
  return {
    set: (action, afterMs) => {
      last += 1;
      waiting.set(last, { dueMs: time.monoMs() + afterMs, action });
      return last;
    },
    clear: (timer) => {
      waiting.delete(timer as number);
    },
    runDue: () => {
      const nowMs = time.monoMs();
      for (const [id, { dueMs, action }] of [...waiting]) {
        if (dueMs > nowMs || !waiting.delete(id)) continue;
        action();
      }
    },
  };
}

/** The timers of a sync, which has one at most: it sets it when a session is over, so that this can be awaited. */
export interface SyncTimers extends Timers {
  /** Ms until the next attempt is due; 0 or less: now. Null while a session runs. */
  readonly dueInMs: () => number | null;
  /** Begins the attempt that is planned, and resolves when it is over. */
  readonly attempt: () => Promise<void>;
}

export function syncTimers(time: SimTime): SyncTimers {
  let planned: { readonly id: number; readonly dueMs: number; readonly action: () => void } | null = null;
  let last = 0;
  let over: () => void = () => undefined;
  return {
    set: (action, afterMs) => {
      last += 1;
      planned = { id: last, dueMs: time.monoMs() + afterMs, action };
      over();
      return last;
    },
    clear: (timer) => {
      if (planned?.id === timer) planned = null;
    },
    dueInMs: () => (planned === null ? null : planned.dueMs - time.monoMs()),
    attempt: async () => {
      if (planned === null) return;
      const { action } = planned;
      planned = null;
      const ended = new Promise<void>((resolve) => (over = resolve));
      action();
      await ended;
      over = () => undefined;
      // The session sets its timer just before it ends: the rest of it goes first.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
