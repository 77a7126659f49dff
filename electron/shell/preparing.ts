/**
 * What stands in a station's place while its records are put in order before it can be opened: a restore, or views that
 * are made anew. A worker does it, so that the screens are answered: they show how far it is.
 */
import { err } from '../../domain/result.ts';
import type { OnProgress } from '../../db/progress.ts';
import type { TroubleView } from '../contract/troubleViews.ts';
import type { StationHandlers } from '../contract/contract.ts';
import { createDispatch, isMethod, type Log } from '../station/dispatch.ts';
import type { Pushed, Station } from '../station/types.ts';

export interface PreparingOptions {
  /** Does it; given up where `signal` says so. It never rejects. */
  readonly work: (onProgress: OnProgress, signal: AbortSignal) => Promise<void>;
  /** It is done, well or not: the station is to be opened. */
  readonly onEnd: () => void;
  readonly log: Log;
}

type PreparingHandlers = Pick<StationHandlers, 'getTrouble' | 'retryOpening' | 'getPairing'>;

export function openPreparing({ work, onEnd, log }: PreparingOptions): Station {
  const listeners = new Set<(pushed: Pushed) => void>();
  const given = new AbortController();
  let view: Extract<TroubleView, { kind: 'ARRANGING' }> = { kind: 'ARRANGING', done: 0, total: 0 };

  const percentOf = (done: number, total: number): number => Math.floor((100 * done) / Math.max(1, total));
  function tell(done: number, total: number): void {
    const isSeen = percentOf(done, total) !== percentOf(view.done, view.total);
    view = { kind: 'ARRANGING', done, total };
    if (isSeen)
      for (const listener of [...listeners]) listener({ event: 'changed', data: { what: ['HOME'] } });
  }
  const ended = work(tell, given.signal).then(() => {
    if (!given.signal.aborted) onEnd();
  });

  const handlers: PreparingHandlers = {
    getTrouble: () => view,
    retryOpening: () => view,
    getPairing: () => ({ kind: 'PAIRED' }),
  };
  const dispatch = createDispatch({
    handlers: handlers as StationHandlers,
    log,
    onStoreFault: () => undefined,
  });
  return {
    call: (method, input) =>
      isMethod(method) && !Object.hasOwn(handlers, method)
        ? Promise.resolve(err({ kind: 'CLOSING' }))
        : dispatch(method, input),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // As a power cut would leave it: the next start does it once more.
    close: async () => {
      listeners.clear();
      given.abort();
      await ended;
    },
  };
}
