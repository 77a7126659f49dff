/**
 * Every screen, at the three sizes: what a villager has to be able to read, reach and tell apart. The station
 * behind the screens is a mock (tests/harness/mockStation.ts); that what is shown is true is for other tests.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { startMockStation, type MockStation } from '../harness/mockStation.ts';
import { DESK, SIGNED_IN, WANG } from '../harness/mockViews.ts';
import { SCREENS } from './rendererScreens.ts';

// Each test has a mock station of its own, so they may run side by side.
test.describe.configure({ mode: 'parallel' });

const SIZES = [
  { name: 'lying 1080p', width: 1920, height: 1080 },
  { name: 'standing 1080p', width: 1080, height: 1920 },
  { name: 'small', width: 1366, height: 768 },
] as const;
/** STACK.md 4 and RULES.md B1.21, at 1080p; a smaller panel of the same form shows the same picture smaller. */
const MIN_TEXT_PX = 28;
const MIN_TARGET_PX = 96;

let mock: MockStation;
let complaints: string[];
test.beforeEach(async ({ page }) => {
  mock = await startMockStation();
  complaints = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
});
test.afterEach(() => mock.close());

async function openHome(page: Page): Promise<void> {
  await page.goto(mock.url);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
}

/** What is too small, or lies outside of the window or of its part of the screen. */
function measure(page: Page, scale: number): Promise<string[]> {
  return page.evaluate(
    ({ minText, minTarget }) => {
      const found: string[] = [];
      const nameOf = (element: Element) => `${element.className} "${element.textContent.slice(0, 20)}"`;
      const shown = (element: Element) => element.checkVisibility() && element.getClientRects().length > 0;
      for (const element of document.querySelectorAll('#root *')) {
        if (!shown(element) || element.closest('svg') !== null) continue;
        const box = element.getBoundingClientRect();
        const text = [...element.childNodes].some(
          (node) => node.nodeType === Node.TEXT_NODE && (node.textContent ?? '').trim() !== '',
        );
        const size = Number.parseFloat(getComputedStyle(element).fontSize);
        if (text && size < minText) found.push(`text of ${size} px: ${nameOf(element)}`);
        if (element.tagName === 'BUTTON' && Math.min(box.width, box.height) < minTarget)
          found.push(`target of ${Math.round(box.width)} x ${Math.round(box.height)} px: ${nameOf(element)}`);
        const part = (
          element.closest('.result-sheet, main, header, footer, dialog') ?? document.body
        ).getBoundingClientRect();
        const outside =
          box.right > part.right + 1 ||
          box.bottom > part.bottom + 1 ||
          box.left < part.left - 1 ||
          box.top < part.top - 1;
        if (outside) found.push(`outside of its part: ${nameOf(element)}`);
        const style = getComputedStyle(element);
        if (style.overflowX === 'auto' || style.overflowY === 'auto' || style.overflowY === 'scroll')
          found.push(`scrolls: ${nameOf(element)}`);
      }
      const { scrollWidth, scrollHeight } = document.documentElement;
      if (scrollWidth > innerWidth || scrollHeight > innerHeight) found.push('the page scrolls');
      return found;
    },
    { minText: MIN_TEXT_PX * scale - 0.1, minTarget: MIN_TARGET_PX * scale - 0.1 },
  );
}

/** Turns the panel, and waits until the page has drawn itself for it. */
async function turn(page: Page, { width, height }: (typeof SIZES)[number]): Promise<number> {
  await page.setViewportSize({ width, height });
  await page.evaluate(
    () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
  );
  return Math.min(width, height) / 1080;
}

