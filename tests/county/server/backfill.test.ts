/**
 * Hours that no scan recorded, at the county: counted as honour hours, apart from the others; judged by the facts
 * themselves; and held against what the volunteer was scanned at elsewhere.
 */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { honor } from '../../../county/server/db/migrations/0016-honor.ts';
import { attendedEarlier } from '../../../county/server/db/migrations/0024-attended-earlier.ts';
import { listExceptions } from '../../../county/server/exceptions/inbox.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import { putReference } from '../../../county/server/reference.ts';
import { overview } from '../../../county/server/stations.ts';
import type { EventDraft, JournalEvent } from '../../../domain/journal/events.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { shanghaiDay } from '../../../domain/time.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { runOf } from '../../harness/wire.ts';
import { HOUR_MS, MORNING_MS, sampleReference, signIn, STATION } from '../../db/support.ts';

const RULES = { ...DEFAULT_RULES, version: 3 };
const [MAKER, CHECKER] = [1, 2];
const WANG = 1;
const ELSEWHERE = STATION + 1;
const START_MS = MORNING_MS - 24 * HOUR_MS;
const DAY = shanghaiDay(START_MS);

/** Facts of a station, a minute apart. */
class Journal {
  readonly events: JournalEvent[] = [];
  readonly stationId: number;
  readonly incarnation: string;
  constructor(stationId: number, incarnation = `00000000000000${stationId + 10}`) {
    this.stationId = stationId;
    this.incarnation = incarnation;
  }
  add(draft: EventDraft, actorId = 0, atMs = MORNING_MS + this.events.length * 60_000): number {
    const seq = this.events.length + 1;
    const header = { seq, atMs, boot: 1, monoMs: 1000 + seq, trust: 0, rulesVersion: 3, actorId } as const;
    this.events.push({ ...draft, ...header });
    return seq;
  }
  record(startMs = START_MS): number {
    const service = { volunteerId: WANG, activityId: 0, startMs, minutes: 120 };
    return this.add({ type: 'BACKFILL_RECORDED', ...service, reason: '停电', evidence: '12 号表' }, MAKER);
  }
  approve(ofSeq: number, by = CHECKER, change: Partial<EventDraft<'BACKFILL_SETTLED'>> = {}): number {
    const of = { volunteerId: WANG, ofIncarnation: '', ofSeq, outcome: 'APPROVED', reason: '' } as const;
    const credits = [{ day: DAY, minutes: 120, points: 0 }];
    const service = { startMs: START_MS, actualMinutes: 120, credits };
    return this.add({ type: 'BACKFILL_SETTLED', ...of, ...service, ...change }, by);
  }
}

