/** Finds the station: Electron's bridge if it is there, else the WebSocket of the Chromium shell. */
import type { Bridge } from './bridge.ts';
import { createWebSocketBridge } from './webSocketClient.ts';

const TOKEN_KEY = 'village-station.token';

/**
 * The one-time token from the address's fragment. It is taken out of the address at once, so that it neither
 * shows nor travels, and kept for reloads of this window only.
 */
function takeToken(): string {
  const given = new URLSearchParams(window.location.hash.slice(1)).get('token');
  if (given !== null) {
    window.sessionStorage.setItem(TOKEN_KEY, given);
    window.history.replaceState(null, '', window.location.pathname);
    return given;
  }
  return window.sessionStorage.getItem(TOKEN_KEY) ?? '';
}

export function pickBridge(): Bridge {
  if (window.station !== undefined) return window.station;
  return createWebSocketBridge({
    url: `${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/ws`,
    token: takeToken(),
    makeSocket: (url, protocols) => new WebSocket(url, protocols),
    setTimer: (action, afterMs) => window.setTimeout(action, afterMs),
    clearTimer: (timer) => window.clearTimeout(timer as number),
  });
}
