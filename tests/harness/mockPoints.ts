/** Points, entries, exchanges and backups as the mock station shows them, with figures as large as they come. */
import { BACKFILLS } from './mockBackfills.ts';
import { sampleGoods } from '../../county/sample/goods.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import type { BackupView, RestoredView, RestorePreview } from '../../electron/contract/backupViews.ts';
import type {
  AccountsView,
  AccountView,
  LedgerDesk,
  LedgerLineView,
  WaitingEntryView,
} from '../../electron/contract/ledgerViews.ts';
import type {
  CauseView,
  ExchangeView,
  NoticeView,
  PersonEntryView,
  VillagerView,
} from '../../electron/contract/pointsDeskViews.ts';

/** Monday, 2026-11-23, 09:42 in Shanghai, as in mockViews.ts. */
const NOW_MS = Date.UTC(2026, 10, 23, 1, 42);
const HOUR_MS = 3_600_000;
const day = (month: number, dayOfMonth: number) => Date.UTC(2026, month - 1, dayOfMonth) / (24 * HOUR_MS);
const INCARNATION = '0123456789abcdef';

const service = (title: string): CauseView => ({ kind: 'SERVICE', title, reason: '' });
const award = (title: string, reason: string): CauseView => ({ kind: 'AWARD', title, reason });

const waiting = (
  seq: number,
  name: string,
  points: number,
  state: WaitingEntryView['state'],
  cause: CauseView,
  holder: WaitingEntryView['holder'] = 'PERSON',
): WaitingEntryView => ({
  holder,
  holderId: holder === 'HOUSEHOLD' ? 12 : 7,
  incarnation: INCARNATION,
  seq,
  name,
  cause,
  atMs: NOW_MS - (90 - seq) * 5 * HOUR_MS,
  points,
  state,
  postedUntilDay: state === 'APPROVED' ? day(11, 26) : 0,
});
export const WAITING: readonly WaitingEntryView[] = [
  waiting(81, '王秀英', 25, 'APPROVED', service('小板凳理论宣讲')),
  waiting(82, '李国强', 40, 'RECORDED', service('铜锣联防夜间巡逻')),
  waiting(83, '欧阳春花', 100, 'CONFIRMED', award('调解邻里纠纷', '调解两家的宅基地纠纷')),
  waiting(84, '3组 欧阳春花户', 20, 'HELD', award('喜事新办、丧事简办', '婚事新办'), 'HOUSEHOLD'),
  waiting(85, '张桂兰', 20, 'RECORDED', award('见义勇为', '救起落水儿童')),
  waiting(86, '刘德旺', 15, 'RECORDED', service('村庄清洁大扫除')),
];

const account = (holder: AccountView['holder'], change: Partial<AccountView>): AccountView => ({
  holder,
  holderId: 7,
  available: 0,
  pending: 0,
  held: 0,
  arrears: 0,
  spent: 0,
  expired: 0,
  ...change,
});
const line = (seq: number, kind: LedgerLineView['kind'], points: number, reason: string): LedgerLineView => ({
  seq,
  atMs: NOW_MS - (90 - seq) * 26 * HOUR_MS,
  kind,
  points,
  reason,
});
/** Everything at once, though an account that owes has nothing to spend in truth. */
export const ACCOUNTS: AccountsView = {
  household: { id: 12, name: '3组 王秀英户' },
  poolingOffered: true,
  waiting: [
    waiting(81, '王秀英', 25, 'APPROVED', service('小板凳理论宣讲')),
    waiting(87, '王秀英', 40, 'RECORDED', service('铜锣联防夜间巡逻')),
    waiting(84, '王秀英', 20, 'HELD', award('见义勇为', '救起落水儿童')),
  ],
  spendablePoints: 385,
  accounts: [
    account('PERSON', { available: 265, pending: 65, held: 20, arrears: 40, spent: 610, expired: 15 }),
    account('GIFT', { available: 30 }),
    account('HOUSEHOLD', { holderId: 12, available: 120 }),
  ],
  notices: [
    { holder: 'PERSON', holderId: 7, name: '王秀英', points: 15, expiryDay: day(11, 30), notice: 7 },
    { holder: 'PERSON', holderId: 7, name: '王秀英', points: 120, expiryDay: day(12, 31), notice: 60 },
  ],
  lines: [
    line(88, 'REVERSAL', -40, '重复登记'),
    line(85, 'AWARD', 20, '救起落水儿童'),
    line(80, 'EXPIRY', -15, ''),
  ],
  poolingConsent: false,
  pooling: false,
};

