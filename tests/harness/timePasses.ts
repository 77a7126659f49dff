/** Lets time pass in the villages and at their county alike. */
import { expect } from 'vitest';
import type { CountyProcess } from './county.ts';
import type { Scene } from './scene.ts';

/**
 * Moves the clocks of a county and of its stations on by `ms`. The stations come to rest first: to one that is in
 * the middle of a session the county would seem to be wrong by as much as the one clock was moved before the other.
 * Of a county that has ended nobody asks the time.
 */
export async function letPass(ms: number, county: CountyProcess, ...scenes: readonly Scene[]): Promise<void> {
  if (county.isRunning()) for (const scene of scenes) await comeToRest(scene);
  await county.advance(ms);
  for (const { station } of scenes) await station.advance(ms);
}

async function comeToRest({ client }: Scene): Promise<void> {
  await client.ask('syncNow', {});
  await expect
    .poll(
      async () => {
        const { state, recorded, reachedCounty } = (await client.ask('getStatus', {})).sync;
        return state === 'IDLE' && recorded === reachedCounty;
      },
      { timeout: 20_000 },
    )
    .toBe(true);
}
