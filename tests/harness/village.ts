/** The sample village as tests use it, and a station's folder that already has its reference data. */
import { readFileSync, writeFileSync } from 'node:fs';
import { openStore } from '../../db/open.ts';
import { makeSampleVillage, type SampleVillage } from '../../county/sample/village.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { todayAtNine } from './station.ts';

/** The village of this week; the same within one test run. */
export function testVillage(nowMs = todayAtNine()): SampleVillage {
  return makeSampleVillage({ nowMs });
}

/** Lays a village down for another process, which then need not make it anew. */
export function writeVillage(file: string, village: SampleVillage): void {
  writeFileSync(file, JSON.stringify({ ...village, cardTexts: [...village.cardTexts] }));
}
/** A village laid down by `writeVillage`, without its keys. */
export function readVillage(file: string): SampleVillage {
  const village = JSON.parse(readFileSync(file, 'utf8')) as SampleVillage & {
    readonly cardTexts: Iterable<readonly [number, string]>;
  };
  return { ...village, cardTexts: new Map(village.cardTexts) };
}

/** The text of a volunteer's card. */
export function cardOf(village: SampleVillage, volunteerId: number): string {
  const text = village.cardTexts.get(volunteerId);
  if (text === undefined) throw new Error(`no card of ${volunteerId}`);
  return text;
}

/** Makes a station's folder that has heard from its county before, as if the line had gone since. */
export function seedStation(dir: string, reference: Reference, nowMs = todayAtNine()): void {
  const world = realWorld();
  const opened = openStore({
    dir,
    stationId: reference.station.id,
    hardwareId: world.hardwareId,
    appVersion: 'test',
    clock: { ...world.clock, nowMs: () => nowMs },
    sha256: world.sha256,
    randomBytes: world.randomBytes,
  });
  if (!opened.ok) throw new Error(opened.error.kind);
  const applied = opened.value.applyReference(reference);
  opened.value.close();
  if (!applied.ok) throw new Error(applied.error.kind);
}
