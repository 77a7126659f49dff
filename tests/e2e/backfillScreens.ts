/** How each screen of hours that no scan recorded 补录 is come to. */
import { expect, type Page } from '@playwright/test';
import type { MockStation } from '../harness/mockStation.ts';
import { WANG } from '../harness/mockViews.ts';
import { deskTab, press, type ScreenCase } from './reach.ts';

const openPoints = async (page: Page, card: string): Promise<void> => {
  await deskTab(page, '积分');
  await press(page, card);
};
const openActivities = async (page: Page, mock: MockStation): Promise<void> => {
  await openPoints(page, '补录时长');
  await expect(page.getByText('没有卡，按姓找')).toBeVisible();
  mock.scan({ kind: 'CARD', person: { ...WANG, volunteerId: 8, name: '欧阳春花' } });
  await expect(page.getByText('参加了哪个活动')).toBeVisible();
};
const openHours = async (page: Page, mock: MockStation): Promise<void> => {
  await openActivities(page, mock);
  await page.getByRole('button', { name: '选这个' }).nth(1).tap();
  await expect(page.getByText('服务了多久')).toBeVisible();
};
const openWhy = async (page: Page, mock: MockStation): Promise<void> => {
  await openHours(page, mock);
  await press(page, '下一步');
  await expect(page.getByText('为什么没有扫卡')).toBeVisible();
};
const openProof = async (page: Page, mock: MockStation): Promise<void> => {
  await openWhy(page, mock);
  await press(page, '当天停电');
  await press(page, '下一步');
  await expect(page.getByText('凭什么补录').first()).toBeVisible();
};
const openEntry = async (page: Page): Promise<void> => {
  await openPoints(page, '核对和公示');
  await press(page, '补录');
  await page.getByRole('listitem').filter({ hasText: '欧阳春花' }).getByRole('button').tap();
  await expect(page.getByText('纸质签到表 12 号')).toBeVisible();
};

export const BACKFILL_SCREENS: readonly ScreenCase[] = [
  { name: 'backfill-activities', reach: openActivities },
  { name: 'backfill-hours', reach: openHours },
  {
    name: 'backfill-hours-outside',
    reach: async (page, mock) => {
      await openActivities(page, mock);
      await press(page, '不在计划里的服务');
      await expect(page.getByText('日期')).toBeVisible();
    },
  },
  { name: 'backfill-why', reach: openWhy },
  { name: 'backfill-proof', reach: openProof },
  {
    name: 'backfill-sheet',
    reach: async (page, mock) => {
      await openProof(page, mock);
      await press(page, '纸质签到表');
      await expect(page.getByText('签到表是第几号')).toBeVisible();
      await press(page, '1');
      await press(page, '2');
    },
  },
  {
    name: 'backfill-refused',
    reach: async (page, mock) => {
      const [fromMs, toMs] = [Date.UTC(2026, 10, 22, 1), Date.UTC(2026, 10, 22, 3, 30)];
      mock.answer({
        recordBackfill: () => ({ kind: 'REFUSED', reason: { kind: 'OVERLAP', fromMs, toMs } }),
      });
      await openProof(page, mock);
      await press(page, '现场照片');
      await press(page, /^记下/);
      await expect(page.getByRole('alert')).toContainText('09:00 到 11:30 已经有记录');
    },
  },
  {
    name: 'backfill-waiting',
    reach: async (page) => {
      await openPoints(page, '核对和公示');
      await press(page, '补录');
      await expect(page.getByText('欧阳春花')).toBeVisible();
    },
  },
  { name: 'backfill-entry', reach: openEntry },
  {
    name: 'backfill-reject',
    reach: async (page) => {
      await openEntry(page);
      await press(page, '不属实，不予补录');
      await expect(page.getByText('为什么不予补录')).toBeVisible();
    },
  },
  {
    name: 'backfill-pin',
    reach: async (page) => {
      await openEntry(page);
      await press(page, '情况属实，审核通过');
      await expect(page.getByText('请第二个人输入自己的密码')).toBeVisible();
    },
  },
];
