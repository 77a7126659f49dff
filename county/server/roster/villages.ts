/**
 * Villages as the county's office brings them in and takes them out: one file a station (domain/reference/
 * villageFile.ts). A file is put in place whole or not at all; the same again changes nothing.
 */
import { scrypt, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import * as v from 'valibot';
import { stableJson } from '../../../domain/reference/stableJson.ts';
import { referenceSchema, type Keeper, type Reference } from '../../../domain/reference/reference.ts';
import {
  activityOf,
  contradictionsIn,
  fileActivityOf,
  FILE_LISTS,
  problemsOf,
  villageFileSchema,
  type FileKeeper,
  type FileLists,
  type FileProblem,
  type VillageFile,
} from '../../../domain/reference/villageFile.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { worthOf, type PointWorth } from '../../../domain/shop/worth.ts';
import type { CountyContext } from '../context.ts';
import { hex } from '../codecs.ts';
import type { Tx } from '../ingestSql.ts';
import { putReference } from '../reference.ts';
import { TOLD_OTHERWISE } from '../revocations.ts';
import { standingElsewhere, type Movers } from './register.ts';
import { rulesInForce } from './rules.ts';
import type { RuleSet } from '../../../domain/rules/ruleSet.ts';

/** What a village's file came to. */
export interface VillagePut {
  readonly stationId: number;
  readonly name: string;
  readonly isNew: boolean;
  /** False: everything in it was there already. */
  readonly changed: boolean;
  /** Of the station's reference data, as it holds now. */
  readonly version: number;
  readonly people: number;
  readonly cards: number;
  readonly goods: number;
  /** Who came from another village's register, and goes with their points. */
  readonly moved: number;
  /** What points buy at its shop. */
  readonly worth: PointWorth;
}
export type BadVillage =
  | { readonly kind: 'BAD_FILE'; readonly problems: readonly FileProblem[] }
  | { readonly kind: 'LOST_STATION' };

const MAX_PROBLEMS = 20;
type Parts = Omit<Reference, 'version' | 'madeAtMs' | 'closings' | 'stations' | 'acts'>;

const whole = (zh: string, en: string): FileProblem => ({ path: [], id: null, zh, en });

/** Reads the text of a file; a byte order mark, as Windows' editor puts it, is no fault. */
function parse(bytes: Uint8Array): Result<VillageFile, BadVillage> {
  const bad = (...problems: FileProblem[]) => err({ kind: 'BAD_FILE', problems } as const);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message : 'UTF-8';
    return error instanceof SyntaxError
      ? bad(whole(`不是完整的 JSON 文件（${why}）`, `it is no whole JSON file (${why})`))
      : bad(whole('文件不是 UTF-8 编码，请另存为 UTF-8', 'it is not UTF-8: save it as UTF-8'));
  }
  const parsed = v.safeParse(villageFileSchema, value);
  return parsed.success ? ok(parsed.output) : bad(...problemsOf(parsed.issues, MAX_PROBLEMS));
}

/** The parts that the county holds for a station; undefined for a station without any. */
export async function partsOf(tx: Tx, stationId: number): Promise<Parts | undefined> {
  const { rows } = await sql<{ parts: string | null }>`
    SELECT jsonb_object_agg(kind, data)::text AS parts FROM reference_part WHERE station_id = ${stationId}`.execute(
    tx,
  );
  const text = rows[0]?.parts ?? null;
  if (text === null) return undefined;
  const kept: unknown = JSON.parse(text);
  return { ...v.parse(v.omit(referenceSchema, ['version', 'madeAtMs', 'grants']), kept), grants: [] };
}

function without<T extends object, K extends keyof T & string>(value: T, name: K): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) as Omit<T, K>;
}

/** The lists of a village as a file tells them; people of other villages are none of its own. */
function fileListsOf(parts: Parts): FileLists {
  const own = parts.volunteers.filter(({ homeStationId }) => homeStationId === parts.station.id);
  const ids = new Set(own.map(({ id }) => id));
  return {
    issuers: parts.issuers,
    teams: parts.teams,
    households: parts.households,
    volunteers: own.map((one) => without(one, 'homeStationId')),
    cards: parts.cards.filter(({ volunteerId }) => ids.has(volunteerId)),
    keepers: parts.keepers,
    activities: parts.activities.map(fileActivityOf),
    goods: parts.goods,
  };
}

type ShownVillage = FileLists & Pick<VillageFile, 'station'>;

