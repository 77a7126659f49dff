/** The story of a morning with hundreds of alerts: they are read by kind and station, and settled together by a note. */
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { raiseAlerts, type AlertKind } from '../../../county/server/alerts.ts';
import { listExceptions } from '../../../county/server/exceptions/inbox.ts';
import { settleMany } from '../../../county/server/exceptions/settleMany.ts';
import { putReference } from '../../../county/server/reference.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';

const WORDS = { how: 'NOTED', by: '王主任', note: '换过电池' };

describe.each(BACKENDS)('many exceptions on $name', (backend) => {
  const { available } = backend;
  const county = countyOf(backend);
  const raise = (stationId: number, kind: AlertKind, count: number, nowMs: number) =>
    county()
      .context.db.transaction()
      .execute((tx) =>
        raiseAlerts(
          tx,
          { stationId, incarnation: 'aaaaaaaaaaaaaaaa' },
          Array.from({ length: count }, (_, i) => ({ kind, seq: i + 1 })),
          nowMs,
        ),
      );
  beforeEach(async () => {
    if (!available) return;
    const { reference } = makeSampleVillage({ nowMs: Date.now() });
    for (const id of [1, 2])
      await putReference(county().context, { ...reference, station: { ...reference.station, id } });
    await raise(1, 'CLOCK', 60, 1000);
    await raise(2, 'CLOCK', 5, 1000);
    await raise(1, 'OVERSOLD', 2, 2000);
  });

  it.skipIf(!available)('lists a page of what is wanted, and counts all of it', async () => {
    const list = (query: { kind?: string; stationId?: number; from?: number }) =>
      listExceptions(county().context, { settled: false, ...query });
    const all = await list({});
    expect(all.exceptions).toHaveLength(50);
    expect(all.counts).toEqual([
      { kind: 'CLOCK', count: 65 },
      { kind: 'OVERSOLD', count: 2 },
    ]);
    expect((await list({ from: 50 })).exceptions).toHaveLength(17);
    expect((await list({ kind: 'OVERSOLD' })).exceptions.map(({ kind }) => kind)).toEqual([
      'OVERSOLD',
      'OVERSOLD',
    ]);
    const second = await list({ stationId: 2 });
    expect([second.exceptions.length, second.counts]).toEqual([5, [{ kind: 'CLOCK', count: 5 }]]);
  });

  it.skipIf(!available)(
    'settles those of a kind that were seen, never what a station has to carry out',
    async () => {
      const { context } = county();
      await raise(3 - 1, 'CLOCK', 6, 9000);
      const many = { kind: 'CLOCK', stationId: null, untilMs: 5000, ...WORDS };
      for (const wrong of [{ note: ' ' }, { by: '' }, { how: 'REFUND' }, { kind: 'OVERSOLD', how: 'REFUND' }])
        expect(await settleMany(context, { ...many, ...wrong })).toEqual({
          ok: false,
          error: { kind: 'MALFORMED' },
        });
      expect(await settleMany(context, { ...many, stationId: 2 })).toEqual({
        ok: true,
        value: { settled: 5 },
      });
      expect(await settleMany(context, many)).toEqual({ ok: true, value: { settled: 60 } });
      const { exceptions } = await listExceptions(context, { settled: true, limit: 1 });
      expect(exceptions[0]).toMatchObject({ settledBy: '王主任', settledHow: 'NOTED', note: '换过电池' });
      const left = await listExceptions(context, { settled: false });
      expect(left.counts).toEqual([
        { kind: 'CLOCK', count: 1 },
        { kind: 'OVERSOLD', count: 2 },
      ]);
    },
  );
});
