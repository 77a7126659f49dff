/* global document */
/**
 * Prices: one person proposes another price, a second one confirms it, and it holds from its day.
 * @typedef {import('../server/roster/prices.ts').PriceChange} Change
 */
import { ask, button, element, labelled, openDialog, page } from './dom.js';

const DAY_MS = 86_400_000;
const TEXTS = {
  zh: {
    title: '改价',
    help: '改价要两个人：一人提出，另一人确认。确认后先在村里公示（几天见“规则”），到日子自动换成新价。',
    station: '站号',
    goods: '物品编号',
    points: '新价（积分）',
    from: '从哪天起（如 2026-12-01，要留够公示的日子）',
    by: '处理人姓名',
    reason: '理由（会保存）',
    propose: '提出改价',
    confirm: '确认改价',
    close: '关闭',
    none: '没有等待的改价。',
    line: (/** @type {Change} */ c, /** @type {string} */ day) =>
      `${c.stationId} 号站 ${c.goodsName}：${c.nowPoints} 分 → ${c.unitPoints} 分，${day} 起`,
    waits: (/** @type {Change} */ c) => `${c.by} 提出（${c.reason}），等另一人确认`,
    sure: (/** @type {Change} */ c) =>
      `${c.by} 提出，${c.confirmedBy} 确认${c.appliedMs > 0 ? '，已生效' : '，请在村里公示'}`,
    need: '请把各项填完整；数字只填数字，日期写成 2026-12-01。',
    UNKNOWN_STATION: '没有这个站。',
    UNKNOWN_GOODS: '这个站没有这个编号的物品。',
    SAME_PRICE: '这就是现在的价。',
    TOO_SOON: '新价要先公示，请把日期改晚。',
    SAME_PERSON: '提出的人不能自己确认，请另一个人来。',
    NOTHING_THERE: '这一条已经确认过了。',
    other: '没有办成，请稍后再试。',
  },
  en: {
    title: 'Prices',
    help: 'Two people change a price: one proposes it, another confirms it. Then it is posted in the village first (for how many days, see the rules), and holds from its day by itself.',
    station: 'Number of the station',
    goods: 'Number of the goods',
    points: 'New price (points)',
    from: 'From which day (2026-12-01; after the days of posting)',
    by: 'Your name',
    reason: 'Reason (it is kept)',
    propose: 'Propose it',
    confirm: 'Confirm it',
    close: 'Close',
    none: 'No change of a price is waiting.',
    line: (/** @type {Change} */ c, /** @type {string} */ day) =>
      `station ${c.stationId} ${c.goodsName}: ${c.nowPoints} -> ${c.unitPoints} points, from ${day}`,
    waits: (/** @type {Change} */ c) => `proposed by ${c.by} (${c.reason}), waits for another person`,
    sure: (/** @type {Change} */ c) =>
      `proposed by ${c.by}, confirmed by ${c.confirmedBy}${c.appliedMs > 0 ? ', in force' : ': post it in the village'}`,
    need: 'Fill in everything; numbers in digits, the day like 2026-12-01.',
    UNKNOWN_STATION: 'There is no such station.',
    UNKNOWN_GOODS: 'The station has no goods of that number.',
    SAME_PRICE: 'That is the price in force.',
    TOO_SOON: 'A new price is posted first: give a later day.',
    SAME_PERSON: 'Whoever proposed it cannot confirm it: another person must.',
    NOTHING_THERE: 'It was confirmed already.',
    other: 'That did not work; try again later.',
  },
};

/** @param {string} text */
const numberIn = (text) => (/^[1-9]\d{0,8}$/.test(text) ? Number(text) : NaN);

/** Opens the changes under way, and what is needed to propose one. */
export async function openPrices() {
  const t = TEXTS[page.language];
  const answer = await ask('GET', '/admin/prices');
  /** @type {readonly Change[]} */
  const changes = answer.ok ? answer.value.changes : [];
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  const fields = [t.station, t.goods, t.points, t.from, t.by, t.reason].map((label) => {
    const input = document.createElement('input');
    input.maxLength = 100;
    return { label, input };
  });
  const done = async (/** @type {Promise<{ ok: boolean, kind?: string }>} */ asked) => {
    const { ok, kind } = await asked;
    if (!ok) {
      problem.textContent = t[/** @type {'TOO_SOON'} */ (kind)] ?? t.other;
      return;
    }
    dialog.close();
    await openPrices();
  };
  const propose = async () => {
    const [station = '', goods = '', points = '', from = '', by = '', reason = ''] = fields.map(({ input }) =>
      input.value.trim(),
    );
    const fromDay = /^\d{4}-\d\d-\d\d$/.test(from) ? Date.parse(`${from}T00:00:00Z`) / DAY_MS : NaN;
    const [stationId, goodsId, unitPoints] = [numberIn(station), numberIn(goods), numberIn(points)];
    if (
      ![stationId, goodsId, unitPoints, fromDay].every(Number.isSafeInteger) ||
      by === '' ||
      reason === ''
    ) {
      problem.textContent = t.need;
      return;
    }
    await done(ask('POST', '/admin/prices', { stationId, goodsId, unitPoints, fromDay, by, reason }));
  };
  const list = element('ul', '');
  for (const change of changes) {
    const day = new Date(change.fromDay * DAY_MS).toISOString().slice(0, 10);
    const line = element('li', '', element('strong', '', t.line(change, day)));
    if (change.confirmedBy !== '') line.append(element('p', 'quiet', t.sure(change)));
    else {
      const name = document.createElement('input');
      name.maxLength = 100;
      const confirm = () =>
        done(ask('POST', '/admin/prices/confirm', { changeId: change.changeId, by: name.value.trim() }));
      const act = element('p', 'buttons', button(t.confirm, '', confirm));
      line.append(element('p', 'quiet', t.waits(change)), labelled(t.by, name), act);
    }
    list.append(line);
  }
  const shown = changes.length === 0 ? element('p', 'quiet', t.none) : list;
  const dialog = openDialog(t.title, element('p', 'quiet', t.help), shown);
  const close = button(t.close, '', () => dialog.close());
  dialog.append(
    ...fields.map(({ label, input }) => labelled(label, input)),
    problem,
    element('p', 'buttons', close, button(t.propose, 'main', propose)),
  );
}
