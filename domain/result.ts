/**
 * Known errors travel as values, bugs as exceptions (DESIGN.md, Conventions 1).
 * `E` is always a union of objects with a literal `kind`, so that a switch over it is exhaustive.
 */
export type Result<T, E extends { kind: string }> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** Wraps a known error as a failure. */
export function err<const E extends { kind: string }>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}
