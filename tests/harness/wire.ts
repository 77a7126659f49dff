/** Runs of a journal and real cryptography for tests of the wire and of what stands on it. */
import { createHash, generateKeyPairSync, sign, verify, createPublicKey } from 'node:crypto';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { canonicalText, genesisHash, nextHash, type Sha256 } from '../../domain/journal/canonical.ts';
import type { EventDraft, EventHeader, JournalEvent } from '../../domain/journal/events.ts';
import type { JournalRun } from '../../domain/journal/run.ts';
import type { Seal, Unseal } from '../../domain/wire/envelope.ts';
import { fc } from './property.ts';
import { anyEvent } from './events.ts';

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** A key pair as the wire sees it: 32 bytes of public key and a way to sign. */
export function makeKeys(): { publicKey: Uint8Array; seal: Seal } {
  const pair = generateKeyPairSync('ed25519');
  return {
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    seal: {
      sign: (message) => sign(null, message, pair.privateKey),
      pack: (body) => zstdCompressSync(body),
    },
  };
}

const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
export const unseal: Unseal = {
  verify: (publicKey, message, signature) =>
    verify(
      null,
      message,
      createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' }),
      signature,
    ),
  unpack: (packed, maxBytes) => {
    try {
      return zstdDecompressSync(packed, { maxOutputLength: Math.max(1, maxBytes) });
    } catch {
      return null;
    }
  },
};

/** The run that events make, numbered from `firstSeq` and chained from `previousHash` (default: the genesis). */
export function runOf(
  events: readonly JournalEvent[],
  at: { stationId: number; incarnation: string; firstSeq?: number; previousHash?: Uint8Array },
): JournalRun {
  const { stationId, incarnation, firstSeq = 1 } = at;
  const previousHash = at.previousHash ?? genesisHash(sha256, stationId, incarnation);
  const numbered = events.map((event, i) => ({ ...event, seq: firstSeq + i }));
  let headHash = previousHash;
  for (const event of numbered) headHash = nextHash(sha256, headHash, canonicalText(event));
  return { stationId, incarnation, firstSeq, previousHash, events: numbered, headHash };
}

/** Any run that fits the tables, whether or not it makes sense. */
export function anyRun(maxLength: number): fc.Arbitrary<JournalRun> {
  return fc
    .record({
      events: fc.array(anyEvent, { minLength: 1, maxLength }),
      stationId: fc.nat(1_000_000),
      incarnation: fc.stringMatching(/^[0-9a-f]{16}$/),
      firstSeq: fc.constantFrom(1, 1, 2, 500, 2 ** 40),
    })
    .map(({ events, ...at }) =>
      runOf(events, at.firstSeq === 1 ? at : { ...at, previousHash: sha256('before', String(at.firstSeq)) }),
    );
}

/** Small reproducible random numbers: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const DAY_MS = 86_400_000;
const FIRST_DAY = 20_780;

/**
 * What a busy village records: each morning volunteers sign in some seconds apart, some hours later they sign
 * out with credited minutes, and one in ten redeems. `share` is the part of sign-outs (0: check-ins only).
 */
export function villageEvents(count: number, seed: number, share = 1, people = 223): JournalEvent[] {
  const random = randomOf(seed);
  const whole = (max: number) => Math.floor(random() * max);
  const volunteers = Array.from({ length: people }, (_, i) => ({
    volunteerId: 1001 + i,
    cardNumber: (100_000_000 + whole(899_999_999)) * 10 + whole(10),
  }));
  const events: JournalEvent[] = [];
  const balances = new Map<number, number>();
  let day = 0;
  while (events.length < count) {
    const dayMs = (FIRST_DAY + day) * DAY_MS;
    let atMs = dayMs + 1_800_000 + whole(600_000);
    const bootedMs = dayMs - 1_000_000 + whole(1000);
    const push = (draft: EventDraft, trust: EventHeader['trust'] = 0): number => {
      const monoMs = atMs - bootedMs - (whole(4) === 0 ? 1 : 0);
      const header = {
        seq: events.length + 1,
        atMs,
        boot: day + 1,
        monoMs,
        trust,
        rulesVersion: 3,
        actorId: 0,
      };
      events.push({ ...draft, ...header });
      return events.length;
    };
    push({ type: 'STATION_STARTED', osBoot: `boot-${day}-${whole(1e9)}`, appVersion: '0.1.0' });
    const present = volunteers.filter(() => random() < 0.5).sort(() => random() - 0.5);
    const signedIn = present.map((person) => {
      atMs += 1500 + Math.floor(-Math.log(1 - random()) * 25_000);
      const activityId = 501 + day * 4 + whole(3);
      const source = random() < 0.95 ? 'HID' : 'MANUAL';
      return {
        person,
        inMs: atMs,
        seq: push({ type: 'SIGNED_IN', ...person, activityId, source, mode: 'NORMAL' }),
      };
    });
    if (share > 0) atMs += 5_400_000;
    for (const { person, inMs, seq } of signedIn) {
      if (random() >= share) continue;
      atMs += 1500 + Math.floor(-Math.log(1 - random()) * 25_000);
      const actualMinutes = Math.floor((atMs - inMs) / 60_000);
      const minutes = Math.floor(actualMinutes / 30) * 30;
      const credits = [{ day: FIRST_DAY + day, minutes, points: minutes / 6 }];
      push({ type: 'SIGNED_OUT', signInSeq: seq, ...person, source: 'HID', actualMinutes, credits });
      const points = (balances.get(person.volunteerId) ?? 0) + minutes / 6;
      balances.set(person.volunteerId, points);
      const goods = whole(20);
      // Nobody spends what they have not earned.
      if (random() >= 0.1 || 20 + 13 * goods > points) continue;
      balances.set(person.volunteerId, points - 20 - 13 * goods);
      atMs += 40_000 + whole(20_000);
      const lines = [{ goodsId: 1 + goods, quantity: 1, unitPoints: 20 + 13 * goods }];
      const totalPoints = 20 + 13 * goods;
      push({ type: 'REDEEMED', ...person, source: 'HID', confirmedBy: 'CARD', lines, totalPoints });
    }
    day += 1;
  }
  return events.slice(0, count);
}
