/**
 * The keeper's PIN: who it belongs to, and how often it may be guessed. A try is written down before it is
 * judged, so that pulling the plug gives no free guess; guesses are judged one after the other, so that many at
 * once are no more than one by one.
 */
import { storeFaultOf } from '../../db/faults.ts';
import type { KeeperTries, Store } from '../../db/types.ts';
import type { Clock } from '../../domain/clock.ts';
import { err, ok, type Result } from '../../domain/result.ts';
import type { PinProblem } from '../contract/views.ts';

export const MAX_TRIES = 5;
export const FIRST_LOCK_MS = 5 * 60_000;
export const LONGEST_LOCK_MS = 60 * 60_000;

export interface PinKeeper {
  readonly id: number;
  readonly name: string;
  /** Hexadecimal. */
  readonly pinSalt: string;
  /** Hexadecimal, 32 bytes. */
  readonly pinHash: string;
}
/** Where wrong tries are kept. */
export type TriesKept = Pick<Store, 'keeperTries' | 'setKeeperTries'>;
export interface PinOptions {
  readonly keepers: () => readonly PinKeeper[] | Promise<readonly PinKeeper[]>;
  /** Where wrong tries are kept over restarts. */
  readonly store: TriesKept;
  readonly clock: Clock;
  /** scrypt with N = 16384, r = 8, p = 1, 32 bytes; off the main thread. */
  readonly scrypt: (pin: string, salt: Uint8Array) => Promise<Uint8Array>;
  /** Whether two byte strings are the same, in constant time. */
  readonly sameBytes: (a: Uint8Array, b: Uint8Array) => boolean;
}
export type CheckPin = (pin: string) => Promise<Result<PinKeeper, PinProblem>>;

/** Tries kept in memory, for as long as the process lives; the lock runs by the monotonic clock. */
export function triesInMemory(clock: Clock): TriesKept {
  let kept = { tries: 0, untilMonoMs: 0 };
  return {
    keeperTries: (): KeeperTries => {
      const leftMs = kept.untilMonoMs - clock.monoMs();
      return { tries: kept.tries, lockedUntilMs: leftMs > 0 ? clock.nowMs() + leftMs : 0 };
    },
    setKeeperTries: (tries, lockForMs) => {
      kept = { tries, untilMonoMs: clock.monoMs() + lockForMs };
    },
  };
}

/**
 * Tries kept in the store and, from the moment in which it takes none, in memory: a full or damaged disk must not
 * shut the keeper out of the very page on which it is mended, and gives nobody a guess that is not counted.
 */
export function toughTries(store: TriesKept, clock: Clock): TriesKept {
  const memory = triesInMemory(clock);
  /** Whether memory knows of tries that the store does not. */
  let ahead = false;
  return {
    keeperTries: () => {
      if (ahead) return memory.keeperTries();
      try {
        return store.keeperTries();
      } catch (error) {
        if (storeFaultOf(error) === undefined) throw error;
        return memory.keeperTries();
      }
    },
    setKeeperTries: (tries, lockForMs) => {
      memory.setKeeperTries(tries, lockForMs);
      try {
        store.setKeeperTries(tries, lockForMs);
        ahead = false;
      } catch (error) {
        if (storeFaultOf(error) === undefined) throw error;
        ahead = true;
      }
    },
  };
}

/** Makes the check of a PIN. It rejects only if those who keep tries or keepers fail. */
export function createPinCheck(options: PinOptions): CheckPin {
  const { clock, store } = options;
  let last: Promise<unknown> = Promise.resolve();

  async function owner(pin: string, keepers: readonly PinKeeper[]): Promise<PinKeeper | undefined> {
    for (const keeper of keepers) {
      const hash = await options.scrypt(pin, Buffer.from(keeper.pinSalt, 'hex'));
      if (options.sameBytes(hash, Buffer.from(keeper.pinHash, 'hex'))) return keeper;
    }
    return undefined;
  }

  async function check(pin: string): Promise<Result<PinKeeper, PinProblem>> {
    const asked = options.keepers();
    const keepers = asked instanceof Promise ? await asked : asked;
    if (keepers.length === 0) return err({ kind: 'NO_KEEPER' });
    const { tries: before, lockedUntilMs } = store.keeperTries();
    if (lockedUntilMs > 0) return err({ kind: 'LOCKED', untilMs: lockedUntilMs });
    const tries = before + 1;
    const locks = tries % MAX_TRIES === 0;
    const lockMs = locks ? Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (tries / MAX_TRIES - 1)) : 0;
    store.setKeeperTries(tries, lockMs);
    const keeper = await owner(pin, keepers);
    if (keeper !== undefined) {
      store.setKeeperTries(0, 0);
      return ok(keeper);
    }
    if (locks) return err({ kind: 'LOCKED', untilMs: clock.nowMs() + lockMs });
    return err({ kind: 'WRONG_PIN', triesLeft: MAX_TRIES - (tries % MAX_TRIES) });
  }

  return (pin) => {
    const mine = last.then(
      () => check(pin),
      () => check(pin),
    );
    last = mine;
    return mine;
  };
}
