/** A person of the county settles an exception: by a note, or by an act that a station carries out. */
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyAct } from '../../../domain/reference/reference.ts';
import type { CountyContext } from '../context.ts';
import type { Tx } from '../ingestSql.ts';
import { newActId, raiseVersions } from '../transferRows.ts';
import type { AlertFacts } from './facts.ts';
import { deedOn, type Deed } from './deeds.ts';
import { factsAt } from './inbox.ts';
import { placeName, type PlaceOfFact } from './places.ts';
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
interface Possible {
  readonly stationId: number;
  readonly deed: Deed | null;
}

/** What can be done about each fact of an exception: the one it is about first, then those that it overlaps. */
async function deedsOf(tx: Tx, place: PlaceOfFact, facts: AlertFacts): Promise<readonly Possible[]> {
  const places = [place, ...(facts.others ?? [])].map(({ stationId, incarnation, seq }) => ({
    stationId,
    incarnation,
    seq,
  }));
  const events = await factsAt(tx, places);
  return places.map((at) => ({
    stationId: at.stationId,
    deed: deedOn(events.get(placeName(at)), at.incarnation),
  }));
}

/** The act that a choice means, or null for a choice that is a note. */
function orderOf(
  { how, which, note }: Settlement,
  possible: readonly Possible[],
  { lines }: AlertFacts,
): Result<Ordered | null, SettleRefusal> {
  if (how !== 'REFUND' && how !== 'REVERSE') return ok(null);
  const target = possible[which];
  if (target === undefined) return err({ kind: 'MALFORMED' });
  const { stationId, deed } = target;
  if (deed?.kind !== how) return err({ kind: 'NOTHING_THERE' });
  // Of an oversold exchange only what was not there comes back.
  return ok({
    stationId,
    act: { ...deed, reason: note, lines: [...(how === 'REFUND' ? (lines ?? deed.lines) : deed.lines)] },
  });
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
    const place = { stationId, incarnation: alert.incarnation, seq: alert.seq };
    const facts = JSON.parse(alert.facts) as AlertFacts;
    const possible = await deedsOf(tx, place, facts);
    const choices = choicesOf(
      alert.kind,
      possible.map(({ deed }) => deed),
    );
    if (by === '' || note === '' || !choices.includes(how)) return err({ kind: 'MALFORMED' });
    const ordered = orderOf({ ...settlement, note }, possible, facts);
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
