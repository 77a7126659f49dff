/**
 * The station over a WebSocket, as the Chromium shell serves it. Requests are { id, method, input }, answers
 * { id, result }, pushes { event, data }. A lost connection is taken up again by itself, with growing pauses.
 */
import type { MethodName } from '../../electron/contract/contract.ts';
import type { Result } from '../../domain/result.ts';
import type { Bridge, ClientError, Pushed } from './bridge.ts';

export const SUBPROTOCOL = 'village-station.1';
export const FIRST_PAUSE_MS = 250;
export const LONGEST_PAUSE_MS = 5_000;
/** A call without an answer for this long is given up; its form may send it again under the same request id. */
export const CALL_TIMEOUT_MS = 10_000;
/** What reads whole databases: a year's backups of a busy station, proved one by one on an old PC. */
export const LONG_CALLS: Readonly<Partial<Record<MethodName, number>>> = {
  listBackups: 120_000,
  previewRestore: 600_000,
  restore: 600_000,
};

/** The part of the browser's WebSocket that is used here, so that a test can stand in for it. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(): void;
  onopen: ((event: Event) => unknown) | null;
  onclose: ((event: CloseEvent) => unknown) | null;
  onmessage: ((event: MessageEvent) => unknown) | null;
}
const OPEN = 1;

export interface WebSocketOptions {
  readonly url: string;
  readonly token: string;
  readonly makeSocket: (url: string, protocols: string[]) => SocketLike;
  readonly setTimer: (action: () => void, afterMs: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
}

/** How long to wait before the n-th attempt in a row (from 0), in ms. */
export function pauseMs(attempt: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempt, 10));
}

type Answer = Result<never, ClientError>;
interface Waiting {
  readonly settle: (answer: Answer) => void;
  readonly timer: unknown;
}

const DISCONNECTED: Answer = { ok: false, error: { kind: 'DISCONNECTED' } };

/** Connects to the station and stays connected. Calls made without a connection answer DISCONNECTED at once. */
export function createWebSocketBridge(options: WebSocketOptions): Bridge {
  const waiting = new Map<number, Waiting>();
  const listeners = new Set<(pushed: Pushed) => void>();
  const watchers = new Set<(connected: boolean) => void>();
  let socket: SocketLike | null = null;
  let connected = false;
  let attempt = 0;
  let lastId = 0;

  function settle(id: number, answer: Answer): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    options.clearTimer(entry.timer);
    entry.settle(answer);
  }

  function tell(now: boolean): void {
    if (connected === now) return;
    connected = now;
    for (const watcher of watchers) watcher(now);
  }

  function receive(data: unknown): void {
    const message = parse(data);
    if (message === null) return;
    if ('event' in message) {
      for (const listener of [...listeners]) listener(message as unknown as Pushed);
    } else if (typeof message['id'] === 'number') {
      settle(message['id'], message['result'] as Answer);
    }
  }

  function connect(): void {
    const mine = options.makeSocket(options.url, [SUBPROTOCOL, options.token]);
    socket = mine;
    mine.onopen = () => {
      attempt = 0;
      tell(true);
    };
    mine.onmessage = (event) => receive(event.data);
    mine.onclose = () => {
      tell(false);
      for (const id of [...waiting.keys()]) settle(id, DISCONNECTED);
      options.setTimer(connect, pauseMs(attempt));
      attempt += 1;
    };
  }

  connect();
  return {
    call: (method, input) =>
      new Promise((resolve) => {
        if (socket?.readyState !== OPEN) {
          resolve(DISCONNECTED);
          return;
        }
        const id = (lastId += 1);
        const timer = options.setTimer(() => settle(id, DISCONNECTED), LONG_CALLS[method] ?? CALL_TIMEOUT_MS);
        waiting.set(id, { settle: resolve, timer });
        socket.send(JSON.stringify({ id, method, input }));
      }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watchConnection: (watcher) => {
      watchers.add(watcher);
      watcher(connected);
      return () => watchers.delete(watcher);
    },
  };
}

/** The object a message holds, or null for anything else: what is not understood is left unread. */
function parse(data: unknown): Record<string, unknown> | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
