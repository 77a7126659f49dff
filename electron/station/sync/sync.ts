/** The station's side of sync: when to try, how long to wait, and what the screens are shown of it. */
import { createPrivateKey } from 'node:crypto';
import { storeFaultOf } from '../../../db/faults.ts';
import type { Store } from '../../../db/types.ts';
import type { Clock } from '../../../domain/clock.ts';
import { err } from '../../../domain/result.ts';
import { sealMessage } from '../../../domain/wire/envelope.ts';
import { MAX_BATCH_EVENTS } from '../../../domain/wire/limits.ts';
import { WIRE, type WireRange } from '../../../domain/wire/version.ts';
import type { SyncView } from '../../contract/syncViews.ts';
import type { Log } from '../dispatch.ts';
import type { SyncHooks, SyncPort } from '../ports.ts';
import type { Timers } from '../types.ts';
import type { SyncFailure } from './answers.ts';
import { sealWith } from './codecs.ts';
import type { SyncDesk } from './desk.ts';
import type { KeyFolder } from './keyFolder.ts';
import { createMeter, NO_CAPS, type LineCaps } from './meter.ts';
import { CAPPED_IDLE_MS, DEFAULT_PAUSES, type Pauses } from './pauses.ts';
import { batchesAhead } from './ahead.ts';
import type { BatchSize } from './send.ts';
import { runSession } from './session.ts';
import type { SessionTools } from './sessionTools.ts';
import type { Transport } from './transport.ts';
import { waitingAt } from '../../../db/attention.ts';

export interface SyncOptions extends SyncHooks {
  readonly store: Store;
  readonly desk: SyncDesk;
  readonly keys: KeyFolder;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
  readonly appVersion: string;
  /** Room on the disk of the store, bytes. */
  readonly roomBytes?: () => Promise<number>;
  /** One-time code from the county; empty where none is needed. */
  readonly enrolCode: string;
  readonly pauses?: Pauses;
  /** What the line may carry on a day; absent: as much as there is. */
  readonly caps?: LineCaps;
  /** Versions of the wire; tests play an older or a newer station. */
  readonly wire?: WireRange;
}

/** Half to all of a time by chance, so that stations that lost the county together do not return together. */
function jittered(ms: number, randomBytes: (length: number) => Uint8Array): number {
  return Math.round(ms * (0.5 + (randomBytes(1)[0] ?? 0) / 512));
}

function makeTools(
  options: SyncOptions,
  hooks: Pick<SessionTools, 'isClosing' | 'isSparing' | 'onProgress' | 'transport'>,
): SessionTools {
  const { keys, store, clock, wire = WIRE } = options;
  const seal = sealWith(createPrivateKey(keys.privateKeyPem));
  return {
    ...options,
    ahead: batchesAhead(options.desk, options.randomBytes),
    nowMs: () => clock.nowMs(),
    monoMs: () => clock.monoMs(),
    // Short requests are not worth packing.
    review: { sentSeq: new Map(), fullUntilMonoMs: 0 },
    download: { begun: null },
    speech: { own: wire, version: wire.newest, changesLeft: 0 },
    sealRequest: (kind, { nonce, version }, body) =>
      sealMessage(
        { kind, nonce, signer: store.stationId, body },
        seal,
        { packed: false, stored: body },
        version,
      ),
    ...hooks,
  };
}

/** What the screens are told of a failure: who answers in the county's place is more than a refusal. */
function stateOf(failure: SyncFailure): SyncView['state'] {
  if (failure.kind !== 'REFUSED') return failure.kind;
  const named = (['WRONG_CERTIFICATE', 'CERTIFICATE_DATE'] as const).find((one) => one === failure.reason);
  return named ?? 'REFUSED';
}

/** Stations whose line was used up do not all come back with the first minute of the day. */
const MORNING_SPREAD_MS = 600_000;

