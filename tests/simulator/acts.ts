/**
 * What people do at a station, by chance, through the contract that the screens use. Whatever a screen is told goes
 * into the record at once.
 */
import type { EventType } from '../../domain/journal/events.ts';
import type { EntryRef, LedgerOutcome } from '../../electron/contract/ledgerViews.ts';
import type { KeeperDesk, KeeperOutcome } from '../../electron/contract/views.ts';
import type { Chance } from './chance.ts';
import type { Confirmed, Writer } from './record.ts';
import type { SimStation } from './simStation.ts';
import { cardDigitsOf, cardTextOf, PEOPLE, PINS } from './village.ts';

export interface Village {
  readonly station: SimStation;
  readonly chance: Chance;
  readonly record: Writer;
  /** The station of the guests who come here; the station itself where there is no other. */
  readonly nextStation: number;
  /** Name of the station's folder in the record. */
  readonly folder: string;
  /** Whether the power has gone. */
  readonly isOver: () => boolean;
  /** Of this stretch: entries to be taken back, exchanges to be undone. */
  readonly entries: EntryRef[];
  readonly exchanges: { readonly seq: number; readonly goodsId: number }[];
}

const GUEST_PERCENT = 8;
/** A screen whose answer does not come is pressed again. */
const AGAIN_PERCENT = 5;

function confirm(village: Village, act: Pick<Confirmed, 'seq' | 'type' | 'about' | 'points'>): void {
  const { stationId, store } = village.station;
  if (act.seq === 0) return; // Things stood as wanted already; nothing had to be recorded.
  village.record.write({ kind: 'CONFIRMED', stationId, incarnation: store.incarnation, ...act });
}

function somebody({ station, chance, nextStation }: Village): number {
  if (nextStation !== station.stationId && chance.percent(GUEST_PERCENT))
    return nextStation * 1000 + chance.between(1, 3);
  return station.stationId * 1000 + chance.between(1, PEOPLE);
}

/** Shows a card to the scanner, or has the keeper type its number. Null: the scanner did not take it. */
async function scan({ station, chance }: Village, volunteerId: number): Promise<string | null> {
  // Nobody can show the same card again within three seconds.
  station.time.advance(3500);
  const answer = chance.percent(95)
    ? await station.ask('submitScan', { text: cardTextOf(volunteerId), source: 'WEDGE' })
    : await station.ask('submitCardNumber', { digits: cardDigitsOf(volunteerId) });
  return answer.ok && answer.value.outcome.kind === 'CARD' ? answer.value.scanId : null;
}

/** Says that a repeated request was answered by another fact than the first time. */
function compare(village: Village, what: string, first: number, second: number): void {
  if (first !== second)
    village.record.write({ kind: 'WRONG', what: `${what}: a request became ${first} and then ${second}` });
}

async function sign(village: Village): Promise<void> {
  const { station, chance } = village;
  const volunteerId = somebody(village);
  const scanId = await scan(village, volunteerId);
  if (scanId === null) return;
  const requestId = chance.uuid();
  const press = () => station.ask('sign', { requestId, scanId, activityId: null });
  const answer = await press();
  if (!answer.ok || answer.value.kind === 'REFUSED') return;
  const { kind, seq } = answer.value;
  const points = answer.value.kind === 'SIGNED_OUT' ? answer.value.points : 0;
  confirm(village, { seq, type: kind, about: volunteerId, points });
  if (points > 0)
    village.entries.push({
      holder: 'PERSON',
      holderId: volunteerId,
      incarnation: station.store.incarnation,
      seq,
    });
  if (!chance.percent(AGAIN_PERCENT)) return;
  const again = await press();
  if (again.ok && again.value.kind !== 'REFUSED') compare(village, 'sign', seq, again.value.seq);
}

async function open(village: Village, volunteerId: number): Promise<string | null> {
  const scanId = await scan(village, volunteerId);
  if (scanId === null) return null;
  const opened = await village.station.ask('openPerson', { scanId });
  return opened.ok && opened.value.kind === 'OPENED' ? opened.value.person.personToken : null;
}

