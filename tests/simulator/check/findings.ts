/** Where the judges write down what is wrong: a few of each kind in words, the rest as a number. */
export interface Findings {
  /** `kind` is the promise that is broken; `detail` where and how. */
  readonly add: (kind: string, detail: string) => void;
  readonly lines: () => readonly string[];
}

const SHOWN_OF_EACH = 5;

export function createFindings(): Findings {
  const byKind = new Map<string, { readonly shown: string[]; count: number }>();
  return {
    add: (kind, detail) => {
      const found = byKind.get(kind) ?? { shown: [], count: 0 };
      found.count += 1;
      if (found.shown.length < SHOWN_OF_EACH) found.shown.push(detail);
      byKind.set(kind, found);
    },
    lines: () =>
      [...byKind].flatMap(([kind, { shown, count }]) => [
        ...shown.map((detail) => `${kind}: ${detail}`),
        ...(count > shown.length ? [`${kind}: and ${count - shown.length} more`] : []),
      ]),
  };
}
