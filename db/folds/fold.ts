/** What a fold is: the change that one event makes to the views of its topic. */
import type { EventType, JournalEvent } from '../../domain/journal/events.ts';

/**
 * Must depend on nothing but the event, the ordinal of its incarnation and the views so far: `npm run verify`
 * folds again and compares. Throws if the event contradicts the views, which is a bug or a forged journal.
 */
export type Fold<T extends EventType> = (event: JournalEvent<T>, incarnation: number) => void;

export type FoldTable = { readonly [T in EventType]?: Fold<T> };

/** Insists that a statement met exactly one row. */
export function mustChangeOne(changes: number, what: string): void {
  if (changes !== 1) throw new Error(`the fold of ${what} met ${changes} rows instead of one`);
}
