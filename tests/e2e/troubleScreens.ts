/** What is shown where the station cannot be opened, for the checks that hold on every screen. */
import { expect, type Page } from '@playwright/test';
import type { MockStation } from '../harness/mockStation.ts';
import { CANNOT_OPEN, DESK } from '../harness/mockViews.ts';
import { press, shows, type ScreenCase } from './reach.ts';

/** The mock becomes a station that cannot be opened, as one that was opened anew and fell. */
async function fall(page: Page, mock: MockStation, change: Partial<typeof CANNOT_OPEN> = {}): Promise<void> {
  mock.answer({
    getTrouble: () => ({ ...CANNOT_OPEN, ...change }),
    unlockKeeper: ({ pin }) =>
      pin === '0000'
        ? { kind: 'REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } }
        : { kind: 'UNLOCKED', session: { keeperToken: 'k', name: DESK.keeperName, only: 'BACKUPS' } },
  });
  await page.reload();
  await shows(page, 'trouble');
}
async function openBackups(page: Page, mock: MockStation): Promise<void> {
  await fall(page, mock);
  await press(page, '管理员：用备份恢复');
  await shows(page, 'pin');
  for (const digit of '1234') await press(page, digit);
  await press(page, '确定');
  await shows(page, 'backups');
}

/** The records are put in order before the station opens. */
async function arrange(page: Page, mock: MockStation, done: number, total: number): Promise<void> {
  mock.answer({ getTrouble: () => ({ kind: 'ARRANGING', done, total }) });
  await page.reload();
  await shows(page, 'arranging');
}

export const TROUBLE_SCREENS: readonly ScreenCase[] = [
  { name: 'arranging-counting', reach: (page, mock) => arrange(page, mock, 0, 0) },
  {
    name: 'arranging',
    reach: async (page, mock) => {
      await arrange(page, mock, 420_000, 1_000_000);
      await expect(page.getByText('42 %')).toBeVisible();
    },
  },
  { name: 'trouble-corrupt', reach: (page, mock) => fall(page, mock) },
  { name: 'trouble-looking', reach: (page, mock) => fall(page, mock, { backups: 'LOOKING' }) },
  { name: 'trouble-no-backup', reach: (page, mock) => fall(page, mock, { backups: 'NONE' }) },
  { name: 'trouble-keeperless', reach: (page, mock) => fall(page, mock, { backups: 'KEEPERLESS' }) },
  { name: 'trouble-restore-failed', reach: (page, mock) => fall(page, mock, { restoreFailed: true }) },
  { name: 'trouble-locked', reach: (page, mock) => fall(page, mock, { trouble: 'LOCKED', contact: '' }) },
  { name: 'trouble-full', reach: (page, mock) => fall(page, mock, { trouble: 'DISK_FULL' }) },
  { name: 'trouble-io', reach: (page, mock) => fall(page, mock, { trouble: 'IO' }) },
  {
    name: 'trouble-pin',
    reach: async (page, mock) => {
      await fall(page, mock);
      await press(page, '管理员：用备份恢复');
      for (const digit of '0000') await press(page, digit);
      await press(page, '确定');
      await expect(page.getByRole('alert')).toContainText('密码不对');
    },
  },
  { name: 'trouble-backups', reach: openBackups },
  {
    name: 'trouble-preview',
    reach: async (page, mock) => {
      await openBackups(page, mock);
      await press(page, '看看能恢复什么');
      await expect(page.getByText('会丢')).toBeVisible();
    },
  },
  {
    name: 'trouble-confirm',
    reach: async (page, mock) => {
      await openBackups(page, mock);
      await press(page, '看看能恢复什么');
      await press(page, '恢复到这一份');
      await expect(page.getByText('请再输一次密码')).toBeVisible();
    },
  },
  {
    name: 'already-open',
    reach: async (page, mock) => {
      mock.push({ event: 'alreadyOpen', data: {} });
      await expect(page.getByText('程序已经开着')).toBeVisible();
    },
  },
];
