/** When facts really were, beside what a machine with a wrong clock wrote. */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import type { County } from '../../../county/server/county.ts';
import { listExceptions } from '../../../county/server/exceptions/inbox.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { makeKeys, runOf, sha256 } from '../../harness/wire.ts';
import { wireStation } from '../../harness/wireStation.ts';
import { signOut } from './exceptionFacts.ts';

const AT = { stationId: 1, incarnation: '00112233445566ff' };

describe.each(BACKENDS)('true times on $name', (backend) => {
  const { available } = backend;
  const countyNow = countyOf(backend, { sample: true });
  let county: County;
  let keys = makeKeys();
  beforeEach(async () => {
    if (!available) return;
    county = countyNow();
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    keys = makeKeys();
  });
  const { enrol, ask, send } = wireStation(() => ({ county, keys }), AT, new Uint8Array(8).fill(7));

  it.skipIf(!available)(
    'says when facts really were that a wrong clock stood beside, where it can',
    async () => {
      const { db } = county.context;
      const MINUTE_MS = 60_000;
      const [UNSURE, DOUBTFUL] = [1, 2] as const;
      const dayMs = Date.now() - 86_400_000;
      const journal: JournalEvent[] = [];
      const add = (boot: number, minute: number, aheadMs: number, trust: 0 | 1 | 2, draft?: EventDraft) => {
        const header = { seq: journal.length + 1, boot, trust, rulesVersion: 0, actorId: 0 };
        const atMs = dayMs + minute * MINUTE_MS + aheadMs;
        const times = { atMs, monoMs: 7 + minute * MINUTE_MS };
        journal.push({ ...(draft ?? signOut(999, 1001, 60, 0)), ...header, ...times });
      };
      const meet = async (aheadMs: number) => {
        const recorded = journal.length;
        await ask(AT.incarnation, AT.incarnation, { recorded, wallMs: Date.now() + aheadMs });
        expect((await send(part(sent + 1, recorded))).status).toBe(200);
        sent = recorded;
        const { rows } = await sql<{ ms: number }>`SELECT clock_offset_ms AS ms FROM station`.execute(db);
        return rows[0]?.ms ?? 0;
      };
      /** In minutes of the day. */
      const known = async () => {
        const { rows } = await sql<{ ms: number | null }>`
        SELECT corrected_ms AS ms FROM event_time ORDER BY seq`.execute(db);
        return rows.map(({ ms }) => (ms === null ? null : Math.round((ms - dayMs) / MINUTE_MS)));
      };
      let sent = 0;
      const part = (from: number, to: number) => {
        const { headHash: previousHash } = runOf(journal.slice(0, from - 1), AT);
        return runOf(journal.slice(from - 1, to), { ...AT, firstSeq: from, previousHash });
      };
      await enrol();
      // A day ahead, and found so; from then on the county's time is taken.
      add(1, 0, 86_400_000, UNSURE);
      add(1, 10, 0, DOUBTFUL, { type: 'CLOCK_FOUND_WRONG', fromSeq: 1, toSeq: 1, offByMs: 86_400_000 });
      add(1, 11, 0, DOUBTFUL);
      // Five minutes fast: nothing is recorded of that, and the next fact shows in which boot the county was asked.
      add(2, 20, 5 * MINUTE_MS, UNSURE);
      add(2, 30, 5 * MINUTE_MS, UNSURE);
      const offsetMs = await meet(5 * MINUTE_MS);
      expect(await known()).toEqual([0, 10, 11, null, null]);
      add(2, 40, 0, DOUBTFUL);
      // Switched off and on before it asks again, with a date of years ago: what that says is no matter of this one.
      add(3, 50, 0, UNSURE);
      await meet(-3e11);
      // A clock that jumped between the last fact and the ask.
      add(4, 60, 0, UNSURE);
      await meet(180 * MINUTE_MS);
      add(4, 70, 0, DOUBTFUL);
      // A time that is sure dates what stands before it in its boot, whatever batch it comes in.
      add(5, 80, 17 * MINUTE_MS, UNSURE);
      await meet(0);
      expect(await known()).toEqual([0, 10, 11, 20, 30, null, null, null, null, null]);
      add(5, 90, 0, 0);
      const carried = decodeBatch(encodeBatch(part(11, 11)), sha256);
      if (!carried.ok) throw new Error(carried.error.kind);
      expect((await ingestRun(county.context, carried.value, new Uint8Array(), Date.now())).ok).toBe(true);
      expect(await known()).toEqual([0, 10, 11, 20, 30, null, null, null, null, 80, 90]);
      const { rows: runs } = await sql<{ last: number; offset: number | null }>`
      SELECT last_seq AS last, clock_offset_ms AS offset FROM event_run ORDER BY last_seq`.execute(db);
      expect(runs[0]).toEqual({ last: 5, offset: offsetMs });
      expect(Math.abs(offsetMs - 5 * MINUTE_MS)).toBeLessThan(MINUTE_MS);
      expect(runs.at(-1)).toEqual({ last: 11, offset: null });

      const { exceptions } = await listExceptions(county.context, {
        settled: false,
        kind: 'RULE_DIFFERENCE',
      });
      const shown = new Map(exceptions.map(({ about }) => [about.seq, about]));
      expect(shown.get(4)).toMatchObject({
        event: { atMs: dayMs + 25 * MINUTE_MS },
        correctedMs: dayMs + 25 * MINUTE_MS - offsetMs,
      });
      expect(shown.get(7)).not.toHaveProperty('correctedMs');
    },
  );
});
