/**
 * The story of the county's full disk: what comes is refused as something that passes, nothing is signed, the log says
 * why in one line, and with room again the same batch goes in.
 */
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { hex } from '../../../county/server/codecs.ts';
import { createCounty } from '../../../county/server/county.ts';
import { makeSampleVillage } from '../../../county/sample/village.ts';
import { putReference } from '../../../county/server/reference.ts';
import { encodeBatch } from '../../../domain/wire/batch.ts';
import { sealMessage } from '../../../domain/wire/envelope.ts';
import { pgliteIn } from '../../harness/emptyDatabase.ts';
import { smallDisk, type SmallDisk } from '../../harness/smallDisk.ts';
import { makeKeys, runOf, villageEvents } from '../../harness/wire.ts';

let disk: SmallDisk | null = null;
afterEach(() => disk?.close());

test('a full disk signs nothing and is told plainly; with room again all goes on', async ({ skip }) => {
  disk = smallDisk(160);
  if (disk === null) return skip('no disk may be mounted here');
  const { dir } = disk;
  const problems: string[] = [];
  const county = await createCounty({
    database: await pgliteIn(join(dir, 'db')),
    keyDir: null,
    sample: false,
    onProblem: (line) => void problems.push(line),
  });
  try {
    await putReference(county.context, makeSampleVillage({ nowMs: Date.now() }).reference);
    const keys = makeKeys();
    const key = { station_id: 1, public_key: hex(keys.publicKey), enrolled_ms: 1, revoked_ms: null };
    await county.context.db.insertInto('station_key').values(key).execute();
    const all = villageEvents(40_000, 5);
    let at = { stationId: 1, incarnation: '00112233445566ff', firstSeq: 1 } as Parameters<typeof runOf>[1];
    const send = async (run: ReturnType<typeof runOf>) => {
      const body = encodeBatch(run);
      const message = { kind: 'BATCH', nonce: new Uint8Array(8).fill(1), signer: 1, body } as const;
      const payload = Buffer.from(sealMessage(message, keys.seal, { packed: false, stored: body }));
      const headers = { 'content-type': 'application/octet-stream' };
      return county.app.inject({ method: 'POST', url: '/v1/batch', payload, headers });
    };
    const { bavail, bsize } = statfsSync(dir);
    writeFileSync(join(dir, 'filler'), Buffer.alloc(bavail * bsize - (1 << 20)));
    let answer;
    let run = runOf(all.slice(0, 2000), at);
    for (let from = 0; from < all.length; from += 2000) {
      run = runOf(all.slice(from, from + 2000), at);
      answer = await send(run);
      if (answer.statusCode !== 200) break;
      at = { ...at, firstSeq: from + 2001, previousHash: run.headHash };
    }
    expect([answer?.statusCode, answer?.json()]).toEqual([503, { error: { kind: 'STORE_UNAVAILABLE' } }]);
    expect(problems.at(-1)).toMatch(/^STORE_UNAVAILABLE: .*(?:No space left|disk is full)/);
    rmSync(join(dir, 'filler'));
    expect((await send(run)).statusCode).toBe(200);
  } finally {
    await county.close();
  }
});
