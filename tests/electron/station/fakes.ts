/** Small stands-in for the tests of single services; whole stations run on the real store. */
import type { Clock } from '../../../domain/clock.ts';
import type { Timers } from '../../../electron/station/types.ts';

export interface FakeTime extends Clock, Timers {
  /** Moves both clocks on and runs what falls due, in order. */
  readonly advance: (ms: number) => void;
}

/** Both clocks and the timers, moved by hand. */
export function fakeTime(startMs = Date.UTC(2026, 10, 23, 1, 0)): FakeTime {
  let elapsed = 0;
  let lastId = 0;
  const due = new Map<number, { readonly atMs: number; readonly action: () => void }>();
  return {
    nowMs: () => startMs + elapsed,
    monoMs: () => 1_000_000 + elapsed,
    osBoot: () => 'boot-1',
    set: (action, afterMs) => {
      due.set((lastId += 1), { atMs: elapsed + afterMs, action });
      return lastId;
    },
    clear: (timer) => {
      due.delete(timer as number);
    },
    advance: (ms) => {
      const until = elapsed + ms;
      for (;;) {
        const next = [...due].sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (next === undefined || next[1].atMs > until) break;
        due.delete(next[0]);
        elapsed = next[1].atMs;
        next[1].action();
      }
      elapsed = until;
    },
  };
}

/** Tokens that can be told apart. */
export function countingTokens(): () => string {
  let last = 0;
  return () => `token-${(last += 1)}`;
}
