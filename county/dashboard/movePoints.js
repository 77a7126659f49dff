/* global document */
/**
 * The administrator moves points of one account from a station to another: for whoever cannot ask for it themselves.
 * @typedef {import('../server/stations.ts').StationOverview} Station
 */
import { ask, button, element, labelled, openDialog, page } from './dom.js';

const TEXTS = {
  zh: {
    move: '转出积分',
    whose: '谁的积分',
    PERSON: '志愿者本人的积分',
    GIFT: '志愿者得到的捐赠积分',
    HOUSEHOLD: '户的积分',
    number: '志愿者编号或户号',
    toHousehold: '转给哪一户（填户号；还是这一户就不填）',
    onlyEmpty: '只有在所有村的名册里都没有人的户，积分才能转给另一户。',
    to: '转到哪个站（填站号）',
    points: '转多少分（不填就是全部）',
    by: '处理人姓名',
    reason: '理由（会保存）',
    cancel: '取消',
    close: '关闭',
    need: '请填编号、站号、姓名和理由；分数只填数字。',
    done: '已登记。原站下次联系县里时交出积分，再下次联系时新站开出；进度见“正在转移的积分”。',
    failed: {
      UNKNOWN_STATION: '没有这个站，请核对站号。',
      LOST_STATION: '两个站中有一个已申报丢失，请另填一个。',
      SAME_STATION: '积分就在这个站，请填另一个站。',
      HAS_MEMBERS: '这一户在名册里还有人，积分归他们，不能转给别的户。',
      UNKNOWN_HOUSEHOLD: '要转到的那个站的名册里没有这一户的人，请核对户号和站号。',
      NOT_FOUND: '登录已过期，请重新登录。',
      MALFORMED: '请填编号、站号、姓名和理由；分数只填数字。',
      other: '没有办成，请稍后再试。',
    },
  },
  en: {
    move: 'Move points',
    whose: 'Whose points',
    PERSON: "A volunteer's own",
    GIFT: 'Gifts to a volunteer',
    HOUSEHOLD: "A household's",
    number: 'Number of the volunteer or household',
    toHousehold: 'To which household? (its number; empty: the same)',
    onlyEmpty: 'Only points of a household that has nobody in any village’s register can go to another one.',
    to: 'To which station? (its number)',
    points: 'How many points? (empty: all)',
    by: 'Your name',
    reason: 'Reason (it is kept)',
    cancel: 'Cancel',
    close: 'Close',
    need: 'Give the number, the station, a name and a reason; points in digits.',
    done: 'Noted. The station gives the points up when it calls next, and the other opens them when it calls after that: see Points on their way.',
    failed: {
      UNKNOWN_STATION: 'There is no such station.',
      LOST_STATION: 'One of the two stations was declared lost: give another.',
      SAME_STATION: 'The points are at that station: give another.',
      HAS_MEMBERS: 'That household has people in a register still: the points are theirs.',
      UNKNOWN_HOUSEHOLD:
        'That household has nobody in the register of the station to move to: check both numbers.',
      NOT_FOUND: 'The login is over: log in again.',
      MALFORMED: 'Give the number, the station, a name and a reason; points in digits.',
      other: 'That did not work; try again later.',
    },
  },
};

/** @param {string} [inputMode] */
function field(inputMode = 'text') {
  const input = document.createElement('input');
  input.inputMode = inputMode;
  input.maxLength = 60;
  input.autocomplete = 'off';
  return input;
}

/**
 * Whose points: one of three, the first unless another is chosen. @param {(holder: string) => void} onChange
 * @returns {[Node, () => string]}
 */
function holderChoice(onChange) {
  const t = TEXTS[page.language];
  const set = element('fieldset', '', element('legend', '', t.whose));
  const inputs = /** @type {const} */ (['PERSON', 'GIFT', 'HOUSEHOLD']).map((holder, i) => {
    const input = document.createElement('input');
    input.type = 'radio';
    input.name = 'holder';
    input.value = holder;
    input.checked = i === 0;
    input.addEventListener('change', () => onChange(holder));
    const label = element('label', 'choice', input, element('span', '', t[holder]));
    set.append(label);
    return input;
  });
  return [set, () => inputs.find(({ checked }) => checked)?.value ?? 'PERSON'];
}

/** Digits alone, or NaN: nothing is guessed. @param {HTMLInputElement} input */
const numberIn = ({ value }) => (/^[1-9]\d{0,14}$/.test(value.trim()) ? Number(value.trim()) : NaN);

/** @param {Station} station */
function askWhatToMove(station) {
  const t = TEXTS[page.language];
  const toHousehold = field('numeric');
  const otherHousehold = element(
    'div',
    '',
    labelled(t.toHousehold, toHousehold),
    element('p', 'quiet', t.onlyEmpty),
  );
  otherHousehold.hidden = true;
  const [whose, holder] = holderChoice((chosen) => (otherHousehold.hidden = chosen !== 'HOUSEHOLD'));
  const number = field('numeric');
  const to = field('numeric');
  to.setAttribute('list', 'station-list');
  const points = field('numeric');
  const by = field();
  const reason = document.createElement('textarea');
  reason.rows = 2;
  reason.maxLength = 400;
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  const move = async () => {
    const isOther = holder() === 'HOUSEHOLD' && toHousehold.value.trim() !== '';
    const wanted = {
      holder: holder(),
      holderId: numberIn(number),
      ...(isOther && { toHolderId: numberIn(toHousehold) }),
      fromStationId: station.stationId,
      toStationId: numberIn(to),
      points: points.value.trim() === '' ? null : numberIn(points),
      by: by.value.trim(),
      reason: reason.value.trim(),
    };
    const isWhole = [wanted.holderId, wanted.toHolderId ?? 1, wanted.toStationId, wanted.points ?? 0].every(
      Number.isSafeInteger,
    );
    if (!isWhole || wanted.by === '' || wanted.reason === '') {
      problem.textContent = t.need;
      return;
    }
    const answer = await ask('POST', '/admin/transfers', wanted);
    if (!answer.ok) {
      problem.textContent = t.failed[/** @type {'other'} */ (answer.kind)] ?? t.failed.other;
      return;
    }
    const close = button(t.close, 'main', () => dialog.close());
    dialog.replaceChildren(
      ...[title(), element('p', '', t.done), element('p', 'buttons', close)].filter((node) => node !== null),
    );
  };
  const dialog = openDialog(`${t.move} · ${station.name}`, whose);
  const title = () => dialog.querySelector('h2');
  for (const [text, input] of /** @type {const} */ ([
    [t.number, number],
    [t.to, to],
    [t.points, points],
    [t.by, by],
    [t.reason, reason],
  ]))
    dialog.append(labelled(text, input), ...(input === number ? [otherHousehold] : []));
  const no = button(t.cancel, '', () => dialog.close());
  dialog.append(problem, element('p', 'buttons', no, button(t.move, 'main', move)));
}

/** The button of a station. @param {Station} station */
export function moveButton(station) {
  return button(TEXTS[page.language].move, '', () => askWhatToMove(station));
}
