/** A village as the screens are shown it, with names and titles as long as they come. */
import { sampleGoods } from '../../county/sample/goods.ts';
import type { StationHandlers } from '../../electron/contract/contract.ts';
import type { StickView } from '../../electron/contract/stickViews.ts';
import type { TroubleView } from '../../electron/contract/troubleViews.ts';
import type {
  ActivityView,
  DoubtfulView,
  GoodsView,
  HomeView,
  KeeperDesk,
  OpenAttendanceView,
  PersonSummary,
  PersonView,
  RecordEntry,
  SignOutcome,
  StatusView,
} from '../../electron/contract/views.ts';
import { BACKFILL_PLAN } from './mockBackfills.ts';
import * as points from './mockPoints.ts';

/** Monday, 2026-11-23, 09:42 in Shanghai. */
export const NOW_MS = Date.UTC(2026, 10, 23, 1, 42);
const HOUR_MS = 3_600_000;
const at = (hour: number, minute = 0) => Date.UTC(2026, 10, 23, hour - 8, minute);

const activity = (
  id: number,
  name: string,
  place: string,
  platform: number,
  [startMs, endMs]: readonly [number, number],
  presentCount = 0,
): ActivityView => ({
  id,
  name,
  teamName: '邻里守望志愿服务队',
  platform,
  theme: platform % 6,
  place,
  startMs,
  endMs,
  presentCount,
  openForSignIn: startMs - HOUR_MS <= NOW_MS && NOW_MS < endMs,
});
export const ACTIVITIES: readonly ActivityView[] = [
  activity(1, '实践站值守服务', '新时代文明实践站', 7, [at(6), at(22)], 2),
  activity(2, '小板凳理论宣讲', '党群服务中心', 0, [at(8, 30), at(11)], 17),
  activity(3, '义诊量血压', '村卫生室', 5, [at(14, 30), at(17)]),
  activity(4, '广场舞排练', '文化广场', 2, [at(19), at(20, 30)]),
  activity(5, '铜锣联防夜间巡逻', '全村各湾组', 4, [at(21), at(30)]),
];
const [DUTY, TALK] = ACTIVITIES as [ActivityView, ActivityView];

export const WANG: PersonSummary = {
  volunteerId: 7,
  name: '王秀英',
  guest: false,
  teamName: '邻里守望志愿服务队',
};
export const OUYANG: PersonSummary = { ...WANG, volunteerId: 8, name: '欧阳春花' };
const balance = {
  availablePoints: 385,
  minutesThisYear: 2310,
  minutesTotal: 8970,
  honorMinutesThisYear: 150,
  honorMinutesTotal: 420,
};

/** A clock that jumped this morning, and one that the county found years behind. */
const DOUBTFUL: readonly DoubtfulView[] = [
  { key: '2-9', type: 'SIGNED_OUT', person: OUYANG, atMs: at(9, 30), offByMs: null },
  { key: '2-8', type: 'SIGNED_IN', person: WANG, atMs: at(8, 42), offByMs: 3 * HOUR_MS + 25 * 60_000 },
  { key: '2-7', type: 'REDEEMED', person: OUYANG, atMs: Date.UTC(2000, 0, 1), offByMs: -9823 * 24 * HOUR_MS },
  { key: '2-6', type: 'STATION_STARTED', person: null, atMs: at(7), offByMs: null },
];

/** A station whose database is damaged, and that has a good backup. */
export const CANNOT_OPEN: Extract<TroubleView, { kind: 'CANNOT_OPEN' }> = {
  kind: 'CANNOT_OPEN',
  trouble: 'CORRUPT',
  stationId: 4211,
  contact: '红安县新时代文明实践中心 0713-5242000',
  backups: 'GOOD',
  restoreFailed: false,
};

export const NO_STICK: StickView = {
  state: 'NONE',
  serial: 0,
  putInNow: false,
  waiting: 23,
  done: 0,
  total: 0,
  problem: null,
  brought: null,
};

export const STATUS: StatusView = {
  nowMs: NOW_MS,
  sync: {
    recorded: 1284,
    reachedCounty: 1261,
    attention: { date: 0, refused: 0, missing: 0, aside: 0 },
    lastSuccessMs: at(7, 5),
    state: 'OFFLINE',
    sendingTotal: 0,
    referenceVersion: 3,
    referenceMadeMs: at(6),
    nextAttemptMs: at(9, 45),
    line: { bytes: 1_234_567, minutes: 2.4, megabytesPerDay: 0, minutesPerDay: 0, level: 'FREE' },
  },
  scanner: 'READY',
  clockDoubtful: false,
  dateToConfirm: false,
  referenceOld: false,
  standing: 'WORKING',
  storage: 'OK',
  rapidActivityId: null,
  stick: NO_STICK,
  restoreEnd: null,
  backup: 'OK',
  arranging: null,
  low: null,
  newNumber: null,
};

