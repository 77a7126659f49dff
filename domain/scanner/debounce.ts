/**
 * A scanner that keeps looking at the same card reads it again and again. Within this time after it was last seen
 * that is one scan: the next is told by its own sound and recorded as nothing.
 */
export const REPEAT_WINDOW_MS = 3_000;

export interface RepeatFilter {
  /**
   * Whether this text was seen within REPEAT_WINDOW_MS before `monoMs` (monotonic ms). Each sight counts, so a
   * card that lies under the scanner stays one scan however long it lies there. Case and surrounding white space
   * do not make another code, as for `decodeCard`.
   */
  isRepeat(text: string, monoMs: number): boolean;
}

/** Remembers the codes of the last seconds; of several cards in turn, too. */
export function createRepeatFilter(windowMs: number = REPEAT_WINDOW_MS): RepeatFilter {
  const seen = new Map<string, number>();
  return {
    isRepeat: (text, monoMs) => {
      for (const [code, atMs] of seen) if (monoMs - atMs >= windowMs) seen.delete(code);
      const code = text.trim().toUpperCase();
      const repeat = seen.has(code);
      seen.set(code, monoMs);
      return repeat;
    },
  };
}
