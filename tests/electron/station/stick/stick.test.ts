/**
 * A station's real journal, a real county, and a folder that is carried between them. Whatever happens to a stick on
 * its way, what the county has at the end is what the station recorded, once.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
import { loadCountyKeys } from '../../../../county/server/keys.ts';
import { putReference } from '../../../../county/server/reference.ts';
import { importBundle } from '../../../../county/server/stick.ts';
import { emptyCounty, forgetEvents } from '../../../harness/countyDatabase.ts';
import { pgliteIn } from '../../../harness/emptyDatabase.ts';
import {
  bundleOn,
  bundlesOn,
  carry,
  darkStation,
  importBytes,
  introduce,
  layAnswer,
  newStick,
  type DarkStation,
} from '../../../harness/stick.ts';

const { reference } = makeSampleVillage({ nowMs: Date.now() });
const SECOND = { ...reference, station: { ...reference.station, id: 2, name: '石桥村' }, grants: [] };

let county: County;
let station: DarkStation;
let stick: string;
beforeAll(async () => {
  county = await createCounty({ database: await pgliteIn(null), keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  station = darkStation();
  stick = newStick();
  await introduce(county, station.dir, reference);
});
afterEach(() => {
  station.close();
  rmSync(stick, { recursive: true, force: true });
});

/** Event numbers that the county holds of the running incarnation, in order. */
async function atCounty(): Promise<readonly number[]> {
  const rows = await county.context.db
    .selectFrom('event')
    .select('seq')
    .where('incarnation', '=', station.store.incarnation)
    .orderBy('seq')
    .execute();
  return rows.map(({ seq }) => seq);
}
const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
async function heldAtCounty(): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM held_batch`.execute(
    county.context.db,
  );
  return rows[0]?.n ?? -1;
}

describe('a stick between a dark station and its county', () => {
  it('takes everything there and brings acknowledgement and reference data back', async () => {
    station.work(1300);
    const { name, records } = await station.write(stick);
    expect(records).toBe(1301);
    expect(name).toMatch(/^00001-[0-9a-f]{8}-1-1301\.vsb$/);
    expect(await carry(county, stick)).toMatchObject([{ stationId: 1, fresh: 1301, held: 0, refused: null }]);
    expect(await atCounty()).toEqual(upTo(1301));
    expect(await station.read(stick)).toEqual({
      confirmed: 1301,
      reference: true,
      returned: 0,
      leftAlone: null,
      foreign: 0,
    });
    expect(station.store.views.referenceInfo()).toMatchObject({
      version: 1,
      stationName: reference.station.name,
    });
    const [recorded, reached] = station.state();
    expect([reached, recorded > reached]).toEqual([1301, true]); // Reference data opened allowances since.

    // The next time only what is new goes, under the village's name, and the old bundle makes room.
    station.work(10);
    const next = await station.write(stick);
    expect(next.records).toBe(recorded + 10 - 1301);
    expect(bundlesOn(stick)).toEqual([next.name]);
    expect(next.name).toContain(reference.station.name);
    expect(await carry(county, stick)).toMatchObject([{ fresh: recorded + 10 - 1301, refused: null }]);
    expect(await station.read(stick)).toMatchObject({ confirmed: recorded + 10 - 1301, leftAlone: null });
    expect(station.state()[1]).toBe(recorded + 10);
  });

  it('changes nothing when it comes again, at the county and at the station', async () => {
    station.work(20);
    await station.write(stick);
    const bytes = bundleOn(stick);
    await carry(county, stick);
    expect(await importBytes(county, bytes)).toMatchObject({ fresh: 0, held: 0, refused: null });
    await station.read(stick);
    const before = station.state();
    expect(await station.read(stick)).toMatchObject({ confirmed: 0, reference: false, leftAlone: null });
    expect(station.state()).toEqual(before);
    expect(await atCounty()).toEqual(upTo(21));
  });

  it('may be lost: the next one brings everything', async () => {
    station.work(30);
    await station.write(stick);
    rmSync(stick, { recursive: true });
    mkdirSync(stick);
    station.work(30);
    await station.write(stick);
    await carry(county, stick);
    expect(await atCounty()).toEqual(upTo(61));
  });

  it('may come in the wrong order: what leaves a gap is held, and taken in when the gap closes', async () => {
    station.work(700);
    await station.write(stick);
    const first = bundleOn(stick);
    await carry(county, stick);
    await station.read(stick);
    station.work(700);
    await station.write(stick);
    const second = bundleOn(stick);
    const [recorded] = station.state();
    // The county loses what it had; of the old sticks the later one arrives first.
    await forgetEvents(county);
    expect(await importBytes(county, second)).toMatchObject({
      fresh: 0,
      held: recorded - 701,
      refused: null,
    });
    expect(await importBytes(county, second)).toMatchObject({ fresh: 0, refused: null });
    expect(await atCounty()).toEqual([]);
    expect(await importBytes(county, first)).toMatchObject({ fresh: recorded, held: 0, refused: null });
    expect(await atCounty()).toEqual(upTo(recorded));
    expect(await heldAtCounty()).toBe(0);
  });

  it('brings records, but no old news of a station that was heard from since', async () => {
    station.work(3);
    await station.write(stick);
    const sinceMs = Date.now() + 60_000;
    await county.context.db
      .updateTable('station')
      .set({ last_contact_ms: sinceMs, reported_recorded: 77, app_version: 'newer' })
      .execute();
    expect(await carry(county, stick)).toMatchObject([{ fresh: 4, refused: null }]);
    const known = await county.context.db
      .selectFrom('station')
      .select(['last_contact_ms', 'reported_recorded', 'app_version'])
      .executeTakeFirstOrThrow();
    expect(known).toEqual({ last_contact_ms: sinceMs, reported_recorded: 77, app_version: 'newer' });
  });

  it('says that another village’s answer is not for here, and leaves it alone', async () => {
    const other = darkStation(2);
    await introduce(county, other.dir, SECOND);
    await other.write(stick);
    station.work(5);
    await station.write(stick);
    expect((await carry(county, stick)).map(({ stationName }) => stationName).sort()).toEqual(
      [reference.station.name, '石桥村'].sort(),
    );
    expect(await station.read(stick)).toMatchObject({ confirmed: 6, reference: true, foreign: 1 });
    // Even under this station's name it is the other's.
    const folder = join(stick, 'village-station', 'from-county');
    const [mine = '', theirs = ''] = [...readdirSync(folder)].sort(
      (a, b) => Number(a.includes('石桥')) - Number(b.includes('石桥')),
    );
    renameSync(join(folder, theirs), join(folder, mine));
    expect(await station.read(stick)).toMatchObject({ confirmed: 0, reference: false, foreign: 1 });
    expect(await other.read(stick)).toMatchObject({ confirmed: 1, reference: true });
    other.close();
  });
});

describe('what is refused', () => {
  it('is any bundle that was cut or changed: nothing false arrives, and the whole one still does', async () => {
    station.work(40);
    await station.write(stick);
    const bytes = bundleOn(stick);
    const spoilt = [0, 3, 4, 40, 120, 240, bytes.length - 300, bytes.length - 20, bytes.length - 1].flatMap(
      (at) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ 4;
        return [bytes.subarray(0, at), flipped];
      },
    );
    for (const file of spoilt) {
      const report = await importBundle(county.context, file);
      if (report.ok) {
        const { fresh, refused, answer } = report.value;
        expect({ fresh, refused, answer }).toEqual({ fresh: 0, refused: 'DAMAGED', answer: null });
      } else
        expect([
          'NOT_OURS',
          'DAMAGED',
          'NEWER_VERSION',
          'BAD_SIGNATURE',
          'MALFORMED',
          'TRUNCATED',
          'TOO_LARGE',
        ]).toContain(report.error.kind);
    }
    expect(await atCounty()).toEqual([]);
    expect(await importBytes(county, bytes)).toMatchObject({ fresh: 41, refused: null });
  });

  it('is a bundle of a station that the county does not know, and one for another county', async () => {
    await station.write(stick);
    const other = { ...county, context: { ...county.context, keys: loadCountyKeys(null) } };
    await expect(importBytes(other, bundleOn(stick))).rejects.toThrow('OTHER_COUNTY');
    await emptyCounty(county);
    await expect(importBytes(county, bundleOn(stick))).rejects.toThrow('NOT_ENROLLED');
  });

  it('is what a revoked machine wrote: kept for a person to look at, and answered by nothing but that word', async () => {
    station.work(5);
    await station.write(stick);
    await county.context.db.updateTable('station_key').set({ revoked_ms: 1 }).execute();
    const [report] = await carry(county, stick);
    expect(report).toMatchObject({ fresh: 0, refused: 'REVOKED' });
    expect(await station.read(stick)).toMatchObject({ confirmed: 0, reference: false, leftAlone: null });
    expect(station.store.standing()).toBe('REVOKED');
    expect(await county.context.db.selectFrom('quarantine').select('first_seq').execute()).toEqual([
      { first_seq: 1 },
    ]);
    // Its key is taken again.
    await county.context.db.updateTable('station_key').set({ revoked_ms: null }).execute();
    await station.write(stick);
    await carry(county, stick);
    expect(await station.read(stick)).toMatchObject({ confirmed: 6, leftAlone: null });
    expect(station.store.standing()).toBe('WORKING');
  });

  it('is an answer that was cut or changed, or that another county signed', async () => {
    station.work(5);
    await station.write(stick);
    const [report] = await carry(county, stick);
    const { name, bytes } = report?.answer ?? { name: '', bytes: Buffer.of() };
    // The last chunk holds the end of the reference data; the acknowledgement stands in the first.
    for (const spoil of [
      (file: Buffer) => file.subarray(0, 30),
      (file: Buffer) => file.subarray(0, 400),
      (file: Buffer) => {
        file[300] = (file[300] ?? 0) ^ 1;
        return file;
      },
      () => Buffer.from('not a bundle'),
    ]) {
      layAnswer(stick, { answer: { name, bytes: spoil(Buffer.from(bytes)) } });
      expect(await station.read(stick)).toMatchObject({ confirmed: 0, reference: false });
    }
    expect(station.state()).toEqual([6, 0]);
    layAnswer(stick, { answer: { name, bytes } });
    expect(await station.read(stick)).toMatchObject({ confirmed: 6, reference: true, leftAlone: null });
  });
});

describe('an old answer', () => {
  /** Writes, carries and answers; the answer is not read. */
  async function answered() {
    await station.write(stick);
    const [report] = await carry(county, stick);
    if (report === undefined) throw new Error('nothing carried');
    return report;
  }

  it('does not take the station back within an epoch', async () => {
    station.work(5);
    const old = await answered();
    station.work(5);
    const newer = await answered();
    layAnswer(stick, newer);
    await station.read(stick);
    const before = station.state();
    layAnswer(stick, old);
    expect(await station.read(stick)).toMatchObject({ confirmed: 0, leftAlone: null });
    expect(station.state()).toEqual(before);
  });

  it('does not take it back into an epoch that is over; a restored county’s answer to a new stick does move it on', async () => {
    station.work(5);
    const old = await answered();
    await station.read(stick);
    const [, reached] = station.state();
    expect(reached).toBe(6);
    // The county is restored from a backup in which there was nothing yet: another epoch.
    await forgetEvents(county);
    const restored = { ...county, context: { ...county.context, epoch: 'feedfeedfeedfeed' } };
    station.work(5);
    await station.write(stick);
    const [report] = await carry(restored, stick);
    expect(report).toMatchObject({ fresh: 0, refused: null });
    await station.read(stick);
    expect(station.store.syncState()).toMatchObject({ epoch: 'feedfeedfeedfeed', durableSeq: 0 });
    // Whoever still has the stick of before cannot bring the old epoch back.
    layAnswer(stick, old);
    expect(await station.read(stick)).toMatchObject({ leftAlone: 'STALE' });
    expect(station.store.syncState()).toMatchObject({ epoch: 'feedfeedfeedfeed', durableSeq: 0 });
    // The next bundle starts from the beginning, and what was held is taken in with it.
    await station.write(stick);
    await carry(restored, stick);
    await station.read(stick);
    const [recorded, now] = station.state();
    expect(now).toBe(recorded);
    expect(await heldAtCounty()).toBe(0);
  });

  it('does not put older reference data in force', async () => {
    const old = await answered();
    await putReference(county.context, {
      ...reference,
      station: { ...reference.station, name: '柳林河新村' },
    });
    layAnswer(stick, await answered());
    await station.read(stick);
    expect(station.store.views.referenceInfo()).toMatchObject({ version: 2, stationName: '柳林河新村' });
    layAnswer(stick, old);
    expect(await station.read(stick)).toMatchObject({ reference: false });
    expect(station.store.views.referenceInfo()).toMatchObject({ version: 2 });
  });
});

it('an unfinished file is never taken for a bundle, and the next writing clears it away', async () => {
  const folder = join(stick, 'village-station', 'to-county');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, '.writing-0a0b0c0d.tmp'), 'half');
  expect(bundlesOn(stick)).toEqual([]);
  await station.write(stick);
  expect(readdirSync(folder)).toEqual(bundlesOn(stick));
});
