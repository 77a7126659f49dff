/**
 * The Electron shell: one locked-down kiosk window around the station. Nothing of the station's own work is here;
 * what the page may do is in shell/lockdown.ts.
 */
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  powerSaveBlocker,
  protocol,
  session,
  utilityProcess,
} from 'electron';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { fromUtilityProcess } from './scanner/spawn.ts';
import { answerAppRequest } from './shell/appProtocol.ts';
import { answerCalls, passPushes, pushTo } from './shell/ipc.ts';
import { APP_SCHEME, APP_URL, lockContents, lockSession } from './shell/lockdown.ts';
import { consoleLog } from './shell/log.ts';
import { openStation, type Host } from './shell/openStation.ts';
import { createRevival } from './shell/revival.ts';
import { readSettings } from './shell/settings.ts';
import type { Station } from './station/types.ts';

const OUT = resolve(import.meta.dirname, '..');
/** Writes under way are given this long at the end; a commit takes milliseconds. */
const DRAIN_MS = 10_000;
const log = consoleLog;

// Must be said before the program is ready: the scheme gets an origin, a secure context and fetch.
protocol.registerSchemesAsPrivileged([
  {
    scheme: APP_SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
]);

let window: BrowserWindow | null = null;
let station: Station | null = null;
let drained = false;

function openWindow(running: Station): void {
  const opened = new BrowserWindow({
    kiosk: true,
    fullscreen: true,
    autoHideMenuBar: true,
    show: false,
    backgroundColor: '#faf7f2',
    webPreferences: {
      preload: join(OUT, 'preload', 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      disableDialogs: true,
      devTools: !app.isPackaged,
      // The sound of a scan must play though nobody has touched the screen yet.
      autoplayPolicy: 'no-user-gesture-required',
    },
  });
  window = opened;
  opened.removeMenu();
  opened.once('ready-to-show', () => opened.show());
  passPushes(running, opened.webContents);
  reviveAfterCrash(opened);
  void opened.loadURL(APP_URL);
}

/** A page that died or hangs is loaded anew; if that does not help, the whole program is. */
function reviveAfterCrash(opened: BrowserWindow): void {
  const judge = createRevival(() => performance.now());
  opened.on('unresponsive', () => opened.webContents.forcefullyCrashRenderer());
  opened.webContents.on('render-process-gone', (_event, details) => {
    log.warn('the page died', { reason: details.reason });
    if (drained || details.reason === 'clean-exit') return;
    const revival = judge();
    if (revival.kind === 'RELAUNCH') {
      app.relaunch();
      app.quit();
      return;
    }
    setTimeout(() => {
      if (!opened.isDestroyed()) opened.webContents.reload();
    }, revival.afterMs);
  });
}

/** Ends the program only when everything that was under way is committed and the database is closed. */
function drainBeforeQuit(): void {
  app.on('before-quit', (event) => {
    if (drained) return;
    event.preventDefault();
    const closing = station;
    station = null;
    if (closing === null) {
      drained = true;
      app.quit();
      return;
    }
    const limit = setTimeout(() => app.exit(1), DRAIN_MS);
    closing
      .close()
      .catch((error: unknown) => log.error('the station did not close well', error))
      .finally(() => {
        clearTimeout(limit);
        drained = true;
        app.quit();
      });
  });
}

async function run(): Promise<void> {
  await app.whenReady();
  const settings = readSettings(process.argv.slice(1), join(app.getPath('userData'), 'station'));
  if (!settings.ok) {
    fail(settings.error.detail);
    return;
  }
  const host: Host = {
    log,
    // The scanner's driver is native code: under Electron it runs where a crash of it harms nothing else.
    spawnScanner: () => fromUtilityProcess(utilityProcess.fork(join(OUT, 'main', 'scanner.js'))),
    syncWorker: pathToFileURL(join(OUT, 'main', 'syncWorker.js')),
    backupWorker: pathToFileURL(join(OUT, 'main', 'backupWorker.js')),
    appVersion: app.getVersion(),
  };
  // Whoever stands before a kiosk reads no log: what is wrong is said on its screen, and mended there.
  const opened = openStation(settings.value, host, () => 'RECOVER');
  if (!opened.ok) {
    fail(opened.error.detail);
    return;
  }
  station = opened.value;
  lockSession(session.defaultSession);
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(join(OUT, 'renderer'), request));
  answerCalls(ipcMain, opened.value, log);
  powerSaveBlocker.start('prevent-display-sleep');
  openWindow(opened.value);
}

/** Tells whoever stands there why there is no station, and ends. */
function fail(detail: string): void {
  log.error('the station cannot start', new Error(detail));
  dialog.showErrorBox('Village station · 村站', detail);
  drained = true;
  app.exit(1);
}

// Before the database is opened: a second station on the same data would be refused there too, but late.
if (app.requestSingleInstanceLock()) {
  drainBeforeQuit();
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('second-instance', () => {
    if (window === null) return;
    window.show();
    window.focus();
    pushTo(window.webContents, { event: 'alreadyOpen', data: {} });
  });
  app.on('window-all-closed', () => app.quit());
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => app.quit());
  run().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
} else {
  drained = true;
  app.quit();
}
