/** A journal made fact by fact, and what the real county finds when it comes in batches of some size. */
import { sql } from 'kysely';
import { beforeEach, expect } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import type { County } from '../../../county/server/county.ts';
import { listExceptions, type ExceptionOverview } from '../../../county/server/exceptions/inbox.ts';
import { ingestRun } from '../../../county/server/ingest.ts';
import type { EventDraft, EventHeader, JournalEvent } from '../../../domain/journal/events.ts';
import { decodeBatch, encodeBatch } from '../../../domain/wire/batch.ts';
import { MINUTE_MS, MORNING_MS, STATION } from '../../db/support.ts';
import { BACKENDS, forgetEvents } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { runOf } from '../../harness/wire.ts';

/** The words of the county's page, which is plain JavaScript. */
type Words = Record<'zh' | 'en', { readonly expected: Readonly<Record<string, (of: object) => string>> }>;
const page = new URL('../../../county/dashboard/inboxTexts.js', import.meta.url).href;
const { TEXTS } = (await import(page)) as { readonly TEXTS: Words };

/** Whoever settles it reads it in words, in both languages. */
function expectWords({ instead }: ExceptionOverview): void {
  const said = instead as { kind: string };
  for (const { expected } of [TEXTS.zh, TEXTS.en]) {
    const text = expected[said.kind]?.({ goods: '大米', ...said });
    expect(text).toBeTruthy();
    expect(text).not.toMatch(/undefined/);
  }
}

export type Found = readonly (readonly [seq: number, expected: unknown])[];

export class Judged {
  journal: JournalEvent[] = [];
  readonly at: { readonly stationId: number; readonly incarnation: string };
  readonly county: County;
  constructor(county: County, stationId = STATION, incarnation = '00000000000000a1') {
    this.county = county;
    this.at = { stationId, incarnation };
  }

  /** Records a fact, one a minute; answers its seq. */
  add(draft: EventDraft, header: Partial<EventHeader> = {}): number {
    const seq = this.journal.length + 1;
    const atMs = MORNING_MS + (seq - 1) * MINUTE_MS;
    const usual = { seq, atMs, boot: 1, monoMs: 1000 + seq, trust: 0, rulesVersion: 3, actorId: 0 } as const;
    this.journal.push({ ...draft, ...usual, ...header });
    return seq;
  }

  /** Sends what stands after `from` in batches of so many facts. */
  async send(batch = 100, from = 0): Promise<void> {
    const { journal, at, county } = this;
    const whole = runOf(journal, at);
    for (let first = from; first < journal.length; first += batch) {
      const events = whole.events.slice(first, first + batch);
      const before =
        first === 0 ? {} : { firstSeq: first + 1, previousHash: runOf(journal.slice(0, first), at).headHash };
      const decoded = decodeBatch(encodeBatch(runOf(events, { ...at, ...before })), sha256);
      if (!decoded.ok) throw new Error(decoded.error.kind);
      expect(await ingestRun(county.context, decoded.value, new Uint8Array())).toMatchObject({ ok: true });
    }
  }

  /** What is open of a kind, by seq. */
  async open(...kinds: readonly string[]): Promise<readonly ExceptionOverview[]> {
    const { exceptions } = await listExceptions(this.county.context, { settled: false });
    const mine = exceptions.filter(
      ({ kind, stationId }) => kinds.includes(kind) && stationId === this.at.stationId,
    );
    mine.forEach(expectWords);
    return mine.toSorted((a, b) => a.about.seq - b.about.seq);
  }

  /** What a county that holds no event yet finds when the journal comes in batches of so many facts. */
  async found(batch: number, ...kinds: readonly string[]): Promise<Found> {
    await forgetEvents(this.county);
    await sql`TRUNCATE alert`.execute(this.county.context.db);
    await this.send(batch);
    const open = await this.open(...(kinds.length === 0 ? ['RULE_DIFFERENCE'] : kinds));
    return open.map(({ about, instead }) => [about.seq, instead] as const);
  }
  /** The same whatever batches the facts come in, and sent again. */
  async expectFound(...differences: Found): Promise<void> {
    for (const batch of [2, 100]) expect(await this.found(batch)).toEqual(differences);
  }
}

/** One county for a file, and a journal begun anew ahead of each test; to be called where tests are described. */
export function judgedAnew(begin: (judged: Judged) => Promise<unknown>): void {
  const [embedded] = BACKENDS;
  if (embedded === undefined) throw new Error('no database');
  const county = countyOf(embedded);
  beforeEach(async () => {
    await begin(new Judged(county()));
  });
}
