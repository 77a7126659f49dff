/**
 * A village as the county's office writes it down (README, "A village's file"): one JSON text a station, by names and
 * dates that a person reads. What the county makes itself stands in none: rules, the list of revoked cards, the people
 * of other villages. A list that is left out stays as the county has it.
 */
import * as v from 'valibot';
import { dayStartMs, DAY_MS, MINUTE_MS, SHANGHAI_OFFSET_MS } from '../time.ts';
import {
  ACTIVITY_THEMES,
  goodsSchema,
  grantSchema,
  issuerSchema,
  MAX_LIST,
  SERVICE_PLATFORMS,
  teamSchema,
  householdSchema,
  cardSchema,
  keeperSchema,
  type Activity,
} from './reference.ts';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
/** Nothing that a screen or a PostgreSQL text could not hold. */
// eslint-disable-next-line no-control-regex -- those are what must not be there
const printable = v.regex(/^[^\u0000-\u001f\u007f]*$/);
const text = v.pipe(v.string(), v.maxLength(400), printable);
const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100), printable);

const TIME = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d)(?::(\d\d)(?:\.(\d{3}))?)?$/;

/** The instant of 2026-12-01 08:30 in Shanghai, also with seconds; undefined for what is no such time. */
export function instantOf(time: string): number | undefined {
  const parts = TIME.exec(time);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = parts
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second, ms) - SHANGHAI_OFFSET_MS;
  // The 31st of February would be a day of March.
  return timeOf(atMs) === time ? atMs : undefined;
}

/** An instant as a file tells it, in Shanghai; seconds only where there are some. */
export function timeOf(atMs: number): string {
  const [date = '', clock = ''] = new Date(atMs + SHANGHAI_OFFSET_MS).toISOString().slice(0, -1).split('T');
  const seconds = clock.slice(5);
  const shown = seconds === ':00.000' ? '' : seconds.endsWith('.000') ? seconds.slice(0, 3) : seconds;
  return `${date} ${clock.slice(0, 5)}${shown}`;
}

/** The day (as of `shanghaiDay`) of a date such as 2026-12-01; undefined for what is none. */
export function dayOf(date: string): number | undefined {
  const atMs = instantOf(`${date} 00:00`);
  return atMs === undefined ? undefined : (atMs + SHANGHAI_OFFSET_MS) / DAY_MS;
}
/** A day (as of `shanghaiDay`) as a date. */
export function dateOf(day: number): string {
  return timeOf(dayStartMs(day)).slice(0, 10);
}

const time = v.pipe(
  v.string(),
  v.check((value) => instantOf(value) !== undefined, '2026-12-01 08:30'),
);
const maskedPhone = v.pipe(
  v.string(),
  v.check((value) => /^(?:\d{3}\*{4}\d{4})?$/.test(value), '138****1234'),
);

const villagerSchema = v.strictObject({
  id: positive,
  name,
  householdId: v.optional(id, 0),
  teamId: v.optional(id, 0),
  maskedPhone: v.optional(maskedPhone, ''),
  /** 0: not known. */
  birthYear: v.optional(v.pipe(id, v.maxValue(2200)), 0),
  spouseId: v.optional(id),
  /** The station in whose register they have stood until now: they move, and their points follow. */
  movedFrom: v.optional(positive),
});
const fileActivitySchema = v.strictObject({
  id: positive,
  name,
  teamId: v.optional(id, 0),
  platform: v.picklist(SERVICE_PLATFORMS),
  theme: v.picklist(ACTIVITY_THEMES),
  start: time,
  end: time,
  place: v.optional(text, ''),
  factorPercent: v.optional(v.pipe(id, v.minValue(50), v.maxValue(200)), 100),
  cancelled: v.optional(v.boolean(), false),
});
const fileGoodsSchema = v.strictObject({
  // Prices are changed by two people, and not by a file.
  ...v.omit(goodsSchema, ['coming']).entries,
  name,
  unit: text,
  picture: v.optional(text, ''),
  staple: v.optional(v.boolean(), false),
  scarce: v.optional(v.boolean(), false),
  onSale: v.optional(v.boolean(), true),
});
const fileKeeperSchema = v.strictObject({
  id: positive,
  name,
  role: keeperSchema.entries.role,
  volunteerId: v.optional(id),
  /** Instead of the two below, once: the county keeps no PIN, only what it is checked by. */
  pin: v.optional(v.pipe(v.string(), v.regex(/^\d{4,8}$/))),
  pinSalt: v.optional(keeperSchema.entries.pinSalt),
  pinHash: v.optional(keeperSchema.entries.pinHash),
});
const listOf = <T extends v.GenericSchema>(item: T, most: number) =>
  v.optional(v.pipe(v.array(item), v.maxLength(most)));

