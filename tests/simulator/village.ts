/** The reference data of one simulated station: everything follows from the seed, the station and the edition. */
import { createHash } from 'node:crypto';
import { sampleKeyPair, type SampleKeyPair } from '../../county/sample/keys.ts';
import { formatCardNumber } from '../../domain/cards/cardNumber.ts';
import { encodeCard } from '../../domain/cards/payload.ts';
import type { Reference, Volunteer } from '../../domain/reference/reference.ts';
import { DEFAULT_RULES, type RuleSet } from '../../domain/rules/ruleSet.ts';
import { DAY_MS } from '../../domain/time.ts';
import { sha256 } from '../../electron/station/sync/codecs.ts';
import { chanceOf } from './chance.ts';
import { BEGIN_MS, type Plan } from './plan.ts';

const HOUR_MS = 3_600_000;
export const PEOPLE = 24;
/** Volunteers of a village from this number on are its keepers. */
export const KEEPERS_FROM = 22;
const HOUSEHOLD_OF = 3;
/** People of the next village who come here now and then. */
const GUESTS = 3;
const ISSUER_ID = 1;
export const PINS = ['2580', '1357', '8642'] as const;

/** Stands for scrypt, which takes a tenth of a second on purpose: a run has a hundred thousand PINs. */
export function quickHash(pin: string, salt: Uint8Array): Uint8Array {
  return createHash('sha256').update(pin).update(salt).digest();
}

const volunteerId = (stationId: number, i: number) => stationId * 1000 + i;
export const householdId = (stationId: number, i: number) =>
  stationId * 100 + Math.floor((i - 1) / HOUSEHOLD_OF) + 1;
export const cardNumberOf = (volunteer: number) => 100_000_000 + volunteer;

let keys: SampleKeyPair | undefined;
const issuer = (): SampleKeyPair => (keys ??= sampleKeyPair(403, 'simulator'));
const cards = new Map<number, string>();

/** The text of a volunteer's card. */
export function cardTextOf(volunteer: number): string {
  const known = cards.get(volunteer);
  if (known !== undefined) return known;
  const payload = {
    cardNumber: cardNumberOf(volunteer),
    volunteerId: volunteer,
    generation: 1,
    issuerId: ISSUER_ID,
  };
  const text = encodeCard(payload, { sha256, sign: issuer().sign });
  cards.set(volunteer, text);
  return text;
}

/** The ten digits that are printed under it. */
export function cardDigitsOf(volunteer: number): string {
  return formatCardNumber(cardNumberOf(volunteer));
}

function rulesOf(stationId: number, edition: number): RuleSet {
  const { ledger, shop, points } = DEFAULT_RULES;
  return {
    ...DEFAULT_RULES,
    // The county changes its rules with each edition of the reference data.
    version: edition,
    points: {
      ...points,
      settlement: (stationId + edition) % 3 === 0 ? 'posted' : 'immediate',
      maxPerMonth: 2000,
    },
    shop: {
      ...shop,
      openDaysOfMonth: [],
      openHours: [{ fromMinute: 0, toMinute: 1440 }],
      maxPointsPerMonth: 2000,
      maxStapleUnitsPerMonth: 40,
    },
    ledger: {
      ...ledger,
      expiry: stationId % 4 === 1 ? 'YEAR_END' : 'END_OF_NEXT_YEAR',
      gifts: { enabled: stationId % 2 === 0, perHundredEarned: 50 },
      awards: { ...ledger.awards, maxPerHouseholdMonth: 400 },
    },
  };
}

function volunteersOf(stationId: number, nextStation: number): Volunteer[] {
  const person = (home: number, i: number): Volunteer => ({
    id: volunteerId(home, i),
    name: `志愿者${volunteerId(home, i)}`,
    homeStationId: home,
    householdId: home === stationId ? householdId(home, i) : 0,
    teamId: home === stationId ? 1 + (i % 2) : 0,
    maskedPhone: '138****1234',
    birthYear: 1950 + i,
  });
  const own = Array.from({ length: PEOPLE }, (_, i) => person(stationId, i + 1));
  if (nextStation === stationId) return own;
  return [...own, ...Array.from({ length: GUESTS }, (_, i) => person(nextStation, i + 1))];
}

/** Two activities a day, from early to late, so that whoever comes finds one. */
function activitiesOf(stationId: number, days: number): Reference['activities'] {
  return Array.from({ length: 2 * days }, (_, i) => {
    const dayMs = BEGIN_MS + Math.floor(i / 2) * DAY_MS;
    return {
      id: stationId * 1000 + i + 1,
      name: i % 2 === 0 ? '清洁家园' : '看望老人',
      teamId: 1 + (i % 2),
      platform: i % 8,
      theme: i % 6,
      startMs: dayMs + (i % 2 === 0 ? 7 : 13) * HOUR_MS,
      endMs: dayMs + (i % 2 === 0 ? 14 : 21) * HOUR_MS,
      place: '广场',
      factorPercent: i % 2 === 0 ? 100 : 150,
      cancelled: false,
    };
  });
}

/** `edition`: which of the county's editions it is, from 1; each differs from the one before. */
export function referenceOf(plan: Plan, stationId: number, edition: number): Reference {
  const chance = chanceOf(plan.seed, 'village', stationId);
  const nextStation = (stationId % plan.stations) + 1;
  const volunteers = volunteersOf(stationId, nextStation);
  const goods = (['rice', 'salt', 'soap', 'oil'] as const).map((picture, i) => ({
    id: i + 1,
    name: picture,
    unit: '件',
    picture,
    unitPoints: [40, 10, 15, 25][i] ?? 10,
    staple: picture === 'rice' || picture === 'oil',
    scarce: false,
    onSale: true,
  }));
  const keepers = (['SHOPKEEPER', 'STATION_HEAD', 'SUPERVISOR'] as const).map((role, i) => {
    const salt = Buffer.from(sha256(`salt ${stationId} ${i}`)).subarray(0, 16);
    return {
      id: i + 1,
      name: role,
      role,
      pinSalt: salt.toString('hex'),
      pinHash: Buffer.from(quickHash(PINS[i] ?? '', salt)).toString('hex'),
      volunteerId: volunteerId(stationId, KEEPERS_FROM + i),
    };
  });
  return {
    version: edition,
    madeAtMs: BEGIN_MS,
    station: { id: stationId, name: `村${stationId}`, townshipName: '觅儿寺镇', countyName: '红安县' },
    rules: rulesOf(stationId, edition),
    volunteers,
    households: Array.from({ length: PEOPLE / HOUSEHOLD_OF }, (_, i) => ({
      id: stationId * 100 + i + 1,
      name: `${i + 1}户`,
      headId: volunteerId(stationId, i * HOUSEHOLD_OF + 1),
    })),
    teams: [1, 2].map((id) => ({ id, name: `队${id}` })),
    cards: volunteers.map(({ id }) => ({
      cardNumber: cardNumberOf(id),
      volunteerId: id,
      generation: 1,
      issuerId: ISSUER_ID,
    })),
    issuers: [{ id: ISSUER_ID, name: '县', publicKey: Buffer.from(issuer().publicKey).toString('hex') }],
    revocations: { number: edition, cardNumbers: [] },
    activities: activitiesOf(stationId, plan.days + 1),
    goods,
    keepers,
    // Points that the county opened here: some from the beginning, one more with each edition.
    grants: Array.from({ length: 3 + edition }, (_, i) => ({
      id: stationId * 1000 + i + 1,
      holder: 'PERSON' as const,
      holderId: chance.pick(volunteers).id,
      points: chance.between(20, 200),
    })),
  };
}
