/**
 * The keeper's PIN: who it belongs to, and how often it may be guessed. A try is written down before it is
 * judged, so that pulling the plug gives no free guess; guesses are judged one after the other, so that many at
 * once are no more than one by one.
 */
import type { Store } from '../../db/types.ts';
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
export interface PinOptions {
  readonly keepers: () => readonly PinKeeper[];
  /** Where wrong tries are kept over restarts. */
  readonly store: Pick<Store, 'keeperTries' | 'setKeeperTries'>;
  readonly clock: Clock;
  /** scrypt with N = 16384, r = 8, p = 1, 32 bytes; off the main thread. */
  readonly scrypt: (pin: string, salt: Uint8Array) => Promise<Uint8Array>;
  /** Whether two byte strings are the same, in constant time. */
  readonly sameBytes: (a: Uint8Array, b: Uint8Array) => boolean;
}
export type CheckPin = (pin: string) => Promise<Result<PinKeeper, PinProblem>>;

/** Makes the check of a PIN. It rejects only if the store fails. */
export function createPinCheck(options: PinOptions): CheckPin {
  const { clock, store } = options;
  let last: Promise<unknown> = Promise.resolve();

  async function owner(pin: string): Promise<PinKeeper | undefined> {
    for (const keeper of options.keepers()) {
      const hash = await options.scrypt(pin, Buffer.from(keeper.pinSalt, 'hex'));
      if (options.sameBytes(hash, Buffer.from(keeper.pinHash, 'hex'))) return keeper;
    }
    return undefined;
  }

  async function check(pin: string): Promise<Result<PinKeeper, PinProblem>> {
    if (options.keepers().length === 0) return err({ kind: 'NO_KEEPER' });
    const { tries: before, lockedUntilMs } = store.keeperTries();
    if (lockedUntilMs > 0) return err({ kind: 'LOCKED', untilMs: lockedUntilMs });
    const tries = before + 1;
    const locks = tries % MAX_TRIES === 0;
    const lockMs = locks ? Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** (tries / MAX_TRIES - 1)) : 0;
    store.setKeeperTries(tries, lockMs);
    const keeper = await owner(pin);
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
