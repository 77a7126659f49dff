/** Where somebody meets the question for the date, for the checks that hold on every screen. */
import { expect } from '@playwright/test';
import { DESK, NOW_MS, SIGNED_OUT, WANG } from '../harness/mockViews.ts';
import { openDesk, press, type ScreenCase } from './reach.ts';

export const DATE_SCREENS: readonly ScreenCase[] = [
  {
    name: 'home-date',
    reach: async (page, mock) => {
      mock.status({ dateToConfirm: true });
      await expect(page.getByRole('button', { name: '请管理员确认今天的日期' })).toBeVisible();
    },
  },
  {
    name: 'signed-out-date',
    reach: async (page, mock) => {
      mock.answer({
        sign: () => ({ ...SIGNED_OUT, creditedMinutes: 0, points: 0, cappedBy: 'DATE' }) as never,
      });
      mock.scan({ kind: 'CARD', person: WANG });
      await expect(page.getByText('日期还没核对')).toBeVisible();
    },
  },
  {
    name: 'desk-date',
    reach: async (page, mock) => {
      mock.answer({ getDesk: () => ({ kind: 'DESK', desk: { ...DESK, dateToConfirmMs: NOW_MS } }) });
      mock.status({ dateToConfirm: true });
      await press(page, '请管理员确认今天的日期');
      for (const digit of '1234') await press(page, digit);
      await press(page, '确定');
      await expect(page.getByRole('heading', { name: '今天是 2026年11月23日 星期一' })).toBeVisible();
    },
  },
  {
    name: 'desk-doubtful',
    reach: async (page) => {
      await openDesk(page);
      await expect(page.getByText('今天有 3 条记录时间存疑')).toBeVisible();
      await press(page, '时间存疑的记录');
      await expect(page.getByText('签到 王秀英')).toBeVisible();
      await expect(page.getByText('机器快了 3 小时 25 分钟')).toBeVisible();
      await expect(page.getByText('机器记的是 2026年11月23日 08:42')).toBeVisible();
    },
  },
  {
    name: 'desk-doubtful-none',
    reach: async (page, mock) => {
      mock.answer({ listDoubtful: () => ({ kind: 'DOUBTFUL', records: [] }) });
      await openDesk(page);
      await press(page, '时间存疑的记录');
      await expect(page.getByText('没有时间存疑的记录')).toBeVisible();
    },
  },
];
