import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../../county/server/codecs.ts';
import { createCounty } from '../../../county/server/county.ts';
import { sealMessage } from '../../../domain/wire/envelope.ts';
import { encodeEnrol } from '../../../domain/wire/messages.ts';
import { decodePairingText } from '../../../domain/wire/pairing.ts';
import { formatCardNumber } from '../../../domain/cards/cardNumber.ts';
import { cardIn, villageFile } from '../../harness/villageFiles.ts';
import { makeKeys } from '../../harness/wire.ts';

const SCRIPT = join(import.meta.dirname, '../../../scripts/county.ts');

function run(...args: string[]): ChildProcess {
  const env = { ...process.env };
  delete env['DATABASE_URL'];
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', SCRIPT, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  });
}

/** Runs the command to its end. */
async function finish(...args: string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = run(...args);
  let out = '';
  let error = '';
  child.stdout?.on('data', (part: Buffer) => (out += part.toString()));
  child.stderr?.on('data', (part: Buffer) => (error += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, error };
}

/** A machine that asks to be station 1 of the sample village; answers the status and what is said. */
async function enrol(url: string, keys: ReturnType<typeof makeKeys>) {
  const body = encodeEnrol({
    publicKey: keys.publicKey,
    proof: null,
    replyKey: new Uint8Array(32),
    appVersion: 't',
  });
  const message = { kind: 'ENROL', nonce: new Uint8Array(8).fill(1), signer: 1, body } as const;
  const response = await fetch(`${url}/v1/enrol`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(sealMessage(message, keys.seal, { packed: false, stored: body })),
  });
  return { status: response.status, said: await response.text() };
}

