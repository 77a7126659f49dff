/** The person who stands at the screen: opened by a scan, forgotten when idle. */
import { decideAllowanceRequest } from '../../domain/points/escrow.ts';
import { spendableNow } from '../../domain/points/pay.ts';
import { spendable } from '../../domain/points/spending.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { Core } from './core.ts';
import type { ScannedCard, Scans } from './scans.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { balanceOf, elsewhereOf, headedBy, recordEntry } from './viewModels.ts';

/** Longer than the screen's own 60 s and 15 s countdown, so that the screen ends first. */
export const PERSON_IDLE_MS = 120_000;
const RECORD_ENTRIES = 50;

export interface Persons {
  readonly handlers: Pick<StationHandlers, 'openPerson' | 'closePerson' | 'requestAllowance'>;
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
  /** Of the own account alone, as the balance is. */
  function awaitingCounty(volunteerId: number): number {
    const holder = { holder: 'PERSON', holderId: volunteerId } as const;
    const day = shanghaiDay(clock.nowMs());
    const open = views.openLots(holder);
    const cap = views.rules().ledger.unconfirmedSpendPoints;
    return spendable(open, day) - spendableNow(open, views.unacknowledged(holder), cap, day);
  }
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
          awaitingCountyPoints: awaitingCounty(volunteerId),
          elsewhere: elsewhereOf(views, core.store.stationId, volunteerId),
          recent: views.record(volunteerId, RECORD_ENTRIES).map(recordEntry),
        };
        scans.useUp(scanId);
        return { kind: 'OPENED', person };
      },
      requestAllowance: ({ requestId, personToken }) => {
        const before = core.recordedBefore(requestId);
        if (before !== null) return { kind: 'REQUESTED', atMs: before.events[0]?.atMs ?? 0 };
        const person = sessions.use(personToken);
        if (person === undefined) return { kind: 'REFUSED', reason: { kind: 'PERSON_GONE' } };
        const { volunteerId, cardNumber, source } = person;
        const recorded = core.record(requestId, 0, () =>
          decideAllowanceRequest(
            {
              volunteerId,
              cardNumber,
              scanned: source !== 'MANUAL',
              homeStationId: views.person(volunteerId)?.homeStationId ?? 0,
              householdId: headedBy(views, volunteerId),
            },
            views.requestUnderWay(volunteerId) !== null,
          ),
        );
        return recorded.ok
          ? { kind: 'REQUESTED', atMs: recorded.value.events[0]?.atMs ?? 0 }
          : { kind: 'REFUSED', reason: recorded.error };
      },
      closePerson: ({ personToken }) => {
        sessions.close(personToken);
        return null;
      },
    },
  };
}
