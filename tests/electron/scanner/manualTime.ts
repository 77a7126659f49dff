/** Time that stands still until a test moves it. */
export function manualTime() {
  let nowMs = 1_000;
  const timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();
  return {
    clock: { monoMs: () => nowMs },
    setTimer: (delayMs: number, callback: () => void) => {
      const key = {};
      timers.set(key, { atMs: nowMs + delayMs, callback });
      return () => void timers.delete(key);
    },
    pending: () => timers.size,
    /** Lets promises settle, moves on, fires what is due in order, and lets promises settle again. */
    advance: async (ms: number) => {
      await settle();
      const untilMs = nowMs + ms;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.atMs <= untilMs);
        const next = due.sort(([, a], [, b]) => a.atMs - b.atMs)[0];
        if (next === undefined) break;
        nowMs = next[1].atMs;
        timers.delete(next[0]);
        next[1].callback();
        await settle();
      }
      nowMs = untilMs;
      await settle();
    },
  };
}

/** Lets every promise that can settle do so. */
export const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
