import { createHash, diffieHellman, generateKeyPairSync, createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCountyKeys } from '../../../county/server/keys.ts';

describe("the county's keys", () => {
  let dir: string;
  let path: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'village-county-keys-'));
    path = join(dir, 'county-key.pem');
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const digest = () => createHash('sha256').update(readFileSync(path)).digest('hex');
  const spki = (head: string, bytes: Uint8Array) =>
    createPublicKey({ key: Buffer.concat([Buffer.from(head, 'hex'), bytes]), format: 'der', type: 'spki' });

  it('are made once, both in one file for its owner only, and are the same at each start', () => {
    const made = loadCountyKeys(dir);
    const before = digest();
    const again = loadCountyKeys(dir);
    expect(digest()).toBe(before);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect([again.publicKey, again.box.publicKey]).toEqual([made.publicKey, made.box.publicKey]);
    const signature = again.seal.sign(Buffer.from('x'));
    expect(verify(null, Buffer.from('x'), spki('302a300506032b6570032100', made.publicKey), signature)).toBe(
      true,
    );
  });

  it('share a secret with whoever encrypts to the box key, and with no point of small order', () => {
    const { box } = loadCountyKeys(dir);
    const { privateKey, publicKey } = generateKeyPairSync('x25519');
    const own = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const theirs = diffieHellman({ privateKey, publicKey: spki('302a300506032b656e032100', box.publicKey) });
    expect(box.agree(own)).toEqual(theirs);
    for (const bytes of [new Uint8Array(32), new Uint8Array(31)]) expect(box.agree(bytes)).toBeNull();
  });

  it('keep the signing key of a file that has no box key yet, and give it one for good', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    const keys = loadCountyKeys(dir);
    expect(Buffer.from(keys.publicKey)).toEqual(
      publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
    );
    expect(loadCountyKeys(dir).box.publicKey).toEqual(keys.box.publicKey);
  });

  it('are never replaced where the file is damaged', () => {
    loadCountyKeys(dir);
    const text = readFileSync(path, 'utf8');
    for (const damaged of ['', text.slice(40), text.slice(0, -40)]) {
      writeFileSync(path, damaged);
      expect(() => loadCountyKeys(dir)).toThrow();
      expect(readFileSync(path, 'utf8')).toBe(damaged);
    }
  });
});
