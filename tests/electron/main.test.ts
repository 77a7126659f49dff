/** The built main process on a double of Electron: what it locks, what it lets through, and how it ends. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { backupFolder } from '../../db/backup/archive.ts';
import { makeBackup } from '../../db/backup/make.ts';
import { databaseFile } from '../../db/open.ts';
import { realWorld } from '../../electron/shell/world.ts';
import type { ScanEvent } from '../../electron/contract/views.ts';
import { needBuilt } from '../harness/built.ts';
import { runElectron, type ElectronRun } from '../harness/electron/run.ts';
import { readStation } from '../harness/station.ts';
import { cardOf, seedStation, testVillage } from '../harness/village.ts';

const OWN_FRAME = { url: 'app://station/', parent: null };
/** Now, because the Electron shell has the real clock: the plan has something at every hour. */
const village = testVillage(Date.now());

let dir: string;
let run: ElectronRun;
beforeAll(needBuilt);
async function begin(): Promise<void> {
  dir = await mkdtemp(join(tmpdir(), 'electron-'));
  seedStation(dir, village.reference, Date.now());
  run = runElectron(['--data', dir, '--station', '1']);
  await vi.waitFor(async () => expect((await run.seen()).loaded).toEqual(['app://station/']), 60_000);
}
async function end(): Promise<void> {
  run.kill();
  await run.ended;
  await rm(dir, { recursive: true });
}

const invoke = (method: unknown, input: unknown, frame: unknown = OWN_FRAME) =>
  run.ask({ kind: 'INVOKE', frame, args: [method, input] });

describe('while it runs', () => {
  beforeAll(begin);
  afterAll(end);

  test('the window is a kiosk with every lock on', async () => {
    const { windows, schemes, log } = await run.seen();
    expect(windows).toHaveLength(1);
    const { kiosk, show, webPreferences } = windows[0] ?? {};
    expect({ kiosk, show }).toEqual({ kiosk: true, show: false });
    expect(webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      devTools: false,
    });
    expect(schemes).toMatchObject([[{ scheme: 'app', privileges: { standard: true, secure: true } }]]);
    expect(schemes).not.toMatchObject([[{ privileges: { bypassCSP: true } }]]);
    expect(log[0]).toBe('requestSingleInstanceLock');
    expect(log).toContain('powerSaveBlocker prevent-display-sleep');
    expect(log).toContain('utilityProcess scanner.js');
  });

  test.each(['media', 'geolocation', 'notifications', 'hid', 'serial', 'usb', 'clipboard-read', 'made-up'])(
    'the permission %s is denied',
    async (permission) => {
      expect(await run.ask({ kind: 'ANSWERED', name: 'permissionRequest', args: [null, permission] })).toBe(
        false,
      );
      expect(await run.ask({ kind: 'CALL', name: 'permissionCheck', args: [null, permission] })).toBe(false);
    },
  );

  test('devices, windows and navigation are denied', async () => {
    expect(await run.ask({ kind: 'CALL', name: 'devicePermission', args: [{}] })).toBe(false);
    expect(await run.ask({ kind: 'CALL', name: 'windowOpen', args: [{ url: 'https://x.example' }] })).toEqual(
      {
        action: 'deny',
      },
    );
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])
      expect(await run.ask({ kind: 'PAGE', event, details: {} }), event).toBe(true);
  });

  test.each([
    ['app://station/assets/index.js', false],
    ['data:image/png;base64,AA', false],
    ['blob:app://station/1', false],
    ['https://example.org/', true],
    ['http://127.0.0.1/', true],
    ['file:///etc/passwd', true],
    ['app://elsewhere/', true],
    ['app://station.evil.example/', true],
    ['ws://127.0.0.1:1/', true],
  ])('a request for %s is cancelled: %s', async (url, cancel) => {
    expect(await run.ask({ kind: 'ANSWERED', name: 'beforeRequest', args: [{ url }] })).toEqual({ cancel });
  });

  test('app:// serves the page under the policy, and nothing outside it', async () => {
    const home = (await run.ask({ kind: 'FETCH', url: 'app://station/' })) as {
      policy: string;
      text: string;
    };
    expect(home).toMatchObject({ status: 200 });
    expect(home.policy).toContain("default-src 'none'");
    expect(home.policy).not.toContain('unsafe');
    expect(home.text).toContain('<div id="root">');
    for (const path of ['..%2fmain/main.js', '%2e%2e/main/main.js', 'missing.js', '..%5cmain%5cmain.js'])
      expect(await run.ask({ kind: 'FETCH', url: `app://station/${path}` }), path).toMatchObject({
        status: 404,
      });
  });

  test.each([
    ['no frame', null],
    ['another page', { url: 'https://evil.example/', parent: null }],
    ['a page whose address only begins alike', { url: 'app://station.evil.example/', parent: null }],
    ['the right host under another scheme', { url: 'https://station/', parent: null }],
    ['a frame within the page', { url: 'app://station/', parent: {} }],
    ['no address', { url: '', parent: null }],
  ])('%s is refused', async (_name, frame) => {
    expect(await invoke('getHome', {}, frame)).toEqual({
      ok: false,
      error: { kind: 'BAD_REQUEST', detail: 'strange sender' },
    });
  });

  test('the page calls the contract, and hears what is pushed', async () => {
    expect(await invoke('getHome', {})).toMatchObject({ ok: true, value: { ready: true } });
    expect(await invoke('getHome', { more: 1 })).toMatchObject({ error: { kind: 'BAD_REQUEST' } });
    expect(await invoke('constructor', {})).toMatchObject({ error: { kind: 'BAD_REQUEST' } });
    await invoke('submitScan', { text: cardOf(village, 3), source: 'WEDGE' });
    expect((await run.seen()).sent).toMatchObject([{ channel: 'station:push', data: { event: 'scan' } }]);
  });
});

