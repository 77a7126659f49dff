/**
 * The office decides that an oversold item is refunded by the machine that sold it; but that machine is gone, and the
 * one at work has never heard of the sale. Nobody must wait for ever: the inbox says so, and it is decided anew.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { actsOf } from '../../../county/server/exceptions/acts.ts';
import type { County } from '../../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../../county/server/exceptions/inbox.ts';
import { settleException } from '../../../county/server/exceptions/settle.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { referenceVersionOf } from '../../../county/server/reference.ts';
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { listeningCounty } from '../../harness/countyDatabase.ts';
import { runOf } from '../../harness/wire.ts';
import { RICE, sale } from './exceptionFacts.ts';

const GONE = { stationId: 1, incarnation: 'aaaaaaaaaaaaaaaa' };
const AT_WORK = { stationId: 1, incarnation: 'bbbbbbbbbbbbbbbb' };
const started: EventDraft = { type: 'STATION_STARTED', osBoot: 'b', appVersion: '1' };

let county: County;
beforeAll(async () => {
  ({ county } = await listeningCounty());
});
afterAll(() => county.close());

async function send(at: typeof GONE, ...drafts: readonly EventDraft[]): Promise<void> {
  const header = { atMs: Date.now(), boot: 1, monoMs: 1, trust: 0, rulesVersion: 1, actorId: 0 } as const;
  const events = drafts.map((draft, i): JournalEvent => ({ ...draft, ...header, seq: i + 1 }));
  const decoded = decodeBatch(encodeBatch(runOf(events, at)), sha256);
  if (!decoded.ok) throw new Error(decoded.error.kind);
  expect((await ingestRun(county.context, decoded.value, new Uint8Array())).ok).toBe(true);
}
/** What the machine at work says of itself in an ask. */
async function says(recorded: number, version: number): Promise<void> {
  await county.context.db
    .updateTable('station')
    .set({ reported_recorded: recorded, reported_reference_version: version })
    .where('station_id', '=', 1)
    .execute();
}
async function oversold(): Promise<ExceptionOverview> {
  const { exceptions } = await listExceptions(county.context, { settled: false });
  const [found] = exceptions.filter(({ kind }) => kind === 'OVERSOLD');
  if (found === undefined) throw new Error('nothing is oversold');
  return found;
}
const settle = async (how: string) => {
  const { stationId, alertId } = await oversold();
  const said = { by: '王主任', note: '那台机器坏了' };
  return settleException(county.context, { stationId, alertId, how, which: 0, ...said });
};

it('an act that no machine can carry out is shown, and decided anew', async () => {
  await send(GONE, started, sale(1));
  await send(AT_WORK, started);
  await county.context.db
    .updateTable('incarnation')
    .set({ admitted: 2 })
    .where('incarnation', '=', AT_WORK.incarnation)
    .execute();
  expect((await oversold()).lines).toEqual([{ goodsId: RICE, quantity: 1 }]);
  expect(await settle('REFUND')).toEqual({ ok: true, value: { state: 'WAITING' } });
  const version = await referenceVersionOf(county.context, 1);

  await says(1, version - 1);
  expect(await oversold()).toMatchObject({ state: 'WAITING', underWay: { stationId: 1, stuck: false } });
  // It has the act, and a fact that has not come: that may be the answer.
  await says(2, version);
  expect(await oversold()).toMatchObject({ underWay: { stuck: false } });
  expect(await settle('RESTOCK')).toMatchObject({ error: { kind: 'ALREADY_SETTLED' } });

  await says(1, version);
  expect(await oversold()).toMatchObject({ underWay: { stuck: true } });
  expect(await actsOf(county.context.db, 1)).toHaveLength(1);
  expect(await settle('RESTOCK')).toEqual({ ok: true, value: { state: 'SETTLED' } });
  // No machine is given it any more, and the one at work is told so.
  expect(await actsOf(county.context.db, 1)).toEqual([]);
  expect(await referenceVersionOf(county.context, 1)).toBeGreaterThan(version);
});
