/** A station that can be closed and opened anew under the screens that hold it, as a restore needs it. */
import { err, ok, type Result } from '../../domain/result.ts';
import type { Log } from '../station/dispatch.ts';
import type { Pushed, Station } from '../station/types.ts';

/**
 * Opens a station by `open`, which is given the way to have it opened anew. While that goes on, and if it cannot be
 * opened again, calls are answered with CLOSING.
 */
export function openRestartable<E extends { kind: string }>(
  open: (restart: () => void) => Result<Station, E>,
  log: Log,
): Result<Station, E> {
  const listeners = new Set<(pushed: Pushed) => void>();
  let restarting: Promise<void> = Promise.resolve();
  let closed = false;

  const opened = open(restart);
  if (!opened.ok) return opened;
  let inner: Station = opened.value;
  const push = (pushed: Pushed): void => {
    for (const listener of [...listeners]) listener(pushed);
  };
  inner.subscribe(push);

  function restart(): void {
    restarting = restarting.then(openAgain).catch((error: unknown) => {
      log.error('the station could not be opened again', error);
    });
  }
  async function openAgain(): Promise<void> {
    if (closed) return;
    try {
      await inner.close();
    } catch (error) {
      log.error('the station did not close well', error); // What is damaged may not; a new one is opened all the same.
    }
    const again = open(restart);
    if (!again.ok) throw new Error(JSON.stringify(again.error));
    inner = again.value;
    inner.subscribe(push);
    push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
  }

  return ok({
    call: (method, input) => (closed ? Promise.resolve(err({ kind: 'CLOSING' })) : inner.call(method, input)),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      await restarting;
      await inner.close();
      listeners.clear();
    },
  });
}
