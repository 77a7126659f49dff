/**
 * The only bridge into the page under Electron: two functions, no ipcRenderer. Only names of the contract pass;
 * inputs are judged by the station. It runs in the sandbox, so it is built into one file without imports.
 */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import type { Pushed } from './station/types.ts';
import { contract } from './contract/contract.ts';
import { CALL_CHANNEL, PUSH_CHANNEL } from './shell/channels.ts';

const names: ReadonlySet<string> = new Set(Object.keys(contract));

contextBridge.exposeInMainWorld('station', {
  call: async (method: unknown, input: unknown): Promise<unknown> => {
    if (typeof method !== 'string' || !names.has(method))
      return { ok: false, error: { kind: 'BAD_REQUEST', detail: 'no such method' } };
    try {
      return await ipcRenderer.invoke(CALL_CHANNEL, method, input);
    } catch {
      // The main process is going down, or the input cannot be cloned: the page is told by a value, as ever.
      return { ok: false, error: { kind: 'INTERNAL' } };
    }
  },
  subscribe: (listener: (pushed: Pushed) => void): (() => void) => {
    const hear = (_event: IpcRendererEvent, pushed: Pushed) => listener(pushed);
    ipcRenderer.on(PUSH_CHANNEL, hear);
    return () => {
      ipcRenderer.off(PUSH_CHANNEL, hear);
    };
  },
});
