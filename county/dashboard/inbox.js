/* global document */
/**
 * The inbox of exceptions: what was found, in words, and the dialog in which a person settles it.
 * @typedef {import('../server/exceptions/inbox.ts').Inbox} Inbox
 * @typedef {import('../server/exceptions/inbox.ts').ExceptionOverview} Exception
 * @typedef {import('../server/exceptions/inbox.ts').FactOverview} Fact
 */
import { ask, button, clock, decisionFields, element, find, openDialog, page, when } from './dom.js';
import { inboxPath, onInboxFilter, renderInboxFilter } from './inboxFilter.js';
import { TEXTS } from './inboxTexts.js';
import { isLoggedIn, setLoggedIn } from './session.js';

const MINUTE_MS = 60_000;
/** @type {Inbox | undefined} */
let inbox;
/** @type {Inbox | undefined} */
let settledBefore;
const words = () => TEXTS[page.language];

/** @param {readonly { goodsId: number, quantity: number }[]} lines @param {Named} from */
function goodsText(lines, from) {
  const t = words();
  return lines
    .map(({ goodsId, quantity }) => `${from.goods[goodsId] ?? t.unknownGoods(goodsId)} ×${quantity}`)
    .join('、');
}

/** @typedef {Pick<Inbox, 'volunteers' | 'goods'>} Named */

/** What a fact says, in one sentence. @param {any} event @param {Named} from */
export function sentence(event, from) {
  const t = words();
  const points =
    event.points ??
    (event.credits ?? []).reduce((/** @type {number} */ sum, /** @type {any} */ row) => sum + row.points, 0);
  const said = { ...event, points, goods: goodsText(event.lines ?? [], from) };
  const type = event.type === 'REDEEMED_SHARED' ? 'REDEEMED' : event.type;
  const id = event.volunteerId ?? (event.holder === 'PERSON' ? event.holderId : undefined);
  const who = id === undefined ? '' : `${from.volunteers[id] ?? t.unknownPerson(id)} · `;
  return `${who}${(t.events[type] ?? t.events.other)(said)}`;
}

/** @param {Fact} fact @param {Inbox} from */
function factLine(fact, from) {
  const t = words();
  const place = `${fact.stationId} · ${fact.stationName}`;
  const { event } = fact;
  const time =
    fact.fromMs !== undefined && fact.toMs !== undefined
      ? `${when(fact.fromMs)} – ${clock(fact.toMs)}`
      : event === undefined
        ? ''
        : when(event.atMs);
  const { correctedMs } = fact;
  const isOff =
    event !== undefined && correctedMs !== undefined && Math.abs(event.atMs - correctedMs) > MINUTE_MS;
  const really = isOff ? t.really(when(correctedMs)) : '';
  const parts = [place, time, really, fact.seq > 0 ? t.record(fact.seq) : ''].filter((part) => part !== '');
  const line = element('p', 'fact');
  if (event !== undefined) line.append(element('strong', '', sentence(event, from)));
  line.append(element('span', 'quiet', parts.join(' · ')));
  return line;
}

/** @param {Exception} exception @param {Inbox} from */
function factsOf(exception, from) {
  const t = words();
  const facts = [factLine(exception.about, from), ...exception.others.map((other) => factLine(other, from))];
  if (exception.lines.length > 0)
    facts.push(element('p', 'problem', t.missing(goodsText(exception.lines, from))));
  const instead = /** @type {any} */ (exception.instead);
  if (exception.kind === 'FORK' && instead !== null)
    facts.push(
      element(
        'p',
        'fact',
        element('span', 'quiet', t.instead),
        element('strong', '', sentence(instead, from)),
      ),
    );
  if (exception.kind !== 'FORK' && instead !== null) {
    const goods = from.goods[instead.goodsId] ?? t.unknownGoods(instead.goodsId);
    facts.push(element('p', 'problem', t.expected[instead.kind]({ ...instead, goods })));
  }
  return facts;
}

/** What was decided, by whom and why. @param {Exception} exception */
function decision(exception) {
  const t = words();
  const how = t.choices[exception.settledHow] ?? exception.settledHow;
  const at = exception.settledMs === null ? '' : ` · ${when(exception.settledMs)}`;
  return `${how} · ${exception.settledBy}${at} · ${exception.note}`;
}

/** @param {string} name @param {string} value @param {string} text */
function radio(name, value, text) {
  const input = /** @type {HTMLInputElement} */ (document.createElement('input'));
  input.type = 'radio';
  input.name = name;
  input.value = value;
  return element('label', 'choice', input, element('span', '', text));
}

/** @param {HTMLFormElement} form @param {string} name */
const chosen = (form, name) =>
  /** @type {HTMLInputElement | null} */ (form.querySelector(`input[name=${name}]:checked`))?.value;

