/** The built preload script in a sandbox like Electron's: nothing but `electron` can be required. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { contract } from '../../electron/contract/contract.ts';
import type { Pushed } from '../../electron/station/types.ts';
import { needBuilt, OUT } from '../harness/built.ts';

interface Exposed {
  readonly call: (method: unknown, input: unknown) => Promise<unknown>;
  readonly subscribe: (listener: (pushed: Pushed) => void) => () => void;
}
type Hear = (event: unknown, pushed: Pushed) => void;

let exposed: Map<string, Exposed>;
let invoke: ReturnType<typeof vi.fn>;
let heard: Set<Hear>;
beforeAll(needBuilt);
beforeEach(async () => {
  exposed = new Map();
  heard = new Set();
  invoke = vi.fn((_channel: string, method: string) => Promise.resolve({ ok: true, value: method }));
  const electron = {
    contextBridge: { exposeInMainWorld: (name: string, api: Exposed) => exposed.set(name, api) },
    ipcRenderer: {
      invoke,
      on: (_channel: string, hear: Hear) => heard.add(hear),
      off: (_channel: string, hear: Hear) => heard.delete(hear),
    },
  };
  const require = (name: string) => {
    if (name === 'electron') return electron;
    throw new Error(`the sandbox has no ${name}`);
  };
  const code = await readFile(join(OUT, 'preload', 'preload.cjs'), 'utf8');
  const module = { exports: {} };
  runInNewContext(code, { require, module, exports: module.exports, URL, Intl });
});

test('exposes two functions and nothing else', () => {
  expect([...exposed.keys()]).toEqual(['station']);
  expect(Object.keys(exposed.get('station') ?? {})).toEqual(['call', 'subscribe']);
});

test('passes every method of the contract', async () => {
  for (const method of Object.keys(contract))
    expect(await exposed.get('station')?.call(method, {})).toEqual({ ok: true, value: method });
  expect(invoke).toHaveBeenCalledWith('station:call', 'getHome', {});
});

test.each([['made-up'], ['constructor'], ['__proto__'], [''], [null], [['getHome']]])(
  'keeps back %j',
  async (method) => {
    expect(await exposed.get('station')?.call(method, {})).toMatchObject({ error: { kind: 'BAD_REQUEST' } });
    expect(invoke).not.toHaveBeenCalled();
  },
);

test('a call that cannot be carried is an error value', async () => {
  invoke.mockRejectedValueOnce(new Error('the main process is gone'));
  expect(await exposed.get('station')?.call('getHome', {})).toEqual({
    ok: false,
    error: { kind: 'INTERNAL' },
  });
});

test('pushes reach the page without Electron’s event, until it stops hearing', () => {
  const listener = vi.fn();
  const stop = exposed.get('station')?.subscribe(listener);
  const pushed: Pushed = { event: 'changed', data: { what: ['HOME'] } };
  for (const hear of heard) hear({ sender: 'secret' }, pushed);
  expect(listener.mock.calls).toEqual([[pushed]]);
  stop?.();
  expect(heard.size).toBe(0);
});
