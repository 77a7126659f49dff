/** Events name an earlier incarnation by its name, tables by its number within this database. */
import type { Incarnation } from '../incarnation.ts';

export interface IncarnationNames {
  /** Throws for a number that is not there: that is a bug. */
  nameOf(ordinal: number): string;
  ordinalOf(name: string): number | undefined;
  /** One that came into the database later. */
  learn(incarnation: Incarnation): void;
}

/** The names of all incarnations of a database. */
export function incarnationNames(incarnations: readonly Incarnation[]): IncarnationNames {
  const names = new Map(incarnations.map(({ ordinal, name }) => [ordinal, name]));
  const ordinals = new Map(incarnations.map(({ ordinal, name }) => [name, ordinal]));
  return {
    nameOf(ordinal) {
      const name = names.get(ordinal);
      if (name === undefined) throw new Error(`no incarnation ${ordinal}`);
      return name;
    },
    ordinalOf: (name) => ordinals.get(name),
    learn({ ordinal, name }) {
      names.set(ordinal, name);
      ordinals.set(name, ordinal);
    },
  };
}
