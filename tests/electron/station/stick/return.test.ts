/**
 * The machine of a station without a line dies, and another one begins with a copy that is weeks old. Its stick asks
 * the county for what is missing, and the same stick brings it back: no line is needed to take points again.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { unhex } from '../../../../county/server/codecs.ts';
import { createCounty, type County } from '../../../../county/server/county.ts';
import { makeSampleVillage } from '../../../../county/sample/village.ts';
import { decodeHeld } from '../../../../county/server/held.ts';
import { verifyFolder } from '../../../../db/verify.ts';
import { sha256 } from '../../../../electron/station/sync/codecs.ts';
import { realWorld } from '../../../../electron/shell/world.ts';
import { emptyCounty } from '../../../harness/countyDatabase.ts';
import { pgliteIn } from '../../../harness/emptyDatabase.ts';
import { readStation } from '../../../harness/station.ts';
import { carry, darkStation, introduce, newStick, type DarkStation } from '../../../harness/stick.ts';

/** More than goes back in one message. */
const LACKING = 700;
const { reference } = makeSampleVillage({ nowMs: Date.now() });

let county: County;
let old: DarkStation;
let copyDir: string;
let sticks: string[];
const stations: DarkStation[] = [];
beforeAll(async () => {
  county = await createCounty({ database: await pgliteIn(null), keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  old = darkStation();
  sticks = Array.from({ length: 4 }, newStick);
  await introduce(county, old.dir, reference);
  await errand(old, sticks[0] ?? '');
  copyDir = mkdtempSync(join(tmpdir(), 'dark-'));
  cpSync(old.dir, copyDir, { recursive: true });
  //  the old machine never hears that it arrived.
  old.work(LACKING);
  await old.write(sticks[0] ?? '');
  await carry(county, sticks[0] ?? '');
});
afterEach(() => {
  for (const station of stations.splice(0)) station.close();
  old.close();
  for (const dir of [...sticks, copyDir]) rmSync(dir, { recursive: true, force: true });
});

/** A copy on another machine. */
function successor(hardwareId: string, of = copyDir): DarkStation {
  const dir = mkdtempSync(join(tmpdir(), 'dark-'));
  cpSync(of, dir, { recursive: true });
  const station = darkStation(1, dir, hardwareId);
  stations.push(station);
  return station;
}
async function errand(station: DarkStation, stick: string) {
  await station.write(stick);
  await carry(county, stick);
  return station.read(stick);
}

describe('a restored station without a line', () => {
  it('gets its past back by the stick, takes points again, and the same stick once more changes nothing', async () => {
    const young = successor('pc-2');
    expect(young.store.standing()).toBe('AWAITING_RETURN');
    young.work(5);
    const stick = sticks[1] ?? '';
    expect(await errand(young, stick)).toMatchObject({ confirmed: 6, returned: LACKING, leftAlone: null });
    expect(young.store.standing()).toBe('WORKING');
    expect(young.store.restoreOutcome()).toMatchObject({ returned: { count: LACKING }, lostCount: 0 });
    expect(young.store.unsentOlder()).toEqual([]);

    const before = young.state();
    expect(await young.read(stick)).toMatchObject({ confirmed: 0, returned: 0, leftAlone: null });
    expect(young.state()).toEqual(before);
    expect(young.store.standing()).toBe('WORKING');
    expect(verifyFolder(young.dir, sha256).finding).toBeNull();
    // Nothing more is asked for.
    expect(await errand(young, stick)).toMatchObject({ returned: 0, leftAlone: null });
  });

  it('takes nothing of its past where the disk has no room for it, and all of it from the same stick later', async () => {
    const young = successor('pc-2');
    const stick = sticks[1] ?? '';
    Object.assign(young.tools, { roomBytes: () => Promise.resolve(1000) });
    expect(await errand(young, stick)).toMatchObject({ returned: 0, leftAlone: 'NO_ROOM' });
    expect(young.store.standing()).toBe('AWAITING_RETURN');
    expect(readStation(young.dir, 'SELECT 1 FROM waiting_line')).toEqual([]);
    Object.assign(young.tools, { roomBytes: () => Promise.resolve(2 ** 40) });
    expect(await young.read(stick)).toMatchObject({ returned: LACKING, leftAlone: null });
    expect(young.store.standing()).toBe('WORKING');
  });

  it('takes no more of its past than the county has signed to hold', async () => {
    const young = successor('pc-2');
    young.work(LACKING);
    await young.write(sticks[1] ?? '');
    await carry(county, sticks[1] ?? '');
    // A county that counts wrong: no honest one holds less than nothing.
    const { db } = county.context;
    await sql`ALTER TABLE incarnation DROP CONSTRAINT incarnation_durable_seq_check`.execute(db);
    const wrong = { incarnation: 'f'.repeat(16), durable_seq: -LACKING, head_hash: '0'.repeat(64) };
    const row = { ...wrong, station_id: 1, first_seen_ms: 1, last_received_ms: 1, ordinal: 90 };
    await db.insertInto('incarnation').values(row).execute();
    expect(await errand(young, sticks[2] ?? '')).toMatchObject({ returned: 0, leftAlone: 'OTHER_RECORDS' });
    expect(young.store.standing()).toBe('AWAITING_RETURN');
    expect(readStation(young.dir, 'SELECT 1 FROM waiting_line').length).toBeLessThan(LACKING);
  });

  it('believes no answer to an earlier restore that it has everything', async () => {
    const young = successor('pc-2');
    const [, stick = '', second = '', third = ''] = sticks;
    await young.write(stick);
    await carry(county, stick);
    const next = successor('pc-3', young.dir);
    young.work(5);
    await young.write(second);
    await carry(county, second);
    expect(await next.read(stick)).toMatchObject({ returned: 0, leftAlone: null });
    expect(next.store.standing()).toBe('AWAITING_RETURN');
    expect(await errand(next, third)).toMatchObject({ returned: LACKING + 5 });
    expect(next.store.standing()).toBe('WORKING');
  });

  it('hears by the stick that another machine is at work, and an older word does not take that back', async () => {
    const [early = '', stick = '', late = ''] = sticks;
    const young = successor('pc-2');
    await young.write(stick);
    await carry(county, stick);
    old.work(1);
    await errand(old, late);
    expect(old.store.standing()).toBe('SUPERSEDED');
    await old.read(early);
    expect(old.store.standing()).toBe('SUPERSEDED');
  });

  it('takes its place although its clock is dead: no machine speaks before its key was taken in', async () => {
    await county.context.db.updateTable('station_key').set({ enrolled_ms: Date.now() }).execute();
    const young = successor('pc-2');
    Object.assign(young.tools, { nowMs: () => 0 });
    expect(await errand(young, sticks[1] ?? '')).toMatchObject({ returned: LACKING });
    expect(young.store.standing()).toBe('WORKING');
  });

  it('that was not believed at first takes points when the county says so later', async () => {
    const [, stick = '', later = ''] = sticks;
    const young = successor('pc-2');
    const { tools } = young;
    const { nowMs } = tools;
    Object.assign(tools, { nowMs: () => 0 });
    await errand(young, stick);
    expect(young.store.standing()).toBe('SUPERSEDED');
    Object.assign(tools, { nowMs });
    await errand(young, later);
    expect(young.store.standing()).not.toBe('SUPERSEDED');
    // Nor does an older answer move the time of the last contact, by which a station knows how old its names are.
    const before = young.store.syncState();
    await young.read(stick);
    expect(young.store.syncState()).toEqual(before);
  });

  it('with other facts than the county sends them for review by the next stick, and goes on in a new journal', async () => {
    const { hardwareId } = realWorld();
    // An image of the whole disk: nothing beside the database says that this is another folder.
    rmSync(join(copyDir, 'last-start.json'));
    const forked = successor(hardwareId);
    // More than one batch: of the second alone nobody could say that it belongs to a fork.
    forked.work(2500);
    expect(await errand(forked, sticks[1] ?? '')).toMatchObject({ leftAlone: 'OTHER_RECORDS' });
    expect(forked.store.standing()).toBe('FORKED');
    const anew = successor(hardwareId, forked.dir);
    expect(anew.store.incarnation).not.toBe(forked.store.incarnation);
    anew.work(2);
    expect(await errand(anew, sticks[2] ?? '')).toMatchObject({ leftAlone: null, returned: LACKING });
    expect(anew.store.standing()).toBe('WORKING');
    expect(anew.store.unsentOlder()).toEqual([]);
    expect(anew.state()).toEqual([3, 3]);
    const kept = await county.context.db.selectFrom('quarantine').select('envelope').execute();
    const seqs = kept.flatMap(({ envelope }) => {
      const run = decodeHeld(unhex(envelope), county.context.wire);
      return run?.incarnation === forked.store.incarnation ? run.events.map(({ seq }) => seq) : [];
    });
    expect(Math.max(...seqs)).toBe(forked.state()[0]);
    expect(await county.context.db.selectFrom('held_batch').select('first_seq').execute()).toEqual([]);
  });
});
