/**
 * The sample village: everything one station gets from its county, made from a number, the same on every
 * machine. It is what `npm start` shows and what tests run on. Nothing in it is real, and its keys are public:
 * see keys.ts.
 */
import { createHash, scryptSync } from 'node:crypto';
import { encodeCard, MAX_CARD_NUMBER, type CardPayload } from '../../domain/cards/payload.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { Card, Grant, Keeper, Reference, Volunteer } from '../../domain/reference/reference.ts';
import { DEFAULT_RULES, type RuleSet } from '../../domain/rules/ruleSet.ts';
import { civilDate, shanghaiDay } from '../../domain/time.ts';
import { sampleGoods } from './goods.ts';
import { sampleKeyPair, type SampleKeyPair } from './keys.ts';
import { samplePeople } from './people.ts';
import { SAMPLE_TEAMS, sampleActivities } from './plan.ts';
import { sampleRandom, type SampleRandom } from './random.ts';

export const SAMPLE_SEED = 13856;
export const SAMPLE_STATION_ID = 1;
export const SAMPLE_ISSUER_ID = 1;
/** The keeper's PIN, printed in the README. */
export const SAMPLE_KEEPER_PIN = '2580';
export const SAMPLE_HEAD_PIN = '1357';
/** The first volunteers can afford a bag of rice (280), so that a demonstration need not look for one. */
const WEALTHY_VOLUNTEERS = 12;
const MAX_GRANT_POINTS = 400;
/** Volunteers whose lost card was replaced: the first one's is revoked, the second's only outdated. */
const REPLACED = { revokedOf: 20, outdatedOf: 21 } as const;

export interface SampleVillage {
  readonly reference: Reference;
  /** Signs cards; listed in `reference.issuers`. */
  readonly issuerKeys: SampleKeyPair;
  /** Signs what the county sends down and acknowledges. */
  readonly countyKeys: SampleKeyPair;
  /** The text of each volunteer's valid card. */
  readonly cardTexts: ReadonlyMap<number, string>;
  /** Cards that must be refused, and one of a stranger that must not. */
  readonly oddCards: {
    /** Genuine, but on the revocation list. */
    readonly revoked: string;
    /** Genuine, but there is a newer generation. */
    readonly outdated: string;
    /** Names the county's issuer, signed by somebody else. */
    readonly forged: string;
    /** Genuine, of a volunteer of another village, whom the reference data does not know. */
    readonly guest: string;
  };
  readonly keeperPins: readonly { readonly keeperId: number; readonly pin: string }[];
  /** What is to be delivered to the shop on its first day; goods without stock are left out. */
  readonly openingStock: readonly { readonly goodsId: number; readonly quantity: number }[];
}

const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

/** The defaults, except that the shop never closes: a demonstration happens on any day. */
function sampleRules(): RuleSet {
  const shop = { ...DEFAULT_RULES.shop, openDaysOfMonth: [], openHours: [{ fromMinute: 0, toMinute: 1440 }] };
  return { ...DEFAULT_RULES, version: 1, shop };
}

function sampleKeepers(seed: number): { keepers: Keeper[]; keeperPins: SampleVillage['keeperPins'] } {
  const staff = [
    { name: '陈秀兰（示例）', role: 'KEEPER', pin: SAMPLE_KEEPER_PIN },
    { name: '李志强（示例）', role: 'STATION_HEAD', pin: SAMPLE_HEAD_PIN },
  ] as const;
  const keepers = staff.map(({ name, role, pin }, i) => {
    const salt = Buffer.from(sha256(`village-station SAMPLE SALT ${seed} ${i}`)).subarray(0, 16);
    const hash = scryptSync(pin, salt, 32, { N: 16_384, r: 8, p: 1 });
    return { id: i + 1, name, role, pinSalt: salt.toString('hex'), pinHash: hash.toString('hex') };
  });
  return { keepers, keeperPins: staff.map(({ pin }, i) => ({ keeperId: i + 1, pin })) };
}

