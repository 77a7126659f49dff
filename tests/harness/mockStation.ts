/**
 * A station with nothing behind it, for looking at the screens: typed by the contract, its inputs parsed by it, and
 * every answer set by the test that wants to see how it is shown. Nothing it says proves anything of the station.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { startBrowserShell } from '../../electron/browser.ts';
import type { StationHandlers } from '../../electron/contract/contract.ts';
import type { ScanEvent, StatusView } from '../../electron/contract/views.ts';
import { createDispatch } from '../../electron/station/dispatch.ts';
import type { Pushed } from '../../electron/station/types.ts';
import * as shown from './mockViews.ts';

export interface MockStation {
  /** Where the page is, with the token in the fragment. */
  readonly url: string;
  /** Answers some methods otherwise from now on. */
  readonly answer: (handlers: Partial<StationHandlers>) => void;
  readonly push: (pushed: Pushed) => void;
  /** Pushes a scan with this outcome. */
  readonly scan: (outcome: ScanEvent['outcome']) => void;
  readonly status: (change: Partial<StatusView>) => void;
  /** What was asked, in order. */
  readonly calls: readonly { readonly method: string; readonly input: unknown }[];
  readonly close: () => Promise<void>;
}

const quiet = { warn: () => undefined, error: () => undefined };

/** Serves the built renderer of `out/renderer` with a mock behind it. */
export async function startMockStation(rendererDir = resolve('out/renderer')): Promise<MockStation> {
  const listeners = new Set<(pushed: Pushed) => void>();
  const calls: { method: string; input: unknown }[] = [];
  let status = shown.STATUS;
  const push = (pushed: Pushed) => {
    for (const listener of listeners) listener(pushed);
  };
  const scanEvent = (outcome: ScanEvent['outcome']): ScanEvent => ({
    scanId: randomUUID(),
    source: 'HID',
    atMs: shown.NOW_MS,
    outcome,
  });
  const typed = (): ScanEvent => scanEvent({ kind: 'CARD', person: shown.WANG });
  let handlers: StationHandlers = {
    ...shown.ANSWERS,
    getStatus: () => status,
    submitScan: typed,
    submitCardNumber: typed,
  };
  const station = {
    call: (method: unknown, input: unknown) => {
      calls.push({ method: String(method), input });
      return createDispatch({ handlers, log: quiet, onStoreFault: () => undefined })(method, input);
    },
    subscribe: (listener: (pushed: Pushed) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => Promise.resolve(),
  };
  const token = randomBytes(32).toString('base64url');
  const shell = await startBrowserShell({ station, rendererDir, port: 0, token, log: quiet });
  return {
    url: `${shell.address}/#token=${token}`,
    calls,
    push,
    answer: (changed) => {
      handlers = { ...handlers, ...changed };
    },
    scan: (outcome) => push({ event: 'scan', data: scanEvent(outcome) }),
    status: (change) => {
      status = { ...status, ...change };
      push({ event: 'status', data: status });
    },
    close: shell.close,
  };
}
