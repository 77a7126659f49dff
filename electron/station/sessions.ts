/** Things that a screen holds by a token and that are forgotten when nobody has used them for a while. */
export interface SessionOptions {
  /** A clock that only runs forward, ms. */
  readonly monoMs: () => number;
  readonly idleMs: number;
  readonly newToken: () => string;
  /** More than this at once and the oldest is forgotten. */
  readonly most: number;
}
export interface Sessions<T> {
  readonly open: (value: T) => string;
  /** What the token stands for, and a new idle time; undefined once it is forgotten. */
  readonly use: (token: string) => T | undefined;
  readonly close: (token: string) => void;
}

export function createSessions<T>(options: SessionOptions): Sessions<T> {
  const entries = new Map<string, { readonly value: T; usedAt: number }>();

  function forget(): void {
    const now = options.monoMs();
    for (const [token, entry] of entries) if (now - entry.usedAt > options.idleMs) entries.delete(token);
  }

  return {
    open: (value) => {
      forget();
      for (const token of entries.keys()) {
        if (entries.size < options.most) break;
        entries.delete(token);
      }
      const token = options.newToken();
      entries.set(token, { value, usedAt: options.monoMs() });
      return token;
    },
    use: (token) => {
      forget();
      const entry = entries.get(token);
      if (entry === undefined) return undefined;
      entry.usedAt = options.monoMs();
      return entry.value;
    },
    close: (token) => {
      entries.delete(token);
    },
  };
}
