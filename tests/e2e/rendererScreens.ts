/** How each screen is come to, for the checks that hold on every one of them. */
import { expect, type Page } from '@playwright/test';
import type { MockStation } from '../harness/mockStation.ts';
import { ACTIVITIES, guest, OUYANG, SIGNED_IN, SIGNED_OUT, WANG } from '../harness/mockViews.ts';
import { DATE_SCREENS } from './dateScreens.ts';
import { BACKFILL_SCREENS } from './backfillScreens.ts';
import { POINTS_SCREENS } from './pointsScreens.ts';
import { STICK_SCREENS } from './stickScreens.ts';
import { TROUBLE_SCREENS } from './troubleScreens.ts';
import { deskTab, openDesk, press, shows, type ScreenCase } from './reach.ts';

async function openShop(page: Page, mock: MockStation): Promise<void> {
  await press(page, '爱心超市');
  await shows(page, 'shop');
  mock.scan({ kind: 'CARD', person: WANG });
  await expect(page.getByText('王秀英，您好')).toBeVisible();
}
async function choose(page: Page, ...goods: readonly string[]): Promise<void> {
  for (const name of goods) await press(page, name);
}
async function confirm(page: Page, mock: MockStation, ...goods: readonly string[]): Promise<void> {
  await openShop(page, mock);
  await choose(page, ...goods);
  await press(page, '去兑换');
  await shows(page, 'shop-confirm');
}

