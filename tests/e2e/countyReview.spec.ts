/**
 * After a theft: the county's page shows nobody anything before the login. The administrator reads what the stolen
 * machine sent, takes in what was recorded before the theft, and discards the rest, with a name and a reason.
 */
import { expect, test } from '@playwright/test';
import { makeSampleVillage } from '../../county/sample/village.ts';
import { raiseAlerts } from '../../county/server/alerts.ts';
import { hex } from '../../county/server/codecs.ts';
import { putReference } from '../../county/server/reference.ts';
import { encodeBatch } from '../../domain/wire/batch.ts';
import { sealMessage } from '../../domain/wire/envelope.ts';
import { listeningCounty } from '../harness/countyDatabase.ts';
import { makeKeys, runOf, villageEvents } from '../harness/wire.ts';
import { logInBy } from './countyLogin.ts';

const AT = { stationId: 1, incarnation: 'aaaaaaaaaaaaaaaa' };
const EVENTS = villageEvents(80, 5);

test('what a stolen machine sent is read, taken in and discarded by whoever is logged in', async ({
  page,
}) => {
  const { county, url } = await listeningCounty({ sample: false });
  try {
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    const keys = makeKeys();
    await county.context.db
      .insertInto('station_key')
      .values({ station_id: 1, public_key: hex(keys.publicKey), enrolled_ms: 1, revoked_ms: 2 })
      .execute();
    const first = runOf(EVENTS.slice(0, 40), AT);
    const second = runOf(EVENTS.slice(40), { ...AT, firstSeq: 41, previousHash: first.headHash });
    for (const run of [first, second]) {
      const body = encodeBatch(run);
      const message = { kind: 'BATCH', nonce: new Uint8Array(8).fill(1), signer: 1, body } as const;
      const sealed = Buffer.from(sealMessage(message, keys.seal, { packed: false, stored: body }));
      expect((await fetch(`${url}/v1/batch`, { method: 'POST', body: sealed })).status).toBe(403);
    }

    await page.setViewportSize({ width: 1366, height: 768 });
    await page.goto(url);
    await expect(page.getByText('请先点右上角“管理员登录”')).toBeVisible();
    await expect(page.locator('#main')).toBeHidden();
    await logInBy(page, county.adminToken);
    await expect(page.locator('#stations article')).toHaveCount(1);

    const kept = page.locator('#aside li');
    await expect(kept).toHaveCount(2);
    await expect(kept.nth(0)).toContainText('第 1 到 40 条，共 40 条');
    await expect(kept.nth(1)).toContainText('请先收下更早的');
    await page.locator('#aside-section').scrollIntoViewIfNeeded();
    await page.screenshot({ path: 'test-results/aside.png' });
    const decide = async (choice: string): Promise<void> => {
      await kept.nth(0).getByRole('button', { name: '处理' }).click();
      await page.getByText('查看内容').click();
      await expect(page.locator('dialog .fact').first()).toBeVisible();
      await page.getByText(choice).click();
      await page.getByLabel('处理人姓名').fill('王主任');
      await page.getByLabel(/^理由/).fill('被盗前的记录，已核对');
      if (choice.startsWith('收下')) await page.screenshot({ path: 'test-results/aside-dialog.png' });
      await page.getByRole('button', { name: '确定' }).click();
      await expect(page.locator('dialog')).toHaveCount(0);
    };
    await decide('收下：');
    await expect(kept).toHaveCount(1);
    await expect(page.locator('#stations')).toContainText('40');
    await decide('作废：');
    await expect(page.locator('#aside-section')).toBeHidden();
    const rows = await county.context.db.selectFrom('quarantine').select(['state', 'decided_by']).execute();
    expect(rows.map(({ state }) => state).sort()).toEqual(['DISCARDED', 'TAKEN']);

    await page.getByRole('button', { name: '退出登录' }).click();
    await expect(page.locator('#stations article')).toHaveCount(0);
  } finally {
    await county.close();
  }
});

test('after a morning on which hundreds of alerts came, those of one kind are settled together', async ({
  page,
}) => {
  const { county, url } = await listeningCounty();
  try {
    const { db } = county.context;
    const raise = (kind: 'CLOCK' | 'ACCOUNT', count: number) =>
      db.transaction().execute((tx) =>
        raiseAlerts(
          tx,
          AT,
          Array.from({ length: count }, (_, i) => ({ kind, seq: i + 1 })),
          Date.now(),
        ),
      );
    await raise('CLOCK', 60);
    await raise('ACCOUNT', 3);
    await page.setViewportSize({ width: 1366, height: 768 });
    await page.goto(url);
    await logInBy(page, county.adminToken);
    await expect(page.locator('#inbox > li')).toHaveCount(50);
    await page.getByRole('button', { name: '看更早的' }).click();
    await expect(page.locator('#inbox > li')).toHaveCount(13);
    await page.getByLabel('只看这个站（编号）').fill('2');
    await page.getByLabel('只看这个站（编号）').press('Enter');
    await expect(page.getByText('没有需要处理的事项。')).toBeVisible();
    await page.getByLabel('只看这个站（编号）').fill('1');
    await page.getByLabel('只看这个站（编号）').press('Enter');
    await page.getByRole('button', { name: /^该站的时钟走错了.* 60$/ }).click();
    // At hand above the fifty, not below them.
    await expect(page.getByRole('button', { name: '一起处理这 60 件' })).toBeInViewport();
    await page.screenshot({ path: 'test-results/inbox-filter.png' });
    await page.getByRole('button', { name: '一起处理这 60 件' }).click();
    await page.getByText('已核实，备查').click();
    await page.getByRole('button', { name: '确定' }).click();
    await expect(page.getByRole('alert').filter({ hasText: '请选择一项' })).toBeVisible();
    await page.getByLabel('处理人姓名').fill('王主任');
    await page.getByLabel(/^理由/).fill('换过电池，逐站打过电话');
    await page.screenshot({ path: 'test-results/inbox-together.png' });
    await page.getByRole('button', { name: '确定' }).click();
    await expect(page.locator('#inbox > li')).toHaveCount(3);
    const open = await db.selectFrom('alert').select('kind').where('state', '=', 'OPEN').execute();
    expect(open.map(({ kind }) => kind)).toEqual(['ACCOUNT', 'ACCOUNT', 'ACCOUNT']);
  } finally {
    await county.close();
  }
});
