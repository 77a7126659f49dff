/** A machine that is brought in by stick: what the county refuses, and what the machine leaves alone. */
import { WIRE } from '../../../../domain/wire/version.ts';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createCounty, type County } from '../../../../county/server/county.ts';
import { makeCode, revokeStation } from '../../../../county/server/pairing.ts';
import { importFile } from '../../../../county/server/stickPairing.ts';
import { readSettings } from '../../../../electron/shell/settings.ts';
import { keepPending, readPending } from '../../../../electron/shell/pendingPairing.ts';
import { readPairingAnswer, writeEnrolment } from '../../../../electron/station/stick/pairing.ts';
import { makeEnrolRequest, type EnrolRequest } from '../../../../electron/station/sync/enrol.ts';
import { openKeyFolder, type KeyFolder } from '../../../../electron/station/sync/keyFolder.ts';
import { pgliteIn } from '../../../harness/emptyDatabase.ts';
import { openLocal } from '../../../harness/local.ts';
import { testVillage } from '../../../harness/village.ts';

const random = (length: number): Uint8Array => randomBytes(length);
const village = testVillage();
const root = mkdtempSync(join(tmpdir(), 'pairing-by-stick-'));
let county: County;
let folders = 0;
let dir: string;
let keys: KeyFolder;

beforeAll(async () => {
  county = await sampleCounty();
});
afterAll(async () => {
  await county.close();
  rmSync(root, { recursive: true });
});
beforeEach(async () => {
  await sql`TRUNCATE station_key, enrolment_code, enrolment_failure`.execute(county.context.db);
  ({ dir, keys } = newMachine());
});

async function sampleCounty(): Promise<County> {
  const publicUrl = 'https://county.example/';
  return createCounty({ database: await pgliteIn(null), keyDir: null, sample: true, publicUrl });
}
function newMachine(): { readonly dir: string; readonly keys: KeyFolder } {
  folders += 1;
  const made = join(root, String(folders));
  return { dir: made, keys: openKeyFolder(made) };
}
async function codeFor(replaces = false, at = county): Promise<string> {
  const made = await makeCode(at.context, 1, { replaces });
  if (!made.ok) throw new Error(made.error.kind);
  return made.value.code;
}
const request = (code: string, of = keys, stationId = 1): Promise<EnrolRequest> =>
  makeEnrolRequest(of, { stationId, code, appVersion: 't', version: 1 }, random);
async function answerTo({ bytes }: EnrolRequest, at = county): Promise<Uint8Array> {
  const report = await importFile(at.context, bytes);
  if (!report.ok) throw new Error(report.error.kind);
  expect(report.value).toMatchObject({ pairing: true, stationId: 1, fresh: 0 });
  return report.value.answer?.bytes ?? new Uint8Array(0);
}
async function refusalOf(bytes: Uint8Array): Promise<string> {
  const report = await importFile(county.context, bytes);
  return report.ok ? 'TAKEN' : report.error.kind;
}
/** Lays answers on a new stick and looks for one to a request. */
async function found(asked: EnrolRequest, ...answers: readonly Uint8Array[]) {
  folders += 1;
  const from = join(root, String(folders), 'village-station', 'from-county');
  mkdirSync(from, { recursive: true });
  answers.forEach((bytes, i) => writeFileSync(join(from, `pairing-${i}.vsa`), bytes));
  return readPairingAnswer(join(root, String(folders)), asked, keys);
}

it('is taken in, and again when the answer got lost', async () => {
  const asked = await request(await codeFor());
  const first = await answerTo(asked);
  const second = await answerTo(asked);
  for (const answer of [first, second]) {
    const brought = await found(asked, answer);
    if (brought.kind !== 'BROUGHT') throw new Error(brought.kind);
    expect(Buffer.from(brought.enrolled.publicKey)).toEqual(Buffer.from(county.context.keys.publicKey));
    expect(brought.reference?.length).toBeGreaterThan(1000);
  }
  expect(await county.context.db.selectFrom('station_key').select('public_key').execute()).toHaveLength(1);
});

