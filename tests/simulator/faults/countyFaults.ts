/** What befalls the county: it is killed at some request, and now and then it comes back as it was days ago. */
import { join } from 'node:path';
import { chanceOf } from '../chance.ts';
import { hasFault, type Plan, type Round } from '../plan.ts';
import type { CountyProcess } from '../processes.ts';
import { WIRE } from '../../../domain/wire/version.ts';
import { someWire, wireAtTheEnd } from './wires.ts';
import type { FaultName } from './names.ts';

export interface CountyFaults {
  /** Sees to it that the county falls in this round, if it is to. */
  readonly arm: (county: CountyProcess, round: Round) => Promise<void>;
  /** No more falls. */
  readonly end: (county: CountyProcess) => Promise<void>;
  /** Whether the county may come back as it was days ago: what is done now may be undone. */
  readonly mayForget: () => boolean;
  /** Answers the backup that the county is to be restored from, null where it only fell. */
  readonly onKilled: () => string | null;
}

const NEVER = 2 ** 40;
/** Of so many rounds one begins with a backup; the fall after the next one brings it back. */
const CYCLE = 4;

export function createCountyFaults({
  plan,
  dir,
  onFault,
}: {
  readonly plan: Plan;
  /** Where the backup stands. */
  readonly dir: string;
  readonly onFault: (name: FaultName) => void;
}): CountyFaults {
  const chance = chanceOf(plan.seed, 'county');
  const restores = hasFault(plan, 'restoredCounty');
  const file = join(dir, 'county.backup');
  let backedUpIn: number | null = null;
  let present = 0;
  return {
    arm: async (county, { index }) => {
      // In the first days everybody is taken in; and whoever went too far is put back with the next round.
      const isSkewed = hasFault(plan, 'versionSkew') && index > 0 && chance.percent(30);
      if (isSkewed) onFault('versionSkew');
      await county.say({ kind: 'SPEAK', wire: isSkewed ? someWire(chance) : WIRE });
      if (!restores && !hasFault(plan, 'killCounty')) return;
      present = index;
      if (restores && index % CYCLE === 1) {
        await county.say({ kind: 'BACK_UP', file });
        backedUpIn = index;
      }
      const afterRequests = chance.between(1, plan.stations * 2);
      await county.say({ kind: 'DIE', afterRequests, delayMs: chance.below(15) });
    },
    end: async (county) => {
      await county.say({ kind: 'DIE', afterRequests: NEVER, delayMs: 0 });
      await county.say({ kind: 'SPEAK', wire: hasFault(plan, 'versionSkew') ? wireAtTheEnd(chance) : WIRE });
    },
    mayForget: () => backedUpIn !== null,
    onKilled: () => {
      onFault('killCounty');
      if (backedUpIn === null || present === backedUpIn) return null;
      backedUpIn = null;
      onFault('restoredCounty');
      return file;
    },
  };
}