export const HOME: HomeView = {
  stationId: 1,
  villageName: '柳林河村',
  townshipName: '七里坪镇',
  countyName: '红安县',
  sample: true,
  ready: true,
  todayActivities: ACTIVITIES,
  shop: { open: true, nextOpenMs: 0 },
};

export const SIGNED_IN: SignOutcome = {
  kind: 'SIGNED_IN',
  seq: 41,
  person: WANG,
  activity: TALK,
  atMs: NOW_MS,
  lapsed: null,
  otherActivities: [DUTY],
  balance,
};
export const SIGNED_OUT: SignOutcome = {
  kind: 'SIGNED_OUT',
  seq: 42,
  person: WANG,
  activity: TALK,
  atMs: at(10, 55),
  actualMinutes: 165,
  creditedMinutes: 150,
  points: 25,
  postedWorkingDays: null,
  cappedBy: 'NONE',
  balance: { ...balance, availablePoints: 410 },
};

const entry = (seq: number, kind: RecordEntry['kind'], title: string, minutes: number, points: number) => ({
  seq,
  atMs: NOW_MS - (40 - seq) * 26 * HOUR_MS,
  kind,
  title,
  minutes,
  points,
});
const person = (summary: PersonSummary): PersonView => ({
  ...summary,
  personToken: `person-${summary.volunteerId}`,
  maskedPhone: '138****1234',
  balance,
  awaitingCountyPoints: 0,
  elsewhere: null,
  recent: [
    entry(39, 'SERVICE', '看望独居老人', 150, 37),
    entry(38, 'REDEMPTION', '食用油 1 瓶、香皂 2 块', 0, -310),
    entry(37, 'SERVICE_UNCLOSED', '村庄清洁大扫除', 0, 0),
    entry(36, 'SERVICE', '小板凳理论宣讲', 120, 20),
    entry(35, 'ALLOWANCE', '', 0, 200),
    entry(34, 'SERVICE', '铜锣联防夜间巡逻', 240, 40),
  ],
});

/** Somebody of another village, whose points are at the station there. */
export const guest = (availablePoints: number, awaitingCountyPoints = 0): PersonView => ({
  ...person({ ...OUYANG, guest: true }),
  balance: { ...balance, availablePoints },
  awaitingCountyPoints,
  elsewhere: { stationName: '觅儿寺镇李家畈村新时代文明实践站', requestedMs: 0 },
  recent: [],
});

export const GOODS: readonly GoodsView[] = sampleGoods().map(({ goods, openingQuantity }) => ({
  id: goods.id,
  name: goods.name,
  unit: goods.unit,
  picture: goods.picture,
  unitPoints: goods.unitPoints,
  stock: openingQuantity,
  staple: goods.staple,
  scarce: goods.scarce,
}));

const attendance = (signInSeq: number, name: string, unclosed: boolean): OpenAttendanceView => ({
  signInSeq,
  earlier: '',
  person: { ...WANG, volunteerId: signInSeq, name },
  activityId: 2,
  activityName: unclosed ? '铜锣联防夜间巡逻' : '小板凳理论宣讲',
  signedInMs: unclosed ? at(-3) : at(8, 31),
  plannedEndMs: unclosed ? at(6) : at(11),
  unclosed,
  time: unclosed ? 'DOUBTFUL' : 'TRUSTED',
});
export const DESK: KeeperDesk = {
  keeperName: '陈守国',
  closedByLeaderAs: 'HONOR',
  todayTimes: { unconfirmed: 0, doubtful: 3 },
  looserWishes: ['points.maxPerDay'],
  dateToConfirmMs: null,
  today: { signIns: 46, signOuts: 29, points: 615, redemptions: 12, redeemedPoints: 1480 },
  attendances: [
    attendance(11, '王秀英', false),
    attendance(12, '李国强', false),
    attendance(13, '张桂兰', true),
    attendance(14, '欧阳春花', false),
    attendance(15, '刘德旺', true),
    attendance(16, '陈腊梅', false),
  ],
  goods: GOODS,
  activities: ACTIVITIES,
  teams: [
    '理论宣讲志愿服务队',
    '邻里守望志愿服务队',
    '文艺宣传志愿服务队',
    '铜锣联防志愿服务队',
    '便民健康志愿服务队',
  ].map((name, i) => ({ id: i + 1, name })),
};

const pointsOf = (lines: readonly { quantity: number; unitPoints: number }[]) =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPoints, 0);

