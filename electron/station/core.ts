/** What every service of the station shares: the store with its screens kept informed, the clock, and tokens. */
import type { Recorded, Store } from '../../db/types.ts';
import type { Views } from '../../db/views/views.ts';
import type { Clock } from '../../domain/clock.ts';
import type { EventType } from '../../domain/journal/events.ts';
import type { Result } from '../../domain/result.ts';
import type { PersonSummary } from '../contract/views.ts';
import type { Pushed } from './types.ts';
import { personSummary } from './viewModels.ts';

type What = 'HOME' | 'SHOP' | 'DESK';

export interface Core {
  readonly store: Store;
  readonly views: Views;
  readonly clock: Clock;
  /** True for the made-up village. */
  readonly sample: boolean;
  readonly newToken: () => string;
  /**
   * Records one decision as `Store.record` does, and tells the screens once it is committed. Whatever says yes to
   * a person says it after this returned.
   */
  readonly record: Store['record'];
  /** The events that a request recorded before, or null: a replayed request is answered out of them. */
  readonly recordedBefore: (requestId: string) => Recorded | null;
  readonly person: (volunteerId: number) => PersonSummary;
  readonly changed: (what: readonly What[]) => void;
}

export interface CoreOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly sample: boolean;
  readonly newToken: () => string;
  readonly push: (pushed: Pushed) => void;
  /** Told after each commit that added facts. */
  readonly onRecorded: () => void;
}

/** Which screens show what an event changes. */
const SHOWN_ON: Readonly<Partial<Record<EventType, readonly What[]>>> = {
  SIGNED_IN: ['HOME', 'DESK'],
  ACTIVITY_CHANGED: ['HOME', 'DESK'],
  SIGNED_OUT: ['HOME', 'DESK'],
  ATTENDANCE_LAPSED: ['HOME', 'DESK'],
  ATTENDANCE_CLOSED: ['DESK'],
  DATE_CONFIRMED: ['DESK'],
  SERVICE_CREDITED: ['DESK'],
  EARLIER_SERVICE_CREDITED: ['DESK'],
  BACKFILL_RECORDED: ['DESK'],
  BACKFILL_SETTLED: ['DESK'],
  REDEEMED: ['SHOP', 'DESK'],
  REDEEMED_SHARED: ['SHOP', 'DESK'],
  REDEMPTION_UNDONE: ['SHOP', 'DESK'],
  POINTS_AWARDED: ['DESK'],
  ENTRY_CONFIRMED: ['DESK'],
  ENTRY_APPROVED: ['DESK'],
  ENTRY_POSTED: ['DESK'],
  ENTRY_POSTED_UNTIL: ['DESK'],
  ENTRY_OBJECTED: ['DESK'],
  OBJECTION_SETTLED: ['DESK'],
  ENTRY_REVERSED: ['DESK'],
  POINTS_EXPIRED: ['DESK'],
  STOCK_MOVED: ['SHOP', 'DESK'],
  ACTIVITY_OPENED: ['HOME', 'DESK'],
};

const NOT_RECORDED = { ok: false, error: { kind: 'NOT_RECORDED' } } as const;

export function createCore(options: CoreOptions): Core {
  const { store, push } = options;
  const { views } = store;

  function record<E extends { kind: string }>(
    ...args: Parameters<typeof store.record<E>>
  ): Result<Recorded, E> {
    const result = store.record<E>(...args);
    if (!result.ok || result.value.replayed) return result;
    options.onRecorded();
    const what = new Set(result.value.events.flatMap(({ type }) => SHOWN_ON[type] ?? []));
    if (what.size > 0) push({ event: 'changed', data: { what: [...what] } });
    return result;
  }

  return {
    store,
    views,
    clock: options.clock,
    sample: options.sample,
    newToken: options.newToken,
    record,
    recordedBefore: (requestId) => {
      // A decision that always refuses: an unknown request leaves nothing behind, a known one answers its events.
      const result = store.record(requestId, 0, () => NOT_RECORDED);
      return result.ok ? result.value : null;
    },
    person: (volunteerId) => personSummary(views, store.stationId, volunteerId),
    changed: (what) => push({ event: 'changed', data: { what } }),
  };
}
