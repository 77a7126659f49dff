import { scryptSync, timingSafeEqual } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import {
  createPinCheck,
  FIRST_LOCK_MS,
  LONGEST_LOCK_MS,
  MAX_TRIES,
  toughTries,
  type CheckPin,
  type PinKeeper,
} from '../../../electron/station/pins.ts';
import { StoreFaultError } from '../../../db/faults.ts';
import { fakeTime, type FakeTime } from './fakes.ts';

/** Cheaper than the real one by its cost parameter only. */
const hash = (pin: string, salt: Uint8Array) => scryptSync(pin, salt, 32, { N: 2 });
function keeper(id: number, pin: string): PinKeeper {
  const salt = Buffer.from(`salt of ${id}`);
  return {
    id,
    name: `keeper ${id}`,
    pinSalt: salt.toString('hex'),
    pinHash: hash(pin, salt).toString('hex'),
  };
}

let time: FakeTime;
let tries: number;
let lockedUntilMs: number;
let hashed: number;
let check: CheckPin;
let keepers: PinKeeper[];
beforeEach(() => {
  time = fakeTime();
  tries = 0;
  lockedUntilMs = 0;
  hashed = 0;
  keepers = [keeper(1, '2580'), keeper(2, '1357')];
  check = createPinCheck({
    keepers: () => keepers,
    clock: time,
    store: {
      keeperTries: () => ({ tries, lockedUntilMs: lockedUntilMs > time.nowMs() ? lockedUntilMs : 0 }),
      setKeeperTries: (count, lockForMs) => {
        tries = count;
        lockedUntilMs = lockForMs === 0 ? 0 : time.nowMs() + lockForMs;
      },
    },
    scrypt: (pin, salt) => {
      hashed += 1;
      return Promise.resolve(hash(pin, salt));
    },
    sameBytes: (a, b) => timingSafeEqual(a, b),
  });
});

test('a PIN names its keeper', async () => {
  expect(await check('1357')).toMatchObject({ ok: true, value: { id: 2 } });
  expect(await check('2580')).toMatchObject({ ok: true, value: { id: 1 } });
});

test('the fifth wrong PIN locks, and then even the right one is not looked at', async () => {
  for (const left of [4, 3, 2, 1])
    expect(await check('0000')).toEqual({ ok: false, error: { kind: 'WRONG_PIN', triesLeft: left } });
  const untilMs = time.nowMs() + FIRST_LOCK_MS;
  expect(await check('0000')).toEqual({ ok: false, error: { kind: 'LOCKED', untilMs } });
  const before = hashed;
  expect(await check('2580')).toEqual({ ok: false, error: { kind: 'LOCKED', untilMs } });
  expect(hashed).toBe(before);
  time.advance(FIRST_LOCK_MS);
  expect(await check('2580')).toMatchObject({ ok: true });
  expect(tries).toBe(0);
});

test('many guesses at once are no more than one by one', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => check('0000')));
  expect(answers.filter((answer) => !answer.ok && answer.error.kind === 'WRONG_PIN')).toHaveLength(4);
  expect(hashed).toBe(5 * keepers.length);
});

test('a try counts before it is judged, so that pulling the plug gives no free guess', () => {
  void check('0000');
  return Promise.resolve().then(() => expect(tries).toBe(1));
});

test('each further lock is longer, up to an hour', async () => {
  const locks: number[] = [];
  for (let i = 0; i < 40; i += 1) {
    const answer = await check('0000');
    if (!answer.ok && answer.error.kind === 'LOCKED') {
      locks.push(answer.error.untilMs - time.nowMs());
      time.advance(LONGEST_LOCK_MS);
    }
  }
  expect(locks.slice(0, 3)).toEqual([FIRST_LOCK_MS, 2 * FIRST_LOCK_MS, 4 * FIRST_LOCK_MS]);
  expect(Math.max(...locks)).toBe(LONGEST_LOCK_MS);
});

test('without a keeper in the reference data there is nobody to unlock', async () => {
  keepers = [];
  expect(await check('2580')).toEqual({ ok: false, error: { kind: 'NO_KEEPER' } });
  expect(tries).toBe(0);
});

test('on a disk that takes nothing the keeper gets in, and wrong tries count and lock all the same', async () => {
  const store = {
    keeperTries: () => ({ tries: 0, lockedUntilMs: 0 }),
    setKeeperTries: () => {
      throw new StoreFaultError('DISK_FULL', new Error('full'));
    },
  };
  const tough = toughTries(store, time);
  check = createPinCheck({
    keepers: () => keepers,
    clock: time,
    store: tough,
    scrypt: (pin, salt) => Promise.resolve(hash(pin, salt)),
    sameBytes: timingSafeEqual,
  });
  expect(await check('2580')).toMatchObject({ ok: true, value: { id: 1 } });
  for (let left = MAX_TRIES - 1; left >= 1; left -= 1)
    expect(await check('0000')).toEqual({ ok: false, error: { kind: 'WRONG_PIN', triesLeft: left } });
  expect(await check('0000')).toMatchObject({ error: { kind: 'LOCKED' } });
  expect(await check('2580')).toMatchObject({ error: { kind: 'LOCKED' } });
  time.advance(FIRST_LOCK_MS + 1);
  expect(await check('2580')).toMatchObject({ ok: true });
});

test('tries that the store missed are written as soon as it takes them again', () => {
  let full = true;
  let kept = { tries: 3, lockedUntilMs: 0 };
  const tough = toughTries(
    {
      keeperTries: () => kept,
      setKeeperTries: (count) => {
        if (full) throw new StoreFaultError('DISK_FULL', new Error('full'));
        kept = { tries: count, lockedUntilMs: 0 };
      },
    },
    time,
  );
  tough.setKeeperTries(4, 0);
  expect(tough.keeperTries().tries).toBe(4);
  full = false;
  tough.setKeeperTries(tough.keeperTries().tries + 1, 0);
  expect(kept.tries).toBe(5);
});