/** Which of several facts an act is about. @param {Exception} exception @param {Inbox} from */
function whichField(exception, from) {
  const t = words();
  const field = element('fieldset', '', element('legend', '', t.which));
  [exception.about, ...exception.others].forEach((fact, place) => {
    const event = fact.event === undefined ? '' : ` · ${sentence(fact.event, from)}`;
    field.append(radio('which', String(place), `${fact.stationId} · ${fact.stationName}${event}`));
  });
  field.hidden = true;
  return field;
}

/** @param {Exception} exception @param {Inbox} from */
function openSettling(exception, from) {
  const t = words();
  const form = /** @type {HTMLFormElement} */ (element('form', '', ...factsOf(exception, from)));
  const choices = element('fieldset', '', element('legend', '', t.kinds[exception.kind] ?? exception.kind));
  for (const choice of exception.choices) choices.append(radio('how', choice, t.choices[choice] ?? choice));
  const which = whichField(exception, from);
  const said = decisionFields();
  form.append(choices, which, ...said.parts);
  form.addEventListener('change', () => {
    which.hidden = exception.others.length === 0 || chosen(form, 'how') !== 'REVERSE';
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  const settle = async () => {
    const how = chosen(form, 'how');
    const place = which.hidden ? '0' : chosen(form, 'which');
    const filled = said.filled(how !== undefined && place !== undefined);
    if (filled === undefined) return;
    const { stationId, alertId } = exception;
    const settlement = { stationId, alertId, how, which: Number(place), ...filled };
    const answer = await ask('POST', '/admin/exceptions/settle', settlement);
    if (!answer.ok) {
      said.fail(t.failed[answer.kind] ?? t.failed.other);
      return;
    }
    dialog.close();
    await refreshInbox();
  };
  form.append(
    element(
      'p',
      'buttons',
      button(t.cancel, '', () => dialog.close()),
      button(t.confirm, 'main', settle),
    ),
  );
  const dialog = openDialog(t.settle, form);
}

/** @param {Exception} exception @param {Inbox} from */
function settleButton(exception, from) {
  const open = () => openSettling(exception, from);
  return element('p', 'buttons', button(words().settle, 'main', open));
}

/** What a decision waits for. @param {NonNullable<Exception['underWay']>} underWay */
function underWayLine({ stationId, sinceMs, lastContactMs, stuck }) {
  const t = words();
  if (stuck) return element('p', 'problem', t.stuck(stationId));
  const heard = lastContactMs === 0 ? t.neverHeard : when(lastContactMs);
  return element('p', 'quiet', t.underWay(stationId, when(sinceMs), heard));
}

/** @param {Exception} exception @param {Inbox} from */
function item(exception, from) {
  const t = words();
  const title = element('strong', '', t.kinds[exception.kind] ?? exception.kind);
  const head = element('p', 'head', title, element('span', 'quiet', when(exception.createdMs)));
  const made = element('li', `exception ${exception.state.toLowerCase()}`, head, ...factsOf(exception, from));
  const { underWay } = exception;
  if (exception.state === 'WAITING') {
    made.append(element('p', 'quiet', `${t.waiting}${decision(exception)}`));
    if (underWay !== null) made.append(underWayLine(underWay));
    if (underWay?.stuck === true) made.append(settleButton(exception, from));
  } else if (exception.state === 'SETTLED')
    made.append(element('p', 'quiet', `${t.settled}${decision(exception)}`));
  else {
    const before = ['REFUND', 'REVERSE'].includes(exception.settledHow) ? t.again : t.cameAgain;
    if (exception.settledHow !== '') made.append(element('p', 'problem', `${before}${decision(exception)}`));
    made.append(settleButton(exception, from));
  }
  return made;
}

/** Shows the inbox to whoever is logged in. */
export function renderInbox() {
  const t = words();
  find('inbox-section').hidden = !isLoggedIn() || inbox === undefined;
  if (inbox === undefined || !isLoggedIn()) {
    find('settled-section').hidden = true;
    // Names do not stay in a page that nobody is logged in to.
    find('inbox').replaceChildren();
    find('settled').replaceChildren();
    return;
  }
  const from = inbox;
  const open = from.exceptions.map((exception) => item(exception, from));
  find('inbox-title').textContent = t.open;
  renderInboxFilter(from);
  find('inbox').replaceChildren(...(open.length === 0 ? [element('li', 'quiet', t.none)] : open));
  const before = settledBefore;
  find('settled-section').hidden = before === undefined || before.exceptions.length === 0;
  find('settled-title').textContent = t.settledTitle;
  if (before !== undefined)
    find('settled').replaceChildren(...before.exceptions.slice(0, 20).map((one) => item(one, before)));
}

/** Fetches the inbox; learns by it whether somebody is logged in. */
export async function refreshInbox() {
  const [open, settled] = await Promise.all([
    ask('GET', inboxPath()),
    ask('GET', '/admin/exceptions?settled=1'),
  ]);
  if (!open.ok && open.kind === 'OFFLINE') return;
  inbox = open.ok ? open.value : undefined;
  settledBefore = settled.ok ? settled.value : undefined;
  setLoggedIn(open.ok);
  if (document.querySelector('dialog[open]') === null) renderInbox();
}

onInboxFilter(refreshInbox);
