/**
 * The plug is pulled again and again, at random, while people scan. Everything that a screen was told is there
 * afterwards, the chain and the views hold, and what was asked again under the same request is there once.
 */
import { randomUUID } from 'node:crypto';
import { verifyFolder } from '../../db/verify.ts';
import { EVENTS } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import type { SignOutcome } from '../../electron/contract/views.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { beginScene, type Scene } from './scene.ts';
import { readStation, todayAtNine } from './station.ts';

const PEOPLE = 200;
/** Longer than the start of a station takes, so that the wall clock never goes back. */
const ROUND_MS = 5_000;

export interface KillsOptions {
  readonly kills: number;
  /** The same seed kills after the same numbers of answers. */
  readonly seed: number;
  readonly onRound?: (round: number, told: number) => void;
}
export interface KillsReport {
  /** Answers that a screen got. */
  readonly told: number;
  /** Facts that the journal holds. */
  readonly facts: number;
  /** What is wrong, in words; empty if all is well. */
  readonly problems: readonly string[];
}

/** Numbers from 0 to `below` - 1 by chance, the same for the same seed (xorshift32). */
function chance(seed: number): (below: number) => number {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface Told {
  readonly requestId: string;
  readonly volunteerId: number;
  readonly seq: number;
}

/** The screens: they scan without a pause, and note what they were told and what they never heard of again. */
function createScreens() {
  const told: Told[] = [];
  /** Requests whose answer never came: recorded or not, nobody knows. */
  let unsure: { readonly requestId: string; readonly volunteerId: number }[] = [];
  let next = 0;
  let wanted = Infinity;
  let reached: () => void = () => undefined;

  function note(outcome: SignOutcome, requestId: string, volunteerId: number): void {
    if (outcome.kind !== 'REFUSED') told.push({ requestId, volunteerId, seq: outcome.seq });
    if (told.length >= wanted) reached();
  }
  return {
    told,
    /** Resolves when so many more answers have come. */
    answers: (count: number): Promise<void> =>
      new Promise((resolve) => {
        wanted = told.length + count;
        reached = resolve;
      }),
    async scanUntilGone(scene: Scene): Promise<void> {
      for (;;) {
        const volunteerId = 1 + (next++ % PEOPLE);
        const requestId = randomUUID();
        let asked = false;
        try {
          const scanId = await scene.scan(volunteerId);
          asked = true;
          note(
            await scene.client.ask('sign', { requestId, scanId, activityId: null }),
            requestId,
            volunteerId,
          );
        } catch {
          // The station was killed in the middle: exactly what this is about.
          if (asked) unsure.push({ requestId, volunteerId });
          return;
        }
      }
    },
    /** A screen that got no answer asks again under the same request: it is told what was recorded, or refused. */
    async askAgain(scene: Scene): Promise<void> {
      for (const { requestId, volunteerId } of unsure)
        note(
          await scene.client.ask('sign', { requestId, scanId: 'long gone', activityId: null }),
          requestId,
          volunteerId,
        );
      unsure = [];
    },
  };
}

function judge(dir: string, told: readonly Told[]): KillsReport {
  const problems: string[] = [];
  const { finding } = verifyFolder(dir, realWorld().sha256);
  if (finding !== null) problems.push(`verify: ${JSON.stringify(finding)}`);
  const facts = readStation<{ readonly seq: number; readonly volunteerId: number }>(
    dir,
    `SELECT seq, json_extract(text, CASE json_extract(text, '$[0]') WHEN ? THEN '$[8]' ELSE '$[9]' END)
       AS volunteerId FROM journal WHERE json_extract(text, '$[0]') IN (?, ?)`,
    EVENTS.SIGNED_IN.code,
    EVENTS.SIGNED_IN.code,
    EVENTS.SIGNED_OUT.code,
  );
  const unheard = new Map(facts.map(({ seq, volunteerId }) => [seq, volunteerId]));
  for (const { seq, volunteerId } of told) {
    if (unheard.get(seq) !== volunteerId)
      problems.push(`event ${seq} was confirmed and is not there, or was told twice`);
    unheard.delete(seq);
  }
  // Every fact was told exactly once: by its first answer, or when it was asked for again.
  for (const seq of unheard.keys()) problems.push(`event ${seq} is there and nobody was ever told`);
  return { told: told.length, facts: facts.length, problems };
}

/** A thousand rounds are more than three pairs a day for everybody. */
function withoutPairLimit(reference: Reference): Reference {
  const { rules } = reference;
  return {
    ...reference,
    rules: { ...rules, attendance: { ...rules.attendance, maxPairsPerActivityDay: 1_000_000 } },
  };
}

/** Starts and kills a real station so many times. */
export async function killAndLook({ kills, seed, onRound }: KillsOptions): Promise<KillsReport> {
  const random = chance(seed);
  const screens = createScreens();
  let scene = await beginScene(withoutPairLimit);
  try {
    for (let round = 1; round <= kills; round += 1) {
      // After some answers, so that each round records on any machine, and then at any instant.
      const recorded = screens.answers(1 + random(12));
      const scanning = [screens.scanUntilGone(scene), screens.scanUntilGone(scene)];
      await recorded;
      const wait = random(6);
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      await scene.station.kill();
      await Promise.all(scanning);
      scene = await scene.restart('kill', { startMs: todayAtNine() + round * ROUND_MS });
      await screens.askAgain(scene);
      onRound?.(round, screens.told.length);
    }
    await scene.station.close();
    return judge(scene.dir, screens.told);
  } finally {
    await scene.end();
  }
}