describe.each(BACKENDS)('back-filled hours at the county, on $name', (backend) => {
  const countyNow = countyOf(backend);
  let journal = new Journal(STATION);
  beforeEach(async () => {
    if (!backend.available) return;
    journal = new Journal(STATION);
    const reference = sampleReference({ grants: [], rules: RULES });
    await putReference(countyNow().context, reference);
    await putReference(countyNow().context, {
      ...reference,
      station: { ...reference.station, id: ELSEWHERE },
    });
  });

  async function send({ stationId, incarnation, events }: Journal): Promise<void> {
    const run = runOf(events, { stationId, incarnation });
    const decoded = decodeBatch(encodeBatch(run), sha256);
    if (!decoded.ok) throw new Error(decoded.error.kind);
    expect(await ingestRun(countyNow().context, decoded.value, new Uint8Array())).toMatchObject({ ok: true });
  }
  async function told(kind: string): Promise<readonly (readonly [number, unknown])[]> {
    const { exceptions } = await listExceptions(countyNow().context, { settled: false });
    return exceptions.filter((one) => one.kind === kind).map(({ about, instead }) => [about.seq, instead]);
  }
  const totals = async () => {
    const { rows } = await sql`SELECT minutes, honor_minutes AS honor, points_earned AS points
      FROM volunteer_total WHERE volunteer_id = ${WANG}`.execute(countyNow().context.db);
    return rows;
  };

  it.runIf(backend.available)(
    'count as honour hours, and nobody is asked where the rules were kept',
    async () => {
      journal.approve(journal.record());
      await send(journal);
      expect(await totals()).toEqual([{ minutes: 120, honor: 120, points: 0 }]);
      const { stations } = await overview(countyNow().context);
      expect(stations.find(({ stationId }) => stationId === STATION)).toMatchObject({
        minutes: 120,
        honorMinutes: 120,
      });
      expect(await told('RULE_DIFFERENCE')).toEqual([]);
      expect(await told('DOUBLED_ATTENDANCE')).toEqual([]);
    },
  );

  it.runIf(backend.available)('are named where no rule allows them', async () => {
    const alone = journal.approve(journal.record(), MAKER);
    const unknown = journal.approve(1, CHECKER, { startMs: START_MS + HOUR_MS });
    const old = journal.approve(journal.record(START_MS - 30 * 24 * HOUR_MS), CHECKER, {
      startMs: START_MS - 30 * 24 * HOUR_MS,
      credits: [{ day: DAY - 30, minutes: 120, points: 0 }],
    });
    const early = journal.approve(journal.record(MORNING_MS), CHECKER, {
      startMs: MORNING_MS,
      credits: [{ day: DAY + 1, minutes: 120, points: 0 }],
    });
    const much = journal.approve(journal.record(START_MS - 48 * HOUR_MS), CHECKER, {
      startMs: START_MS - 48 * HOUR_MS,
      credits: [{ day: DAY - 2, minutes: 120, points: 20 }],
    });
    await send(journal);
    const found = new Map(await told('RULE_DIFFERENCE'));
    expect(found).toEqual(
      new Map<number, unknown>([
        [alone, { kind: 'BACKFILL', why: 'SAME_PERSON' }],
        [unknown, { kind: 'BACKFILL', why: 'NOT_RECORDED' }],
        [old, { kind: 'BACKFILL', why: 'TOO_OLD' }],
        [early, { kind: 'BACKFILL', why: 'NOT_OVER' }],
        [much, { kind: 'CREDIT', minutes: 120, points: 0 }],
      ]),
    );
  });

  it.runIf(backend.available)('are held against a scan of that time at another station', async () => {
    const elsewhere = new Journal(ELSEWHERE);
    const signInSeq = elsewhere.add(signIn(WANG, 1), 0, START_MS + HOUR_MS);
    const credits = [{ day: DAY, minutes: 60, points: 10 }];
    const common = { volunteerId: WANG, cardNumber: 1, source: 'HID', actualMinutes: 60, credits } as const;
    elsewhere.add({ type: 'SIGNED_OUT', signInSeq, ...common }, 0, START_MS + 2 * HOUR_MS);
    await send(elsewhere);
    const approved = journal.approve(journal.record());
    await send(journal);
    expect((await told('DOUBLED_ATTENDANCE')).map(([seq]) => seq)).toEqual([approved]);
  });

  const reversed = (ofSeq: number, points: number): EventDraft => ({
    type: 'ENTRY_REVERSED',
    ...{
      holder: 'PERSON',
      holderId: WANG,
      ofIncarnation: '',
      ofSeq,
      points,
      reason: '',
      approvedBy: CHECKER,
    },
  });
  it.runIf(backend.available)('are not held against what was taken back, here or elsewhere', async () => {
    const elsewhere = new Journal(ELSEWHERE);
    const signInSeq = elsewhere.add(signIn(WANG, 1), 0, START_MS + HOUR_MS);
    const credits = [{ day: DAY, minutes: 60, points: 10 }];
    const common = { volunteerId: WANG, cardNumber: 1, source: 'HID', actualMinutes: 60, credits } as const;
    elsewhere.add({ type: 'SIGNED_OUT', signInSeq, ...common }, 0, START_MS + 2 * HOUR_MS);
    elsewhere.add(reversed(2, 10));
    await send(elsewhere);
    const wrong = journal.approve(journal.record());
    journal.add(reversed(wrong, 0), MAKER);
    journal.approve(journal.record());
    await send(journal);
    expect(await told('DOUBLED_ATTENDANCE')).toEqual([]);
    expect(await totals()).toContainEqual({ minutes: 120, honor: 120, points: 0 });
  });

  it.runIf(backend.available)('are held against a service that an earlier machine began', async () => {
    journal.add(signIn(WANG, 1), 0, START_MS + HOUR_MS);
    await send(journal);
    const next = new Journal(STATION, 'b'.repeat(16));
    const service = { signInSeq: 1, volunteerId: WANG, outAtMs: START_MS + 2 * HOUR_MS, actualMinutes: 60 };
    next.add({
      type: 'EARLIER_SERVICE_CREDITED',
      ...{
        cause: 'CLOSED',
        ofIncarnation: journal.incarnation,
        ...service,
        hourKind: 'HONOR',
        // No JSON of PostgreSQL's has a NUL.
        reason: '换\u0000机',
      },
      credits: [{ day: DAY, minutes: 60, points: 0 }],
    });
    const approved = next.approve(next.record());
    await send(next);
    expect((await told('DOUBLED_ATTENDANCE')).map(([seq]) => seq)).toEqual([approved]);
    // A county that had taken it in before it knew of this makes the same of it.
    const { db } = countyNow().context;
    const rows = async () => (await sql`SELECT * FROM attended ORDER BY seq`.execute(db)).rows;
    const known = await rows();
    await sql`DELETE FROM attended WHERE seq = 1`.execute(db);
    await attendedEarlier.up(db as never);
    expect([known.length, await rows()]).toEqual([2, known]);
  });

  it.runIf(backend.available)(
    'are counted anew where the county did not tell them apart before',
    async () => {
      const signInSeq = journal.add(signIn(WANG, 1));
      const credits = [{ day: DAY + 1, minutes: 60, points: 0 }];
      journal.add({
        type: 'ATTENDANCE_CLOSED',
        ...{ signInSeq, volunteerId: WANG, outAtMs: MORNING_MS + HOUR_MS, hourKind: 'HONOR' },
        ...{ actualMinutes: 60, credits, reason: '' },
      });
      await send(journal);
      const before = await totals();
      expect(before).toEqual([{ minutes: 60, honor: 60, points: 0 }]);
      const { db } = countyNow().context;
      for (const table of ['volunteer_total', 'station_total'])
        await sql`ALTER TABLE ${sql.table(table)} DROP COLUMN honor_minutes`.execute(db);
      await honor.up(db as never);
      expect(await totals()).toEqual(before);
      const { stations } = await overview(countyNow().context);
      expect(stations.find(({ stationId }) => stationId === STATION)).toMatchObject({ honorMinutes: 60 });
    },
  );
});
