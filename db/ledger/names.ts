/** Events name an earlier incarnation by its name, tables by its number within this database. */
import type { Incarnation } from '../incarnation.ts';

export interface IncarnationNames {
  /** Throws for a number that is not there: that is a bug. */
  nameOf(ordinal: number): string;
  ordinalOf(name: string): number | undefined;
  /** One that came into the database later. */
  learn(incarnation: Incarnation): void;
}

/**
 * The names of all incarnations of a database. `again` reads them anew where one is asked for that is not known: another
 * connection may have brought it in just now.
 */
export function incarnationNames(
  incarnations: readonly Incarnation[],
  again: () => readonly Incarnation[] = () => [],
): IncarnationNames {
  const names = new Map(incarnations.map(({ ordinal, name }) => [ordinal, name]));
  const ordinals = new Map(incarnations.map(({ ordinal, name }) => [name, ordinal]));
  function learn({ ordinal, name }: Incarnation): void {
    names.set(ordinal, name);
    ordinals.set(name, ordinal);
  }
  return {
    nameOf(ordinal) {
      if (!names.has(ordinal)) again().forEach(learn);
      const name = names.get(ordinal);
      if (name === undefined) throw new Error(`no incarnation ${ordinal}`);
      return name;
    },
    ordinalOf: (name) => ordinals.get(name),
    learn,
  };
}
