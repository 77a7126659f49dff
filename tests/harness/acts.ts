/** The acts at which a fault is tried: what comes before each, and the one request that records it. */
import { SAMPLE_HEAD_PIN, type SampleVillage } from '../../county/sample/village.ts';
import type { EventType } from '../../domain/journal/events.ts';
import type { LocalStation } from './local.ts';

export const ACTS = ['check-in', 'check-out', 'redemption', 'reversal', 'stock movement'] as const;
export type ActName = (typeof ACTS)[number];

/** The same form, whoever asks again. */
export const ACT_REQUEST = '0198a0b2-0000-4000-8000-00000000000a';
/** Signed in when the act begins. */
export const PRESENT = 4;
const COMING = 3;
const BUYING = 5;
/** Was given an award when the act begins. */
const AWARDED = 6;
const AWARD_ID = 1;

/** What an act needs of a station, in the test's process or in one of its own. */
export type ActStation = Pick<LocalStation, 'ask' | 'scan' | 'open' | 'unlock'>;

export interface Act {
  /** What it records: one event of this type. */
  readonly type: EventType;
  /** Everything that comes before (a scan, a PIN); answers the request itself, which says how it went. */
  readonly prepare: (
    station: ActStation,
    village: SampleVillage,
    requestId?: string,
  ) => Promise<() => Promise<string>>;
}

function sign(volunteerId: number): Act['prepare'] {
  return async (station, _, requestId = ACT_REQUEST) => {
    const scanId = await station.scan(volunteerId);
    return async () => (await station.ask('sign', { requestId, scanId, activityId: null })).kind;
  };
}

/** Goods of which anybody may have one. */
export function cheapGoods(village: SampleVillage): SampleVillage['reference']['goods'][number] {
  const found = village.reference.goods.find(
    ({ id, unitPoints, scarce, staple }) =>
      unitPoints <= 100 && !scarce && !staple && village.openingStock.some(({ goodsId }) => goodsId === id),
  );
  if (found === undefined) throw new Error('nothing cheap in the sample');
  return found;
}

/** Gives the award that the reversal takes back. */
export async function giveAward(station: LocalStation): Promise<void> {
  const { kind } = await station.ask('award', {
    requestId: crypto.randomUUID(),
    keeperToken: await station.unlock(),
    awardId: AWARD_ID,
    holderId: AWARDED,
    reason: '调解邻里纠纷',
  });
  if (kind !== 'DONE') throw new Error(`the award was ${kind}`);
}

export const ACT: Readonly<Record<ActName, Act>> = {
  'check-in': { type: 'SIGNED_IN', prepare: sign(COMING) },
  'check-out': { type: 'SIGNED_OUT', prepare: sign(PRESENT) },
  redemption: {
    type: 'REDEEMED',
    prepare: async (station, village, requestId = ACT_REQUEST) => {
      const { personToken } = await station.open(BUYING);
      const { id: goodsId, unitPoints } = cheapGoods(village);
      const lines = [{ goodsId, quantity: 1, unitPoints }];
      return async () => (await station.ask('redeem', { requestId, personToken, lines, pin: '' })).kind;
    },
  },
  reversal: {
    type: 'ENTRY_REVERSED',
    prepare: async (station, _, requestId = ACT_REQUEST) => {
      const keeperToken = await station.unlock();
      const found = await station.ask('listEntries', { keeperToken, volunteerId: AWARDED });
      const award = found.kind === 'ENTRIES' && found.entries.find(({ cause }) => cause.kind === 'AWARD');
      if (!award) throw new Error('there is no award to take back');
      const { holder, holderId, incarnation, seq } = award;
      const entry = { holder, holderId, incarnation, seq };
      const secondPin = SAMPLE_HEAD_PIN;
      const reason = '登记有误';
      return async () =>
        (await station.ask('reverseEntry', { requestId, keeperToken, entry, reason, secondPin })).kind;
    },
  },
  'stock movement': {
    type: 'STOCK_MOVED',
    prepare: async (station, village, requestId = ACT_REQUEST) => {
      const keeperToken = await station.unlock();
      const { id: goodsId } = cheapGoods(village);
      return async () =>
        (
          await station.ask('moveStock', {
            requestId,
            keeperToken,
            goodsId,
            quantity: 7,
            reason: 'DONATION',
            note: '',
          })
        ).kind;
    },
  },
};
