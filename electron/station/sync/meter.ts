/** What the line has carried today, and whether it may carry more: lines of villages are paid by the byte. */
import type { LineUse, Store } from '../../../db/types.ts';
import { dayStartMs, MINUTE_MS, shanghaiDay } from '../../../domain/time.ts';
import type { LineView } from '../../contract/syncViews.ts';
import type { LineBytes } from './lineCount.ts';

/** What a day (of Shanghai) may use; 0: no cap. */
export interface LineCaps {
  readonly megabytesPerDay: number;
  readonly minutesPerDay: number;
}
export const NO_CAPS: LineCaps = { megabytesPerDay: 0, minutesPerDay: 0 };
/** As providers count: a million bytes. */
const MEGABYTE = 1_000_000;
/** Above this part of a cap the rest of the day is for facts alone. */
const SPARING_PART = 0.8;

/** No more than this of a session, and one request, is uncounted when the power fails in it. */
const KEPT_BYTES = 100_000;
const KEPT_MS = MINUTE_MS;

export interface MeterOptions {
  readonly store: Pick<Store, 'nowMs' | 'lineUse' | 'addLineUse'>;
  readonly monoMs: () => number;
  readonly caps: LineCaps;
  /** What the line has carried since the start. */
  readonly carried: () => LineBytes;
}

export interface Meter {
  /** A session begins: its time counts until `end`. Throws StoreFaultError as the next two do. */
  readonly begin: () => void;
  /**
   * Before each request: where a new day has begun, keeps the old one's use and begins with nothing; keeps what has
   * become much, so that the power cannot take it.
   */
  readonly turn: () => void;
  /** Keeps what was used in the store; if that fails, with the next. */
  readonly end: () => void;
  readonly view: () => LineView;
  /** Until the next day begins, ms. */
  readonly untilTomorrowMs: () => number;
}

export function createMeter({ store, monoMs, caps, carried }: MeterOptions): Meter {
  let day = shanghaiDay(store.nowMs());
  let kept = store.lineUse(day);
  /** Up to here the count is in the store. */
  let counted = carried();
  let sinceMono: number | null = null;

  function fresh(): LineUse {
    const now = carried();
    return {
      sentBytes: now.sent - counted.sent,
      receivedBytes: now.received - counted.received,
      busyMs: sinceMono === null ? 0 : monoMs() - sinceMono,
    };
  }
  function keep(): void {
    const use = fresh();
    if (use.sentBytes + use.receivedBytes + use.busyMs === 0) return;
    store.addLineUse(day, use);
    const { sentBytes, receivedBytes } = use;
    counted = { sent: counted.sent + sentBytes, received: counted.received + receivedBytes };
    if (sinceMono !== null) sinceMono += use.busyMs;
    kept = store.lineUse(day);
  }
  function turn(): void {
    const now = shanghaiDay(store.nowMs());
    const { sentBytes, receivedBytes, busyMs } = fresh();
    if (now !== day || sentBytes + receivedBytes >= KEPT_BYTES || busyMs >= KEPT_MS) keep();
    if (now === day) return;
    day = now;
    kept = store.lineUse(day);
  }

  function view(): LineView {
    const isToday = shanghaiDay(store.nowMs()) === day;
    const uses = isToday ? [kept, fresh()] : [];
    const bytes = uses.reduce((sum, use) => sum + use.sentBytes + use.receivedBytes, 0);
    const minutes = uses.reduce((sum, use) => sum + use.busyMs, 0) / MINUTE_MS;
    const { megabytesPerDay, minutesPerDay } = caps;
    const part = Math.max(
      megabytesPerDay > 0 ? bytes / (megabytesPerDay * MEGABYTE) : 0,
      minutesPerDay > 0 ? minutes / minutesPerDay : 0,
    );
    return {
      bytes,
      minutes,
      megabytesPerDay,
      minutesPerDay,
      level: part >= 1 ? 'USED_UP' : part >= SPARING_PART ? 'SPARING' : 'FREE',
    };
  }

  return {
    begin() {
      turn();
      sinceMono = monoMs();
    },
    turn,
    end() {
      turn();
      keep();
      sinceMono = null;
    },
    view,
    untilTomorrowMs: () => dayStartMs(shanghaiDay(store.nowMs()) + 1) - store.nowMs(),
  };
}