export const LEDGER: LedgerDesk = {
  settlement: 'posted',
  mayApprove: true,
  giftsEnabled: true,
  faultyReturnDays: 7,
  waiting: WAITING,
  backfills: BACKFILLS,
  notices: ACCOUNTS.notices,
  awards: DEFAULT_RULES.ledger.awards.catalogue,
};

const FAMILIES = '李王张陈周秦刘吴徐程叶熊汪胡余彭占';
const GIVEN = [
  '秀英',
  '国强',
  '桂兰',
  '德旺',
  '腊梅',
  '建军',
  '春花',
  '长青',
  '红霞',
  '志明',
  '玉兰',
  '文斌',
];
export const VILLAGERS: readonly VillagerView[] = [
  ...Array.from({ length: 160 }, (_, i): VillagerView => ({
    volunteerId: i + 1,
    name: `${FAMILIES[i % 5 === 0 ? i % FAMILIES.length : i % 3] ?? ''}${GIVEN[(i * 7) % GIVEN.length] ?? ''}`,
    teamName: '邻里守望志愿服务队',
    householdId: 1 + Math.floor(i / 3),
    householdName: `${1 + (i % 6)}组 ${FAMILIES[i % 5] ?? ''}${GIVEN[(i * 5) % GIVEN.length] ?? ''}户`,
  })),
  {
    volunteerId: 8,
    name: '欧阳春花',
    teamName: '邻里守望志愿服务队',
    householdId: 12,
    householdName: '3组 欧阳春花户',
  },
];

const entry = (
  seq: number,
  points: number,
  cause: CauseView,
  reversiblePoints = points,
  reversibleMinutes = 0,
): PersonEntryView => ({
  holder: 'PERSON',
  holderId: 7,
  incarnation: INCARNATION,
  seq,
  atMs: NOW_MS - (90 - seq) * 26 * HOUR_MS,
  points,
  reversiblePoints,
  reversibleMinutes,
  cause,
});
export const ENTRIES: readonly PersonEntryView[] = [
  entry(89, 40, service('铜锣联防夜间巡逻')),
  entry(88, 25, service('小板凳理论宣讲')),
  entry(85, 20, award('见义勇为', '救起落水儿童')),
  entry(84, 20, award('获得村级荣誉', '最美庭院'), 0),
  entry(80, 37, service('看望独居老人')),
  entry(78, 0, service('铜锣联防夜间巡逻'), 0, 150),
  entry(79, 30, { kind: 'GIFT', title: '', reason: '爱心企业捐赠' }),
];

const GOODS = sampleGoods().map(({ goods }) => goods);
const exchange = (seq: number, name: string, picks: readonly (readonly [number, number])[]): ExchangeView => {
  const lines = picks.flatMap(([place, quantity]) => {
    const goods = GOODS[place];
    return goods === undefined
      ? []
      : [
          {
            goodsId: goods.id,
            name: goods.name,
            unit: goods.unit,
            quantity,
            unitPoints: goods.unitPoints,
          },
        ];
  });
  return {
    incarnation: INCARNATION,
    seq,
    atMs: NOW_MS - (70 - seq) * HOUR_MS,
    person: { volunteerId: 7, name, guest: false, teamName: '邻里守望志愿服务队' },
    lines,
    points: lines.reduce((sum, { quantity, unitPoints }) => sum + quantity * unitPoints, 0),
    cancellable: true,
    returnable: true,
  };
};
export const EXCHANGES: readonly ExchangeView[] = [
  exchange(69, '王秀英', [
    [0, 1],
    [3, 2],
    [5, 3],
  ]),
  exchange(68, '李国强', [[1, 1]]),
  exchange(67, '欧阳春花', [
    [4, 2],
    [6, 1],
    [7, 1],
    [8, 4],
  ]),
];