async function redeem(village: Village): Promise<void> {
  const { station, chance } = village;
  const volunteerId = somebody(village);
  const personToken = await open(village, volunteerId);
  if (personToken === null) return;
  const shop = await station.ask('getShop', {});
  const goods = shop.ok ? shop.value.goods.filter(({ stock }) => stock > 0) : [];
  if (goods.length === 0) return;
  const { id: goodsId, unitPoints } = chance.pick(goods);
  const lines = [{ goodsId, quantity: chance.between(1, 2), unitPoints }];
  const pin = chance.percent(30) ? PINS[0] : '';
  const requestId = chance.uuid();
  const press = () => station.ask('redeem', { requestId, personToken, lines, pin });
  const answer = await press();
  if (!answer.ok || answer.value.kind !== 'REDEEMED') return;
  const { seq, totalPoints } = answer.value;
  // Paid by several accounts it is another type; which one the screen is not told.
  confirm(village, { seq, type: 'REDEEMED', about: volunteerId, points: totalPoints });
  village.exchanges.push({ seq, goodsId });
  if (!chance.percent(AGAIN_PERCENT)) return;
  const again = await press();
  if (again.ok && again.value.kind === 'REDEEMED') compare(village, 'redeem', seq, again.value.seq);
}

async function pool(village: Village): Promise<void> {
  const { station, chance } = village;
  const volunteerId = station.stationId * 1000 + chance.between(1, PEOPLE);
  const personToken = await open(village, volunteerId);
  if (personToken === null) return;
  const consent = chance.percent(80) ? 'GIVEN' : 'WITHDRAWN';
  const answer = await station.ask('setPooling', { requestId: chance.uuid(), personToken, consent });
  if (answer.ok && answer.value.kind === 'DONE')
    confirm(village, { seq: answer.value.seq, type: 'POOLING_SET', about: volunteerId, points: 0 });
}

/** A guest wants their points here. */
async function bringPoints(village: Village): Promise<void> {
  const { station, chance, nextStation } = village;
  const personToken = await open(village, nextStation * 1000 + chance.between(1, 3));
  if (personToken === null) return;
  // The answer names no fact: whether the wish was heard shows in the points that come.
  await station.ask('requestAllowance', { requestId: chance.uuid(), personToken });
}

interface AtDesk extends Village {
  readonly keeperToken: string;
  readonly desk: KeeperDesk;
}
type Answer = { readonly ok: true; readonly value: LedgerOutcome | KeeperOutcome } | { readonly ok: false };

function noted(village: Village, answer: Answer, type: EventType, about: number, points = 0): number {
  if (!answer.ok || answer.value.kind !== 'DONE') return 0;
  confirm(village, { seq: answer.value.seq, type, about, points });
  return answer.value.seq;
}

async function award(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken } = at;
  const ledger = await station.ask('getLedger', { keeperToken });
  if (!ledger.ok || ledger.value.kind !== 'LEDGER') return;
  const { id: awardId, to, points } = chance.pick(ledger.value.ledger.awards);
  const holderId = to === 'PERSON' ? somebody(at) : station.stationId * 100 + chance.between(1, 8);
  const requestId = chance.uuid();
  const answer = await station.ask('award', { requestId, keeperToken, awardId, holderId, reason: '好' });
  const seq = noted(at, answer, 'POINTS_AWARDED', holderId, points);
  if (seq > 0) at.entries.push({ holder: to, holderId, incarnation: station.store.incarnation, seq });
}

async function gift(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken } = at;
  const volunteerId = somebody(at);
  const points = chance.between(1, 50);
  const answer = await station.ask('giveGift', {
    requestId: chance.uuid(),
    keeperToken,
    volunteerId,
    points,
    reason: '捐赠',
  });
  noted(at, answer, 'POINTS_AWARDED', volunteerId, points);
}

const STEP_OF = {
  RECORDED: { step: 'CONFIRM', type: 'ENTRY_CONFIRMED' },
  CONFIRMED: { step: 'APPROVE', type: 'ENTRY_APPROVED' },
  APPROVED: { step: 'OBJECT', type: 'ENTRY_OBJECTED' },
  HELD: { step: 'DISMISS', type: 'OBJECTION_SETTLED' },
} as const;

async function step(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken } = at;
  const ledger = await station.ask('getLedger', { keeperToken });
  if (!ledger.ok || ledger.value.kind !== 'LEDGER') return;
  const { waiting } = ledger.value.ledger;
  if (waiting.length === 0) return;
  const { holder, holderId, incarnation, seq, state } = chance.pick(waiting);
  // Few object; most entries run out their posting.
  if (state === 'APPROVED' && !chance.percent(10)) return;
  const upheld = state === 'HELD' && chance.percent(30);
  const { type } = STEP_OF[state];
  const answer = await station.ask('stepEntry', {
    requestId: chance.uuid(),
    keeperToken,
    entry: { holder, holderId, incarnation, seq },
    step: upheld ? 'UPHOLD' : STEP_OF[state].step,
    reason: '查实',
  });
  noted(at, answer, type, holderId);
}