it('is refused by the county, each time for a reason of its own', async () => {
  const code = await codeFor();
  expect(await refusalOf((await request('ABCDEFGHJK')).bytes)).toBe('CODE_REFUSED');
  // The sample village's leave to do without a code ends at the county's own machine.
  expect(await refusalOf((await request('')).bytes)).toBe('CODE_NEEDED');
  expect(await refusalOf((await request(code, keys, 77)).bytes)).toBe('UNKNOWN_STATION');
  const good = await request(code);
  for (const length of [0, 1, 8, good.bytes.length - 1])
    expect(await refusalOf(good.bytes.subarray(0, length))).toMatch(/^(TRUNCATED|NOT_OURS)$/);
  // Whoever carries it cannot have the village sealed to a key of his own.
  const forged = Buffer.from(good.bytes);
  const own = openKeyFolder(newMachine().dir).publicKey;
  forged.set(own, forged.length - 64 - 2 - 32);
  expect(await refusalOf(forged)).toBe('BAD_SIGNATURE');
  expect(await refusalOf(good.bytes)).toBe('TAKEN');
  expect(await refusalOf((await request(code, newMachine().keys)).bytes)).toBe('CODE_USED');
  await revokeStation(county.context, 1);
  expect(await refusalOf(good.bytes)).toBe('REVOKED');
  const late = await request(await codeFor(), newMachine().keys);
  await sql`UPDATE enrolment_code SET expires_ms = 1 WHERE used_ms IS NULL`.execute(county.context.db);
  expect(await refusalOf(late.bytes)).toBe('CODE_EXPIRED');
});

it('brings back why it was refused, to the machine and the try that it was', async () => {
  const code = await codeFor();
  const wrong = await request('ABCDEFGHJK');
  const refused = async ({ bytes }: EnrolRequest) => {
    const report = await importFile(county.context, bytes);
    if (report.ok || report.error.answer === null) throw new Error('no refusal');
    expect(report.error.answer.name).toBe('pairing-00001.vsa');
    return report.error.answer.bytes;
  };
  const word = await refused(wrong);
  expect(await found(wrong, word)).toEqual({ kind: 'REFUSED', why: 'CODE_REFUSED' });
  const right = await request(code);
  expect(await found(right, word)).toEqual({ kind: 'NONE' });
  const answer = await answerTo(right);
  // An answer goes before a refusal, which anybody may have written.
  expect(await found(right, await refused(wrong), answer)).toMatchObject({ kind: 'BROUGHT' });
  const another = await request(code, newMachine().keys);
  expect(await found(another, await refused(another))).toEqual({ kind: 'REFUSED', why: 'CODE_USED' });
  const newer = { ...county.context, wire: { oldest: WIRE.newest + 1, newest: WIRE.newest + 1 } };
  const report = await importFile(newer, right.bytes);
  if (report.ok || report.error.answer === null) throw new Error('no refusal');
  expect(await found(right, report.error.answer.bytes)).toEqual({ kind: 'REFUSED', why: 'STATION_IS_OLDER' });
});

it('leaves alone whatever is not the answer to what it asked', async () => {
  const asked = await request(await codeFor());
  const answer = await answerTo(asked);
  expect(await found(asked)).toEqual({ kind: 'NONE' });
  expect(await found({ ...asked, stationId: 2 }, answer)).toEqual({
    kind: 'LEFT_ALONE',
    why: 'OTHER_STATION',
  });
  const anew = await request(await codeFor(true));
  expect(await found(anew, answer)).toEqual({ kind: 'LEFT_ALONE', why: 'OTHER_REQUEST' });
  for (const length of [0, 3, 50, 400, answer.length - 1])
    expect(await found(asked, answer.subarray(0, length)), String(length)).toEqual({
      kind: 'LEFT_ALONE',
      why: 'DAMAGED',
    });
  for (const at of [12, 90, 260, 600, answer.length - 5]) {
    const changed = Buffer.from(answer);
    changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
    expect(await found(asked, changed), String(at)).toMatchObject({ kind: 'LEFT_ALONE' });
  }
  // Beside those of others ours is found.
  expect(await found(asked, new Uint8Array(9), answer)).toMatchObject({ kind: 'BROUGHT' });
  // Nobody else reads it.
  const from = join(root, String(folders));
  const stranger = newMachine().keys;
  expect(await readPairingAnswer(from, asked, stranger)).toMatchObject({ kind: 'LEFT_ALONE' });
});

