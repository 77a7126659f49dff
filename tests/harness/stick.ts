/** A station that a line never reaches, its stick, and the county at the other end of the courier's way. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hex } from '../../county/server/codecs.ts';
import type { County } from '../../county/server/county.ts';
import { putReference } from '../../county/server/reference.ts';
import { importBundle, type ImportReport } from '../../county/server/stick.ts';
import { openStore } from '../../db/open.ts';
import { openJournalReader } from '../../db/reader.ts';
import type { Store } from '../../db/types.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { ok } from '../../domain/result.ts';
import type { StickBrought } from '../../electron/contract/stickViews.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { readAnswers } from '../../electron/station/stick/read.ts';
import type { StickTools } from '../../electron/station/stick/tools.ts';
import { writeBundle, type Written } from '../../electron/station/stick/write.ts';
import { inlineDesk } from '../../electron/station/sync/desk.ts';
import { openKeyFolder } from '../../electron/station/sync/keyFolder.ts';

const world = realWorld();

/** Makes county and station known to each other, as an enrolment by line does. */
export async function introduce(county: County, dir: string, reference: Reference): Promise<void> {
  const { db, keys } = county.context;
  const folder = openKeyFolder(dir);
  await putReference(county.context, reference);
  await db
    .insertInto('station_key')
    .values({
      station_id: reference.station.id,
      public_key: hex(folder.publicKey),
      enrolled_ms: 1,
      revoked_ms: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  folder.pinCounty({
    stationId: reference.station.id,
    publicKey: keys.publicKey,
    boxKey: keys.box.publicKey,
    epoch: county.context.epoch,
    enrolledMs: 1,
    certificate: new Uint8Array(64),
    tlsPin: null,
  });
}

export interface DarkStation {
  readonly dir: string;
  readonly store: Store;
  readonly tools: StickTools;
  /** Records so many facts. */
  readonly work: (facts: number) => void;
  readonly write: (stick: string) => Promise<Written>;
  readonly read: (stick: string) => Promise<StickBrought>;
  /** Recorded, and of these confirmed. */
  readonly state: () => readonly [number, number];
  readonly close: () => void;
}

export function darkStation(
  stationId = 1,
  dir = mkdtempSync(join(tmpdir(), 'dark-')),
  hardwareId = world.hardwareId,
): DarkStation {
  const opened = openStore({
    dir,
    stationId,
    hardwareId,
    appVersion: 'test',
    clock: world.clock,
    sha256: world.sha256,
    randomBytes: world.randomBytes,
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  const store = opened.value;
  const keys = openKeyFolder(dir);
  const tools: StickTools = {
    store,
    keys,
    desk: inlineDesk(openJournalReader(dir, world.sha256), keys.privateKeyPem),
    nowMs: () => world.clock.nowMs(),
    randomBytes: world.randomBytes,
    appVersion: 'test',
  };
  // The county is pinned after the tools were made.
  const pinned: StickTools = {
    ...tools,
    keys: {
      ...keys,
      countyKey: () => openKeyFolder(dir).countyKey(),
      boxKey: () => openKeyFolder(dir).boxKey(),
      wire: () => openKeyFolder(dir).wire(),
      noteWire: (wire, saidMs) => openKeyFolder(dir).noteWire(wire, saidMs),
    },
  };
  return {
    dir,
    store,
    tools: pinned,
    work: (facts) => {
      const drafts = Array.from({ length: facts }, () => ({ type: 'KEEPER_UNLOCKED' }) as const);
      store.record(null, 1, () => ok(drafts));
    },
    write: async (stick) => {
      const written = await writeBundle(pinned, stick, () => undefined);
      if (!written.ok) throw new Error(written.error.kind);
      return written.value;
    },
    read: (stick) => readAnswers(pinned, stick),
    state: () => {
      const { recorded, durableSeq } = store.syncState();
      return [recorded, durableSeq];
    },
    close: () => {
      void tools.desk.close();
      store.close();
      rmSync(dir, { recursive: true });
    },
  };
}

/** A stick: an empty folder. */
export function newStick(): string {
  return mkdtempSync(join(tmpdir(), 'stick-'));
}
const to = (stick: string) => join(stick, 'village-station', 'to-county');
const from = (stick: string) => join(stick, 'village-station', 'from-county');

export function bundlesOn(stick: string): readonly string[] {
  return readdirSync(to(stick))
    .filter((name) => name.endsWith('.vsb'))
    .sort();
}
export function bundleOn(stick: string, name = bundlesOn(stick)[0] ?? ''): Buffer {
  return readFileSync(join(to(stick), name));
}

/** Imports bytes at the county; throws the kind of a refusal. */
export async function importBytes(county: County, bytes: Uint8Array): Promise<ImportReport> {
  const report = await importBundle(county.context, bytes);
  if (!report.ok) throw new Error(report.error.kind);
  return report.value;
}

/** Lays an answer on a stick. */
export function layAnswer(stick: string, { answer }: Pick<ImportReport, 'answer'>): void {
  if (answer === null) throw new Error('no answer');
  mkdirSync(from(stick), { recursive: true });
  writeFileSync(join(from(stick), answer.name), answer.bytes);
}

/** The courier's whole errand: every bundle of a stick to the county, the answers back on it. */
export async function carry(county: County, stick: string): Promise<readonly ImportReport[]> {
  const reports: ImportReport[] = [];
  for (const name of bundlesOn(stick)) {
    const report = await importBytes(county, bundleOn(stick, name));
    if (report.answer !== null) layAnswer(stick, report);
    reports.push(report);
  }
  return reports;
}
