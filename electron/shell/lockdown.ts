/** What the page may do under Electron: show itself and speak with the station. Everything else is denied. */
import type { Session, WebContents } from 'electron';

/** The one origin there is. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'station';
export const APP_URL = `${APP_SCHEME}://${APP_HOST}/`;

/**
 * Permissions of the web platform that the page is given. There are none: scanners are read by the station's own
 * process, sounds need no permission, and a camera comes with its own issue. Electron's default grants all.
 */
const GRANTED_PERMISSIONS: ReadonlySet<string> = new Set<string>();

/** Whether an address is the station's own page or one of its files. Judged by a URL parser, never by its start. */
export function isOwnUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === `${APP_SCHEME}:` && url.host === APP_HOST;
}

/** Denies permissions, devices, downloads and every request that is not for the page's own files. */
export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(GRANTED_PERMISSIONS.has(permission)),
  );
  session.setPermissionCheckHandler((_contents, permission) => GRANTED_PERMISSIONS.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    const inline = details.url.startsWith('data:') || details.url.startsWith(`blob:${APP_URL}`);
    answer({ cancel: !inline && !isOwnUrl(details.url) && !details.url.startsWith('devtools:') });
  });
}

/** Keeps a page where it is: no navigation, no frame's navigation, no new window, no webview. */
export function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}
