/**
 * All open exceptions of a kind are settled at once by one note, where what is said to them is a note: after a morning
 * on which hundreds of stations began their data anew, nobody reads each of them.
 */
import { err, ok, type Result } from '../../../domain/result.ts';
import type { CountyContext } from '../context.ts';
import { choicesOf } from './kinds.ts';
import type { Settlement } from './settle.ts';

export interface SettlingMany extends Pick<Settlement, 'how' | 'by' | 'note'> {
  readonly kind: string;
  /** Null: of all stations. */
  readonly stationId: number | null;
  /** The newest that was seen: what came after it has been read by nobody. */
  readonly untilMs: number;
}

/** Settles them; answers how many. MALFORMED: no note for this kind, or without a name or a reason. */
export async function settleMany(
  context: CountyContext,
  { kind, stationId, how, by, note, untilMs }: SettlingMany,
): Promise<Result<{ readonly settled: number }, { readonly kind: 'MALFORMED' }>> {
  const words = { settled_by: by.trim(), note: note.trim() };
  // Without any fact that it could be done to, no act is among the choices: those are for one exception at a time.
  if (words.settled_by === '' || words.note === '' || !choicesOf(kind, []).includes(how))
    return err({ kind: 'MALFORMED' });
  const settled = await context.db
    .updateTable('alert')
    .set({ ...words, state: 'SETTLED', settled_how: how, settled_ms: context.nowMs() })
    .where('state', '=', 'OPEN')
    .where('kind', '=', kind)
    .where('created_ms', '<=', untilMs)
    .$if(stationId !== null, (query) => query.where('station_id', '=', stationId ?? 0))
    .executeTakeFirst();
  return ok({ settled: Number(settled.numUpdatedRows) });
}
