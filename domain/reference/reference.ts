/**
 * Reference data: what the county sends down to one station, as one numbered snapshot that the county signs.
 * It replaces what was there before, in one transaction. Numbers never go back.
 */
import * as v from 'valibot';
import { MAX_ROWS } from '../journal/fields.ts';
import { HOLDERS } from '../points/account.ts';
import { ruleSetSchema } from '../rules/ruleSet.ts';

const id = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const positive = v.pipe(v.number(), v.safeInteger(), v.minValue(1));
const instantMs = v.pipe(v.number(), v.safeInteger());
const text = v.pipe(v.string(), v.maxLength(400));
/** Bytes as lower-case hexadecimal. */
const hex = v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2})*$/));

/** 八大平台, in the order of the source article; an activity names its place in this list. */
export const SERVICE_PLATFORMS = [
  'THEORY', // 理论宣讲直通车
  'EDUCATION', // 教育服务新课堂
  'CULTURE', // 文体服务轻骑兵
  'SCIENCE', // 科技服务大篷车
  'LAW', // 法律服务基层行
  'HEALTH', // 健康服务零距离
  'MANNERS', // 文明礼仪连心桥
  'CONVENIENCE', // 便民服务智慧网
] as const;
/** 六大主题活动, in the order of the source article. */
export const ACTIVITY_THEMES = ['STUDY', 'POLICY', 'VALUES', 'ARTS', 'KNOWLEDGE', 'CUSTOMS'] as const;

export const volunteerSchema = v.object({
  id: positive,
  /** In full for the station's own village, masked (王*英) for the rest of the county. */
  name: text,
  homeStationId: id,
  /** 0: in no household known to the station. */
  householdId: id,
  /** 0: in no team. */
  teamId: id,
  /** Masked, 138****1234, or empty. */
  maskedPhone: text,
  /** Year of birth, 0 unknown: minors may not use the shop alone (B1.20). */
  birthYear: id,
  /** Who may not approve for this volunteer, nor the other way round (B1.4); absent: unknown or none. */
  spouseId: v.optional(id),
});
export const cardSchema = v.object({
  cardNumber: positive,
  volunteerId: positive,
  generation: positive,
  issuerId: id,
});
export const issuerSchema = v.object({
  id,
  name: text,
  /** Ed25519 public key, 32 bytes. */
  publicKey: v.pipe(hex, v.length(64)),
});
export const teamSchema = v.object({ id: positive, name: text });
export const householdSchema = v.object({
  id: positive,
  name: text,
  /** 户主; absent or 0: not known. */
  headId: v.optional(id),
});
export const activitySchema = v.object({
  id: positive,
  name: text,
  teamId: id,
  /** Place in SERVICE_PLATFORMS. */
  platform: v.pipe(id, v.maxValue(SERVICE_PLATFORMS.length - 1)),
  /** Place in ACTIVITY_THEMES. */
  theme: v.pipe(id, v.maxValue(ACTIVITY_THEMES.length - 1)),
  startMs: instantMs,
  endMs: instantMs,
  place: text,
  /** Points are multiplied by this many hundredths, 50 to 200 (B1.3). */
  factorPercent: v.pipe(id, v.minValue(50), v.maxValue(200)),
  cancelled: v.boolean(),
});
/** So many changes of one price may be under way. */
export const MOST_COMING = 8;
export const goodsSchema = v.object({
  id: positive,
  name: text,
  /** The unit one price is for, such as 袋 or 瓶, with the size: 5 公斤/袋. */
  unit: text,
  /** Name of a picture shipped with the program (assets/goods). */
  picture: text,
  /** Points for one piece; what the county posted. */
  unitPoints: positive,
  /** Prices that are posted 公示 and hold from their day (as of `shanghaiDay`) on; absent: none is known. */
  coming: v.optional(
    v.pipe(v.array(v.object({ fromDay: id, unitPoints: positive })), v.maxLength(MOST_COMING)),
  ),
  /** What one piece costs in a shop, in fen, to tell what a point is worth; absent: nobody has said. */
  referenceFen: v.optional(positive),
  /** 米面油: counted against the monthly cap on staples. */
  staple: v.boolean(),
  /** Counted against the quarterly cap on scarce items. */
  scarce: v.boolean(),
  onSale: v.boolean(),
});
export const keeperSchema = v.object({
  id: positive,
  name: text,
  role: v.picklist(['KEEPER', 'SHOPKEEPER', 'SUPERVISOR', 'STATION_HEAD']),
  /** scrypt of the PIN: N = 16384, r = 8, p = 1, 32 bytes. */
  pinSalt: hex,
  pinHash: v.pipe(hex, v.length(64)),
  /** The volunteer this keeper is; absent or 0: none of the county's. */
  volunteerId: v.optional(id),
});
/** Points of an act: to be opened here. */
export const grantSchema = v.object({
  /** Of the county act; a station does each act once. */
  id: positive,
  holder: v.picklist(HOLDERS),
  holderId: positive,
  /** 0: a request to bring points here found none; it is answered all the same. */
  points: id,
  /** Where they were closed; absent or 0: the county itself brought them in. */
  fromStationId: v.optional(id),
  /** What was closed there. Absent: new with the day of opening, to lapse by the rules in force. */
  lots: v.optional(
    v.pipe(v.array(v.object({ earnedDay: id, expiryDay: id, points: positive })), v.maxLength(MAX_ROWS)),
  ),
});
/** An act that takes points away from here. */
export const closingSchema = v.object({
  id: positive,
  holder: v.picklist(HOLDERS),
  holderId: positive,
  /** At most so many; MOVE_ALL: whatever is there. */
  points: positive,
  toStationId: id,
});