it('believes no county that does not know the code', async () => {
  const asked = await request(await codeFor());
  const other = await sampleCounty();
  try {
    // It knows the key already, so that it answers without the code: its own word proves nothing.
    const known = await request(await codeFor(false, other));
    await answerTo(known, other);
    const plain = await makeEnrolRequest(keys, { stationId: 1, code: '', appVersion: 't', version: 1 }, () =>
      Uint8Array.from(asked.asked.nonce),
    );
    const answer = await answerTo(plain, other);
    expect(await found(asked, answer)).toEqual({ kind: 'LEFT_ALONE', why: 'NOT_OUR_COUNTY' });
  } finally {
    await other.close();
  }
});

it('stands on the stick whole or not at all', async () => {
  const asked = await request('ABCDEFGHJK');
  const stick = join(root, 'stick');
  expect(await writeEnrolment(stick, asked, random)).toEqual({ ok: false, error: { kind: 'PULLED_OUT' } });
  mkdirSync(join(stick, 'village-station', 'to-county'), { recursive: true });
  writeFileSync(join(stick, 'village-station', 'to-county', '.writing-0.tmp'), 'half');
  for (let time = 0; time < 2; time += 1)
    expect(await writeEnrolment(stick, asked, random)).toMatchObject({ ok: true });
  const written = readFileSync(join(stick, 'village-station', 'to-county', 'pairing-00001.vse'));
  expect(written).toEqual(Buffer.from(asked.bytes));
});

it('is finished by the next start when the power fails between the answer and the settings', async () => {
  const asked = await request(await codeFor());
  const brought = await found(asked, await answerTo(asked));
  if (brought.kind !== 'BROUGHT') throw new Error(brought.kind);
  keys.pinCounty(brought.enrolled);
  const { reference } = brought;
  keepPending(dir, { request: asked, countyUrl: '', written: true, answered: true, reference });
  const settings = readSettings(['--data', dir], dir);
  if (!settings.ok) throw new Error(settings.error.detail);
  expect(settings.value.isPaired).toBe(false);
  const station = openLocal(dir, village, { settings: settings.value });
  try {
    await expect
      .poll(async () => {
        const home = await station.call('getHome', {});
        return home.ok && home.value.ready;
      })
      .toBe(true);
    expect(readPending(dir, { warn: () => undefined, error: () => undefined })).toBeNull();
  } finally {
    await station.close();
  }
});

it('keeps the address of the QR code, for the day on which there is a line', async () => {
  const made = await makeCode(county.context, 1, { replaces: false });
  if (!made.ok) throw new Error(made.error.kind);
  const stick = join(root, 'with-address');
  const toCounty = join(stick, 'village-station', 'to-county');
  mkdirSync(toCounty, { recursive: true });
  const settings = readSettings(['--data', dir, '--stick', stick], dir);
  if (!settings.ok) throw new Error(settings.error.detail);
  const station = openLocal(dir, village, { settings: settings.value });
  try {
    await station.ask('choosePairing', { by: 'STICK' });
    await station.ask('pair', { kind: 'TEXT', text: made.value.text });
    await expect.poll(() => station.ask('getPairing', {})).toMatchObject({ kind: 'BY_STICK', state: 'SAFE' });
    const pending = readPending(dir, { warn: () => undefined, error: () => undefined });
    expect(pending?.countyUrl).toBe('https://county.example/');
    expect(await refusalOf(readFileSync(join(toCounty, 'pairing-00001.vse')))).toBe('TAKEN');
    // Given up: the code is used, and this machine may prove it again all the same.
    expect(await station.ask('choosePairing', { by: 'LINE' })).toMatchObject({ kind: 'NEEDED', by: 'LINE' });
    expect(await refusalOf((await request(made.value.code)).bytes)).toBe('TAKEN');
  } finally {
    await station.close();
  }
});