async function reverse(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken, entries } = at;
  if (entries.length === 0) return;
  const entry = chance.pick(entries);
  const answer = await station.ask('reverseEntry', {
    requestId: chance.uuid(),
    keeperToken,
    entry,
    reason: '记错',
    secondPin: chance.pick(PINS),
  });
  noted(at, answer, 'ENTRY_REVERSED', entry.holderId);
}

async function undo(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken, exchanges } = at;
  if (exchanges.length === 0) return;
  const { seq, goodsId } = chance.pick(exchanges);
  const answer = await station.ask('undoRedemption', {
    requestId: chance.uuid(),
    keeperToken,
    incarnation: station.store.incarnation,
    seq,
    kind: chance.percent(50) ? 'CANCELLED' : 'FAULTY',
    lines: chance.percent(50) ? [] : [{ goodsId, quantity: 1 }],
    reason: '坏了',
  });
  noted(at, answer, 'REDEMPTION_UNDONE', 0);
}

async function deliver(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken } = at;
  const goodsId = chance.between(1, 4);
  const quantity = chance.percent(85) ? chance.between(5, 30) : -chance.between(1, 3);
  const answer = await station.ask('moveStock', {
    requestId: chance.uuid(),
    keeperToken,
    goodsId,
    quantity,
    reason: quantity > 0 ? 'DONATION' : 'LOSS',
    note: '',
  });
  noted(at, answer, 'STOCK_MOVED', goodsId);
}

async function closeOne(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken, desk } = at;
  const [open] = desk.attendances.filter(({ unclosed }) => unclosed);
  if (open === undefined) return;
  const answer = await station.ask('closeAttendance', {
    requestId: chance.uuid(),
    keeperToken,
    signInSeq: open.signInSeq,
    earlier: open.earlier,
    outAtMs: chance.between(open.signedInMs, Math.max(open.signedInMs, open.plannedEndMs)),
    reason: '忘了签退',
  });
  const type = open.earlier === '' ? 'ATTENDANCE_CLOSED' : 'EARLIER_SERVICE_CREDITED';
  noted(at, answer, type, open.person.volunteerId);
}

async function callOut(at: AtDesk): Promise<void> {
  const { station, chance, keeperToken } = at;
  const answer = await station.ask('openActivity', {
    requestId: chance.uuid(),
    keeperToken,
    name: '抢险',
    teamId: 1,
    platform: 0,
    theme: 0,
    minutes: 120,
  });
  if (answer.ok && answer.value.kind === 'DONE')
    confirm(at, { seq: answer.value.seq, type: 'ACTIVITY_OPENED', about: 0, points: 0 });
}

const AT_THE_DESK = [
  award,
  award,
  gift,
  step,
  step,
  step,
  step,
  reverse,
  undo,
  undo,
  deliver,
  deliver,
  closeOne,
];

/** A keeper unlocks the desk and does a few things. */
async function keep(village: Village): Promise<void> {
  const { station, chance } = village;
  const unlocked = await station.ask('unlockKeeper', { pin: chance.pick(PINS) });
  if (!unlocked.ok || unlocked.value.kind !== 'UNLOCKED') return;
  const { keeperToken } = unlocked.value.session;
  const found = await station.ask('getDesk', { keeperToken });
  if (!found.ok || found.value.kind !== 'DESK') return;
  const at: AtDesk = { ...village, keeperToken, desk: found.value.desk };
  for (let left = chance.between(1, 4); left > 0; left--) {
    station.time.advance(5000);
    await (chance.percent(3) ? callOut(at) : chance.pick(AT_THE_DESK)(at));
  }
  await station.ask('lockKeeper', { keeperToken });
}

/** One thing that happens at a station; how many events it becomes is the station's to say. */
export async function actOnce(village: Village): Promise<void> {
  const { station, chance } = village;
  station.timers.runDue();
  const kind = chance.below(100);
  if (kind < 68) await sign(village);
  else if (kind < 84) await redeem(village);
  else if (kind < 87) await pool(village);
  else if (kind < 89) await bringPoints(village);
  else await keep(village);
}
