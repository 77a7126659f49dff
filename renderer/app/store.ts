/** A value that screens can watch, in the shape that React's useSyncExternalStore wants. */
export interface Store<S, E> {
  readonly get: () => S;
  readonly send: (event: E) => void;
  readonly watch: (listener: () => void) => () => void;
}

export function createStore<S, E>(initial: S, reduce: (state: S, event: E) => S): Store<S, E> {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    send: (event) => {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
