/** Rapid mode for large or emergency call-outs: each scan is a check-in to one activity, without a touch. */
import type { StationHandlers } from '../contract/contract.ts';
import type { Core } from './core.ts';
import type { Keepers } from './keeper.ts';

export interface Rapid {
  readonly handlers: Pick<StationHandlers, 'setRapid'>;
  /** The activity that scans check in to; null when rapid mode is off. */
  readonly activityId: () => number | null;
}

export function createRapid(core: Core, keepers: Keepers, onChange: () => void): Rapid {
  let activityId: number | null = null;
  return {
    activityId: () => activityId,
    handlers: {
      setRapid: ({ keeperToken, activityId: wanted }) => {
        if (keepers.use(keeperToken) === undefined)
          return { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } };
        if (wanted !== null && core.views.activity(wanted) === null)
          return { kind: 'REFUSED', reason: { kind: 'NOT_FOUND' } };
        activityId = wanted;
        onChange();
        return { kind: 'DONE' };
      },
    },
  };
}
