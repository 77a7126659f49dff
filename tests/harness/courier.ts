/** A real store and a real county that meet only when the test says so: the line between them is the test's hand. */
import { ingestRun } from '../../county/server/ingest.ts';
import type { County } from '../../county/server/county.ts';
import { putReference, referenceOf } from '../../county/server/reference.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import type { HolderKind } from '../../domain/points/account.ts';
import type { EventDraft } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { decodeBatch, encodeBatch } from '../../domain/wire/batch.ts';
import { decodeReference } from '../../domain/wire/referenceBody.ts';
import { open, recordDrafts, sampleReference, sha256, TestClock } from '../db/support.ts';
import { tempDir } from '../db/tempDir.ts';

const PAST_ANY_FORM = 1_000_000;

export class Outpost {
  readonly clock = new TestClock();
  readonly dir: string;
  readonly store: Store;
  private readonly county: County;
  readonly stationId: number;
  /** Every batch that was ever sent, to be sent again. */
  readonly sent: Uint8Array[] = [];

  /** The last: a machine that goes on with a folder that is there, or another one with a copy of it. */
  constructor(
    county: County,
    stationId: number,
    { dir = tempDir(), hardwareId = 'pc-1' }: { readonly dir?: string; readonly hardwareId?: string } = {},
  ) {
    this.county = county;
    this.stationId = stationId;
    this.dir = dir;
    this.store = open(dir, this.clock, { stationId, hardwareId });
  }

  /**
   * Makes the county know this station, with the volunteers' homes as given and no points from the beginning. The
   * heads name the households of the village, each with its head alone in it.
   */
  async found(
    name: string,
    homes: Readonly<Record<number, number>>,
    heads: Readonly<Record<number, number>> = {},
  ): Promise<void> {
    const base = sampleReference();
    const [one] = base.volunteers;
    if (one === undefined) throw new Error('no sample');
    const reference: Reference = {
      ...base,
      station: { ...base.station, id: this.stationId, name },
      volunteers: Object.entries(homes).map(([id, homeStationId]) => ({
        ...one,
        id: Number(id),
        homeStationId,
        householdId: Number(
          Object.keys(heads).find((household) => heads[Number(household)] === Number(id)) ?? 0,
        ),
      })),
      households: Object.entries(heads).map(([id, headId]) => ({ id: Number(id), name: '某户', headId })),
      grants: [],
    };
    await putReference(this.county.context, reference);
  }

  /** Takes the county's newest reference data; says what it recorded because of it. */
  async take(): Promise<void> {
    const made = await referenceOf(this.county.context, this.stationId);
    const decoded = decodeReference(made?.body ?? new Uint8Array());
    if (!decoded.ok) throw new Error(decoded.error.detail);
    const applied = this.store.applyReference(decoded.value);
    if (!applied.ok) throw new Error(applied.error.kind);
  }

  /** Sends what the county has not, and takes its word on it. */
  async send(): Promise<void> {
    const { incarnation, durableSeq } = { incarnation: this.store.incarnation, ...this.store.syncState() };
    const reader = openJournalReader(this.dir, sha256);
    const run = reader.readRun(durableSeq, 500, incarnation);
    reader.close();
    if (run === null) return;
    const batch = encodeBatch(run);
    this.sent.push(batch);
    const head = await this.ingest(batch);
    const kept = this.store.acknowledge(
      {
        epoch: this.county.context.epoch,
        incarnation,
        durableSeq: head.durableSeq,
        headHash: Buffer.from(head.headHash, 'hex'),
      },
      this.clock.nowMs(),
    );
    if (!kept.ok) throw new Error(kept.error.kind);
  }
  async ingest(batch: Uint8Array): Promise<{ readonly durableSeq: number; readonly headHash: string }> {
    const run = decodeBatch(batch, sha256);
    if (!run.ok) throw new Error(run.error.kind);
    const head = await ingestRun(this.county.context, run.value, batch);
    if (!head.ok) throw new Error(head.error.kind);
    return head.value;
  }
  async meet(): Promise<void> {
    await this.send();
    await this.take();
    await this.send();
  }

  record(...drafts: readonly EventDraft[]): void {
    recordDrafts(this.store, drafts);
  }
  earn(holderId: number, points: number, holder: HolderKind = 'PERSON'): void {
    this.record({
      type: 'POINTS_AWARDED',
      holder,
      holderId,
      householdId: 0,
      awardId: 1,
      points,
      reason: '好事',
    });
  }
  spend(volunteerId: number, totalPoints: number): void {
    this.record({
      type: 'REDEEMED',
      volunteerId,
      cardNumber: PAST_ANY_FORM,
      source: 'HID',
      confirmedBy: 'CARD',
      lines: [],
      totalPoints,
    });
  }
  ask(volunteerId: number, homeStationId: number, householdId = 0): void {
    const cardNumber = PAST_ANY_FORM;
    this.record({ type: 'ALLOWANCE_REQUESTED', volunteerId, cardNumber, homeStationId, householdId });
  }
  has(holderId: number, holder: HolderKind = 'PERSON'): number {
    return this.store.views.sums({ holder, holderId }).available;
  }
}
