/** How each screen of points, of the notice board and of backups is come to. */
import { expect, type Page } from '@playwright/test';
import type { MockStation } from '../harness/mockStation.ts';
import { ACCOUNTS, BACKUPS, LEDGER, PREVIEW, RESTORED } from '../harness/mockPoints.ts';
import { SIGNED_OUT, STATUS, WANG } from '../harness/mockViews.ts';
import { deskTab, press, shows, type ScreenCase } from './reach.ts';

const openPoints = async (page: Page, card: string): Promise<void> => {
  await deskTab(page, '积分');
  await press(page, card);
};
const openRecord = async (page: Page, mock: MockStation): Promise<void> => {
  await press(page, '我的记录');
  mock.scan({ kind: 'CARD', person: WANG });
  await shows(page, 'record');
};
const openAccount = async (page: Page, mock: MockStation): Promise<void> => {
  await openRecord(page, mock);
  await press(page, '我的积分');
  await shows(page, 'account');
};
const pickByName = async (page: Page): Promise<void> => {
  await press(page, /^李 ·/);
  await press(page, /^李/);
};
const openEntry = async (page: Page, name: string): Promise<void> => {
  await openPoints(page, '核对和公示');
  await page.getByRole('listitem').filter({ hasText: name }).getByRole('button').tap();
};
const openBackups = async (page: Page): Promise<void> => {
  await deskTab(page, '上报');
  await press(page, '备份和恢复');
  await expect(page.getByText('最近一次备份')).toBeVisible();
};

const orderRestore = async (page: Page): Promise<void> => {
  await openBackups(page);
  await press(page, '看看能恢复什么');
  await press(page, '恢复到这一份');
  for (const digit of '1234') await press(page, digit);
  await press(page, '确定');
  await shows(page, 'restoring');
};