describe('npm run county', () => {
  const stolen = makeKeys();
  const dir = mkdtempSync(join(tmpdir(), 'county-command-'));
  let child: ChildProcess;
  let url = '';
  let said = '';

  beforeAll(async () => {
    child = run('--data', dir, '--sample', '--port', '0');
    child.stderr?.on('data', (part: Buffer) => (said += part.toString()));
    url = await new Promise<string>((done) => {
      child.stdout?.on('data', (part: Buffer) => {
        const found = /^county listening on (http:\/\/127\.0\.0\.1:\d+)\n$/.exec(part.toString());
        if (found?.[1] !== undefined) done(found[1]);
      });
    });
  });
  afterAll(async () => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(dir, { recursive: true, force: true });
  });

  it('says that PGlite is for a trial, and keeps its secrets to itself', () => {
    expect(said).toContain('PGlite');
    for (const file of ['county-key.pem', 'county.lock', 'county-revoked.json'])
      expect(statSync(join(dir, file)).mode & 0o077).toBe(0);
  });

  it('shows its page without anything inline, under a policy that would forbid it', async () => {
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=/);
    for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g))
      expect((await fetch(new URL(path ?? '', url))).status).toBe(200);
    expect((await fetch(`${url}/font/files/..%2findex.css`)).status).toBe(404);
    expect(await (await fetch(`${url}/v1/overview`)).json()).toMatchObject({
      sample: true,
      stations: [{ stationId: 1, enrolled: false, events: 0 }],
    });
  });

  it('gives codes while it runs, to whoever can read its folder', async () => {
    const { out } = await finish('--data', dir, '--new-code', '1', '--qr', join(dir, 'code.png'));
    expect(out).toMatch(/^Code: {4}[A-Z2-9]{5}-[A-Z2-9]{5} {3}once, until 20\d\d-/m);
    const text = /^Text: {4}(\S+)$/m.exec(out)?.[1] ?? '';
    expect(PNG.sync.read(readFileSync(join(dir, 'code.png'))).width).toBeGreaterThan(300);
    expect(decodePairingText(text, sha256)).toMatchObject({
      ok: true,
      value: { stationId: 1, url, pin: null },
    });
    expect(await finish('--data', dir, '--new-code', '7')).toMatchObject({
      code: 1,
      error: 'The county has no station 7.\n',
    });
    expect((await fetch(`${url}/admin/codes/1`, { method: 'POST' })).status).toBe(404);
  });

  it('backs itself up while it runs, and is not restored under its own feet', async () => {
    const file = join(dir, 'backup');
    expect(await finish('--data', dir, '--backup', file)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^written and read back: \d+ tables, \d+ rows, 0 events, of /) as string,
    });
    const under = await finish('--data', dir, '--restore', file, '--replace');
    expect(under.code).toBe(1);
    expect(under.error).toContain('is running on');
  });

  it('shuts a machine out only where there is one', async () => {
    expect(await finish('--data', dir, '--revoke', '1')).toMatchObject({
      code: 1,
      error: 'Station 1 has no machine that could be shut out.\n',
    });
    expect((await finish('--data', dir, '--replace-machine', '1')).out).toContain(
      'takes the place of its machine',
    );
    expect((await enrol(url, stolen)).status).toBe(200);
    expect((await finish('--data', dir, '--revoke', '1')).out).toMatch(/^Station 1 is shut out/);
    expect(await enrol(url, stolen)).toMatchObject({ said: expect.stringContaining('REVOKED') as string });
  });

  it('refuses options that would be passed over in silence', async () => {
    const said = async (...args: string[]) => (await finish('--data', dir, ...args)).error;
    expect(await said('--qr', 'a.png')).toBe(
      '--qr says something only with --new-code or --replace-machine.\n',
    );
    expect(await said('--replace')).toBe('--replace says something only with --restore.\n');
    expect(await said('--answers', dir)).toBe('--answers says something only with --import.\n');
    expect(await said('--backup', 'a', '--restore', 'b')).toBe(
      'Give --backup and --restore one after the other.\n',
    );
    expect(await said('--rules', 'a.json')).toBe('--rules needs --by.\n');
  });

  it('brings villages in from a folder while it runs, and writes them out again', async () => {
    const folder = join(dir, 'villages');
    mkdirSync(folder);
    writeFileSync(join(folder, '2.json'), JSON.stringify(villageFile(2, '七里坪村')));
    writeFileSync(join(folder, '3.json'), JSON.stringify({ ...villageFile(3, '檀树岗村'), goods: [{}] }));
    const { code, out, error } = await finish('--data', dir, '--reference', folder);
    expect(code).toBe(1);
    expect(error).toContain('没法核对 1 积分值多少钱');
    expect(out).toMatch(/^station 2 七里坪村: new, version 1; 3 people, 3 cards, 2 goods$/m);
    expect(error).toContain(`${join(folder, '3.json')}: goods 第 1 项 id：缺少这一项。 goods, entry 1, id:`);
    expect(error).toContain('1 not taken: nothing of them was changed.');
    const file = join(dir, 'two.json');
    expect(await finish('--data', dir, '--export-reference', '2', '--to', file)).toMatchObject({ code: 0 });
    expect((await finish('--data', dir, '--export-reference', '2', '--to', file)).error).toContain(
      'is there',
    );
    expect((await finish('--data', dir, '--reference', file)).out).toMatch(/: as it was, version 1;/);
    expect((await finish('--data', dir, '--new-code', '2')).out).toContain('Station 2, 七里坪村');
  });

  it('revokes cards by the digits printed on them, and changes rules', async () => {
    const card = formatCardNumber(cardIn(2, 1));
    const wrong = await finish('--data', dir, '--revoke-card', card, '--revoke-card', '0000 0000 01');
    expect(wrong.error).toContain('"0000 0000 01" is not a card\'s number');
    expect((await finish('--data', dir, '--revoke-card', card)).out).toBe(
      `card ${card} is revoked\ntold to 2 stations when they call next\n`,
    );
    expect(readFileSync(join(dir, 'county-revoked.json'), 'utf8')).toContain(String(cardIn(2, 1)));
    const file = join(dir, 'rules.json');
    writeFileSync(file, '{"points":{"maxPerDay":60}}');
    const change = ['--data', dir, '--rules', file, '--by', '王主任', '--reason', '试行'];
    expect((await finish(...change)).out).toMatch(/^points.maxPerDay: 80 -> 60\n.*2 stations get them\n$/);
    writeFileSync(file, '{"points":{"maxPerDay":-1}}');
    expect(await finish(...change)).toMatchObject({
      code: 1,
      error: `${file}: points maxPerDay：不能小于 1。 points, maxPerDay: it must be 1 or more.\nNothing was changed.\n`,
    });
  });

  it('merges two registrations of one person once, and says what it refuses', async () => {
    const merge = (from: number, into: number) =>
      finish(
        ...['--data', dir, '--merge-person', String(from), '--into', String(into)],
        ...['--by', '王主任', '--reason', '重复登记'],
      );
    expect(await merge(2002, 2001)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^2002 李建国 is 2001 王秀英 of station 2 now\n/) as string,
    });
    expect(await merge(2002, 2001)).toMatchObject({
      code: 1,
      error: '2002 号早已并入 2001 号，请改用 2001 号。 2002 was merged into 2001 before: use 2001.\n',
    });
    expect((await finish('--data', dir, '--merge-person', '2003')).error).toBe(
      '--merge-person needs --into.\n',
    );
  });

  it('does not open one folder twice, and tells wrong arguments in one line', async () => {
    const second = await finish('--data', dir, '--port', '0');
    expect(second.code).toBe(1);
    expect(second.error).toContain(`Another county (process ${child.pid ?? 0}) is running`);
    expect(await finish('--port', 'x')).toMatchObject({
      code: 1,
      error: '--port must be a whole number from 0 to 65535, not "x".\n',
    });
    expect((await finish('--help')).code).toBe(0);
  });

  it('ends in order when it is told to', async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect((await gone)[0]).toBe(0);
    expect(existsSync(join(dir, 'county.lock'))).toBe(false);
  });

  it('is restored where it has ended, and says what that would throw away', async () => {
    const file = join(dir, 'backup');
    expect(await finish('--data', dir, '--restore', file)).toMatchObject({
      code: 1,
      error: 'The database holds 2 stations and 0 events; --replace throws them away for the backup.\n',
    });
    // The disk with the database is gone, and the backup is of before the theft.
    rmSync(join(dir, 'db'), { recursive: true });
    const { out } = await finish('--data', dir, '--restore', file);
    expect(out).toMatch(/^restored: /);
    // One of the sample, one by its printed digits, and the card of the number that was merged.
    expect(out).toContain('Shut out stay 1 machines and 3 cards');
    const bad = await finish('--data', dir, '--restore', join(dir, 'county-key.pem'), '--replace');
    expect([bad.code, bad.error]).toEqual([1, 'The backup cannot be used: it is damaged or not whole.\n']);
  });

  it('keeps a machine shut out, and ends the open codes, though the backup is older', async () => {
    const database = { kind: 'pglite', dir: join(dir, 'db') } as const;
    const county = await createCounty({ database, keyDir: dir, sample: true });
    const again = await county.listen(0, '127.0.0.1');
    expect(await enrol(again, stolen)).toMatchObject({ said: expect.stringContaining('REVOKED') as string });
    const codes = await county.context.db.selectFrom('enrolment_code').select('expires_ms').execute();
    expect(codes).not.toHaveLength(0);
    expect(codes.filter(({ expires_ms }) => expires_ms > Date.now())).toEqual([]);
    await county.close();
  });

  it('says plainly where nobody remembers what was shut out', async () => {
    const file = join(dir, 'backup');
    for (const gone of ['db', 'county-revoked.json']) rmSync(join(dir, gone), { recursive: true });
    expect((await finish('--data', dir, '--restore', file)).out).toContain(
      'There was no county-revoked.json in the folder.',
    );
    writeFileSync(join(dir, 'county-revoked.json'), '{"keys":[');
    expect(await finish('--data', dir, '--restore', file, '--replace')).toMatchObject({
      code: 1,
      error: 'county-revoked.json is damaged: put a good copy in its place\n',
    });
  });
});
