import { describe, expect, it } from 'vitest';
import { Turns } from '../../../county/server/turns.ts';

describe('turns', () => {
  it('lets so many work at a time, the others in the order in which they came, and goes on after a failure', async () => {
    const turns = new Turns(2);
    const begun: number[] = [];
    let atWork = 0;
    let most = 0;
    const ends: ((fail: boolean) => void)[] = [];
    const jobs = Array.from({ length: 6 }, (_, i) =>
      turns
        .run(async () => {
          begun.push(i);
          atWork += 1;
          most = Math.max(most, atWork);
          const fail = await new Promise<boolean>((end) => ends.push(end));
          atWork -= 1;
          if (fail) throw new Error('failed');
        })
        .catch(() => undefined),
    );
    for (let i = 0; i < jobs.length; i++) {
      while (ends[i] === undefined) await Promise.resolve();
      ends[i]?.(i === 1);
      await jobs[i];
    }
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });
});
