import { expect, test } from 'vitest';
import { createSessions } from '../../../electron/station/sessions.ts';
import { countingTokens, fakeTime } from './fakes.ts';

function sessions(most = 3) {
  const time = fakeTime();
  const made = createSessions<string>({
    monoMs: () => time.monoMs(),
    idleMs: 1_000,
    newToken: countingTokens(),
    most,
  });
  return { made, time };
}

test('is kept by use and forgotten when idle', () => {
  const { made, time } = sessions();
  const token = made.open('value');
  for (let i = 0; i < 5; i += 1) {
    time.advance(1_000);
    expect(made.use(token)).toBe('value');
  }
  time.advance(1_001);
  expect(made.use(token)).toBeUndefined();
});

test('is closed, and another token is nobody', () => {
  const { made } = sessions();
  const token = made.open('value');
  made.close(token);
  expect(made.use(token)).toBeUndefined();
  expect(made.use('')).toBeUndefined();
});

test('the oldest makes room', () => {
  const { made } = sessions(2);
  const tokens = ['a', 'b', 'c'].map((value) => made.open(value));
  expect(tokens.map((token) => made.use(token))).toEqual([undefined, 'b', 'c']);
});
