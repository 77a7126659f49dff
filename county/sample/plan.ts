/**
 * The sample village's plan: what a week brings, across the eight platforms and six themes. Besides three
 * activities a day there is a duty by day and a patrol by night, so that whoever starts the program at whatever
 * hour finds something to sign in to.
 */
import type { Activity } from '../../domain/reference/reference.ts';
import { ACTIVITY_THEMES, SERVICE_PLATFORMS } from '../../domain/reference/reference.ts';
import { dayStartMs, MINUTE_MS, shanghaiDay } from '../../domain/time.ts';

export const SAMPLE_TEAMS = [
  '理论宣讲志愿服务队',
  '邻里守望志愿服务队',
  '文艺宣传志愿服务队',
  '铜锣联防志愿服务队',
  '便民健康志愿服务队',
] as const;

interface Slot {
  readonly name: string;
  readonly place: string;
  /** Number of a team, from 1. */
  readonly team: number;
  readonly platform: (typeof SERVICE_PLATFORMS)[number];
  readonly theme: (typeof ACTIVITY_THEMES)[number];
  /** Minutes of the day; an end beyond 1440 lies on the next day. */
  readonly from: number;
  readonly to: number;
  readonly factorPercent: number;
}

const at = (hour: number, minute = 0) => hour * 60 + minute;
const MORNING = [at(8, 30), at(11)] as const;
const AFTERNOON = [at(14, 30), at(17)] as const;
const EVENING = [at(19), at(20, 30)] as const;

function slot(
  name: string,
  place: string,
  team: number,
  platform: Slot['platform'],
  theme: Slot['theme'],
  [from, to]: readonly [number, number],
  factorPercent = 100,
): Slot {
  return { name, place, team, platform, theme, from, to, factorPercent };
}

const EVERY_DAY: readonly Slot[] = [
  slot('实践站值守服务', '新时代文明实践站', 5, 'CONVENIENCE', 'VALUES', [at(6), at(22)]),
  slot('铜锣联防夜间巡逻', '全村各湾组', 4, 'LAW', 'VALUES', [at(21), at(24 + 6)]),
];

/** From Monday to Sunday. */
const WEEK: readonly (readonly Slot[])[] = [
  [
    slot('小板凳理论宣讲', '党群服务中心', 1, 'THEORY', 'STUDY', MORNING),
    slot('义诊量血压', '村卫生室', 5, 'HEALTH', 'KNOWLEDGE', AFTERNOON),
    slot('广场舞排练', '文化广场', 3, 'CULTURE', 'ARTS', EVENING),
  ],
  [
    slot('村庄清洁大扫除', '李家湾', 2, 'MANNERS', 'CUSTOMS', MORNING, 120),
    slot('法律咨询进湾组', '村委会院内', 1, 'LAW', 'POLICY', AFTERNOON),
    slot('农家书屋夜读', '农家书屋', 3, 'EDUCATION', 'KNOWLEDGE', EVENING),
  ],
  [
    slot('油茶管护技术指导', '东坡油茶基地', 2, 'SCIENCE', 'KNOWLEDGE', MORNING),
    slot('看望独居老人', '各湾组老人家中', 2, 'CONVENIENCE', 'VALUES', AFTERNOON, 150),
    slot('皮影戏进村', '文化广场', 3, 'CULTURE', 'ARTS', EVENING),
  ],
  [
    slot('惠民政策入户讲', '各湾组', 1, 'THEORY', 'POLICY', MORNING),
    slot('代缴费代取快递', '便民服务点', 5, 'CONVENIENCE', 'VALUES', AFTERNOON),
    slot('移风易俗恳谈会', '红白理事会', 2, 'MANNERS', 'CUSTOMS', EVENING),
  ],
  [
    slot('农机检修下田头', '农机棚', 2, 'SCIENCE', 'KNOWLEDGE', MORNING),
    slot('防诈骗宣传', '村口小卖部', 4, 'LAW', 'POLICY', AFTERNOON),
    slot('送电影下乡', '文化广场', 3, 'CULTURE', 'ARTS', EVENING),
  ],
  [
    slot('留守儿童课业辅导', '希望家园', 1, 'EDUCATION', 'VALUES', MORNING),
    slot('八段锦健康课', '文化广场', 5, 'HEALTH', 'KNOWLEDGE', AFTERNOON),
    slot('村民歌友会', '村史馆', 3, 'CULTURE', 'ARTS', EVENING),
  ],
  [
    slot('红色故事会', '村史馆', 1, 'THEORY', 'STUDY', MORNING),
    slot('义务理发', '党群服务中心', 5, 'CONVENIENCE', 'VALUES', AFTERNOON),
    slot('文明户评议会', '党群服务中心', 2, 'MANNERS', 'CUSTOMS', EVENING),
  ],
];

/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const mondayOf = (day: number) => day - ((((day + 3) % 7) + 7) % 7);
/** Ids follow from the date alone, so that a plan made again next week names the same activities alike. */
const FIRST_DAY = Date.UTC(2020, 0, 1) / 86_400_000;
const SLOTS_PER_DAY = 10;

function activitiesOf(day: number): Activity[] {
  const weekday = day - mondayOf(day);
  return [...EVERY_DAY, ...(WEEK[weekday] ?? [])].map((entry, i) => ({
    id: (day - FIRST_DAY) * SLOTS_PER_DAY + i + 1,
    name: entry.name,
    teamId: entry.team,
    platform: SERVICE_PLATFORMS.indexOf(entry.platform),
    theme: ACTIVITY_THEMES.indexOf(entry.theme),
    startMs: dayStartMs(day) + entry.from * MINUTE_MS,
    endMs: dayStartMs(day) + entry.to * MINUTE_MS,
    place: entry.place,
    factorPercent: entry.factorPercent,
    cancelled: false,
  }));
}

/**
 * The activities from the Sunday before the week that holds `nowMs` (its patrol runs into Monday) to the end of
 * the week after, in the order of their start. `nowMs` is not before 2020-01-02.
 */
export function sampleActivities(nowMs: number): readonly Activity[] {
  const monday = mondayOf(shanghaiDay(nowMs));
  const days = Array.from({ length: 15 }, (_, i) => monday - 1 + i);
  return days.flatMap(activitiesOf).sort((a, b) => a.startMs - b.startMs);
}
