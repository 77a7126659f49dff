/** The heart of it: from the last key of a scan to the painted confirmation, the flushed commit included. */
import type { Page } from '@playwright/test';
import { beginScene } from '../harness/scene.ts';
import { cardOf } from '../harness/village.ts';
import { scanByWedge } from '../harness/wedge.ts';
import { quantile, round, type Bench } from './bench.ts';
import { addFloor, launchBrowser, openPage, watchPaint } from './browser.ts';

const GOAL_MS = 100;
const SCANS = 200;
/** The first scans compile the page's code; a kiosk runs for months. */
const WARM_UP = 10;

async function floor(page: Page, presses: number): Promise<number[]> {
  await addFloor(page);
  const samples: number[] = [];
  for (let i = 1; i <= presses; i++) {
    const painted = await watchPaint(page, 'F8', '#floor', `press ${i}.`);
    await page.keyboard.press('F8');
    samples.push(await painted());
  }
  return samples;
}

async function measure(): Promise<{ scans: number[]; floors: number[] }> {
  const scene = await beginScene();
  const browser = await launchBrowser();
  try {
    const page = await openPage(browser, scene.station.address);
    await page.locator('[data-screen="home"]').waitFor();
    const scans: number[] = [];
    let shown = '';
    for (const { id, name } of scene.village.reference.volunteers) {
      if (scans.length === SCANS) break;
      if (name === shown) continue; // The same name again would seem painted before it is.
      shown = name;
      const painted = await watchPaint(page, 'Enter', '[data-screen="sign-result"]', name);
      await scanByWedge(page, cardOf(scene.village, id));
      scans.push(await painted());
    }
    if (scene.count('SIGNED_IN') !== scans.length)
      throw new Error('not every scan of the bench was recorded');
    const floors = await floor(page, SCANS);
    return { scans: scans.slice(WARM_UP), floors: floors.slice(WARM_UP) };
  } finally {
    await browser.close();
    await scene.end();
  }
}

export const paintBench: Bench = {
  names: ['scan_to_paint_p95_ms'],
  run: async () => {
    const { scans, floors } = await measure();
    const both = (samples: number[]) =>
      `p50 ${round(quantile(samples, 0.5), 1)} ms, p95 ${round(quantile(samples, 0.95), 1)} ms`;
    return [
      {
        name: 'scan_to_paint_p95_ms',
        value: round(quantile(scans, 0.95), 1),
        unit: 'ms',
        goal: GOAL_MS,
        better: 'lower',
        beside: `scan to painted confirmation ${both(scans)}; a bare key press to a painted word in the same page ${both(floors)}; ${scans.length} each`,
      },
    ];
  },
};
