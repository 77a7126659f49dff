/** A real store with a clock that the test owns. The writing process of the kill test uses it too: no vitest here. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../domain/clock.ts';
import type { Sha256 } from '../../domain/journal/canonical.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { ok } from '../../domain/result.ts';
import { DEFAULT_RULES } from '../../domain/rules/ruleSet.ts';
import { openStore } from '../../db/open.ts';
import type { Recorded, Store, StoreOptions } from '../../db/types.ts';

export const sha256: Sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** 2026-11-23 (a Monday) 08:00 in Shanghai. */
export const MORNING_MS = Date.UTC(2026, 10, 23, 0, 0);
export const STATION = 17;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

export class TestClock implements Clock {
  wallMs = MORNING_MS;
  mono = 1000;
  boot = 'boot-a';
  nowMs(): number {
    return this.wallMs;
  }
  monoMs(): number {
    return this.mono;
  }
  osBoot(): string {
    return this.boot;
  }
  /** Both clocks advance together, as they do when nothing is wrong. */
  advance(ms: number): void {
    this.wallMs += ms;
    this.mono += ms;
  }
}

export function optionsFor(dir: string, clock: Clock, change: Partial<StoreOptions> = {}): StoreOptions {
  return {
    dir,
    stationId: STATION,
    hardwareId: 'pc-1',
    appVersion: '0',
    clock,
    sha256,
    randomBytes,
    ...change,
  };
}

/** Opens a store; throws if it does not open. */
export function open(dir: string, clock: Clock, change: Partial<StoreOptions> = {}): Store {
  const opened = openStore(optionsFor(dir, clock, change));
  if (!opened.ok) throw new Error(JSON.stringify(opened.error));
  return opened.value;
}

/** Records drafts as they are, with no decision before them. */
export function recordDrafts(
  store: Store,
  drafts: readonly EventDraft[],
  requestId: string | null = null,
): Recorded {
  const result = store.record<never>(requestId, 0, () => ok(drafts));
  if (!result.ok) throw new Error('refused');
  return result.value;
}

export function signIn(volunteerId: number, activityId = 1): EventDraft {
  return {
    type: 'SIGNED_IN',
    volunteerId,
    cardNumber: 1000 + volunteerId,
    activityId,
    source: 'HID',
    mode: 'NORMAL',
  };
}

/** Points that the county itself brought in, to lapse at the end of 2027. */
export function allowance(actId: number, volunteerId: number, points: number): EventDraft {
  const lots = [{ earnedDay: 20_780, expiryDay: 21_183, points }];
  return {
    type: 'ALLOWANCE_OPENED',
    actId,
    holder: 'PERSON',
    holderId: volunteerId,
    fromStationId: 0,
    points,
    lots,
  };
}

/** A small county: volunteers 1 to 4 in two households and two teams, two activities, three goods. */
export function sampleReference(change: Partial<Reference> = {}): Reference {
  return {
    version: 1,
    madeAtMs: MORNING_MS,
    station: { id: STATION, name: '七里坪村', townshipName: '七里坪镇', countyName: '红安县' },
    rules: { ...DEFAULT_RULES, version: 3 },
    volunteers: [1, 2, 3, 4].map((id) => ({
      id,
      name: `志愿者${id}`,
      homeStationId: id === 4 ? 99 : STATION,
      householdId: id <= 2 ? 1 : 2,
      teamId: id <= 2 ? 1 : 2,
      maskedPhone: '138****1234',
      birthYear: 1960,
    })),
    households: [
      { id: 1, name: '王家' },
      { id: 2, name: '李家' },
    ],
    teams: [
      { id: 1, name: '清洁队' },
      { id: 2, name: '助老队' },
    ],
    cards: [1, 2, 3, 4].map((id) => ({ cardNumber: 1000 + id, volunteerId: id, generation: 1, issuerId: 1 })),
    issuers: [{ id: 1, name: '红安县', publicKey: 'ab'.repeat(32) }],
    revocations: { number: 5, cardNumbers: [7777] },
    activities: [1, 2].map((id) => ({
      id,
      name: `活动${id}`,
      teamId: id,
      platform: 0,
      theme: 0,
      startMs: MORNING_MS,
      endMs: MORNING_MS + 4 * HOUR_MS,
      place: '广场',
      factorPercent: 100,
      cancelled: false,
    })),
    goods: [
      {
        id: 1,
        name: '大米',
        unit: '5 公斤/袋',
        picture: 'rice',
        unitPoints: 280,
        staple: true,
        scarce: false,
        onSale: true,
      },
      {
        id: 2,
        name: '食盐',
        unit: '袋',
        picture: 'salt',
        unitPoints: 25,
        staple: false,
        scarce: false,
        onSale: true,
      },
      {
        id: 3,
        name: '雨伞',
        unit: '把',
        picture: 'umbrella',
        unitPoints: 180,
        staple: false,
        scarce: true,
        onSale: true,
      },
    ],
    keepers: [{ id: 1, name: '店长', role: 'SHOPKEEPER', pinSalt: '00', pinHash: 'cd'.repeat(32) }],
    grants: [{ id: 11, holder: 'PERSON', holderId: 1, points: 100 }],
    ...change,
  };
}
