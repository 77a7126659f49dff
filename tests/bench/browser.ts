/** A Chromium for measurements, and the questions that are asked within its page. */
import { chromium, type Browser, type Page } from '@playwright/test';
import playwrightConfig from '../../playwright.config.ts';
import { needChromium } from '../../scripts/lib/chromium.ts';

/** Starts the browser that the tests use, with the same flags. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await needChromium();
  const args = playwrightConfig.use?.launchOptions?.args ?? [];
  return chromium.launch({ executablePath, args });
}

/** A page of the station's size that shows `address`. */
export async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  await page.goto(address);
  return page;
}

/**
 * Milliseconds from a keydown of `code` to the frame after `text` has come into `selector` having been painted.
 * Ask before the key is pressed; the time of the key is the browser's own, taken when the event came in.
 */
export function paintAfterKey(page: Page, code: string, selector: string, text: string): Promise<number> {
  return page.evaluate(
    ([keyCode, where, wanted]) =>
      new Promise<number>((done) => {
        let pressedMs = 0;
        const painted = () => {
          // After the frame's callbacks come layout and paint; a message is handled after those.
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => done(performance.now() - pressedMs);
            channel.port2.postMessage(null);
          });
        };
        const observer = new MutationObserver(() => {
          if (!(document.querySelector(where)?.textContent ?? '').includes(wanted)) return;
          observer.disconnect();
          painted();
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true });
        addEventListener(
          'keydown',
          function seen(event) {
            if (event.code !== keyCode) return;
            pressedMs = event.timeStamp;
            removeEventListener('keydown', seen, true);
          },
          true,
        );
      }),
    [code, selector, text] as const,
  );
}

/** Puts a bare element into the page that shows each press of F8: the floor under any answer to a key. */
export async function addFloor(page: Page): Promise<void> {
  await page.evaluate(() => {
    const floor = document.createElement('p');
    floor.id = 'floor';
    document.body.append(floor);
    let presses = 0;
    addEventListener('keydown', (event) => {
      if (event.code !== 'F8') return;
      presses += 1;
      floor.textContent = `press ${presses}.`;
    });
  });
}