function sampleGrants(random: SampleRandom, volunteers: readonly Volunteer[]): Grant[] {
  return volunteers.flatMap(({ id }) => {
    const least = id <= WEALTHY_VOLUNTEERS ? 300 : 0;
    const points = random.int(least / 5, MAX_GRANT_POINTS / 5) * 5;
    return points === 0 ? [] : [{ id, holder: 'PERSON', holderId: id, points }];
  });
}

/** A card for each volunteer, and the two lost ones; numbers by chance, so that they say nothing of the person. */
function sampleCards(random: SampleRandom, volunteers: readonly Volunteer[]) {
  const taken = new Set<number>();
  const card = (volunteerId: number, generation: number): Card => {
    let cardNumber: number;
    do cardNumber = random.int(1, MAX_CARD_NUMBER);
    while (taken.has(cardNumber));
    taken.add(cardNumber);
    return { cardNumber, volunteerId, generation, issuerId: SAMPLE_ISSUER_ID };
  };
  const replaced: readonly number[] = Object.values(REPLACED);
  return {
    cards: volunteers.map(({ id }) => card(id, replaced.includes(id) ? 2 : 1)),
    revoked: card(REPLACED.revokedOf, 1),
    outdated: card(REPLACED.outdatedOf, 1),
    guest: card(2_000_001, 1),
  };
}

/**
 * Makes the village. `seed` is an unsigned 32-bit integer; `nowMs` decides the week of the plan and the ages,
 * nothing else. Takes about a tenth of a second, most of it for the PINs.
 */
export function makeSampleVillage({
  seed = SAMPLE_SEED,
  nowMs,
}: {
  readonly seed?: number;
  readonly nowMs: number;
}): SampleVillage {
  const random = sampleRandom(seed);
  const issuerKeys = sampleKeyPair(seed, 'issuer');
  const countyKeys = sampleKeyPair(seed, 'county');
  const { year } = civilDate(shanghaiDay(nowMs));
  const stationId = SAMPLE_STATION_ID;
  const { volunteers, households } = samplePeople(random, { year, stationId, teams: SAMPLE_TEAMS.length });
  const grants = sampleGrants(random, volunteers);
  const { cards, revoked, outdated, guest } = sampleCards(random, volunteers);
  const { keepers, keeperPins } = sampleKeepers(seed);
  const goods = sampleGoods();
  const textOf = (payload: CardPayload, keys = issuerKeys) =>
    encodeCard(payload, { sha256, sign: keys.sign });
  return {
    reference: {
      version: 1,
      madeAtMs: nowMs,
      station: { id: stationId, name: '李家畈村（示例）', townshipName: '觅儿寺镇', countyName: '红安县' },
      rules: sampleRules(),
      volunteers,
      households,
      teams: SAMPLE_TEAMS.map((name, i) => ({ id: i + 1, name })),
      cards,
      issuers: [
        {
          id: SAMPLE_ISSUER_ID,
          name: '示例签发方（仅供演示）',
          publicKey: Buffer.from(issuerKeys.publicKey).toString('hex'),
        },
      ],
      revocations: { number: 1, cardNumbers: [revoked.cardNumber] },
      activities: [...sampleActivities(nowMs)],
      goods: goods.map((entry) => entry.goods),
      keepers,
      grants,
    },
    issuerKeys,
    countyKeys,
    cardTexts: new Map(cards.map((card) => [card.volunteerId, textOf(card)])),
    oddCards: {
      revoked: textOf(revoked),
      outdated: textOf(outdated),
      forged: textOf(cards[0] ?? guest, sampleKeyPair(seed, 'stranger')),
      guest: textOf(guest),
    },
    keeperPins,
    openingStock: goods
      .filter((entry) => entry.openingQuantity > 0)
      .map((entry) => ({ goodsId: entry.goods.id, quantity: entry.openingQuantity })),
  };
}