/** What every method answers unless a test says otherwise. Any PIN but 0000 is the keeper's. */
export const ANSWERS: Omit<StationHandlers, 'submitScan' | 'submitCardNumber'> = {
  getHome: () => HOME,
  getStatus: () => STATUS,
  sign: () => SIGNED_IN,
  changeActivity: () => ({ ...SIGNED_IN, activity: DUTY, otherActivities: [TALK] }),
  openPerson: () => ({ kind: 'OPENED', person: person(WANG) }),
  requestAllowance: () => ({ kind: 'REQUESTED', atMs: NOW_MS }),
  closePerson: () => null,
  getShop: () => ({ hours: HOME.shop, goods: GOODS }),
  quoteBasket: ({ lines }) => {
    const totalPoints = pointsOf(lines);
    const remainingPoints = balance.availablePoints - totalPoints;
    return remainingPoints < 0
      ? {
          kind: 'REFUSED',
          reason: { kind: 'NOT_ENOUGH_POINTS', available: balance.availablePoints, needed: totalPoints },
        }
      : { kind: 'FINE', totalPoints, remainingPoints, needsKeeper: totalPoints > 100 };
  },
  redeem: ({ lines }) => ({
    kind: 'REDEEMED',
    seq: 43,
    person: WANG,
    lines: lines.map((line) => {
      const goods = GOODS.find((one) => one.id === line.goodsId);
      return { ...line, name: goods?.name ?? '', unit: goods?.unit ?? '' };
    }),
    totalPoints: pointsOf(lines),
    remainingPoints: balance.availablePoints - pointsOf(lines),
    atMs: NOW_MS,
  }),
  unlockKeeper: ({ pin }) =>
    pin === '0000'
      ? { kind: 'REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } }
      : { kind: 'UNLOCKED', session: { keeperToken: 'keeper', name: DESK.keeperName, only: null } },
  lockKeeper: () => null,
  getDesk: () => ({ kind: 'DESK', desk: DESK }),
  listDoubtful: () => ({ kind: 'DOUBTFUL', records: DOUBTFUL }),
  confirmDate: () => ({ kind: 'DONE', seq: 43 }),
  closeAttendance: () => ({ kind: 'DONE', seq: 44 }),
  moveStock: () => ({ kind: 'DONE', seq: 45 }),
  openActivity: () => ({ kind: 'DONE', seq: 46, activityId: 6 }),
  setRapid: () => ({ kind: 'DONE' }),
  getAccounts: () => ({ kind: 'ACCOUNTS', accounts: points.ACCOUNTS }),
  setPooling: () => ({ kind: 'DONE', seq: 47 }),
  getLedger: () => ({ kind: 'LEDGER', ledger: points.LEDGER }),
  getBackfillPlan: () => ({ kind: 'PLAN', plan: BACKFILL_PLAN }),
  recordBackfill: () => ({ kind: 'DONE', seq: 53, creditedMinutes: 0, points: 0 }),
  approveBackfill: ({ secondPin }) =>
    secondPin === '0000'
      ? { kind: 'PIN_REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } }
      : { kind: 'DONE', seq: 54, creditedMinutes: 150, points: 0 },
  rejectBackfill: () => ({ kind: 'DONE', seq: 55, creditedMinutes: 0, points: 0 }),
  listVillagers: () => ({ kind: 'VILLAGERS', villagers: points.VILLAGERS }),
  listEntries: () => ({ kind: 'ENTRIES', entries: points.ENTRIES }),
  listExchanges: () => ({ kind: 'EXCHANGES', exchanges: points.EXCHANGES }),
  getNotice: () => ({ kind: 'NOTICE', notice: points.NOTICE }),
  award: () => ({ kind: 'DONE', seq: 48 }),
  giveGift: () => ({ kind: 'DONE', seq: 49 }),
  stepEntry: () => ({ kind: 'DONE', seq: 50 }),
  reverseEntry: ({ secondPin }) =>
    secondPin === '0000'
      ? { kind: 'PIN_REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } }
      : { kind: 'DONE', seq: 51 },
  undoRedemption: () => ({ kind: 'DONE', seq: 52 }),
  listBackups: () => ({ kind: 'BACKUPS', ...points.BACKUPS }),
  previewRestore: () => ({ kind: 'PREVIEW', preview: points.PREVIEW }),
  restore: ({ pin }) =>
    pin === '0000'
      ? { kind: 'PIN_REFUSED', problem: { kind: 'WRONG_PIN', triesLeft: 4 } }
      : { kind: 'RESTARTING' },
  getTrouble: () => ({ kind: 'NONE' }),
  retryOpening: () => ({ kind: 'NONE' }),
  getPairing: () => ({ kind: 'PAIRED' }),
  pair: () => ({ kind: 'PAIRED' }),
  choosePairing: () => ({ kind: 'PAIRED' }),
  syncNow: () => null,
  writeStick: () => ({ kind: 'STARTED' }),
  readStick: () => ({ kind: 'STARTED' }),
};
