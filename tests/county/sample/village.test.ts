import { createHash, createPublicKey, scryptSync, verify as verifySignature } from 'node:crypto';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sampleKeyPair } from '../../../county/sample/keys.ts';
import { makeSampleVillage, SAMPLE_SEED, type SampleVillage } from '../../../county/sample/village.ts';
import { verifyCard, type CardRegistry } from '../../../domain/cards/verify.ts';
import { GOODS_PICTURES } from '../../../domain/reference/goodsPictures.ts';
import { ACTIVITY_THEMES, referenceSchema, SERVICE_PLATFORMS } from '../../../domain/reference/reference.ts';
import { dayStartMs, DAY_MS, MINUTE_MS, minuteOfDay, shanghaiDay } from '../../../domain/time.ts';

/** A Wednesday morning in Shanghai. */
const NOW_MS = Date.UTC(2026, 10, 25, 1, 30);
const village = makeSampleVillage({ nowMs: NOW_MS });
const { reference } = village;

const ageOf = (birthYear: number) => 2026 - birthYear;
const counted = <T>(items: readonly T[]) => {
  const counts = new Map<T, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
};

describe('the people', () => {
  it('are 223 in 90 households and 5 teams, whatever the seed', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { volunteers, households, teams } = makeSampleVillage({ seed, nowMs: NOW_MS }).reference;
      expect([volunteers.length, households.length, teams.length]).toEqual([223, 90, 5]);
      expect(new Set(volunteers.map((p) => p.householdId)).size).toBe(90);
      expect(new Set(volunteers.map((p) => p.teamId)).size).toBe(5);
      expect(Math.max(...counted(volunteers.map((p) => p.householdId)).values())).toBeLessThanOrEqual(5);
      const ages = volunteers.map((p) => ageOf(p.birthYear));
      expect(Math.min(...ages)).toBeGreaterThanOrEqual(15);
      expect(Math.max(...ages)).toBeLessThanOrEqual(84);
      const minors = ages.filter((age) => age < 18).length;
      expect(minors).toBe(6);
      expect(new Set(volunteers.slice(0, 90).map((p) => p.householdId)).size).toBe(90);
      for (const { id, headId } of households)
        expect(volunteers.find((p) => p.id === headId)?.householdId).toBe(id);
      expect(Math.max(...volunteers.slice(0, 90).map((p) => p.birthYear))).toBeLessThan(2008);
      const shared = [...counted(volunteers.map((p) => p.name)).values()].filter((n) => n > 1);
      expect(shared.length).toBeGreaterThanOrEqual(5);
      expect(volunteers.every((p) => /^[\u4e00-\u9fff]{2,3}$/.test(p.name))).toBe(true);
      expect(volunteers.every((p) => /^(?:\d{3}\*{4}\d{4})?$/.test(p.maskedPhone))).toBe(true);
    }
  });

  it('open with 0 to 400 points, the first ones with enough for rice', () => {
    const points = new Map(reference.grants.map((grant) => [grant.holderId, grant.points]));
    expect(Math.max(...points.values())).toBeLessThanOrEqual(400);
    for (let id = 1; id <= 10; id++) expect(points.get(id)).toBeGreaterThanOrEqual(280);
    expect([...points.values()].some((n) => n < 100)).toBe(true);
  });
});

describe('the whole', () => {
  it('is what the county could send', () => {
    expect(v.parse(referenceSchema, reference)).toEqual(reference);
    expect(reference.station.name).toContain('示例');
  });

  it('is the same for the same seed and moment, another for another seed', () => {
    expect(makeSampleVillage({ seed: SAMPLE_SEED, nowMs: NOW_MS }).reference).toEqual(reference);
    const other = makeSampleVillage({ seed: 1, nowMs: NOW_MS });
    expect(other.reference.volunteers).not.toEqual(reference.volunteers);
    expect(other.issuerKeys.publicKey).not.toEqual(village.issuerKeys.publicKey);
  });

  it('keeps people, cards and keys when the week changes', () => {
    const later = makeSampleVillage({ nowMs: NOW_MS + 7 * DAY_MS });
    expect(later.reference.volunteers).toEqual(reference.volunteers);
    expect(later.cardTexts).toEqual(village.cardTexts);
    const before = new Map(reference.activities.map((activity) => [activity.id, activity]));
    const again = later.reference.activities.filter((activity) => before.has(activity.id));
    expect(again.length).toBeGreaterThan(30);
    for (const activity of again) expect(activity).toEqual(before.get(activity.id));
  });

  it('names nothing that is not there, and nothing twice', () => {
    const { volunteers, households, teams, cards, activities, goods, grants } = reference;
    const ids = (items: readonly { readonly id: number }[]) => new Set(items.map((item) => item.id));
    const lists: readonly { readonly id: number }[][] = [
      volunteers,
      households,
      teams,
      activities,
      goods,
      grants,
    ];
    for (const items of lists) expect(ids(items).size).toBe(items.length);
    expect(new Set(cards.map((card) => card.cardNumber)).size).toBe(223);
    expect(volunteers.every((p) => ids(teams).has(p.teamId) && ids(households).has(p.householdId))).toBe(
      true,
    );
    expect(activities.every((activity) => ids(teams).has(activity.teamId))).toBe(true);
    expect(grants.every((grant) => ids(volunteers).has(grant.holderId))).toBe(true);
    expect(village.openingStock.every(({ goodsId }) => ids(goods).has(goodsId))).toBe(true);
  });
});

