/** Villages as an office writes them down: a few people, a card each, a shop. */
import { encodeCard } from '../../domain/cards/payload.ts';
import { sampleKeyPair } from '../../county/sample/keys.ts';
import { sha256 } from '../../county/server/codecs.ts';

export const ISSUER = 403;
const issuer = sampleKeyPair(403, 'office');

/** A number that no other village uses. */
export const idIn = (stationId: number, i: number): number => stationId * 1000 + i;
export const cardIn = (stationId: number, i: number): number => 500_000_000 + idIn(stationId, i);
/** The text of a villager's card, as the card printer makes it. */
export function cardTextIn(stationId: number, i: number): string {
  const payload = {
    cardNumber: cardIn(stationId, i),
    volunteerId: idIn(stationId, i),
    generation: 1,
    issuerId: ISSUER,
  };
  return encodeCard(payload, { sha256, sign: issuer.sign });
}

const PEOPLE = ['王秀英', '李建国', '欧阳春花'];

/** A village's file as a value, to be changed by a test before it is written. */
export function villageFile(stationId: number, name: string, today = '2026-11-25') {
  return {
    station: { id: stationId, name, townshipName: '觅儿寺镇', countyName: '红安县' },
    issuers: [{ id: ISSUER, name: '县文明办', publicKey: Buffer.from(issuer.publicKey).toString('hex') }],
    teams: [{ id: 1, name: '洁美家园队' }],
    households: [{ id: idIn(stationId, 1), name: '1组 王秀英户', headId: idIn(stationId, 1) }],
    volunteers: PEOPLE.map((person, i) => ({
      id: idIn(stationId, i + 1),
      name: person,
      householdId: i === 0 ? idIn(stationId, 1) : 0,
      teamId: 1,
      maskedPhone: '138****1234',
      birthYear: 1960 + i,
    })) as ({ id: number; name: string } & Record<string, unknown>)[],
    cards: PEOPLE.map((_, i) => ({
      cardNumber: cardIn(stationId, i + 1),
      volunteerId: idIn(stationId, i + 1),
      generation: 1,
      issuerId: ISSUER,
    })),
    activities: [
      {
        id: 1,
        name: '清洁家园',
        teamId: 1,
        platform: 'CONVENIENCE',
        theme: 'CUSTOMS',
        start: `${today} 07:00`,
        end: `${today} 21:00`,
        place: '村广场',
      },
    ],
    goods: [
      { id: 1, name: '食盐', unit: '400 克/袋', picture: 'salt', unitPoints: 25 },
      { id: 2, name: '大米', unit: '5 公斤/袋', picture: 'rice', unitPoints: 280, staple: true },
    ] as ({ id: number; unitPoints: number } & Record<string, unknown>)[],
    keepers: [{ id: 1, name: '陈店长', role: 'STATION_HEAD', pin: '2580' }] as Record<string, unknown>[],
  };
}
export type VillageFileValue = ReturnType<typeof villageFile>;
export const bytesOf = (file: unknown): Uint8Array => Buffer.from(JSON.stringify(file));