/** Starts the sync: the first session begins at once. Nothing in here ever throws into the station. */
export function createSync(options: SyncOptions): SyncPort {
  const { store, timers, clock, log, pauses = DEFAULT_PAUSES } = options;
  const size: BatchSize = { limit: MAX_BATCH_EVENTS, successes: 0, quick: false };
  let closing = false;
  let timer: unknown = null;
  /** For the screens, by the wall clock; decisions go by the monotonic one, which nobody sets. */
  let nextAttemptMs = 0;
  let dueMonoMs = 0;
  let failures = 0;
  let lastFailure: SyncFailure | null = null;
  let sendingTotal = 0;
  let session: Promise<void> | null = null;
  /** Asked for while a session ran. */
  let again = false;
  /** Asked for by the keeper, whose touch goes beyond the cap for one session. */
  let byHand = false;
  let mayExceed = false;
  const meter = createMeter({
    store,
    monoMs: () => clock.monoMs(),
    caps: options.caps ?? NO_CAPS,
    carried: () => options.transport.carried(),
  });
  const isUsedUp = (): boolean => meter.view().level === 'USED_UP';
  const tools = makeTools(options, {
    isClosing: () => closing,
    isSparing: () => meter.view().level !== 'FREE',
    transport: {
      ...options.transport,
      post: (path, body, limits) => {
        meter.turn();
        return isUsedUp() && !mayExceed
          ? Promise.resolve(err({ kind: 'METERED' }))
          : options.transport.post(path, body, limits);
      },
    },
    onProgress: () => {
      lastFailure = null; // The county has just answered as it should.
      options.onChange();
    },
  });

  function schedule(afterMs: number): void {
    if (closing) return;
    if (timer !== null) timers.clear(timer);
    nextAttemptMs = clock.nowMs() + afterMs;
    dueMonoMs = clock.monoMs() + afterMs;
    timer = timers.set(begin, afterMs);
  }

  function begin(): void {
    timer = null;
    nextAttemptMs = 0;
    if (closing || session !== null) return;
    again = false;
    session = attempt().finally(() => {
      session = null;
      options.onChange();
    });
  }

  /** A session within the day's cap, or beyond it by the keeper's touch. */
  async function meteredSession(): Promise<SyncFailure | null> {
    mayExceed = byHand;
    byHand = false;
    meter.begin();
    try {
      const result =
        isUsedUp() && !mayExceed ? err({ kind: 'METERED' } as const) : await runSession(tools, size);
      if (result.ok || result.error.kind === 'OFFLINE') {
        // Whatever has become of it: nothing more goes today by itself.
        if (isUsedUp()) return { kind: 'METERED' };
      }
      return result.ok ? null : result.error;
    } finally {
      meter.end();
    }
  }

  async function attempt(): Promise<void> {
    let failure: SyncFailure | null;
    let unsent = 0;
    try {
      sendingTotal = waitingAt(store);
      options.onChange();
      failure = await meteredSession();
      unsent = waitingAt(store);
    } catch (error) {
      // The store refused (a full disk), or a bug of ours: the station goes on, and so does the next attempt.
      log.error('sync failed', error);
      const fault = storeFaultOf(error);
      if (fault !== undefined) options.onStoreFault?.(fault);
      failure = { kind: 'OFFLINE' };
    }
    sendingTotal = 0;
    if (closing) return;
    if (failure?.kind === 'REFUSED' && JSON.stringify(failure) !== JSON.stringify(lastFailure))
      log.warn('the county refuses', { reason: failure.reason });
    lastFailure = failure;
    failures = failure === null || failure.kind === 'METERED' ? 0 : failures + 1;
    schedule(pauseMs(unsent));
  }

  function pauseMs(unsent: number): number {
    if (again) return 0;
    if (lastFailure?.kind === 'METERED')
      return meter.untilTomorrowMs() + jittered(MORNING_SPREAD_MS, options.randomBytes);
    if (failures > 0) {
      const full = Math.min(pauses.maxBackoffMs, pauses.firstBackoffMs * 2 ** Math.min(20, failures - 1));
      // A county that says when it has room again is not asked before.
      const afterMs = lastFailure?.kind === 'OFFLINE' ? (lastFailure.afterMs ?? 0) : 0;
      return Math.max(afterMs, jittered(full, options.randomBytes));
    }
    if (unsent > 0) return pauses.soonMs;
    const { megabytesPerDay, minutesPerDay } = options.caps ?? NO_CAPS;
    const isPaidFor = megabytesPerDay > 0 || minutesPerDay > 0;
    return jittered(isPaidFor ? Math.max(CAPPED_IDLE_MS, pauses.idleMs) : pauses.idleMs, options.randomBytes);
  }

  function view(): SyncView {
    const { durableSeq, acknowledgedMs } = store.syncState();
    const info = store.views.referenceInfo();
    const sending = session !== null && sendingTotal > 0;
    return {
      recorded: durableSeq + waitingAt(store),
      reachedCounty: durableSeq,
      attention: store.attention(),
      lastSuccessMs: acknowledgedMs,
      state: lastFailure !== null ? stateOf(lastFailure) : sending ? 'SENDING' : 'IDLE',
      sendingTotal: sending ? sendingTotal : 0,
      referenceVersion: info?.version ?? 0,
      referenceMadeMs: info?.madeAtMs ?? 0,
      nextAttemptMs,
      line: meter.view(),
    };
  }

  schedule(0);
  return {
    view,
    syncNow() {
      failures = 0;
      byHand = true;
      again = session !== null;
      if (session === null) schedule(0);
    },
    recorded() {
      // While the county is away, its own backoff decides; new facts do not make the line come back.
      if (closing || session !== null || failures > 0 || lastFailure?.kind === 'METERED') return;
      if (dueMonoMs - clock.monoMs() > pauses.soonMs) schedule(pauses.soonMs);
    },
    async close() {
      closing = true;
      if (timer !== null) timers.clear(timer);
      options.transport.close();
      await session;
      await options.desk.close();
    },
  };
}