describe('the cards', () => {
  const sha256 = (...parts: readonly (Uint8Array | string)[]) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const registryOf = ({ reference: known }: SampleVillage): CardRegistry => ({
    publicKeyOf: (id) => {
      const issuer = known.issuers.find((entry) => entry.id === id);
      return issuer && Buffer.from(issuer.publicKey, 'hex');
    },
    latestGeneration: (id) => known.cards.find((card) => card.volunteerId === id)?.generation ?? 0,
    isRevoked: (cardNumber) => known.revocations.cardNumbers.includes(cardNumber),
  });
  const verify = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verifySignature(null, message, key, signature);
  };
  const check = (text: string) => verifyCard(text, registryOf(village), { sha256, verify });

  it('verify, every one, and say the same as the reference data', () => {
    expect(village.cardTexts.size).toBe(223);
    for (const card of reference.cards)
      expect(check(village.cardTexts.get(card.volunteerId) ?? '')).toEqual({ ok: true, value: card });
  });
  it('include odd ones that are refused for their own reason', () => {
    expect(check(village.oddCards.revoked)).toEqual({ ok: false, error: { kind: 'REVOKED' } });
    expect(check(village.oddCards.outdated)).toEqual({ ok: false, error: { kind: 'OLDER_GENERATION' } });
    expect(check(village.oddCards.forged)).toEqual({ ok: false, error: { kind: 'FORGED' } });
    expect(check(village.oddCards.guest)).toMatchObject({ ok: true, value: { volunteerId: 2_000_001 } });
  });
  it('are signed by keys that follow from the seed and the purpose', () => {
    expect(sampleKeyPair(SAMPLE_SEED, 'issuer').publicKey).toEqual(village.issuerKeys.publicKey);
    expect(sampleKeyPair(SAMPLE_SEED, 'county').publicKey).not.toEqual(village.issuerKeys.publicKey);
    const message = Buffer.from('message');
    expect(verify(village.countyKeys.publicKey, message, village.countyKeys.sign(message))).toBe(true);
  });
});

describe('the plan', () => {
  const startsIn = (from: number, to: number) =>
    reference.activities.filter(({ startMs }) => startMs >= from && startMs < to);
  const wednesday = shanghaiDay(NOW_MS);
  const mondayMs = dayStartMs(wednesday - 2);

  it('covers the eight platforms and six themes within this week', () => {
    const week = startsIn(mondayMs, mondayMs + 7 * DAY_MS);
    expect(new Set(week.map((a) => a.platform)).size).toBe(SERVICE_PLATFORMS.length);
    expect(new Set(week.map((a) => a.theme)).size).toBe(ACTIVITY_THEMES.length);
  });
  it('has something in the morning, the afternoon and the evening of every day', () => {
    for (let day = 0; day < 7; day++) {
      const from = mondayMs + day * DAY_MS;
      const hours = startsIn(from, from + DAY_MS).map((a) => Math.floor(minuteOfDay(a.startMs) / 60));
      expect(hours.some((h) => h >= 8 && h < 12)).toBe(true);
      expect(hours.some((h) => h >= 13 && h < 18)).toBe(true);
      expect(hours.some((h) => h >= 18)).toBe(true);
    }
  });
  it('is open to sign in at every minute of this week and the next', () => {
    const early = reference.rules.attendance.signInBeforeStartMinutes * MINUTE_MS;
    for (let atMs = mondayMs; atMs < mondayMs + 14 * DAY_MS; atMs += MINUTE_MS) {
      const open = reference.activities.some((a) => atMs >= a.startMs - early && atMs < a.endMs);
      if (!open) expect.fail(`nothing is open at ${new Date(atMs).toISOString()}`);
    }
  });
});

describe('the shop', () => {
  it('has 20 goods, each with its own picture, at the prices of RULES.md B2', () => {
    expect(reference.goods.map((goods) => goods.picture)).toEqual([...GOODS_PICTURES]);
    const prices = new Map(reference.goods.map((goods) => [goods.picture, goods.unitPoints]));
    const listed = {
      rice: 280,
      flour: 150,
      oil: 250,
      salt: 25,
      soap: 30,
      towel: 60,
      tissues: 80,
      'washing-liquid': 150,
      notebook: 20,
      umbrella: 180,
    };
    for (const [picture, points] of Object.entries(listed)) expect(prices.get(picture)).toBe(points);
    expect(reference.goods.filter((goods) => goods.staple).map((goods) => goods.name)).toEqual([
      '大米',
      '面粉',
      '食用油',
    ]);
    expect(reference.goods.some((goods) => goods.scarce)).toBe(true);
  });
  it('is open at any time, and has a keeper whose PIN is known', () => {
    expect(reference.rules.shop.openDaysOfMonth).toEqual([]);
    expect(reference.rules.shop.openHours).toEqual([{ fromMinute: 0, toMinute: 1440 }]);
    for (const { keeperId, pin } of village.keeperPins) {
      const keeper = reference.keepers.find((entry) => entry.id === keeperId);
      const salt = Buffer.from(keeper?.pinSalt ?? '', 'hex');
      expect(scryptSync(pin, salt, 32, { N: 16_384, r: 8, p: 1 }).toString('hex')).toBe(keeper?.pinHash);
    }
    expect(village.keeperPins[0]).toEqual({ keeperId: 1, pin: '2580' });
  });
});