/** A station's file as the county holds it, to be edited and brought back; undefined for an unknown station. */
export async function villageFileOf(
  { db }: CountyContext,
  stationId: number,
): Promise<ShownVillage | undefined> {
  const parts = await db.transaction().execute((tx) => partsOf(tx, stationId));
  return parts && { station: parts.station, ...fileListsOf(parts) };
}

/** One entry a line: what is edited by hand is read by eye. */
export function villageText({ station, ...lists }: ShownVillage): string {
  const blocks = [`  "station": ${JSON.stringify(station)}`];
  for (const [list, entries] of Object.entries<readonly object[]>(lists))
    blocks.push(
      entries.length === 0
        ? `  "${list}": []`
        : `  "${list}": [\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`,
    );
  return `{\n${blocks.join(',\n')}\n}\n`;
}

function hashPin(pin: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((done, reject) => {
    scrypt(pin, salt, 32, { N: 16_384, r: 8, p: 1 }, (error, key) => {
      if (error === null) done(key);
      else reject(error);
    });
  });
}

/** A keeper as stations check them. The same PIN again is no change, so that the same file changes nothing. */
async function keeperOf(
  { randomBytes }: CountyContext,
  { pin, pinSalt = '', pinHash = '', ...rest }: FileKeeper,
  before: Keeper | undefined,
): Promise<Keeper> {
  if (pin === undefined) return { ...rest, pinSalt, pinHash };
  if (before !== undefined) {
    const same = await hashPin(pin, Buffer.from(before.pinSalt, 'hex'));
    if (timingSafeEqual(same, Buffer.from(before.pinHash, 'hex')))
      return { ...rest, pinSalt: before.pinSalt, pinHash: before.pinHash };
  }
  const salt = randomBytes(16);
  return { ...rest, pinSalt: hex(salt), pinHash: hex(await hashPin(pin, salt)) };
}

/** What of a village stands in another one's register, which would be two truths. */
async function clashes(
  tx: Tx,
  stationId: number,
  lists: FileLists,
): Promise<{ readonly problems: readonly FileProblem[]; readonly movers: Movers }> {
  const elsewhere = await standingElsewhere(tx, stationId, {
    people: lists.volunteers.map(({ id }) => id),
    cards: lists.cards.map(({ cardNumber }) => cardNumber),
    households: lists.households.map(({ id }) => id),
  });
  const problems: FileProblem[] = [];
  const movers = new Map<number, number>();
  const shown = (station: number) => `${station} 号站 ${elsewhere.stationNames.get(station) ?? ''}`;
  const families = new Set<number>();
  lists.volunteers.forEach(({ id, name, movedFrom, householdId }, at) => {
    if (elsewhere.erased.has(id))
      problems.push({
        path: ['volunteers', at],
        id,
        zh: '这个编号的个人信息已应本人要求删除，编号不能再用',
        en: 'the data of this number was erased by order of the person; the number is not used again',
      });
    const keptId = elsewhere.merged.get(id);
    if (keptId !== undefined)
      problems.push({
        path: ['volunteers', at],
        id,
        zh: `这个编号是重复登记，已并入 ${keptId} 号；请从名单里删去，连同它的卡`,
        en: `this number was a second registration and was merged into ${keptId}: take it and its cards off the lists`,
      });
    const station = elsewhere.people.get(id);
    if (station === undefined) return;
    if (movedFrom === station) {
      movers.set(id, station);
      families.add(householdId);
      return;
    }
    problems.push({
      path: ['volunteers', at],
      id,
      zh: `${name}（编号 ${id}）已在${shown(station)}的名册里；如果是迁来的，请加上 "movedFrom": ${station}`,
      en: `${name} (${id}) stands in the register of station ${station}; if they move here, add "movedFrom": ${station}`,
    });
  });
  lists.cards.forEach(({ cardNumber, volunteerId }, at) => {
    const station = elsewhere.cards.get(cardNumber);
    if (station === undefined || movers.has(volunteerId)) return;
    problems.push({
      path: ['cards', at],
      id: cardNumber,
      zh: `这个卡号已经在${shown(station)}发出`,
      en: `a card of this number was given out at station ${station}`,
    });
  });
  lists.households.forEach(({ id }, at) => {
    const station = elsewhere.households.get(id);
    if (station === undefined || families.has(id)) return;
    problems.push({
      path: ['households', at],
      id,
      zh: `这个户号已在${shown(station)}使用；户号全县不能重复`,
      en: `station ${station} has a household of this number; in the county each has its own`,
    });
  });
  lists.issuers.forEach(({ id, publicKey }, at) => {
    const key = elsewhere.issuerKeys.get(id);
    if (key === undefined || key === publicKey) return;
    problems.push({
      path: ['issuers', at, 'publicKey'],
      id,
      zh: '这个发卡方在别的村是另一把公钥；每把公钥要有自己的编号',
      en: 'other villages have another key for this issuer; each key has a number of its own',
    });
  });
  return { problems, movers };
}