export const NOTICE: NoticeView = {
  madeMs: NOW_MS,
  villageName: '柳林河村',
  townshipName: '七里坪镇',
  posted: Array.from({ length: 46 }, (_, i) => ({
    maskedName: i % 3 === 0 ? '王*英' : i % 3 === 1 ? '李*' : '欧*花',
    group: `${1 + (i % 6)}组`,
    volunteerId: i % 9 === 8 ? 0 : 100 + i,
    kind: i % 9 === 8 ? ('AWARD' as const) : ('SERVICE' as const),
    item: i % 9 === 8 ? '喜事新办、丧事简办' : i % 2 === 0 ? '小板凳理论宣讲' : '铜锣联防夜间巡逻',
    points: 5 * (1 + (i % 8)),
    untilDay: day(11, 26),
  })),
  monthDay: day(11, 1),
  redeemed: Array.from({ length: 18 }, (_, i) => ({
    maskedName: i % 2 === 0 ? '王*英' : '李*',
    group: `${1 + (i % 6)}组`,
    goodsName: GOODS[i % GOODS.length]?.name ?? '',
    quantity: 1 + (i % 2),
    points: 30 * (1 + (i % 2)),
  })),
  prices: [{ name: '食盐', unit: '袋', nowPoints: 25, unitPoints: 30, fromDay: day(12, 1) }],
  stock: GOODS.map(({ name, unit }, i) => ({ name, unit, quantity: (i * 7) % 31 })),
};

const backup = (name: string, hoursAgo: number, second = false): BackupView => ({
  name,
  madeMs: NOW_MS - hoursAgo * HOUR_MS,
  bytes: 2_400_000,
  seq: 1284 - Math.ceil(hoursAgo * 3),
  provedMs: NOW_MS - hoursAgo * HOUR_MS,
  second,
});
export const BACKUPS: {
  readonly backups: readonly BackupView[];
  readonly problem: string;
  readonly secondAbsent: boolean;
  readonly began: 'CONTINUED' | 'NEW' | 'OTHER_MACHINE' | 'RESTORED';
  readonly restored: RestoredView | null;
} = {
  backups: [
    backup('station-5', 0.7),
    backup('station-4', 2),
    backup('station-3', 26, true),
    backup('station-2', 50),
    backup('station-1', 170),
  ],
  problem: '',
  secondAbsent: false,
  began: 'RESTORED',
  restored: null,
};
/** After a restore with the county's help: most is back, two facts are nowhere. */
export const RESTORED: RestoredView = {
  awaiting: false,
  returnedCount: 412,
  returnedFromMs: NOW_MS - 75 * HOUR_MS,
  returnedToMs: NOW_MS - 3 * HOUR_MS,
  lostCount: 2,
  asideCount: 0,
  unknownSinceMs: 0,
  lostFromMs: NOW_MS - 2 * HOUR_MS,
  lostToMs: NOW_MS - HOUR_MS,
  lost: [
    {
      incarnation: INCARNATION,
      seq: 1283,
      type: 'SIGNED_IN',
      atMs: NOW_MS - 2 * HOUR_MS,
      person: { volunteerId: 7, name: '王秀英', guest: false, teamName: '' },
      aside: false,
    },
    { incarnation: INCARNATION, seq: 1284, type: '', atMs: 0, person: null, aside: false },
  ],
};
export const PREVIEW: RestorePreview = {
  name: 'station-4',
  backupSeq: 1278,
  backupLastEventMs: NOW_MS - 2 * HOUR_MS,
  carriedOver: 4,
  afterSeq: 1282,
  lostCount: 2,
  lostAtCounty: 1,
  certain: true,
  lost: [
    {
      seq: 1283,
      atCounty: true,
      type: 'SIGNED_IN',
      atMs: NOW_MS - HOUR_MS / 2,
      person: { volunteerId: 7, name: '王秀英', guest: false, teamName: '' },
    },
    { seq: 1284, atCounty: false, type: '', atMs: 0, person: null },
  ],
  unsent: [{ incarnation: INCARNATION, afterSeq: 1261, toSeq: 1282 }],
};