for (const screen of SCREENS) {
  test(`${screen.name} can be read, touched and told apart at three sizes`, async ({ page }) => {
    await openHome(page);
    await screen.reach(page, mock);
    await page.evaluate(() => document.fonts.ready);
    // Within the page: a second, empty one for the sums is only needed where there are frames of others.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
    for (const size of SIZES) {
      const scale = await turn(page, size);
      expect([size.name, ...(await measure(page, scale))]).toEqual([size.name]);
      // A touch keeps a result on the screen, however long a busy test machine takes.
      await page.evaluate(() => window.dispatchEvent(new PointerEvent('pointerdown')));
    }
    expect(complaints, 'the policy of the page was kept').toEqual([]);
  });
}

test('larger text and English fit too', async ({ page }) => {
  await openHome(page);
  await page.getByRole('button', { name: '大字' }).tap();
  expect(await measure(page, 1)).toEqual([]);
  await page.getByRole('button', { name: 'English' }).tap();
  await expect(page.getByText('Hold your volunteer card')).toBeVisible();
  expect(await measure(page, 1)).toEqual([]);
});

/** The newer screens, of each kind the fullest. */
const FULL_SCREENS = [
  'account',
  'pooling',
  'points-waiting',
  'points-entry',
  'backups',
  'backup-preview',
  'home-date',
  'desk-date',
  'signed-out-date',
  'trouble-backups',
  'trouble-preview',
];
for (const { name, reach } of SCREENS.filter((screen) => FULL_SCREENS.includes(screen.name)))
  test(`larger text and English fit on ${name}`, async ({ page }) => {
    const found: Record<string, readonly string[]> = {};
    await openHome(page);
    await reach(page, mock);
    for (const key of ['大字', 'English']) {
      await page.getByRole('button', { name: key }).tap();
      for (const size of SIZES) {
        const problems = await measure(page, await turn(page, size));
        if (problems.length > 0) found[`${key}, ${size.name}`] = problems.slice(0, 3);
      }
      await turn(page, SIZES[0]);
    }
    expect(found).toEqual({});
  });

test('the question for the date leads the keeper to it, and is gone once somebody vouched', async ({
  page,
}) => {
  await openHome(page);
  const screen = SCREENS.find(({ name }) => name === 'desk-date');
  await screen?.reach(page, mock);
  mock.answer({ getDesk: () => ({ kind: 'DESK', desk: DESK }) });
  await page.getByRole('button', { name: '对，日期没错' }).tap();
  await expect(page.getByRole('heading', { name: '今天是' })).toHaveCount(0);
  expect(mock.calls.filter(({ method }) => method === 'confirmDate')).toHaveLength(1);
  mock.status({ dateToConfirm: false });
  await page.getByRole('button', { name: '锁定并离开' }).tap();
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
  await expect(page.getByRole('button', { name: '确认今天的日期' })).toHaveCount(0);
});

test('the bundled font draws the Chinese: no system font is needed', async ({ page }) => {
  await openHome(page);
  const loaded = await page.evaluate(async () => {
    await document.fonts.ready;
    return [...document.fonts].filter((face) => face.status === 'loaded').length;
  });
  expect(loaded).toBeGreaterThan(3);
});

/** Runs in the page: all keys at once, faster than any scanner, so that a busy test machine does not slow them. */
function typeAsScanner(text: string): void {
  const codes = Array.from(text, (char) => (/[A-Z]/.test(char) ? `Key${char}` : `Digit${char}`));
  for (const code of [...codes, 'Enter'])
    for (const type of ['keydown', 'keyup']) {
      const key = code === 'Enter' ? 'Enter' : code.slice(-1).toLowerCase();
      const event = new KeyboardEvent(type, { code, key, bubbles: true, cancelable: true });
      document.activeElement?.dispatchEvent(event);
    }
}

test('a scan that types reaches the station whole, and presses no button on its way', async ({ page }) => {
  await openHome(page);
  // A button that has the focus would be pressed by the scanner's Enter.
  await page.getByRole('button', { name: '我的记录' }).focus();
  const text = `VC1${'A2B3C4D5E6F7'.repeat(10)}`;
  await page.evaluate(typeAsScanner, text);
  await expect(page.getByText('签到成功')).toBeVisible();
  const scans = mock.calls.filter(({ method }) => method === 'submitScan');
  expect(scans.map(({ input }) => input)).toEqual([{ text: text.toLowerCase(), source: 'WEDGE' }]);
  await expect(page.locator('[data-screen="sign-result"]')).toBeVisible();
});

