/** Types like a scanner in keyboard mode. */
import type { CDPSession, Page } from '@playwright/test';

/** The physical key of a character of a card's text, and what it types; a scanner has no other. */
function keyOf(char: string): { readonly code: string; readonly key: string; readonly vk: number } {
  const vk = char.charCodeAt(0);
  if (/[A-Z]/.test(char)) return { code: `Key${char}`, key: char, vk };
  if (/[0-9]/.test(char)) return { code: `Digit${char}`, key: char, vk };
  throw new Error(`a card has no "${char}"`);
}
const ENTER = { code: 'Enter', key: 'Enter', vk: 13 };

const sessions = new WeakMap<Page, Promise<CDPSession>>();

/** Between two keys of a usual scanner. */
const GAP_MS = 8;

/**
 * Types a text as trusted key events and Enter, whatever has the focus. As with a real keyboard each event carries
 * the time of its key stroke, so that a machine that is busy with something else makes no pauses in a scan.
 */
export async function scanByWedge(page: Page, text: string): Promise<void> {
  const session = sessions.get(page) ?? page.context().newCDPSession(page);
  sessions.set(page, session);
  const cdp = await session;
  const beganMs = Date.now();
  const keys = [...Array.from(text, keyOf), ENTER];
  await Promise.all(
    keys.flatMap(({ code, key, vk }, place) => {
      // The protocol counts in seconds.
      const timestamp = (beganMs + place * GAP_MS) / 1000;
      return (['rawKeyDown', 'keyUp'] as const).map((type) =>
        cdp.send('Input.dispatchKeyEvent', { type, code, key, windowsVirtualKeyCode: vk, timestamp }),
      );
    }),
  );
}