export const SCREENS: readonly ScreenCase[] = [
  { name: 'home', reach: (page) => shows(page, 'home') },
  {
    name: 'home-not-ready',
    reach: async (page, mock) => {
      mock.answer({
        getHome: () => ({
          stationId: 1,
          villageName: '',
          townshipName: '',
          countyName: '',
          sample: false,
          ready: false,
          todayActivities: [],
          shop: { open: false, nextOpenMs: 0 },
        }),
      });
      mock.status({ scanner: 'MISSING', clockDoubtful: true });
      mock.push({ event: 'changed', data: { what: ['HOME'] } });
      await expect(page.getByText('还没有准备好')).toBeVisible();
    },
  },
  {
    name: 'home-low',
    reach: async (page, mock) => {
      mock.status({ low: { place: 'BACKUPS', days: 9 } });
      await expect(page.getByText('放备份的盘大约还够用 9 天')).toBeVisible();
    },
  },
  {
    name: 'by-hand',
    reach: async (page) => {
      await press(page, '没带卡');
      await shows(page, 'by-hand');
      for (const digit of '12345') await press(page, digit);
    },
  },
  {
    name: 'by-hand-wrong',
    reach: async (page) => {
      await press(page, '我的记录');
      for (const digit of '1234567890') await press(page, digit);
      await press(page, '确定');
      await expect(page.getByRole('alert')).toContainText('有一位不对');
    },
  },
  {
    name: 'signed-in',
    reach: async (page, mock) => {
      mock.scan({ kind: 'CARD', person: WANG });
      await expect(page.getByText('签到成功')).toBeVisible();
    },
  },
  {
    name: 'signed-in-lapsed',
    reach: async (page, mock) => {
      const others = ACTIVITIES.slice(2);
      const lapsed = { activityName: '铜锣联防夜间巡逻', signedInMs: SIGNED_IN.person.volunteerId };
      mock.answer({
        sign: () =>
          ({ ...SIGNED_IN, person: { ...OUYANG, guest: true }, lapsed, otherActivities: others }) as never,
      });
      mock.scan({ kind: 'CARD', person: OUYANG });
      await expect(page.getByText('没有签退')).toBeVisible();
    },
  },
  {
    name: 'signed-out',
    reach: async (page, mock) => {
      mock.answer({ sign: () => SIGNED_OUT });
      mock.scan({ kind: 'CARD', person: WANG });
      await expect(page.getByText('签退成功')).toBeVisible();
    },
  },
  {
    name: 'sign-refused',
    reach: async (page, mock) => {
      mock.answer({ sign: () => ({ kind: 'REFUSED', person: WANG, reason: { kind: 'NO_ACTIVITY_NOW' } }) });
      mock.scan({ kind: 'CARD', person: WANG });
      await expect(page.getByText('没有可以签到的活动')).toBeVisible();
    },
  },
  {
    name: 'card-revoked',
    reach: async (page, mock) => {
      mock.scan({ kind: 'REVOKED' });
      await expect(page.getByText('这张卡已经停用')).toBeVisible();
    },
  },
  {
    name: 'repeat',
    reach: async (page, mock) => {
      mock.scan({ kind: 'REPEAT', person: WANG });
      await expect(page.getByText('刚才已经记下了')).toBeVisible();
    },
  },
  {
    name: 'record',
    reach: async (page, mock) => {
      await press(page, '我的记录');
      mock.scan({ kind: 'CARD', person: WANG });
      await shows(page, 'record');
    },
  },
  {
    name: 'record-guest',
    reach: async (page, mock) => {
      mock.answer({ openPerson: () => ({ kind: 'OPENED', person: guest(0) }) });
      await press(page, '我的记录');
      mock.scan({ kind: 'CARD', person: OUYANG });
      await shows(page, 'record');
      await expect(page.getByRole('button', { name: '把积分转到这里' })).toBeVisible();
    },
  },
  {
    name: 'record-guest-asked',
    reach: async (page, mock) => {
      mock.answer({ openPerson: () => ({ kind: 'OPENED', person: guest(120, 40) }) });
      await press(page, '我的记录');
      mock.scan({ kind: 'CARD', person: OUYANG });
      await press(page, '把积分转到这里');
      await expect(page.getByText('已经申请，等县里办理')).toBeVisible();
    },
  },
  {
    name: 'shop-guest',
    reach: async (page, mock) => {
      mock.answer({ openPerson: () => ({ kind: 'OPENED', person: guest(0) }) });
      await press(page, '爱心超市');
      await shows(page, 'shop');
      mock.scan({ kind: 'CARD', person: OUYANG });
      await expect(page.getByRole('button', { name: '把积分转到这里' })).toBeVisible();
      await choose(page, '大米');
    },
  },
  {
    name: 'shop-browse',
    reach: async (page, mock) => {
      mock.answer({
        getShop: () => ({ hours: { open: false, nextOpenMs: Date.UTC(2026, 11, 1, 0, 30) }, goods: [] }),
      });
      await press(page, '爱心超市');
      await expect(page.getByText('现在不开门')).toBeVisible();
    },
  },
  {
    name: 'shop',
    reach: async (page, mock) => {
      await openShop(page, mock);
      await choose(page, '面粉', '香皂', '香皂');
    },
  },
  {
    name: 'shop-last-page',
    reach: async (page, mock) => {
      await openShop(page, mock);
      await press(page, '下一页');
      await press(page, '下一页');
    },
  },
  { name: 'shop-confirm', reach: (page, mock) => confirm(page, mock, '面粉', '香皂', '毛巾') },
  { name: 'shop-refused', reach: (page, mock) => confirm(page, mock, '大米', '面粉') },
  {
    name: 'shop-pin',
    reach: async (page, mock) => {
      await confirm(page, mock, '食用油');
      await press(page, '确认兑换');
      await shows(page, 'pin');
      for (const digit of '123') await press(page, digit);
    },
  },
  {
    name: 'shop-result',
    reach: async (page, mock) => {
      await confirm(page, mock, '香皂', '毛巾');
      await press(page, '确认兑换');
      await expect(page.getByText('兑换成功')).toBeVisible();
    },
  },
  {
    name: 'keeper-pin-wrong',
    reach: async (page) => {
      await press(page, '管理员', true);
      for (const digit of '0000') await press(page, digit);
      await press(page, '确定');
      await expect(page.getByText('密码不对')).toBeVisible();
    },
  },
  { name: 'desk-today', reach: (page) => openDesk(page) },
  { name: 'desk-present', reach: (page) => deskTab(page, '在场') },
  {
    name: 'desk-close',
    reach: async (page) => {
      await deskTab(page, '在场');
      await press(page, '补签退');
    },
  },
  { name: 'desk-stock', reach: (page) => deskTab(page, '库存') },
  {
    name: 'desk-stock-form',
    reach: async (page) => {
      await deskTab(page, '库存');
      await press(page, /大米/);
      await press(page, '出库');
    },
  },
  { name: 'desk-rapid', reach: (page) => deskTab(page, '快速签到') },
  {
    name: 'desk-open',
    reach: async (page) => {
      await deskTab(page, '快速签到');
      await press(page, '新开活动');
    },
  },
  {
    name: 'desk-sync',
    reach: async (page, mock) => {
      await deskTab(page, '上报');
      mock.status({ sync: { ...(await sending()) } });
      await expect(page.getByRole('progressbar')).toBeVisible();
    },
  },
  {
    name: 'desk-sync-attention',
    reach: async (page, mock) => {
      await deskTab(page, '上报');
      await expect(page.getByText('需要处理')).toBeVisible();
      await expect(page.getByText('没有', { exact: true })).toBeVisible();
      const attention = { date: 2, refused: 0, missing: 3, aside: 4 };
      mock.status({ sync: { ...(await sending()), state: 'OFFLINE', sendingTotal: 0, attention } });
      await expect(page.getByText('9 条', { exact: true })).toBeVisible();
      await expect(page.locator('.sync-need')).toHaveCount(3);
    },
  },
  {
    name: 'rapid',
    reach: async (page, mock) => {
      mock.status({ rapidActivityId: 2 });
      await shows(page, 'rapid');
      for (const person of [WANG, OUYANG, { ...WANG, name: '李国强' }, { ...WANG, name: '张桂兰' }]) {
        mock.answer({ sign: () => ({ ...SIGNED_IN, person }) });
        mock.scan({ kind: 'CARD', person });
        await expect(page.getByText(person.name).first()).toBeVisible();
      }
      mock.scan({ kind: 'REPEAT', person: OUYANG });
      mock.answer({ sign: () => ({ ...SIGNED_IN, person: OUYANG }) });
      await expect(page.getByText('欧阳春花 已经签过了')).toBeVisible();
      mock.scan({ kind: 'CARD', person: OUYANG });
      await expect(page.locator('.rapid-latest.rapid-IN')).toBeVisible();
    },
  },
  {
    name: 'help',
    reach: async (page) => {
      await press(page, '叫管理员');
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  ...DATE_SCREENS,
  ...TROUBLE_SCREENS,
  ...STICK_SCREENS,
  ...POINTS_SCREENS,
  ...BACKFILL_SCREENS,
];

async function sending() {
  const { STATUS } = await import('../harness/mockViews.ts');
  return { ...STATUS.sync, state: 'SENDING' as const, sendingTotal: 60 };
}
