/**
 * The plug is pulled again and again, at random, while people scan and exchange and the keeper awards,
 * takes back and books deliveries. Everything that a screen was told is there
 * afterwards, the chain and the views hold, and what was asked again under the same request is there once.
 */
import { verifyFolder } from '../../db/verify.ts';
import { parseCanonical } from '../../domain/journal/canonical.ts';
import { EVENTS } from '../../domain/journal/events.ts';
import type { Reference } from '../../domain/reference/reference.ts';
import { realWorld } from '../../electron/shell/world.ts';
import { deskOf, nextAct, RECORDED, type Answered, type AskAct } from './killActs.ts';
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
  /** How many facts of each type were confirmed and are there. */
  readonly kinds: Readonly<Record<string, number>>;
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

/** The screens: they act without a pause, and note what they were told and what they never heard of again. */
function createScreens(random: (below: number) => number) {
  const told: Answered[] = [];
  /** Acts whose answer never came: recorded or not, nobody knows. */
  let unsure: AskAct[] = [];
  /** What went wrong with an act though the station stood. */
  const failures: string[] = [];
  let next = 0;
  let wanted = Infinity;
  let reached: () => void = () => undefined;

  function note(answered: Answered | null): void {
    if (answered !== null) told.push(answered);
    if (told.length >= wanted) reached();
  }
  return {
    told,
    failures,
    /** Resolves when so many more answers have come. */
    answers: (count: number): Promise<void> =>
      new Promise((resolve) => {
        wanted = told.length + count;
        reached = resolve;
      }),
    async actUntilGone(scene: Scene): Promise<void> {
      for (;;) {
        let ask: AskAct | null = null;
        try {
          const prepared = await nextAct(random, scene.village, 1 + (next++ % PEOPLE))(scene);
          ask = prepared;
          note(await prepared(scene));
        } catch (error) {
          // The station was killed in the middle: exactly what this is about. Anything else is not.
          if (!String(error).includes('connection')) {
            failures.push(String(error));
            reached();
          }
          if (ask !== null) unsure.push(ask);
          return;
        }
      }
    },
    /** A screen that got no answer asks again under the same request: it is told what was recorded, or refused. */
    async askAgain(scene: Scene): Promise<void> {
      for (const ask of unsure) note(await ask(scene));
      unsure = [];
    },
  };
}

interface Fact {
  readonly seq: number;
  readonly code: number;
  readonly text: string;
}
const CODES = RECORDED.map((type) => EVENTS[type].code);

/** What the screens' acts left in the journal, beyond what stood there before the first. */
function factsOf(dir: string, afterSeq: number): readonly Fact[] {
  return readStation<Fact>(
    dir,
    `SELECT seq, json_extract(text, '$[0]') AS code, text FROM journal
     WHERE seq > ? AND json_extract(text, '$[0]') IN (${CODES.join(', ')})`,
    afterSeq,
  );
}

function judge(dir: string, told: readonly Answered[], afterSeq: number): KillsReport {
  const problems: string[] = [];
  const { finding } = verifyFolder(dir, realWorld().sha256);
  if (finding !== null) problems.push(`verify: ${JSON.stringify(finding)}`);
  const facts = factsOf(dir, afterSeq);
  const unheard = new Map(facts.map((fact) => [fact.seq, parseCanonical(fact.text)]));
  const kinds: Record<string, number> = {};
  for (const { seq, types, volunteerId } of told) {
    const event = unheard.get(seq);
    const isIt =
      event !== undefined &&
      types.includes(event.type) &&
      (volunteerId === null || ('volunteerId' in event && event.volunteerId === volunteerId));
    if (isIt) kinds[event.type] = (kinds[event.type] ?? 0) + 1;
    else
      problems.push(`event ${seq} (${types.join(' or ')}) was confirmed and is not there, or was told twice`);
    unheard.delete(seq);
  }
  // Every fact was told exactly once: by its first answer, or when it was asked for again.
  for (const [seq, event] of unheard)
    problems.push(`event ${seq} (${event?.type ?? 'unreadable'}) is there and nobody was ever told`);
  return { told: told.length, facts: facts.length, kinds, problems };
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
  const screens = createScreens(random);
  let scene = await beginScene(withoutPairLimit);
  // The first delivery stands there before anybody acts.
  const [head] = readStation<{ readonly seq: number }>(scene.dir, 'SELECT max(seq) AS seq FROM journal');
  try {
    for (let round = 1; round <= kills; round += 1) {
      await deskOf(scene);
      // After some answers, so that each round records on any machine, and then at any instant.
      const recorded = screens.answers(1 + random(12));
      const acting = [screens.actUntilGone(scene), screens.actUntilGone(scene)];
      await recorded;
      const wait = random(6);
      if (wait > 0) await new Promise((done) => setTimeout(done, wait));
      await scene.station.kill();
      await Promise.all(acting);
      scene = await scene.restart('kill', { startMs: todayAtNine() + round * ROUND_MS });
      await screens.askAgain(scene);
      onRound?.(round, screens.told.length);
    }
    await scene.station.close();
    const report = judge(scene.dir, screens.told, head?.seq ?? 0);
    return { ...report, problems: [...screens.failures, ...report.problems] };
  } finally {
    await scene.end();
  }
}
