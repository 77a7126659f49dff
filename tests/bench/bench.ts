/**
 * What a bench is. Speed is shown, never asserted: each figure stands beside a floor or a peer measured in the
 * same run, so that a slow machine does not look like a slow program.
 */
export interface BenchRow {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal: number;
  readonly better: 'lower' | 'higher';
  /** What was measured next to it in the same run, in words and figures. */
  readonly beside: string;
}

export interface Bench {
  /** The rows this bench gives, for --only and for the help. */
  readonly names: readonly string[];
  run(log: (line: string) => void): Promise<readonly BenchRow[]>;
}

/** The p-th quantile (0 to 1) of some numbers by nearest rank. Throws on none: a bench without samples is a bug. */
export function quantile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('no samples');
  return value;
}

/** A figure with no more digits than it deserves. */
export function round(value: number, digits = 2): number {
  return Number(value.toFixed(digits));
}