/** What a person at the county decided about an exception (domain/county/acts.ts). */
export const countyActSchema = v.object({
  id: positive,
  kind: v.picklist(['REFUND', 'REVERSE']),
  /** The exchange or the entry that it is about. */
  incarnation: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  seq: positive,
  /** REVERSE: whose account. */
  holder: v.picklist(HOLDERS),
  holderId: id,
  /** REFUND: the pieces whose points come back. */
  lines: v.pipe(v.array(v.object({ goodsId: positive, quantity: positive })), v.maxLength(MAX_ROWS)),
  reason: text,
});

/**
 * The most things of each kind, several times what the largest county has: whatever a county sends, the disk of a
 * village machine is not filled with it.
 */
export const MAX_LIST = {
  volunteers: 200_000,
  households: 100_000,
  teams: 10_000,
  cards: 400_000,
  issuers: 1000,
  revocations: 400_000,
  activities: 50_000,
  goods: 10_000,
  keepers: 1000,
  grants: 200_000,
  closings: 200_000,
  stations: 10_000,
  acts: 10_000,
} as const;
const listOf = <T extends v.GenericSchema>(item: T, most: number) => v.pipe(v.array(item), v.maxLength(most));

export const referenceSchema = v.object({
  /** Rises with every change at the county. */
  version: positive,
  madeAtMs: instantMs,
  station: v.object({ id: positive, name: text, townshipName: text, countyName: text }),
  rules: ruleSetSchema,
  volunteers: listOf(volunteerSchema, MAX_LIST.volunteers),
  households: listOf(householdSchema, MAX_LIST.households),
  teams: listOf(teamSchema, MAX_LIST.teams),
  cards: listOf(cardSchema, MAX_LIST.cards),
  issuers: listOf(issuerSchema, MAX_LIST.issuers),
  /** The whole list, with its own number; never taken back to a lower one. */
  revocations: v.object({ number: id, cardNumbers: listOf(positive, MAX_LIST.revocations) }),
  activities: listOf(activitySchema, MAX_LIST.activities),
  goods: listOf(goodsSchema, MAX_LIST.goods),
  keepers: listOf(keeperSchema, MAX_LIST.keepers),
  /** Allowances the county has opened at this station; the station records each once. */
  grants: listOf(grantSchema, MAX_LIST.grants),
  /** Allowances the county has closed at this station, done or not; the station records each once. */
  closings: v.optional(listOf(closingSchema, MAX_LIST.closings)),
  /** Every station of the county by name, to tell a guest where their points are. */
  stations: v.optional(listOf(v.object({ id: positive, name: text }), MAX_LIST.stations)),
  /** Acts about exceptions that the county has not heard to be done; the station does each once. */
  acts: v.optional(listOf(countyActSchema, MAX_LIST.acts)),
});

export type Reference = v.InferOutput<typeof referenceSchema>;
export type Volunteer = v.InferOutput<typeof volunteerSchema>;
export type Card = v.InferOutput<typeof cardSchema>;
export type Issuer = v.InferOutput<typeof issuerSchema>;
export type Team = v.InferOutput<typeof teamSchema>;
export type Household = v.InferOutput<typeof householdSchema>;
export type Activity = v.InferOutput<typeof activitySchema>;
export type Goods = v.InferOutput<typeof goodsSchema>;
export type Keeper = v.InferOutput<typeof keeperSchema>;
export type CountyAct = v.InferOutput<typeof countyActSchema>;
export type Grant = v.InferOutput<typeof grantSchema>;
export type Closing = v.InferOutput<typeof closingSchema>;
