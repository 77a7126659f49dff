/** The person who stands at the screen: opened by a scan, forgotten when idle. */
import type { StationHandlers } from '../contract/contract.ts';
import type { Core } from './core.ts';
import type { ScannedCard, Scans } from './scans.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { balanceOf, recordEntry } from './viewModels.ts';

/** Longer than the screen's own 60 s and 15 s countdown, so that the screen ends first. */
export const PERSON_IDLE_MS = 120_000;
const RECORD_ENTRIES = 50;

export interface Persons {
  readonly handlers: Pick<StationHandlers, 'openPerson' | 'closePerson'>;
  readonly use: Sessions<ScannedCard>['use'];
}

export function createPersons(core: Core, scans: Scans): Persons {
  const { views, clock } = core;
  const sessions = createSessions<ScannedCard>({
    monoMs: () => clock.monoMs(),
    idleMs: PERSON_IDLE_MS,
    newToken: core.newToken,
    most: 8,
  });
  return {
    use: sessions.use,
    handlers: {
      openPerson: ({ scanId }) => {
        const scan = scans.find(scanId);
        if (!scan.ok) return { kind: 'REFUSED', reason: scan.error };
        const { volunteerId } = scan.value;
        const person = {
          ...core.person(volunteerId),
          personToken: sessions.open(scan.value),
          maskedPhone: views.person(volunteerId)?.maskedPhone ?? '',
          balance: balanceOf(views, volunteerId, clock.nowMs()),
          recent: views.record(volunteerId, RECORD_ENTRIES).map(recordEntry),
        };
        scans.useUp(scanId);
        return { kind: 'OPENED', person };
      },
      closePerson: ({ personToken }) => {
        sessions.close(personToken);
        return null;
      },
    },
  };
}