export const POINTS_SCREENS: readonly ScreenCase[] = [
  {
    name: 'signed-out-posted',
    reach: async (page, mock) => {
      mock.answer({ sign: () => ({ ...SIGNED_OUT, postedWorkingDays: 3 }) as never });
      mock.scan({ kind: 'CARD', person: WANG });
      await expect(page.getByText('3 个工作日后可用')).toBeVisible();
    },
  },
  { name: 'account', reach: openAccount },
  {
    name: 'account-last',
    reach: async (page, mock) => {
      await openAccount(page, mock);
      await press(page, '下一页');
    },
  },
  {
    name: 'pooling',
    reach: async (page, mock) => {
      await openAccount(page, mock);
      await press(page, '全家一起用积分');
      await shows(page, 'pooling');
    },
  },
  {
    name: 'pooling-given',
    reach: async (page, mock) => {
      mock.answer({
        getAccounts: () => ({ kind: 'ACCOUNTS', accounts: { ...ACCOUNTS, poolingConsent: true } }),
        setPooling: () => ({ kind: 'REFUSED', reason: { kind: 'PERSON_GONE' } }),
      });
      await openAccount(page, mock);
      await press(page, '全家一起用积分');
      await press(page, '收回同意');
      await expect(page.getByRole('alert')).toContainText('本人扫卡');
    },
  },
  { name: 'points-menu', reach: (page) => deskTab(page, '积分') },
  { name: 'points-waiting', reach: (page) => openPoints(page, '核对和公示') },
  { name: 'points-entry', reach: (page) => openEntry(page, '欧阳春花 100') },
  {
    name: 'points-entry-no-role',
    reach: async (page, mock) => {
      mock.answer({ getLedger: () => ({ kind: 'LEDGER', ledger: { ...LEDGER, mayApprove: false } }) });
      await openEntry(page, '欧阳春花 100');
      await expect(page.getByText('这一步要站长')).toBeVisible();
    },
  },
  {
    name: 'points-object',
    reach: async (page) => {
      await openEntry(page, '欧阳春花 100');
      await press(page, '有人提意见');
      await press(page, '别的理由');
      await page.getByRole('textbox').fill('当天不在村里');
    },
  },
  { name: 'points-award', reach: (page) => openPoints(page, '奖励积分') },
  {
    name: 'points-pick',
    reach: async (page) => {
      await openPoints(page, '奖励积分');
      await press(page, '见义勇为');
      await expect(page.getByText('没有卡，按姓找')).toBeVisible();
    },
  },
  {
    name: 'points-pick-name',
    reach: async (page) => {
      await openPoints(page, '奖励积分');
      await press(page, '见义勇为');
      await press(page, /^李 ·/);
      await expect(page.getByText('换一个姓')).toBeVisible();
    },
  },
  {
    name: 'points-award-refused',
    reach: async (page, mock) => {
      mock.answer({
        award: () => ({ kind: 'REFUSED', reason: { kind: 'AWARD_CAP', limit: 200, left: 80 } }),
      });
      await openPoints(page, '奖励积分');
      await press(page, '喜事新办');
      mock.scan({ kind: 'CARD', person: { ...WANG, volunteerId: 8, name: '欧阳春花' } });
      await press(page, '村民反映');
      await press(page, /^记下/);
      await expect(page.getByRole('alert')).toContainText('还能奖励 80 积分');
    },
  },
  {
    name: 'points-saved',
    reach: async (page, mock) => {
      await openPoints(page, '奖励积分');
      await press(page, '见义勇为');
      mock.scan({ kind: 'CARD', person: { ...WANG, volunteerId: 8, name: '欧阳春花' } });
      await press(page, '村民反映');
      await press(page, /^记下/);
      await expect(page.getByRole('status').filter({ hasText: '已记下：奖励积分' })).toBeVisible();
    },
  },
  {
    name: 'points-gift',
    reach: async (page) => {
      await openPoints(page, '捐赠积分');
      await pickByName(page);
      await press(page, '走访慰问');
    },
  },
  {
    name: 'points-entries',
    reach: async (page) => {
      await openPoints(page, '收回积分');
      await pickByName(page);
      await expect(page.getByText('收回哪一条')).toBeVisible();
    },
  },
  {
    name: 'points-second-pin',
    reach: async (page) => {
      await openPoints(page, '收回积分');
      await pickByName(page);
      await page.getByRole('listitem').first().getByRole('button').tap();
      await press(page, '重复记了');
      await press(page, '下一步');
      for (const digit of '0000') await press(page, digit);
      await press(page, '确定');
      await expect(page.getByRole('alert')).toContainText('密码不对');
    },
  },
  { name: 'points-exchanges', reach: (page) => openPoints(page, '退换物品') },
  {
    name: 'points-undo',
    reach: async (page) => {
      await openPoints(page, '退换物品');
      await page.getByRole('listitem').filter({ hasText: '欧阳春花' }).getByRole('button').tap();
      await press(page, '减一件 香皂');
      await press(page, '下一步');
      await press(page, '东西有毛病');
      await press(page, '破损');
    },
  },
  {
    name: 'points-undo-goods',
    reach: async (page) => {
      await openPoints(page, '退换物品');
      await page.getByRole('listitem').filter({ hasText: '欧阳春花' }).getByRole('button').tap();
      await expect(page.getByText('哪些退回来')).toBeVisible();
    },
  },
  {
    name: 'points-several',
    reach: async (page) => {
      await openPoints(page, '核对和公示');
      await press(page, '一次核对几条');
    },
  },
  { name: 'points-notice', reach: (page) => openPoints(page, '打印公示') },
  { name: 'backups', reach: (page) => openBackups(page) },
  {
    name: 'backups-missing',
    reach: async (page, mock) => {
      mock.answer({ listBackups: () => ({ kind: 'BACKUPS', ...BACKUPS, restored: RESTORED }) });
      await openBackups(page);
      await expect(page.getByText('恢复以后还少 2 条记录')).toBeVisible();
    },
  },
  {
    name: 'backup-outcome',
    reach: async (page, mock) => {
      mock.answer({ listBackups: () => ({ kind: 'BACKUPS', ...BACKUPS, restored: RESTORED }) });
      await openBackups(page);
      await press(page, '找回了多少');
      await expect(page.getByText('412 条')).toBeVisible();
      await expect(page.getByText('找回的是 11月20日 06:42 到 11月23日 06:42 的记录')).toBeVisible();
      await expect(page.getByText('11月23日 07:42 签到 王秀英')).toBeVisible();
    },
  },
  {
    name: 'backup-outcome-awaited',
    reach: async (page, mock) => {
      const restored = { ...RESTORED, awaiting: true, lostFromMs: 0, lostToMs: 0, lost: [] };
      mock.answer({ listBackups: () => ({ kind: 'BACKUPS', ...BACKUPS, restored }) });
      await openBackups(page);
      await expect(page.getByText('正在等县里给回来')).toBeVisible();
      await press(page, '找回了多少');
      await expect(page.getByText('县里有的会自己回来')).toBeVisible();
    },
  },
  {
    name: 'backup-outcome-aside',
    reach: async (page, mock) => {
      const lost = RESTORED.lost.map((one) => ({ ...one, aside: true }));
      const restored = { ...RESTORED, asideCount: 2, lost };
      mock.answer({ listBackups: () => ({ kind: 'BACKUPS', ...BACKUPS, restored }) });
      await openBackups(page);
      await expect(page.getByText('有 2 条记录县里没有收')).toBeVisible();
      await press(page, '找回了多少');
      await expect(page.locator('.tag').getByText('县里没有收').first()).toBeVisible();
    },
  },
  {
    name: 'backup-preview',
    reach: async (page) => {
      await openBackups(page);
      await press(page, '看看能恢复什么');
      await expect(page.getByText('会丢')).toBeVisible();
    },
  },
  {
    name: 'backup-preview-unreadable',
    reach: async (page, mock) => {
      const preview = { ...PREVIEW, lost: [], lostCount: 0, lostAtCounty: 0, certain: false };
      mock.answer({ previewRestore: () => ({ kind: 'PREVIEW', preview }) });
      await openBackups(page);
      await press(page, '看看能恢复什么');
      await expect(page.getByText('不知道', { exact: true })).toBeVisible();
      await expect(page.getByText('11月23日 07:42 以后记下、还没有报到县里的')).toBeVisible();
      await expect(page.getByText('没有丢的')).toBeHidden();
    },
  },
  {
    name: 'backup-outcome-unreadable',
    reach: async (page, mock) => {
      const restored = {
        ...RESTORED,
        lostCount: 0,
        lostFromMs: 0,
        lostToMs: 0,
        lost: [],
        unknownSinceMs: 1.7639e12,
      };
      mock.answer({ listBackups: () => ({ kind: 'BACKUPS', ...BACKUPS, restored }) });
      await openBackups(page);
      await press(page, '找回了多少');
      await expect(page.getByText('还没有报到县里的')).toBeVisible();
      await expect(page.getByText('没有丢的')).toBeHidden();
    },
  },
  {
    name: 'backup-pin',
    reach: async (page) => {
      await openBackups(page);
      await press(page, '看看能恢复什么');
      await press(page, '恢复到这一份');
      await expect(page.getByText('请再输一次密码')).toBeVisible();
    },
  },
  {
    name: 'restoring',
    reach: (page) => orderRestore(page),
  },
  {
    name: 'restored',
    reach: async (page, mock) => {
      await orderRestore(page);
      mock.answer({ getStatus: () => ({ ...STATUS, restoreEnd: { kind: 'RESTORED' } }) });
      mock.push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
      await expect(page.getByText('恢复好了')).toBeVisible();
    },
  },
  ...(['BACKUP', 'DISK_FULL', 'OTHER'] as const).map((reason): ScreenCase => ({
    name: `not-restored-${reason.toLowerCase()}`,
    reach: async (page, mock) => {
      await orderRestore(page);
      mock.answer({ getStatus: () => ({ ...STATUS, restoreEnd: { kind: 'NOT_RESTORED', reason } }) });
      mock.push({ event: 'changed', data: { what: ['HOME', 'SHOP', 'DESK'] } });
      await expect(page.getByText('没有恢复成')).toBeVisible();
      await expect(page.getByText('恢复好了')).toBeHidden();
    },
  })),
];