export const villageFileSchema = v.strictObject({
  station: v.strictObject({ id: positive, name, townshipName: name, countyName: name }),
  volunteers: listOf(villagerSchema, MAX_LIST.volunteers),
  households: listOf(v.strictObject({ ...householdSchema.entries, name }), MAX_LIST.households),
  teams: listOf(v.strictObject({ ...teamSchema.entries, name }), MAX_LIST.teams),
  cards: listOf(v.strictObject(cardSchema.entries), MAX_LIST.cards),
  issuers: listOf(v.strictObject(issuerSchema.entries), MAX_LIST.issuers),
  activities: listOf(fileActivitySchema, MAX_LIST.activities),
  goods: listOf(fileGoodsSchema, MAX_LIST.goods),
  keepers: listOf(fileKeeperSchema, MAX_LIST.keepers),
  /** Points that the county opens at the village's beginning; each number once and for all. */
  grants: listOf(v.strictObject(v.omit(grantSchema, ['fromStationId', 'lots']).entries), MAX_LIST.grants),
});
export type VillageFile = v.InferOutput<typeof villageFileSchema>;
export type FileKeeper = NonNullable<VillageFile['keepers']>[number];
type FileActivity = v.InferOutput<typeof fileActivitySchema>;

export function activityOf({ platform, theme, start, end, ...rest }: FileActivity): Activity {
  return {
    ...rest,
    platform: SERVICE_PLATFORMS.indexOf(platform),
    theme: ACTIVITY_THEMES.indexOf(theme),
    startMs: instantOf(start) ?? 0,
    endMs: instantOf(end) ?? 0,
  };
}
export function fileActivityOf({ platform, theme, startMs, endMs, ...rest }: Activity): FileActivity {
  return {
    ...rest,
    platform: SERVICE_PLATFORMS[platform] ?? SERVICE_PLATFORMS[0],
    theme: ACTIVITY_THEMES[theme] ?? ACTIVITY_THEMES[0],
    start: timeOf(startMs),
    end: timeOf(endMs),
  };
}

/** Where something in a file is wrong, and what, in the words of whoever wrote it. */
export interface FileProblem {
  /** `volunteers`, its third entry, `name`; empty for the file as a whole. */
  readonly path: readonly (string | number)[];
  /** The number of the entry, where it has one. */
  readonly id: number | null;
  readonly zh: string;
  readonly en: string;
}

/** The longest that an activity may be planned for: more is a slip in the date. */
const MAX_ACTIVITY_MS = 31 * DAY_MS;

type Entry = Readonly<Record<string, unknown>>;
interface Link {
  readonly list: 'volunteers' | 'households' | 'cards' | 'keepers' | 'activities';
  readonly field: string;
  readonly to: 'volunteers' | 'households' | 'teams' | 'issuers';
  readonly zh: string;
}
const LINKS: readonly Link[] = [
  { list: 'volunteers', field: 'householdId', to: 'households', zh: '户' },
  { list: 'volunteers', field: 'teamId', to: 'teams', zh: '队伍' },
  { list: 'volunteers', field: 'spouseId', to: 'volunteers', zh: '志愿者' },
  { list: 'households', field: 'headId', to: 'volunteers', zh: '志愿者' },
  { list: 'cards', field: 'volunteerId', to: 'volunteers', zh: '志愿者' },
  { list: 'cards', field: 'issuerId', to: 'issuers', zh: '发卡方' },
  { list: 'activities', field: 'teamId', to: 'teams', zh: '队伍' },
];
/** What names an entry of each list. */
const NUMBERS = {
  volunteers: 'id',
  households: 'id',
  teams: 'id',
  issuers: 'id',
  cards: 'cardNumber',
  activities: 'id',
  goods: 'id',
  keepers: 'id',
} as const;
type ListName = keyof typeof NUMBERS;
export const FILE_LISTS = Object.keys(NUMBERS) as readonly ListName[];
export type FileLists = { readonly [L in ListName]: NonNullable<VillageFile[L]> };

