/**
 * A double of the `electron` module for the main process: it records what the program asks of Electron and lets
 * the test play the browser's part over the channel of a forked process. See run.ts.
 */
import { EventEmitter } from 'node:events';

type Any = (...args: never[]) => unknown;
type Plain = Readonly<Record<string, unknown>>;

/** What the test can see. Functions stay here; the test calls them by name. */
export interface Seen {
  readonly schemes: unknown[];
  readonly windows: Plain[];
  readonly loaded: string[];
  readonly sent: unknown[];
  readonly log: string[];
}
const seen: Seen = { schemes: [], windows: [], loaded: [], sent: [], log: [] };
const functions = new Map<string, Any>();
const note = (what: string) => seen.log.push(what);

/** Whether anybody who hears the event prevents what it announces. */
function isPrevented(emit: (event: { readonly preventDefault: () => void }) => void): boolean {
  const prevented: true[] = [];
  emit({ preventDefault: () => prevented.push(true) });
  return prevented.length > 0;
}

class WebContents extends EventEmitter {
  setWindowOpenHandler(handler: Any): void {
    functions.set('windowOpen', handler);
  }
  isDestroyed(): boolean {
    return false;
  }
  send(channel: string, data: unknown): void {
    seen.sent.push({ channel, data });
  }
  reload(): void {
    note('reload');
  }
  forcefullyCrashRenderer(): void {
    note('forcefullyCrashRenderer');
  }
}
const contents = new WebContents();

export class BrowserWindow extends EventEmitter {
  readonly webContents = contents;
  constructor(options: Plain) {
    super();
    seen.windows.push(options);
    app.emit('web-contents-created', {}, contents);
  }
  removeMenu(): void {
    note('removeMenu');
  }
  show(): void {
    note('show');
  }
  focus(): void {
    note('focus');
  }
  isDestroyed(): boolean {
    return false;
  }
  loadURL(url: string): Promise<void> {
    seen.loaded.push(url);
    note('loadURL');
    return Promise.resolve();
  }
}

class App extends EventEmitter {
  readonly isPackaged = true;
  requestSingleInstanceLock(): boolean {
    note('requestSingleInstanceLock');
    return process.env['DOUBLE_SECOND_INSTANCE'] !== '1';
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  getPath(): string {
    return '/nowhere';
  }
  getVersion(): string {
    return '0.0.0-double';
  }
  /** As Electron does: asks everybody first, ends only if nobody objects. */
  quit(): void {
    if (isPrevented((event) => this.emit('before-quit', event))) {
      note('quit prevented');
      return;
    }
    note('quit');
    setImmediate(() => process.exit(0));
  }
  exit(code: number): void {
    note(`exit ${code}`);
    process.exit(code);
  }
  relaunch(): void {
    note('relaunch');
  }
}
export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown) => seen.schemes.push(schemes),
  handle: (scheme: string, handler: Any) => functions.set(`protocol ${scheme}`, handler),
};
export const ipcMain = {
  handle: (channel: string, handler: Any) => functions.set(`ipc ${channel}`, handler),
};
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: Any) => functions.set('permissionRequest', handler),
    setPermissionCheckHandler: (handler: Any) => functions.set('permissionCheck', handler),
    setDevicePermissionHandler: (handler: Any) => functions.set('devicePermission', handler),
    on: (event: string, handler: Any) => functions.set(`session ${event}`, handler),
    webRequest: { onBeforeRequest: (handler: Any) => functions.set('beforeRequest', handler) },
  },
};
export const powerSaveBlocker = { start: (kind: string) => note(`powerSaveBlocker ${kind}`) };
export const dialog = {
  showErrorBox: (_title: string, detail: string) => {
    note(`error box ${detail}`);
    process.send?.({ kind: 'ERROR_BOX', detail });
  },
};

class UtilityProcess extends EventEmitter {
  postMessage(): void {
    setImmediate(() => this.emit('exit'));
  }
  kill(): boolean {
    return true;
  }
}
export const utilityProcess = {
  fork: (path: string) => {
    note(`utilityProcess ${path.split(/[\\/]/).at(-1) ?? ''}`);
    return new UtilityProcess();
  },
};

/** What the test may ask; each is answered with { id, value }. */
export type Ask =
  | { readonly kind: 'SEEN' }
  | { readonly kind: 'HAS'; readonly name: string }
  /** Calls a handler that answers by a callback, and gives what it answered. */
  | { readonly kind: 'ANSWERED'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'CALL'; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'INVOKE'; readonly frame: unknown; readonly args: readonly unknown[] }
  | { readonly kind: 'FETCH'; readonly url: string }
  /** Emits an event of the page and says whether it was prevented. */
  | { readonly kind: 'PAGE'; readonly event: string; readonly details: unknown }
  | { readonly kind: 'WINDOW_GONE_BAD'; readonly reason: string }
  | { readonly kind: 'SECOND_INSTANCE' }
  | { readonly kind: 'QUIT' };

async function answer(ask: Ask): Promise<unknown> {
  const call = (name: string, ...args: readonly unknown[]) => {
    const handler = functions.get(name);
    if (handler === undefined) throw new Error(`nobody handles ${name}`);
    return (handler as (...given: readonly unknown[]) => unknown)(...args);
  };
  switch (ask.kind) {
    case 'SEEN':
      return seen;
    case 'HAS':
      return functions.has(ask.name);
    case 'ANSWERED':
      return new Promise((done) => void call(ask.name, ...ask.args, done));
    case 'CALL':
      return call(ask.name, ...ask.args);
    case 'INVOKE':
      return call('ipc station:call', { senderFrame: ask.frame }, ...ask.args);
    case 'FETCH': {
      const response = (await call('protocol app', new Request(ask.url))) as Response;
      return {
        status: response.status,
        policy: response.headers.get('content-security-policy'),
        text: await response.text(),
      };
    }
    case 'PAGE':
      return isPrevented((event) => contents.emit(ask.event, event, ask.details));
    case 'WINDOW_GONE_BAD':
      contents.emit('render-process-gone', {}, { reason: ask.reason });
      return null;
    case 'SECOND_INSTANCE':
      app.emit('second-instance');
      return null;
    case 'QUIT':
      app.quit();
      return null;
  }
}

process.on('message', ({ id, ask }: { readonly id: number; readonly ask: Ask }) => {
  answer(ask).then(
    (value) => process.send?.({ id, value }),
    (error: unknown) => process.send?.({ id, error: String(error) }),
  );
});
