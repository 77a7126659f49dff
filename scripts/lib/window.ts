/** Shows a page in a Chromium-like browser as a kiosk. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** Starts the browser with a profile of its own, so that nobody's extensions or sign-ins come along. */
export function openKiosk(browser: string, address: string, profileDir: string): ChildProcess {
  const args = [
    '--kiosk',
    `--app=${address}`,
    `--user-data-dir=${join(profileDir, 'browser')}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-translate',
    '--disable-pinch',
    // The notice board's sheet goes straight to the default printer: a kiosk has nobody to answer a dialog.
    '--kiosk-printing',
    '--overscroll-history-navigation=0',
    // The sound of a scan must play though nobody has touched the screen yet.
    '--autoplay-policy=no-user-gesture-required',
  ];
  // Chromium refuses to run as root with its sandbox; a real station has a user of its own.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return spawn(browser, args, { stdio: 'ignore' });
}
