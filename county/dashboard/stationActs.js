/* global DOMParser, document */
/**
 * What the administrator does about a station: a code for a machine, an end to its keys, and declaring it lost with
 * what that would cost before it is done.
 * @typedef {import('../server/stations.ts').StationOverview} Station
 * @typedef {import('../server/lost.ts').LostPreview} LostPreview
 */
import { ask, button, element, figure, grouped, labelled, openDialog, page, when } from './dom.js';
import { moveButton } from './movePoints.js';
import { isLoggedIn } from './session.js';

const TEXTS = {
  zh: {
    code: '配对码',
    replace: '更换机器',
    revoke: '吊销',
    lost: '申报丢失',
    cancel: '取消',
    close: '关闭',
    codeHelp: '在新机器首次开机的画面上扫描或输入：',
    replaceHelp:
      '新机器用这个码配对成功后，旧机器随即停用；旧机器没送到的记录可用U盘补送。在新机器首次开机的画面上扫描或输入：',
    until: (/** @type {string} */ at) => `有效期到 ${at}，只能用一次。`,
    revokeHelp: '吊销后，这台机器立即不能再与县里联系，未送到的记录要由人工核对。要恢复，须重新发配对码。',
    revoked: (/** @type {number} */ n) => (n > 0 ? `已吊销 ${n} 个密钥。` : '该站没有可吊销的密钥。'),
    failed: {
      HAS_MACHINE: '该站已经有机器。要换一台，请用“更换机器”。',
      NO_MACHINE: '该站没有在用的机器。新机器请用“配对码”。',
      LOST_STATION: '该站已申报丢失，请给村里一个新站号。',
      NOT_FOUND: '登录已过期，请重新登录。',
      other: '没有办成，请稍后再试。',
    },
    elseToFailed: {
      MALFORMED: '请填站号，只填数字。',
      UNKNOWN_STATION: '没有这个站，请核对站号。',
      LOST_STATION: '这个站就是丢失的站，或者也已丢失，请另填一个。',
    },
    share: (/** @type {number} */ station, /** @type {number} */ accounts, /** @type {number} */ points) =>
      `在 ${station} 号站开出：${figure(accounts)} 个账户，${figure(points)} 分。`,
    elseTo: '没有其他去处的积分，转到哪个站？（填站号）',
    preview: '先看影响',
    declare: '确认丢失，不可撤销',
    by: '处理人姓名',
    reason: '理由（会保存）',
    need: '请先看影响，并填写姓名和理由。',
    declared: '已申报丢失。积分将在各站下次联系时开出。',
    cost: (/** @type {LostPreview} */ p) => [
      `上次联系：${p.lastContactMs === 0 ? '从未' : when(p.lastContactMs)}；还有 ${figure(p.unsentFacts)} 条记录没有送到。`,
      `${figure(p.shares.length)} 个账户（志愿者、户、捐赠积分）的 ${figure(p.points)} 分将在别的站开出；另有 ${figure(p.onTheWayPoints)} 分正在路上。`,
      `该站上次联系之后兑出的部分会被花两次：最多 ${figure(p.points + p.onTheWayPoints)} 分，由县里承担。`,
      `${figure(p.frozenPoints)} 分还没公示完或有异议，没有到账，不能转移；属实的，由新站重新登记。`,
      `有人在该站还欠 ${figure(p.owedPoints)} 分（记错后收回的），宣布丢失后就不再追还。`,
    ],
  },
  en: {
    code: 'Code',
    replace: 'Replace machine',
    revoke: 'Revoke',
    lost: 'Declare lost',
    cancel: 'Cancel',
    close: 'Close',
    codeHelp: 'To scan or type on the first screen of the new machine:',
    replaceHelp:
      'When the new machine has paired by this code the old one is out of use; what it has not sent can still come by stick. To scan or type on the first screen of the new machine:',
    until: (/** @type {string} */ at) => `Valid once, until ${at}.`,
    revokeHelp:
      'The machine is refused at once; records that it has not sent will be looked at by a person. A new code is needed to bring it back.',
    revoked: (/** @type {number} */ n) =>
      n > 0 ? `${n} keys are revoked.` : 'The station has no key to revoke.',
    failed: {
      HAS_MACHINE: 'The station has a machine. To put another in its place: Replace machine.',
      NO_MACHINE: 'The station has no machine at work. For a new one: Code.',
      LOST_STATION: 'The station was declared lost: give its village a new number.',
      NOT_FOUND: 'The login is over: log in again.',
      other: 'That did not work; try again later.',
    },
    elseToFailed: {
      MALFORMED: 'Give the number of a station, in digits.',
      UNKNOWN_STATION: 'There is no such station.',
      LOST_STATION: 'That is the lost station itself, or one that is lost too: give another.',
    },
    share: (/** @type {number} */ station, /** @type {number} */ accounts, /** @type {number} */ points) =>
      `Opened at station ${station}: ${figure(points)} points of ${figure(accounts)} accounts.`,
    elseTo: 'Which station gets points that have no other place? (its number)',
    preview: 'Show what it costs',
    declare: 'Declare lost, for good',
    by: 'Your name',
    reason: 'Reason (it is kept)',
    need: 'Look at the cost first, and give a name and a reason.',
    declared: 'Declared lost. The points open at the other stations when they call next.',
    cost: (/** @type {LostPreview} */ p) => [
      `Last contact: ${p.lastContactMs === 0 ? 'never' : when(p.lastContactMs)}; ${figure(p.unsentFacts)} records have not come.`,
      `${figure(p.points)} points of ${figure(p.shares.length)} accounts (volunteers, households, gifts) open at other stations; ${figure(p.onTheWayPoints)} more are on their way.`,
      `Whatever it gave out since is spent twice: ${figure(p.points + p.onTheWayPoints)} points at most, at the county's cost.`,
      `${figure(p.frozenPoints)} points were not posted to their end, or held by an objection, and do not move; another station may record them anew.`,
      `${figure(p.owedPoints)} points are owed there, taken back after they were spent: once it is lost, nobody asks for them any more.`,
    ],
  },
};
const words = () => TEXTS[page.language];

