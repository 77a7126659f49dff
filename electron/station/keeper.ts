/** The keeper's desk is open to whoever gave a right PIN, and locks itself when it is not used. */
import { ok } from '../../domain/result.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { Core } from './core.ts';
import type { CheckPin, PinKeeper } from './pins.ts';
import { createSessions } from './sessions.ts';

/** RULES.md B1.20. */
export const KEEPER_IDLE_MS = 60_000;

export interface Keepers {
  readonly handlers: Pick<StationHandlers, 'unlockKeeper' | 'lockKeeper'>;
  /** The keeper of an open desk, and a new idle time; undefined once it has locked. */
  readonly use: (keeperToken: string) => PinKeeper | undefined;
}

export function createKeepers(core: Core, checkPin: CheckPin): Keepers {
  const sessions = createSessions<PinKeeper>({
    monoMs: () => core.clock.monoMs(),
    idleMs: KEEPER_IDLE_MS,
    newToken: core.newToken,
    most: 4,
  });
  return {
    use: sessions.use,
    handlers: {
      unlockKeeper: async ({ pin }) => {
        const keeper = await checkPin(pin);
        if (!keeper.ok) return { kind: 'REFUSED', problem: keeper.error };
        const { id, name } = keeper.value;
        // Who opened the desk is a fact of the journal before the desk opens.
        core.record(null, id, () => ok([{ type: 'KEEPER_UNLOCKED' }]));
        return { kind: 'UNLOCKED', session: { keeperToken: sessions.open(keeper.value), name } };
      },
      lockKeeper: ({ keeperToken }) => {
        sessions.close(keeperToken);
        return null;
      },
    },
  };
}
