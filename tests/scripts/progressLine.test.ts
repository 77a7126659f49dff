/** How far a long work is, as a terminal and as a log are told it. */
import { beforeEach, expect, it } from 'vitest';
import { progressLine } from '../../scripts/lib/progressLine.ts';

let nowMs: number;
let said: string[];
beforeEach(() => {
  nowMs = 0;
  said = [];
});
function work(isTTY: boolean, stepMs: number): string[] {
  const line = progressLine('verify', { isTTY, write: (text) => said.push(text) }, () => nowMs);
  for (let done = 1_000; done <= 100_000; done += 1_000) {
    nowMs += stepMs;
    line.tell(done, 100_000);
  }
  line.end();
  return said;
}

it('writes one line anew on a terminal, a few times a second, and takes it away at the end', () => {
  const lines = work(true, 100);
  expect(lines.length).toBeGreaterThan(30);
  expect(lines.length).toBeLessThan(60);
  expect(lines.every((text) => text.startsWith('\r\u001b[K') && !text.includes('\n'))).toBe(true);
  expect(lines.at(-2)).toContain('100000 of 100000 events, 100 %');
  expect(lines.at(-1)).toBe('\r\u001b[K');
});
it('gives a log a line for each quarter', () => {
  expect(work(false, 100)).toEqual(
    [25, 50, 75, 100].map((percent) => `verify: ${percent}000 of 100000 events, ${percent} %\n`),
  );
});
it('says nothing of what is done at once', () => {
  expect(work(false, 1)).toEqual([]);
  expect(work(true, 1)).toEqual([]);
});
