/** What to do when the page's process has died: try again, each time after a longer pause, but not for ever. */
const WINDOW_MS = 60_000;
const FIRST_PAUSE_MS = 200;
/** So many reloads within WINDOW_MS are tried before the whole program is started anew. */
const MAX_RELOADS = 3;

export type Revival = { readonly kind: 'RELOAD'; readonly afterMs: number } | { readonly kind: 'RELAUNCH' };

/** Makes the judge of deaths; `nowMs` is any clock that only runs forward. */
export function createRevival(nowMs: () => number): () => Revival {
  let deaths: number[] = [];
  return () => {
    const now = nowMs();
    deaths = deaths.filter((at) => now - at < WINDOW_MS);
    deaths.push(now);
    if (deaths.length > MAX_RELOADS) return { kind: 'RELAUNCH' };
    return { kind: 'RELOAD', afterMs: FIRST_PAUSE_MS * 4 ** (deaths.length - 1) };
  };
}
