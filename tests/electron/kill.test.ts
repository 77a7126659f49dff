/**
 * The plug is pulled a hundred times while people scan. Everything that a screen was told is there afterwards, the
 * chain and the views hold, and what was asked again under the same request is there once.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyFolder } from '../../db/verify.ts';
import { EVENTS } from '../../domain/journal/events.ts';
import type { SignOutcome } from '../../electron/contract/views.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { beginScene, type Scene } from '../harness/scene.ts';
import { readStation, todayAtNine } from '../harness/station.ts';

const KILLS = 100;
const PEOPLE = 200;
/** Longer than the start of a station takes, so that the wall clock never goes back. */
const ROUND_MS = 5_000;

let scene: Scene;
beforeAll(async () => {
  scene = await beginScene();
});
afterAll(() => scene.end());

interface Told {
  readonly requestId: string;
  readonly volunteerId: number;
  readonly seq: number;
}
/** Everything that a screen was told is recorded. */
const told: Told[] = [];
/** Requests whose answer never came: recorded or not, nobody knows. */
let unsure: { readonly requestId: string; readonly volunteerId: number }[] = [];
let next = 0;
let enough: { readonly count: number; readonly reached: () => void } = {
  count: Infinity,
  reached: () => undefined,
};

/** Resolves when so many answers have come. */
function answers(count: number): Promise<void> {
  return new Promise((reached) => (enough = { count, reached }));
}

function note(outcome: SignOutcome, requestId: string, volunteerId: number): void {
  if (outcome.kind !== 'REFUSED') told.push({ requestId, volunteerId, seq: outcome.seq });
  if (told.length >= enough.count) enough.reached();
}

/** Scans one after the other, without a pause, until the station is gone. */
async function scanUntilGone(): Promise<void> {
  for (;;) {
    const volunteerId = 1 + (next++ % PEOPLE);
    const requestId = randomUUID();
    let asked = false;
    try {
      const scanId = await scene.scan(volunteerId);
      asked = true;
      note(await scene.client.ask('sign', { requestId, scanId, activityId: null }), requestId, volunteerId);
    } catch {
      // The station was killed in the middle: exactly what this is about.
      if (asked) unsure.push({ requestId, volunteerId });
      return;
    }
  }
}

/** A screen that got no answer asks again under the same request: it is told what was recorded, or refused. */
async function askAgain(): Promise<void> {
  for (const { requestId, volunteerId } of unsure)
    note(
      await scene.client.ask('sign', { requestId, scanId: 'long gone', activityId: null }),
      requestId,
      volunteerId,
    );
  unsure = [];
}

test(`killed ${KILLS} times while it records: all that was confirmed is there, once, and verify passes`, async () => {
  for (let round = 1; round <= KILLS; round += 1) {
    // Killed after so many answers rather than after a time, so that each round records on any machine.
    const recorded = answers(told.length + 1 + (round % 9));
    const scanning = [scanUntilGone(), scanUntilGone()];
    await recorded;
    await scene.station.kill();
    await Promise.all(scanning);
    scene = await scene.restart('kill', { startMs: todayAtNine() + round * ROUND_MS });
    await askAgain();
  }
  expect(told.length).toBeGreaterThan(KILLS);
  await scene.station.close();

  expect(verifyFolder(scene.dir, realWorld().sha256).finding).toBeNull();
  const facts = readStation<{ readonly seq: number; readonly volunteerId: number }>(
    scene.dir,
    `SELECT seq, json_extract(text, CASE json_extract(text, '$[0]') WHEN ? THEN '$[8]' ELSE '$[9]' END)
       AS volunteerId FROM journal WHERE json_extract(text, '$[0]') IN (?, ?)`,
    EVENTS.SIGNED_IN.code,
    EVENTS.SIGNED_IN.code,
    EVENTS.SIGNED_OUT.code,
  );
  const bySeq = new Map(facts.map(({ seq, volunteerId }) => [seq, volunteerId]));
  for (const { seq, volunteerId } of told) expect(bySeq.get(seq), `event ${seq}`).toBe(volunteerId);
  // Every fact was told exactly once: by its first answer, or when it was asked for again.
  expect(told.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(facts.map(({ seq }) => seq));
}, 180_000);
