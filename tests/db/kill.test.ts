/**
 * A power cut, as far as a process can be made to feel one: kill -9 at an arbitrary moment while it records.
 * Whatever was confirmed is there, nothing is there twice, and the folder verifies.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openJournalReader } from '../../db/reader.ts';
import { verifyFolder } from '../../db/verify.ts';
import { sha256 } from './support.ts';
import { tempDir } from './tempDir.ts';

const KILLS = 20;

/** Lets a writer confirm so many facts, kills it, and answers every line it wrote whole. */
async function confirmedUntilKilled(dir: string, run: number, confirmations: number): Promise<string[]> {
  const writer = spawn(process.execPath, ['tests/db/writer.ts', dir, `run${run}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  writer.stdout.setEncoding('utf8');
  writer.stdout.on('data', (chunk: string) => {
    output += chunk;
    if (output.split('\n').length > confirmations) writer.kill('SIGKILL');
  });
  await once(writer, 'close');
  return output.split('\n').slice(0, -1);
}

it(`keeps every confirmed fact over ${KILLS} kills`, async () => {
  const dir = tempDir();
  const confirmed: string[] = [];
  for (let run = 0; run < KILLS; run++)
    confirmed.push(...(await confirmedUntilKilled(dir, run, 1 + ((run * 37) % 60))));
  expect(confirmed.length).toBeGreaterThan(KILLS);
  expect(new Set(confirmed).size).toBe(confirmed.length);

  const reader = openJournalReader(dir, sha256);
  const stored = new Set(
    reader
      .readRun(0, 1_000_000)
      ?.events.flatMap((event) =>
        'volunteerId' in event ? [`${event.seq} ${event.type} ${event.volunteerId}`] : [],
      ),
  );
  reader.close();
  expect(confirmed.filter((line) => !stored.has(line))).toEqual([]);
  expect(verifyFolder(dir, sha256).finding).toBeNull();
});