/** What does not go together in the lists of a village, each of which fits the schema. */
export function contradictionsIn(lists: FileLists): readonly FileProblem[] {
  const found: FileProblem[] = [];
  const numbers = new Map<ListName, Set<unknown>>();
  const tell = (path: FileProblem['path'], number: unknown, zh: string, en: string): void =>
    void found.push({ path, id: Number(number), zh, en });
  for (const list of FILE_LISTS) {
    const seen = new Set<unknown>();
    lists[list].forEach((entry: Entry, at) => {
      const number = entry[NUMBERS[list]];
      const path = [list, at, NUMBERS[list]];
      if (seen.has(number))
        tell(path, number, '这个编号前面已经用过', 'this number was used by an entry before');
      seen.add(number);
    });
    numbers.set(list, seen);
  }
  for (const { list, field, to, zh } of LINKS)
    lists[list].forEach((entry: Entry, at) => {
      const wanted = Number(entry[field] ?? 0);
      if (wanted === 0 || numbers.get(to)?.has(wanted) === true) return;
      const number = entry[NUMBERS[list]];
      const which = String(wanted);
      tell([list, at, field], number, `没有编号 ${which} 的${zh}`, `there is no ${which} in "${to}"`);
    });
  lists.activities.forEach(({ id: number, start, end }, at) => {
    const lasts = (instantOf(end) ?? 0) - (instantOf(start) ?? 0);
    const path = ['activities', at, 'end'];
    if (lasts < MINUTE_MS) tell(path, number, '结束时间要晚于开始时间', 'it must end after it has begun');
    else if (lasts > MAX_ACTIVITY_MS)
      tell(path, number, '一次活动不能超过 31 天', 'no activity lasts more than 31 days');
  });
  lists.keepers.forEach(({ id: number, pin, pinSalt, pinHash }, at) => {
    if (pin !== undefined || (pinSalt !== undefined && pinHash !== undefined)) return;
    tell(['keepers', at, 'pin'], number, '要有密码（4 到 8 位数字）', 'a PIN of 4 to 8 digits is wanted');
  });
  return found;
}

const KINDS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  string: ['文字（放在引号里）', 'a text (in quotes)'],
  number: ['数字（不加引号）', 'a number (without quotes)'],
  boolean: ['true 或 false', 'true or false'],
  array: ['列表 [ … ]', 'a list [ … ]'],
  object: ['一组 { … }', 'a group { … }'],
  strict_object: ['一组 { … }', 'a group { … }'],
};

function wordsOf(issue: v.BaseIssue<unknown>): readonly [zh: string, en: string] {
  const { type, expected, received } = issue;
  const shown = received.slice(0, 60);
  if (type === 'strict_object' && expected === 'never')
    return ['没有这一项，请核对名称', 'there is nothing of that name: check the spelling'];
  if (received === 'undefined') return ['缺少这一项', 'it is missing'];
  if (type === 'picklist') return [`只能是 ${expected ?? ''}`, `it must be one of ${expected ?? ''}`];
  if (type === 'check') return [`要写成 ${issue.message}`, `it is written like ${issue.message}`];
  if (type === 'min_value') return [`不能小于 ${bound(issue)}`, `it must be ${bound(issue)} or more`];
  if (type === 'max_value') return [`不能大于 ${bound(issue)}`, `it must be ${bound(issue)} or less`];
  if (type === 'min_length') return ['不能空着', 'it must not be empty'];
  if (type === 'max_length') return [`太长，最多 ${bound(issue)}`, `it is too long: ${bound(issue)} at most`];
  if (type === 'safe_integer') return ['要写整数', 'a whole number is wanted'];
  if (type === 'length' || type === 'regex')
    return [`写法不对：${shown}`, `it is not written as it must be: ${shown}`];
  const kind = KINDS[type];
  return kind === undefined
    ? [`写法不对：${shown}`, `it is not written as it must be: ${shown}`]
    : [`应当是${kind[0]}，现在是 ${shown}`, `${kind[1]} is wanted, not ${shown}`];
}
const bound = ({ expected }: v.BaseIssue<unknown>): string => (expected ?? '').replace(/^[<>]=/, '');

/** What of a value does not fit a schema, in an administrator's words. `most`: no more than so many. */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[], most = 20): readonly FileProblem[] {
  return issues.slice(0, most).map((issue) => {
    const steps = issue.path ?? [];
    const path = steps.map(({ key }) => (typeof key === 'number' ? key : String(key)));
    const at = path.findIndex((step) => typeof step === 'number');
    const entry = steps[at]?.value;
    const number =
      typeof entry === 'object' && entry !== null && 'id' in entry
        ? entry.id
        : typeof entry === 'object' && entry !== null && 'cardNumber' in entry
          ? entry.cardNumber
          : null;
    const [zh, en] = wordsOf(issue);
    return { path, id: typeof number === 'number' ? number : null, zh, en };
  });
}

/** A place as it is told: `volunteers` 第 3 项（编号 5）name. */
export function placeOf({ path, id: number }: FileProblem, language: 'zh' | 'en'): string {
  const words = path.map((step) => {
    if (typeof step === 'string') return step;
    if (language === 'zh') return `第 ${step + 1} 项${number === null ? '' : `（编号 ${number}）`}`;
    return `entry ${step + 1}${number === null ? '' : ` (number ${number})`}`;
  });
  return words.join(language === 'zh' ? ' ' : ', ');
}