test('the next scan takes the place of the result that is being shown', async ({ page }) => {
  await openHome(page);
  mock.scan({ kind: 'CARD', person: WANG });
  await expect(page.getByText('王秀英')).toBeVisible();
  mock.answer({
    sign: () => ({
      kind: 'REFUSED',
      person: { ...WANG, name: '李国强' },
      reason: { kind: 'NO_ACTIVITY_NOW' },
    }),
  });
  mock.scan({ kind: 'CARD', person: WANG });
  await expect(page.getByText('李国强')).toBeVisible();
  await expect(page.getByText('王秀英')).toHaveCount(0);
});

test('a connection that is lost is told calmly and taken up again', async ({ page }) => {
  await openHome(page);
  const { url } = mock;
  await mock.close();
  await expect(page.getByText('正在重新连接')).toBeVisible();
  expect(url).toContain('#token=');
  expect(page.url(), 'the token is not left in the address').not.toContain('token');
});

test('after a minute and a countdown the person is gone, and the station is told', async ({ page }) => {
  await page.clock.install();
  await openHome(page);
  await page.getByRole('button', { name: '我的记录' }).tap();
  mock.scan({ kind: 'CARD', person: WANG });
  await expect(page.locator('[data-screen="record"]')).toBeVisible();
  await page.clock.runFor(61_000);
  await expect(page.getByRole('dialog', { name: '还在吗' })).toBeVisible();
  await page.getByRole('button', { name: '我还在' }).tap();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.clock.runFor(61_000);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.clock.runFor(15_000);
  await expect(page.locator('[data-screen="home"]')).toBeVisible();
  await expect(page.getByText('王秀英')).toHaveCount(0);
  expect(mock.calls.filter(({ method }) => method === 'closePerson')).toHaveLength(1);
});

test('a second tap on the confirmation is the same request', async ({ page }) => {
  await openHome(page);
  const screen = SCREENS.find(({ name }) => name === 'shop-confirm');
  await screen?.reach(page, mock);
  let answers = 0;
  mock.answer({
    quoteBasket: () => ({ kind: 'FINE', totalPoints: 240, remainingPoints: 145, needsKeeper: false }),
    redeem: () => {
      answers += 1;
      if (answers === 1) throw new Error('the first try fails after it was sent');
      return { kind: 'REFUSED', reason: { kind: 'SHOP_CLOSED', nextOpenMs: 0 } };
    },
  });
  await page.getByRole('button', { name: '加一件 面粉' }).tap();
  const confirm = page.getByRole('button', { name: '确认兑换' });
  await confirm.tap();
  await expect(page.getByRole('alert').filter({ hasText: '再试一次' })).toBeVisible();
  await confirm.tap();
  await expect(page.getByText('爱心超市现在不开门')).toBeVisible();
  const ids = mock.calls
    .filter(({ method }) => method === 'redeem')
    .map(({ input }) => (input as { requestId: string }).requestId);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(1);
});

test('rapid mode counts each person once and needs no touch', async ({ page }) => {
  await openHome(page);
  mock.status({ rapidActivityId: SIGNED_IN.kind === 'SIGNED_IN' ? SIGNED_IN.activity.id : 0 });
  await expect(page.locator('[data-screen="rapid"]')).toBeVisible();
  for (let i = 0; i < 12; i += 1) mock.scan({ kind: 'CARD', person: WANG });
  mock.scan({ kind: 'REPEAT', person: WANG });
  await expect(page.locator('.rapid-figure')).toHaveText('12');
  await expect(page.getByRole('button', { name: '首页' })).toHaveCount(0);
});