/** A price that is there is changed by two people and on a day, and not by a file (RULES.md B7). */
function otherPrices({ goods }: FileLists, before: Parts | undefined): readonly FileProblem[] {
  const prices = new Map(before?.goods.map(({ id, unitPoints }) => [id, unitPoints]));
  return goods.flatMap(({ id, unitPoints }, at) => {
    const now = prices.get(id) ?? unitPoints;
    if (now === unitPoints) return [];
    return {
      path: ['goods', at, 'unitPoints'],
      id,
      zh: `现价是 ${now} 分；改价要两个人、先公示，请用 --price 提出`,
      en: `the price is ${now} points; two people change it, and it is posted first: see --price`,
    };
  });
}

/** No activity counts more or less than the rules of the county let it (RULES.md B3). */
function otherFactors({ activities }: FileLists, { points }: RuleSet): readonly FileProblem[] {
  const { leastFactorPercent: least, mostFactorPercent: most } = points;
  return activities.flatMap(({ id, factorPercent }, at) => {
    if (factorPercent >= least && factorPercent <= most) return [];
    return {
      path: ['activities', at, 'factorPercent'],
      id,
      zh: `积分系数按全县规则要在 ${least} 到 ${most} 之间`,
      en: `by the rules of the county the factor is between ${least} and ${most}`,
    };
  });
}

/**
 * Puts the file of a village in place. BAD_FILE: nothing was changed, and what is wrong is told, twenty things at
 * most. LOST_STATION: its village has another number now.
 */
export async function putVillage(
  context: CountyContext,
  bytes: Uint8Array,
): Promise<Result<VillagePut, BadVillage>> {
  const read = parse(bytes);
  if (!read.ok) return read;
  const { station, grants = [], ...given } = read.value;
  const before = await context.db.transaction().execute((tx) => partsOf(tx, station.id));
  const empty = Object.fromEntries(FILE_LISTS.map((list) => [list, []])) as unknown as FileLists;
  const lists = { ...empty, ...(before && fileListsOf(before)), ...given } as FileLists;
  const wrong = [...contradictionsIn(lists), ...otherPrices(lists, before)];
  if (wrong.length > 0) return err({ kind: 'BAD_FILE', problems: wrong.slice(0, MAX_PROBLEMS) });
  const { problems, movers, isLost, rules } = await context.db.transaction().execute(async (tx) => ({
    ...(await clashes(tx, station.id, lists)),
    isLost: await tx
      .selectFrom('lost_station')
      .select('station_id')
      .where('station_id', '=', station.id)
      .executeTakeFirst(),
    rules: before?.rules ?? (await rulesInForce(tx)),
  }));
  if (isLost !== undefined) return err({ kind: 'LOST_STATION' });
  const all = [...problems, ...otherFactors(lists, rules)];
  if (all.length > 0) return err({ kind: 'BAD_FILE', problems: all.slice(0, MAX_PROBLEMS) });
  const keepers = new Map(before?.keepers.map((keeper) => [keeper.id, keeper]));
  const parts: Parts = {
    ...lists,
    station,
    rules,
    revocations: TOLD_OTHERWISE,
    volunteers: lists.volunteers.map((one) => ({ ...without(one, 'movedFrom'), homeStationId: station.id })),
    activities: lists.activities.map(activityOf),
    keepers: await Promise.all(
      lists.keepers.map((keeper) => keeperOf(context, keeper, keepers.get(keeper.id))),
    ),
    grants,
  };
  const was = await versionOf(context, station.id);
  const same = before !== undefined && stableJson({ ...before, grants }) === stableJson(parts);
  const version =
    same && grants.length === 0
      ? was
      : await putReference(context, { ...parts, version: 1, madeAtMs: context.nowMs() }, movers);
  return ok({
    stationId: station.id,
    name: station.name,
    isNew: before === undefined,
    changed: version !== was,
    version,
    people: parts.volunteers.length,
    cards: parts.cards.length,
    goods: parts.goods.length,
    moved: movers.size,
    worth: worthOf(parts.goods, rules),
  });
}

async function versionOf({ db }: CountyContext, stationId: number): Promise<number> {
  const row = await db
    .selectFrom('reference_version')
    .select('version')
    .where('station_id', '=', stationId)
    .executeTakeFirst();
  return row?.version ?? 0;
}