describe('how it ends', () => {
  beforeEach(begin);
  afterEach(end);

  test('a page that died is loaded again, later each time, and then the whole program is', async () => {
    const count = async (what: string) => (await run.seen()).log.filter((entry) => entry === what).length;
    await run.ask({ kind: 'WINDOW_GONE_BAD', reason: 'crashed' });
    await expect.poll(() => count('reload')).toBe(1);
    for (const reason of ['oom', 'killed', 'crashed']) await run.ask({ kind: 'WINDOW_GONE_BAD', reason });
    expect(await run.ended).toBe(0);
  });

  test('quitting waits until what was confirmed is on the disk and the database is closed', async () => {
    const scan = (await invoke('submitScan', { text: cardOf(village, 3), source: 'WEDGE' })) as {
      value: ScanEvent;
    };
    const signing = invoke('sign', { requestId: randomUUID(), scanId: scan.value.scanId, activityId: null });
    // A slow call is under way, too: its PIN is judged by scrypt.
    const unlocking = invoke('unlockKeeper', { pin: '2580' });
    await run.ask({ kind: 'QUIT' });
    const { log } = await run.seen();
    expect(log).toContain('quit prevented');
    expect(await invoke('getHome', {})).toEqual({ ok: false, error: { kind: 'CLOSING' } });
    expect(await signing).toMatchObject({ value: { kind: 'SIGNED_IN' } });
    expect(await unlocking).toMatchObject({ value: { kind: 'UNLOCKED' } });
    expect(await run.ended).toBe(0);
    const codes = readStation<{ code: number }>(
      dir,
      "SELECT json_extract(text, '$[0]') AS code FROM journal",
    );
    expect(codes.map(({ code }) => code)).toEqual(expect.arrayContaining([2, 11]));
  });

  test('a second start on the same machine ends at once and opens nothing', async () => {
    const second = runElectron(['--data', dir], { DOUBLE_SECOND_INSTANCE: '1' });
    expect(await second.ended).toBe(0);
  });

  test('somebody who starts it again is led to the window that is open, which says so', async () => {
    const before = (await run.seen()).log.length;
    await run.ask({ kind: 'SECOND_INSTANCE' });
    const { log, sent } = await run.seen();
    expect(log.slice(before)).toEqual(['show', 'focus']);
    expect(sent).toContainEqual({ channel: 'station:push', data: { event: 'alreadyOpen', data: {} } });
  });
});

describe('a folder that cannot be opened', () => {
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'electron-'));
    seedStation(dir, village.reference, Date.now());
  });
  afterEach(end);
  async function beginOn(...args: readonly string[]): Promise<void> {
    run = runElectron(['--data', dir, ...args]);
    await vi.waitFor(async () => expect((await run.seen()).loaded).toEqual(['app://station/']), 60_000);
  }
  const until = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 200 });

  test('of another station is said on the screen, and no box of the system', async () => {
    await beginOn('--station', '2');
    expect(await invoke('getTrouble', {})).toMatchObject({
      value: { trouble: 'OTHER_STATION', stationId: 2 },
    });
    expect(run.errorBoxes).toEqual([]);
  });

  test('is brought back from its backup by the PIN, in the same window', async () => {
    const made = makeBackup(
      { dir, folder: backupFolder(dir), nowMs: Date.now(), maxBytes: 1e9 },
      realWorld().sha256,
    );
    const bytes = await readFile(databaseFile(dir));
    bytes.fill(0xff, 4096 + 8, 4096 + 200);
    await writeFile(databaseFile(dir), bytes);
    await beginOn('--station', '1');
    await until(async () =>
      expect(await invoke('getTrouble', {})).toMatchObject({
        value: { trouble: 'CORRUPT', backups: 'GOOD' },
      }),
    );
    const unlocked = (await invoke('unlockKeeper', { pin: '2580' })) as {
      readonly value: { readonly session: { readonly keeperToken: string } };
    };
    const { keeperToken } = unlocked.value.session;
    const name = made.ok ? (made.value?.name ?? '') : '';
    expect(await invoke('restore', { keeperToken, name, pin: '2580' })).toMatchObject({
      value: { kind: 'RESTARTING' },
    });
    await until(async () => expect(await invoke('getHome', {})).toMatchObject({ value: { ready: true } }));
    expect((await run.seen()).windows).toHaveLength(1);
    expect(run.errorBoxes).toEqual([]);
  });
});
