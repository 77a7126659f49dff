/** A person of the county settles an exception: by a note, or by an act that a station carries out. */
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyAct } from '../../../domain/reference/reference.ts';
import type { CountyContext } from '../context.ts';
import type { Tx } from '../ingestSql.ts';
import { newActId, raiseVersions } from '../transferRows.ts';
import type { AlertFacts } from './facts.ts';
import { factsAt } from './inbox.ts';
import { choicesOf } from './kinds.ts';
import { actsUnderWay, alertName, withdrawAct } from './underWay.ts';

export interface Settlement {
  readonly stationId: number;
  readonly alertId: number;
  /** One of the kind's choices. */
  readonly how: string;
  /** REVERSE of one of several: 0 for the fact itself, then those that it overlaps in their order. */
  readonly which: number;
  /** Who decides, and why: both are kept and are not empty. */
  readonly by: string;
  readonly note: string;
}
export type SettleRefusal =
  | { readonly kind: 'NOT_FOUND' }
  | { readonly kind: 'ALREADY_SETTLED' }
  /** Not a choice for this kind, or without a name or a reason. */
  | { readonly kind: 'MALFORMED' }
  /** The fact holds nothing that could be given or taken back. */
  | { readonly kind: 'NOTHING_THERE' };

interface Ordered {
  readonly stationId: number;
  readonly act: Omit<CountyAct, 'id'>;
}

/** The act that a choice means, or null for a choice that is a note. */
async function orderOf(
  tx: Tx,
  { how, which, note }: Settlement,
  place: { readonly stationId: number; readonly incarnation: string; readonly seq: number },
  facts: AlertFacts,
): Promise<Result<Ordered | null, SettleRefusal>> {
  if (how !== 'REFUND' && how !== 'REVERSE') return ok(null);
  const target = which === 0 ? place : facts.others?.[which - 1];
  if (target === undefined) return err({ kind: 'MALFORMED' });
  const { stationId, incarnation, seq } = target;
  const [event] = (await factsAt(tx, [{ stationId, incarnation, seq }])).values();
  if (event === undefined) return err({ kind: 'NOTHING_THERE' });
  const common = { incarnation, seq, reason: note };
  if (how === 'REFUND') {
    if (facts.lines === undefined || !('volunteerId' in event)) return err({ kind: 'NOTHING_THERE' });
    const lines = facts.lines.map(({ goodsId, quantity }) => ({ goodsId, quantity }));
    const holder = { holder: 'PERSON', holderId: event.volunteerId } as const;
    return ok({ stationId, act: { ...common, kind: 'REFUND', ...holder, lines } });
  }
  if (event.type === 'POINTS_AWARDED') {
    const { holder, holderId } = event;
    return ok({ stationId, act: { ...common, kind: 'REVERSE', holder, holderId, lines: [] } });
  }
  if (event.type !== 'SIGNED_OUT' && event.type !== 'ATTENDANCE_CLOSED')
    return err({ kind: 'NOTHING_THERE' });
  const holder = { holder: 'PERSON', holderId: event.volunteerId } as const;
  return ok({ stationId, act: { ...common, kind: 'REVERSE', ...holder, lines: [] } });
}

/**
 * Settles an exception, or settles it anew where its station cannot carry out what was decided. A choice that is an act makes it WAITING until the station has said that it is done; its
 * reference data rises by a version with it, in one transaction.
 */
export async function settleException(
  context: CountyContext,
  settlement: Settlement,
): Promise<Result<{ readonly state: 'WAITING' | 'SETTLED' }, SettleRefusal>> {
  const { stationId, alertId, how } = settlement;
  const by = settlement.by.trim();
  const note = settlement.note.trim();
  const nowMs = context.nowMs();
  return context.db.transaction().execute(async (tx) => {
    const alert = await tx
      .selectFrom('alert')
      .selectAll()
      .where('station_id', '=', stationId)
      .where('alert_id', '=', alertId)
      .forUpdate()
      .executeTakeFirst();
    if (alert === undefined) return err({ kind: 'NOT_FOUND' });
    const before =
      alert.state === 'WAITING'
        ? (await actsUnderWay(tx, [{ stationId, alertId }])).get(alertName({ stationId, alertId }))
        : undefined;
    if (alert.state !== 'OPEN' && before?.stuck !== true) return err({ kind: 'ALREADY_SETTLED' });
    if (by === '' || note === '' || !choicesOf(alert.kind).includes(how)) return err({ kind: 'MALFORMED' });
    const place = { stationId, incarnation: alert.incarnation, seq: alert.seq };
    const ordered = await orderOf(tx, { ...settlement, note }, place, JSON.parse(alert.facts) as AlertFacts);
    if (!ordered.ok) return ordered;
    if (before !== undefined) {
      await withdrawAct(tx, before, nowMs);
      await raiseVersions(tx, [before.stationId], nowMs);
    }
    const state = ordered.value === null ? 'SETTLED' : 'WAITING';
    if (ordered.value !== null) {
      await tx
        .insertInto('county_act')
        .values({
          station_id: ordered.value.stationId,
          act_id: newActId(context),
          alert_station_id: stationId,
          alert_id: alertId,
          body: JSON.stringify(ordered.value.act),
          made_ms: nowMs,
        })
        .execute();
      await raiseVersions(tx, [ordered.value.stationId], nowMs);
    }
    await tx
      .updateTable('alert')
      .set({
        state,
        settled_ms: state === 'SETTLED' ? nowMs : null,
        settled_by: by,
        settled_how: how,
        note,
      })
      .where('station_id', '=', stationId)
      .where('alert_id', '=', alertId)
      .execute();
    return ok({ state });
  });
}
