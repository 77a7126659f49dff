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

/** A page of the station's size that shows `address` and notes when each key reaches it, before the page's own code. */
export async function openPage(browser: Browser, address: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' });
  await page.addInitScript(() => {
    addEventListener('keydown', ({ code }) => performance.mark(`key ${code}`), true);
  });
  await page.goto(address);
  return page;
}

declare global {
  interface Window {
    /** What is being watched for: see watchPaint. */
    paintedMs: Promise<number>;
  }
}

/**
 * Begins to watch for `text` in `selector`. Once it watches, it answers how to get the milliseconds from the last
 * keydown of `code` to the frame with that text having been painted.
 */
export async function watchPaint(
  page: Page,
  code: string,
  selector: string,
  text: string,
): Promise<() => Promise<number>> {
  await page.evaluate(
    ([keyCode, where, wanted]) => {
      const shown = () => document.querySelector(where)?.textContent ?? '';
      performance.clearMarks();
      window.paintedMs = new Promise<number>((done, fail) => {
        const limit = setTimeout(() => fail(new Error(`no ${wanted} in: ${shown()}`)), 10_000);
        const painted = () => {
          const pressed = performance.getEntriesByName(`key ${keyCode}`).at(-1);
          clearTimeout(limit);
          if (pressed === undefined) fail(new Error(`${keyCode} did not reach the page`));
          else done(performance.now() - pressed.startTime);
        };
        const observer = new MutationObserver(() => {
          if (!shown().includes(wanted)) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            // After the frame's callbacks come layout and paint; a message is handled after those.
            const channel = new MessageChannel();
            channel.port1.onmessage = painted;
            channel.port2.postMessage(null);
          });
        });
        observer.observe(document, { subtree: true, childList: true, characterData: true });
      });
    },
    [code, selector, text] as const,
  );
  return () => page.evaluate(() => window.paintedMs);
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
