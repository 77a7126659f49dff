/** The love supermarket: what is on the shelf, what a basket would cost, and the exchange itself. */
import type { JournalEvent } from '../../domain/journal/events.ts';
import { isOwn } from '../../domain/points/kin.ts';
import { err, ok } from '../../domain/result.ts';
import { decideRedemption, quoteRedemption, type Quote } from '../../domain/shop/decide.ts';
import type { RedemptionRequest } from '../../domain/shop/facts.ts';
import { shopHours } from '../../domain/shop/hours.ts';
import { shanghaiDay } from '../../domain/time.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { RedeemOutcome, RedemptionRefusal } from '../contract/views.ts';
import type { Core } from './core.ts';
import type { Persons } from './persons.ts';
import type { CheckPin, PinKeeper } from './pins.ts';
import { createReplays } from './replays.ts';
import { maySpend } from './spending.ts';
import { goodsView } from './viewModels.ts';

type ShopHandlers = Pick<StationHandlers, 'getShop' | 'quoteBasket' | 'redeem'>;
type RedeemInput = Parameters<ShopHandlers['redeem']>[0];

/** What is told of an exchange, out of what was recorded. */
function redeemed(core: Core, events: readonly JournalEvent[], quote: Quote | null): RedeemOutcome {
  const event = events.find(
    (entry): entry is JournalEvent<'REDEEMED' | 'REDEEMED_SHARED'> =>
      entry.type === 'REDEEMED' || entry.type === 'REDEEMED_SHARED',
  );
  if (event === undefined) throw new Error('a request for an exchange recorded something else');
  const { seq, atMs, volunteerId, lines, totalPoints } = event;
  return {
    kind: 'REDEEMED',
    seq,
    person: core.person(volunteerId),
    lines: lines.map((line) => {
      const goods = core.views.goods(line.goodsId);
      return { ...line, name: goods?.name ?? `#${line.goodsId}`, unit: goods?.unit ?? '' };
    }),
    totalPoints,
    remainingPoints: quote?.remainingPoints ?? core.views.purses(volunteerId, shanghaiDay(atMs)).available,
    atMs,
  };
}

export function createShop(core: Core, persons: Persons, checkPin: CheckPin): ShopHandlers {
  const { views, clock } = core;
  const replays = createReplays<RedeemOutcome>();

  function replayed(requestId: string): RedeemOutcome | null {
    const told = replays.get(requestId);
    if (told !== undefined) return told;
    const before = core.recordedBefore(requestId);
    return before === null ? null : redeemed(core, before.events, null);
  }

  function quote(buyer: Pick<RedemptionRequest, 'volunteerId' | 'source'>, lines: RedeemInput['lines']) {
    const may = maySpend(core);
    return may.ok ? quoteRedemption(views, { ...buyer, lines }, views.rules(), clock.nowMs()) : may;
  }

  /** Records the exchange; `keeper` is who confirmed it by PIN, if anybody. */
  function exchange({ requestId, personToken, lines }: RedeemInput, keeper: PinKeeper | null): RedeemOutcome {
    const buyer = persons.use(personToken);
    if (buyer === undefined) return { kind: 'PERSON_GONE' };
    let told: Quote | null = null;
    const recorded = core.record<RedemptionRefusal | { readonly kind: 'KEEPER_NEEDED' }>(
      requestId,
      keeper?.id ?? 0,
      ({ atMs }) => {
        const may = maySpend(core);
        if (!may.ok) return may;
        const confirms = keeper === null ? null : views.keeper(keeper.id);
        if (confirms !== null && isOwn(views, confirms, { holder: 'PERSON', holderId: buyer.volunteerId }))
          return err({ kind: 'OWN_HOUSEHOLD' });
        const decided = decideRedemption(views, { ...buyer, lines }, keeper !== null, views.rules(), atMs);
        if (!decided.ok) return decided;
        told = decided.value.quote;
        return ok(decided.value.drafts);
      },
    );
    if (recorded.ok) return replays.keep(requestId, redeemed(core, recorded.value.events, told));
    const { error } = recorded;
    return error.kind === 'KEEPER_NEEDED' ? { kind: 'KEEPER_NEEDED' } : { kind: 'REFUSED', reason: error };
  }

  async function redeem(input: RedeemInput): Promise<RedeemOutcome> {
    const before = replayed(input.requestId);
    if (before !== null) return before;
    const buyer = persons.use(input.personToken);
    if (buyer === undefined) return { kind: 'PERSON_GONE' };
    if (input.pin === '') return exchange(input, null);
    // A basket that cannot be had is refused before anybody's PIN is judged.
    const quoted = quote(buyer, input.lines);
    if (!quoted.ok) return { kind: 'REFUSED', reason: quoted.error };
    const keeper = await checkPin(input.pin);
    if (!keeper.ok) return { kind: 'PIN_REFUSED', problem: keeper.error };
    return replayed(input.requestId) ?? exchange(input, keeper.value);
  }

  return {
    getShop: () => ({
      hours: shopHours(views.rules(), clock.nowMs()),
      goods: views
        .shelf()
        .filter((goods) => goods.onSale)
        .map(goodsView),
    }),
    quoteBasket: ({ personToken, lines }) => {
      const buyer = persons.use(personToken);
      if (buyer === undefined) return { kind: 'PERSON_GONE' };
      const quoted = quote(buyer, lines);
      return quoted.ok ? { kind: 'FINE', ...quoted.value } : { kind: 'REFUSED', reason: quoted.error };
    },
    redeem,
  };
}