/** @param {string} title @param {...Node} content */
function tell(title, ...content) {
  const dialog = openDialog(title, ...content);
  dialog.append(
    element(
      'p',
      'buttons',
      button(words().close, 'main', () => dialog.close()),
    ),
  );
}

/** @param {string} kind */
const why = (kind) => words().failed[/** @type {'other'} */ (kind)] ?? words().failed.other;
/** @param {string} title @param {string} kind */
const failed = (title, kind) => tell(title, element('p', 'problem', why(kind)));

/** @param {Station} station @param {'codes' | 'replace'} path */
async function showCode(station, path) {
  const t = words();
  const title = `${path === 'codes' ? t.code : t.replace} · ${station.name}`;
  const answer = await ask('POST', `/admin/${path}/${station.stationId}`);
  if (!answer.ok) {
    failed(title, answer.kind);
    return;
  }
  const { code, svg, expiresMs } = answer.value;
  const help = element('p', '', path === 'codes' ? t.codeHelp : t.replaceHelp);
  const content = [help, element('p', 'code', code)];
  if (typeof svg === 'string') {
    const picture = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
    content.splice(1, 0, element('div', 'qr', document.importNode(picture, true)));
  }
  if (typeof expiresMs === 'number') content.push(element('p', 'quiet', t.until(when(expiresMs))));
  tell(title, ...content);
}

/** @param {Station} station */
function askToRevoke(station) {
  const t = words();
  const title = `${t.revoke} · ${station.name}`;
  const dialog = openDialog(title, element('p', '', t.revokeHelp));
  const revoke = async () => {
    const answer = await ask('POST', `/admin/revoke/${station.stationId}`);
    dialog.close();
    if (answer.ok) tell(title, element('p', '', t.revoked(answer.value.revoked)));
    else failed(title, answer.kind);
  };
  const no = button(t.cancel, '', () => dialog.close());
  dialog.append(element('p', 'buttons', no, button(t.revoke, 'main', revoke)));
}

/** Where the slice would go, one line for each station. @param {LostPreview} preview */
function sharesOf({ shares }) {
  return grouped(shares, ({ toStationId }) => `${toStationId}`).map((accounts) =>
    words().share(
      accounts[0]?.toStationId ?? 0,
      accounts.length,
      accounts.reduce((sum, { points, onTheWayPoints }) => sum + points + onTheWayPoints, 0),
    ),
  );
}

/** @param {Station} station */
function askAboutLoss(station) {
  const t = words();
  const title = `${t.lost} · ${station.name}`;
  const elseTo = document.createElement('input');
  elseTo.inputMode = 'numeric';
  elseTo.setAttribute('list', 'station-list');
  const by = document.createElement('input');
  by.maxLength = 60;
  const reason = document.createElement('textarea');
  reason.rows = 2;
  reason.maxLength = 400;
  const cost = element('ul', 'cost');
  const problem = element('p', 'problem');
  problem.setAttribute('role', 'alert');
  let previewed = '';
  const preview = async () => {
    const answer = await ask(
      'GET',
      `/admin/lost/${station.stationId}?elseTo=${encodeURIComponent(elseTo.value)}`,
    );
    previewed = answer.ok ? elseTo.value : '';
    problem.textContent = answer.ok
      ? ''
      : (t.elseToFailed[/** @type {'MALFORMED'} */ (answer.kind)] ?? why(answer.kind));
    const lines = answer.ok ? [...t.cost(answer.value), ...sharesOf(answer.value)] : [];
    cost.replaceChildren(...lines.map((line) => element('li', '', line)));
  };
  const declare = async () => {
    const filled = by.value.trim() !== '' && reason.value.trim() !== '';
    if (previewed === '' || previewed !== elseTo.value || !filled) {
      problem.textContent = t.need;
      return;
    }
    const wanted = { elseTo: Number(elseTo.value), by: by.value, reason: reason.value };
    const answer = await ask('POST', `/admin/lost/${station.stationId}`, wanted);
    dialog.close();
    if (answer.ok) tell(title, element('p', '', t.declared));
    else failed(title, answer.kind);
  };
  const dialog = openDialog(
    title,
    labelled(t.elseTo, elseTo),
    element('p', 'buttons', button(t.preview, '', preview)),
  );
  dialog.append(cost, labelled(t.by, by), labelled(t.reason, reason), problem);
  const no = button(t.cancel, '', () => dialog.close());
  dialog.append(element('p', 'buttons', no, button(t.declare, 'main', declare)));
}

/** The buttons of a station; none for whoever is not logged in. @param {Station} station */
export function stationActs(station) {
  const t = words();
  const acts = element('p', 'acts');
  if (!isLoggedIn() || station.lostMs > 0) return acts;
  if (station.enrolled)
    acts.append(
      button(t.replace, '', () => showCode(station, 'replace')),
      button(t.revoke, '', () => askToRevoke(station)),
    );
  else acts.append(button(t.code, '', () => showCode(station, 'codes')));
  acts.append(
    moveButton(station),
    button(t.lost, '', () => askAboutLoss(station)),
  );
  return acts;
}
