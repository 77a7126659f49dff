/** The command that takes in a stick, with a county in this process: what whoever made the stick cannot do by it. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeSampleVillage } from '../../county/sample/village.ts';
import { createCounty, type County } from '../../county/server/county.ts';
import { answerName } from '../../domain/wire/stick.ts';
import { importStick, takeInto, type TakeBundle } from '../../scripts/lib/stickImport.ts';
import { emptyCounty } from '../harness/countyDatabase.ts';
import { pgliteIn } from '../harness/emptyDatabase.ts';
import { bundlesOn, darkStation, introduce, newStick, type DarkStation } from '../harness/stick.ts';

const { reference } = makeSampleVillage({ nowMs: Date.now() });
const KEY = 'the key of the county';

let county: County;
let station: DarkStation;
let stick: string;
/** The administrator's own folder. */
let own: string;
let lines: string[];
beforeAll(async () => {
  county = await createCounty({ database: await pgliteIn(null), keyDir: null, sample: false });
});
afterAll(() => county.close());
beforeEach(async () => {
  await emptyCounty(county);
  station = darkStation();
  await introduce(county, station.dir, reference);
  stick = newStick();
  own = mkdtempSync(join(tmpdir(), 'own-'));
  writeFileSync(join(own, 'county-key.pem'), KEY);
  lines = [];
});
afterEach(() => {
  station.close();
  for (const dir of [stick, own]) rmSync(dir, { recursive: true, force: true });
});

const folder = (name: string) => join(stick, 'village-station', name);
const take: TakeBundle = (file) => takeInto(county.context)(file);
const importIt = (takes = take) => importStick(stick, undefined, takes, (line) => lines.push(line));

describe('a stick that somebody has prepared', () => {
  it('leads to no file of the administrator by the name that an answer has while it is written', async () => {
    // This one needs no key: the county answers in words that it cannot read the version.
    station.work(1);
    const { name } = await station.write(stick);
    mkdirSync(folder('from-county'));
    const answer = answerName(reference.station.name, 1);
    symlinkSync(join(own, 'county-key.pem'), join(folder('from-county'), `${answer}.tmp`));
    symlinkSync(join(own, 'county-key.pem'), join(folder('from-county'), answer));
    const bytes = readFileSync(join(folder('to-county'), name));
    const versionAt = bytes.indexOf('VSW') + 3;
    bytes.writeUInt8(9, versionAt);
    writeFileSync(join(folder('to-county'), name), bytes);
    expect(await importIt()).toBe(false);
    expect(lines).toEqual([expect.stringContaining('tells the station')]);
    expect(readFileSync(join(own, 'county-key.pem'), 'utf8')).toBe(KEY);
    // What had the answer's own name was replaced, and not followed.
    expect(readFileSync(join(folder('from-county'), answer), 'utf8')).toContain('NEWER_VERSION');
  });

  it.each(['village-station', 'village-station/from-county', 'village-station/to-county'])(
    'is sent back as it came where %s is a link',
    async (link) => {
      station.work(1);
      await station.write(own);
      const target = join(own, link);
      mkdirSync(target, { recursive: true });
      if (link !== 'village-station') mkdirSync(join(stick, 'village-station'));
      symlinkSync(target, join(stick, link));
      const before = readdirSync(own, { recursive: true });
      await expect(importIt()).rejects.toThrow('no folder but a link');
      expect(readdirSync(own, { recursive: true })).toEqual(before);
      // Neither does the station write or clear anything behind it.
      writeFileSync(join(target, '.writing-00000000.tmp'), 'mine');
      if (link !== 'village-station/from-county')
        await expect(station.write(stick)).rejects.toThrow('WRONG_FORMAT');
      if (link !== 'village-station/to-county')
        await expect(station.read(stick)).rejects.toThrow('is no folder');
      expect(readFileSync(join(target, '.writing-00000000.tmp'), 'utf8')).toBe('mine');
    },
  );
});

it('what was taken stays taken where its answer cannot be written, and that is said', async () => {
  station.work(3);
  await station.write(stick);
  writeFileSync(join(stick, 'file'), '');
  expect(await importStick(stick, join(stick, 'file', 'answers'), take, (line) => lines.push(line))).toBe(
    false,
  );
  expect(lines).toEqual([expect.stringMatching(/4 new records, answer not written: the format/)]);
});

it('files are read one after the other: one that is gone by then is told, those before it are taken', async () => {
  station.work(3);
  const first = await station.write(stick);
  // A bundle of a machine that comes later, and is pulled out with the stick meanwhile.
  const second = join(folder('to-county'), 'later.vsb');
  writeFileSync(second, '');
  truncateSync(second, 1000);
  const taken: number[] = [];
  const pulling: TakeBundle = (file) => {
    taken.push(file.length);
    rmSync(second, { force: true });
    rmSync(join(folder('to-county'), first.name), { force: true });
    return take(file);
  };
  expect(bundlesOn(stick)).toHaveLength(2);
  expect(await importIt(pulling)).toBe(false);
  expect(taken).toHaveLength(1);
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain('cannot be read');
});
