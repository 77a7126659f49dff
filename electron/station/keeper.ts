/** The keeper's desk is open to whoever gave a right PIN, and locks itself when it is not used. */
import { storeFaultOf } from '../../db/faults.ts';
import type { StoreFault } from '../../db/types.ts';
import type { Clock } from '../../domain/clock.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { KeeperSession } from '../contract/views.ts';
import type { CheckPin, PinKeeper } from './pins.ts';
import { createSessions } from './sessions.ts';

/** RULES.md B1.20. */
export const KEEPER_IDLE_MS = 60_000;

export interface Keepers {
  readonly handlers: Pick<StationHandlers, 'unlockKeeper' | 'lockKeeper'>;
  /** The keeper of an open desk, and a new idle time; undefined once it has locked. */
  readonly use: (keeperToken: string) => PinKeeper | undefined;
  /** The same for backups and the way back from them, which stay open where nothing can be recorded. */
  readonly useForBackups: (keeperToken: string) => PinKeeper | undefined;
}
export interface KeepersOptions {
  readonly clock: Clock;
  readonly newToken: () => string;
  readonly checkPin: CheckPin;
  /** Records that a keeper opened the desk. Throws if the store fails; null where there is none to record it in. */
  readonly recordUnlock: ((keeperId: number) => void) | null;
  readonly onStoreFault: (fault: StoreFault) => void;
}
interface Opened {
  readonly keeper: PinKeeper;
  readonly only: KeeperSession['only'];
}

export function createKeepers(options: KeepersOptions): Keepers {
  const { clock, newToken, checkPin, recordUnlock, onStoreFault } = options;
  const sessions = createSessions<Opened>({
    monoMs: () => clock.monoMs(),
    idleMs: KEEPER_IDLE_MS,
    newToken,
    most: 4,
  });
  /** What may be opened: a desk that nothing was recorded of would be a desk that nobody answers for. */
  function openedBy(keeper: PinKeeper): Opened {
    if (recordUnlock === null) return { keeper, only: 'BACKUPS' };
    try {
      recordUnlock(keeper.id);
      return { keeper, only: null };
    } catch (error) {
      const fault = storeFaultOf(error);
      if (fault === undefined) throw error;
      onStoreFault(fault);
      return { keeper, only: 'BACKUPS' };
    }
  }
  return {
    use: (token) => {
      const opened = sessions.use(token);
      return opened?.only === null ? opened.keeper : undefined;
    },
    useForBackups: (token) => sessions.use(token)?.keeper,
    handlers: {
      unlockKeeper: async ({ pin }) => {
        const keeper = await checkPin(pin);
        if (!keeper.ok) return { kind: 'REFUSED', problem: keeper.error };
        // Who opened the desk is a fact of the journal before the desk opens.
        const opened = openedBy(keeper.value);
        const { name } = opened.keeper;
        return {
          kind: 'UNLOCKED',
          session: { keeperToken: sessions.open(opened), name, only: opened.only },
        };
      },
      lockKeeper: ({ keeperToken }) => {
        sessions.close(keeperToken);
        return null;
      },
    },
  };
}
