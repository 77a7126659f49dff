/** The way to the station over a WebSocket: answers find their calls, and a lost line is taken up again. */
import { beforeEach, expect, it } from 'vitest';
import type { Bridge, Pushed } from '../../renderer/client/bridge.ts';
import {
  CALL_TIMEOUT_MS,
  createWebSocketBridge,
  LONGEST_PAUSE_MS,
  pauseMs,
  SUBPROTOCOL,
  type SocketLike,
} from '../../renderer/client/webSocketClient.ts';

class FakeSocket implements SocketLike {
  readyState = 0;
  readonly sent: { id: number; method: string; input: unknown }[] = [];
  onopen: SocketLike['onopen'] = null;
  onclose: SocketLike['onclose'] = null;
  onmessage: SocketLike['onmessage'] = null;
  readonly protocols: string[];
  constructor(protocols: string[]) {
    this.protocols = protocols;
  }
  send(data: string): void {
    this.sent.push(JSON.parse(data) as (typeof this.sent)[0]);
  }
  close(): void {
    this.readyState = 3;
    this.onclose?.({} as CloseEvent);
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.({} as Event);
  }
  hear(message: unknown): void {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.onmessage?.({ data } as MessageEvent);
  }
}

let sockets: FakeSocket[];
let timers: { action: () => void; afterMs: number; cleared: boolean }[];
let bridge: Bridge;
let connection: boolean[];
const newest = () => sockets.at(-1) as FakeSocket;
const due = (afterMs: number) => timers.filter((timer) => timer.afterMs === afterMs && !timer.cleared);

beforeEach(() => {
  sockets = [];
  timers = [];
  connection = [];
  bridge = createWebSocketBridge({
    url: 'ws://127.0.0.1:1/ws',
    token: 'secret',
    makeSocket: (_url, protocols) => {
      sockets.push(new FakeSocket(protocols));
      return newest();
    },
    setTimer: (action, afterMs) => {
      const timer = { action, afterMs, cleared: false };
      timers.push(timer);
      return timer;
    },
    clearTimer: (timer) => {
      (timer as (typeof timers)[0]).cleared = true;
    },
  });
  bridge.watchConnection?.((connected) => connection.push(connected));
});

it('offers the protocol and the token', () => {
  expect(newest().protocols).toEqual([SUBPROTOCOL, 'secret']);
});

it('gives each call its own answer, in whatever order they come', async () => {
  newest().open();
  const home = bridge.call('getHome', {});
  const shop = bridge.call('getShop', {});
  const [first, second] = newest().sent;
  newest().hear({ id: second?.id, result: { ok: true, value: 'shop' } });
  newest().hear({ id: first?.id, result: { ok: true, value: 'home' } });
  expect(await home).toEqual({ ok: true, value: 'home' });
  expect(await shop).toEqual({ ok: true, value: 'shop' });
  expect(due(CALL_TIMEOUT_MS)).toHaveLength(0);
});

it('answers calls without a line at once, and those under way when the line goes', async () => {
  const disconnected = { ok: false, error: { kind: 'DISCONNECTED' } };
  expect(await bridge.call('getHome', {})).toEqual(disconnected);
  newest().open();
  const call = bridge.call('getHome', {});
  newest().close();
  expect(await call).toEqual(disconnected);
});

it('gives up a call without an answer', async () => {
  newest().open();
  const call = bridge.call('getHome', {});
  due(CALL_TIMEOUT_MS)[0]?.action();
  expect(await call).toMatchObject({ ok: false });
  // The answer that comes after all is nobody's.
  newest().hear({ id: newest().sent[0]?.id, result: { ok: true, value: 1 } });
});

it('waits longer for what reads whole databases: a restore is not given up after ten seconds', async () => {
  newest().open();
  const call = bridge.call('previewRestore', { keeperToken: 'k', name: 'station' });
  expect(due(CALL_TIMEOUT_MS)).toEqual([]);
  newest().hear({ id: newest().sent[0]?.id, result: { ok: true, value: { kind: 'PREVIEW' } } });
  expect(await call).toMatchObject({ ok: true });
});

it('takes a lost line up again, with pauses that grow, and tells each change once', () => {
  newest().open();
  newest().close();
  expect(due(pauseMs(0))).toHaveLength(1);
  due(pauseMs(0))[0]?.action();
  expect(sockets).toHaveLength(2);
  newest().close();
  expect(due(pauseMs(1))).toHaveLength(1);
  due(pauseMs(1))[0]?.action();
  newest().open();
  newest().close();
  expect(due(pauseMs(0)).length).toBeGreaterThan(1);
  expect(connection).toEqual([false, true, false, true, false]);
  expect(pauseMs(99)).toBe(LONGEST_PAUSE_MS);
});

it('hands on what is pushed, and leaves noise unread', () => {
  const heard: Pushed[] = [];
  const stop = bridge.subscribe((pushed) => heard.push(pushed));
  newest().open();
  for (const noise of ['', 'x', '[]', 'null', '7', '{"id":"a"}', '{"id":99,"result":{}}'])
    newest().hear(noise);
  newest().hear({ event: 'changed', data: { what: ['HOME'] } });
  stop();
  newest().hear({ event: 'changed', data: { what: ['SHOP'] } });
  expect(heard).toEqual([{ event: 'changed', data: { what: ['HOME'] } }]);
});
