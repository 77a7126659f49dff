/**
 * Lets so many work at a time and has the others wait in the order in which they came. All stations may return at
 * once: what waits holds its few kilobytes as they came, not the memory and the connection of a batch at work.
 */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs `work` when its turn has come; answers or throws as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place goes from hand to hand, so that nobody who comes later can take it.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
