/** Finds a Chromium-like browser, for the Chromium shell and for the browser tests. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { firstExisting, runProgram } from './tools.ts';

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** Where Windows keeps the browsers that can run a page as an application. */
function windowsPlaces(): string[] {
  const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
    .map((name) => process.env[name])
    .filter((root) => root !== undefined);
  const files = [
    ['Google', 'Chrome', 'Application', 'chrome.exe'],
    ['Chromium', 'Application', 'chrome.exe'],
    ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
  ];
  return roots.flatMap((root) => files.map((file) => join(root, ...file)));
}

/** Path of a browser, or undefined. VILLAGE_CHROMIUM names one that must be taken. */
export function findChromium(): string | undefined {
  const named = process.env['VILLAGE_CHROMIUM'];
  if (named !== undefined && named !== '') return existsSync(named) ? named : undefined;
  if (process.platform === 'win32') return firstExisting(windowsPlaces());
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return firstExisting(folders.flatMap((folder) => COMMANDS.map((command) => join(folder, command))));
}

export const INSTALL_HINT = 'sudo apt-get install -y chromium';

/** A browser for the tests: installs Debian's where this is root's machine and none is there. */
export async function needChromium(): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  const root = process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (root) {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    process.stdout.write('Installing Chromium for the browser tests.\n');
    await runProgram('apt-get', ['update', '-qq'], { env });
    await runProgram('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(`The browser tests need Chromium: ${INSTALL_HINT}`);
}

/** Whether the program can show a window here. */
export function hasDisplay(): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}
