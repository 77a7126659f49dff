/**
 * What the screens do while the plug is pulled: each act is a request with a UUID, prepared (a scan, a PIN) and asked,
 * and asked again under the same UUID where no answer came.
 */
import { randomUUID } from 'node:crypto';
import { SAMPLE_HEAD_PIN, type SampleVillage } from '../../county/sample/village.ts';
import type { EventType } from '../../domain/journal/events.ts';
import type { Scene } from './scene.ts';
import { cheapGoods } from './acts.ts';

/** What acts may leave in the journal: each of these was asked for by a screen. */
export const RECORDED = [
  'SIGNED_IN',
  'SIGNED_OUT',
  'REDEEMED',
  'REDEEMED_SHARED',
  'STOCK_MOVED',
  'POINTS_AWARDED',
  'ENTRY_REVERSED',
] as const satisfies readonly EventType[];

/** What a screen was told was recorded. */
export interface Answered {
  readonly types: readonly EventType[];
  readonly seq: number;
  readonly volunteerId: number | null;
}
/** Asks, or asks again, under the same request; null where the station refused, which records nothing. */
export type AskAct = (scene: Scene) => Promise<Answered | null>;

const requestId = randomUUID;
/** Awards go to one, so that there is one to take back. */
const AWARDED = 6;

/**
 * The keeper opens the desk once in each life of the station, before anything else: a PIN takes as long as ten scans,
 * and one that the plug was pulled on counts as a wrong try, so that in the end the desk would be locked.
 */
const desks = new WeakMap<Scene, Promise<string>>();
export function deskOf(scene: Scene): Promise<string> {
  const open = desks.get(scene) ?? scene.unlock();
  desks.set(scene, open);
  return open;
}

function sign(volunteerId: number, scanId: string): AskAct {
  const input = { requestId: requestId(), scanId, activityId: null };
  return async ({ client }) => {
    const outcome = await client.ask('sign', input);
    if (outcome.kind === 'REFUSED') return null;
    return { types: ['SIGNED_IN', 'SIGNED_OUT'], seq: outcome.seq, volunteerId };
  };
}

async function redeem(scene: Scene, volunteerId: number, village: SampleVillage): Promise<AskAct> {
  const { personToken } = await scene.open(volunteerId);
  const { id: goodsId, unitPoints } = cheapGoods(village);
  const lines = [{ goodsId, quantity: 1, unitPoints }];
  const input = { requestId: requestId(), personToken, lines, pin: '' as const };
  return async ({ client }) => {
    const outcome = await client.ask('redeem', input);
    if (outcome.kind !== 'REDEEMED') return null;
    return { types: ['REDEEMED', 'REDEEMED_SHARED'], seq: outcome.seq, volunteerId };
  };
}

async function moveStock(scene: Scene, village: SampleVillage): Promise<AskAct> {
  const { id: goodsId } = cheapGoods(village);
  const input = {
    requestId: requestId(),
    keeperToken: await deskOf(scene),
    goodsId,
    quantity: 3,
    reason: 'DONATION',
    note: '',
  } as const;
  return async ({ client }) => {
    const outcome = await client.ask('moveStock', input);
    return outcome.kind === 'DONE' ? { types: ['STOCK_MOVED'], seq: outcome.seq, volunteerId: null } : null;
  };
}

async function award(scene: Scene, holderId: number): Promise<AskAct> {
  const keeperToken = await deskOf(scene);
  const input = { requestId: requestId(), keeperToken, awardId: 1, holderId, reason: '调解邻里纠纷' };
  return async ({ client }) => {
    const outcome = await client.ask('award', input);
    return outcome.kind === 'DONE'
      ? { types: ['POINTS_AWARDED'], seq: outcome.seq, volunteerId: null }
      : null;
  };
}

/** Takes back an award of somebody; gives one where none stands. */
async function reverse(scene: Scene, volunteerId: number): Promise<AskAct> {
  const keeperToken = await deskOf(scene);
  const found = await scene.client.ask('listEntries', { keeperToken, volunteerId });
  const given =
    found.kind === 'ENTRIES'
      ? found.entries.find(({ cause, reversiblePoints }) => cause.kind === 'AWARD' && reversiblePoints > 0)
      : undefined;
  if (given === undefined) return award(scene, volunteerId);
  const { holder, holderId, incarnation, seq } = given;
  const entry = { holder, holderId, incarnation, seq };
  const input = {
    requestId: requestId(),
    keeperToken,
    entry,
    reason: '登记有误',
    secondPin: SAMPLE_HEAD_PIN,
  };
  return async ({ client }) => {
    const outcome = await client.ask('reverseEntry', input);
    return outcome.kind === 'DONE'
      ? { types: ['ENTRY_REVERSED'], seq: outcome.seq, volunteerId: null }
      : null;
  };
}

/** Prepares the next act. Throws if the station is gone. */
export type PrepareAct = (scene: Scene) => Promise<AskAct>;

/** Most acts are scans; the others want a card that buys, or the keeper. */
export function nextAct(
  pick: (below: number) => number,
  village: SampleVillage,
  volunteerId: number,
): PrepareAct {
  switch (pick(16)) {
    case 0:
    case 1:
      return (scene) => redeem(scene, volunteerId, village);
    case 2:
      return (scene) => moveStock(scene, village);
    case 3:
    case 4:
      return (scene) => reverse(scene, AWARDED);
    default:
      return async (scene) => sign(volunteerId, await scene.scan(volunteerId));
  }
}
