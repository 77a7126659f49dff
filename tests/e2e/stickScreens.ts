/** What the screen says of a USB stick, for the checks that hold on every one of them. */
import { expect, type Page } from '@playwright/test';
import type { StickView } from '../../electron/contract/stickViews.ts';
import type { MockStation } from '../harness/mockStation.ts';
import { NO_STICK } from '../harness/mockViews.ts';
import { deskTab, press, type ScreenCase } from './reach.ts';

async function stickShows(page: Page, mock: MockStation, stick: Partial<StickView>): Promise<void> {
  mock.status({ stick: { ...NO_STICK, serial: 1, putInNow: true, ...stick } });
  await expect(page.getByRole('dialog')).toBeVisible();
}

export const STICK_SCREENS: readonly ScreenCase[] = [
  {
    name: 'stick-found',
    reach: (page, mock) => stickShows(page, mock, { state: 'FOUND', waiting: 1240 }),
  },
  {
    name: 'stick-brought',
    reach: (page, mock) =>
      stickShows(page, mock, {
        state: 'FOUND',
        brought: { confirmed: 1240, reference: true, returned: 412, leftAlone: null, foreign: 3 },
      }),
  },
  {
    name: 'stick-foreign',
    reach: (page, mock) =>
      stickShows(page, mock, {
        state: 'FOUND',
        brought: { confirmed: 0, reference: false, returned: 0, leftAlone: 'OTHER_KEY', foreign: 1 },
      }),
  },
  {
    name: 'stick-writing',
    reach: (page, mock) => stickShows(page, mock, { state: 'WRITING', done: 480, total: 1240 }),
  },
  {
    name: 'stick-safe',
    reach: (page, mock) => stickShows(page, mock, { state: 'SAFE', done: 1240, total: 1240 }),
  },
  {
    name: 'stick-problem',
    reach: (page, mock) => stickShows(page, mock, { state: 'PROBLEM', problem: 'READ_ONLY' }),
  },
  {
    name: 'desk-sync-stick',
    reach: async (page, mock) => {
      await deskTab(page, '上报');
      mock.status({ stick: { ...NO_STICK, state: 'FOUND', serial: 1 } });
      await press(page, '发现 U 盘');
      await expect(page.getByRole('dialog')).toBeVisible();
      await press(page, '现在不用');
      await expect(page.getByRole('dialog')).toBeHidden();
    },
  },
];
