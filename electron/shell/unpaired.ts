/**
 * A machine that has not been brought in: no database, no services, only the screen on which it is paired. When it
 * is, its settings stand in its folder and the station is opened in its place.
 */
import { err, ok, type Result } from '../../domain/result.ts';
import { decodePairingText } from '../../domain/wire/pairing.ts';
import { WIRE } from '../../domain/wire/version.ts';
import { contract } from '../contract/contract.ts';
import type { PairingProblem, PairingView, PairingWay } from '../contract/pairingViews.ts';
import type { TroubleView } from '../contract/troubleViews.ts';
import type { CallError, ParsedInputOf } from '../contract/types.ts';
import { countyAddress } from '../station/sync/address.ts';
import type { SyncFailure } from '../station/sync/answers.ts';
import { enrolByLine, makeEnrolRequest } from '../station/sync/enrol.ts';
import { openKeyFolder } from '../station/sync/keyFolder.ts';
import { httpTransport } from '../station/sync/transport.ts';
import type { Log } from '../station/dispatch.ts';
import type { ScannerHooks, ScannerPort } from '../station/ports.ts';
import type { Pushed, Station } from '../station/types.ts';
import * as v from 'valibot';
import { forgetPending, keepPending, readPending, type PendingPairing } from './pendingPairing.ts';
import { keepPairing, type Settings } from './settings.ts';
import { startStickPairing, type StickPairing } from './stickPairing.ts';
import type { World } from './world.ts';

export interface UnpairedOptions {
  readonly settings: Settings;
  readonly world: World;
  readonly appVersion: string;
  readonly log: Log;
  readonly startScanner: (hooks: ScannerHooks) => ScannerPort;
  /** Folders of the sticks that are in, the best first. */
  readonly findSticks: () => Promise<readonly string[]>;
  /** The settings stand in the folder: the station can be opened. */
  readonly onPaired: (settings: Settings) => void;
}

type PairInput = ParsedInputOf<(typeof contract)['pair']>;
interface Wanted {
  readonly url: string;
  readonly stationId: number;
  readonly code: string;
  readonly pin: Uint8Array | null;
}

const NAMED: readonly PairingProblem[] = [
  'CODE_REFUSED',
  'CODE_USED',
  'CODE_EXPIRED',
  'TOO_MANY_CODES',
  'UNKNOWN_STATION',
  'REVOKED',
  'WRONG_CERTIFICATE',
  'CERTIFICATE_DATE',
];

function problemOf(failure: SyncFailure): PairingProblem {
  switch (failure.kind) {
    case 'OFFLINE':
    case 'METERED':
      return 'OFFLINE';
    case 'COUNTY_IS_OLDER':
      return 'COUNTY_IS_OLDER';
    case 'COUNTY_IS_NEWER':
      return 'STATION_IS_OLDER';
    case 'REFUSED':
      // Who cannot prove the code is no more our county than who has another key.
      if (failure.reason === 'NOT_FROM_OUR_COUNTY') return 'WRONG_CERTIFICATE';
      return NAMED.find((named) => named === failure.reason) ?? 'OTHER';
  }
}

/**
 * What is to be paired with, out of what was scanned or typed. By stick the county's address may be unknown: then the
 * station works by stick alone.
 */
function wantedOf(input: PairInput, by: PairingWay, { sha256 }: World): Wanted | PairingProblem {
  const read = input.kind === 'TEXT' ? decodePairingText(input.text, sha256) : null;
  if (read !== null && !read.ok) return read.error.kind;
  const given = input.kind === 'TYPED' ? { ...input, pin: null } : read?.value;
  if (given === undefined) return 'DAMAGED';
  const address = countyAddress(given.url);
  if (address.ok) return { ...given, url: address.value };
  return by === 'STICK' ? { ...given, url: '' } : address.error.kind;
}

/** Opens what stands in a station's place until it is brought in. */
export function openUnpaired(options: UnpairedOptions): Station {
  const { settings, world, log } = options;
  const { dataDir } = settings;
  const listeners = new Set<(pushed: Pushed) => void>();
  let view: PairingView = { kind: 'NEEDED', by: 'LINE', busy: false, problem: null };
  let attempt: Promise<void> | null = null;
  let stick: StickPairing | null = null;
  let cut: () => void = () => undefined;
  let closed = false;

  function changed(): void {
    for (const listener of [...listeners]) listener({ event: 'changed', data: { what: ['HOME'] } });
  }
  function show(next: PairingView): void {
    view = next;
    changed();
  }
  function onPaired(paired: Settings): void {
    show({ kind: 'PAIRED' });
    options.onPaired(paired);
  }

  /** Enrols and keeps what came of it; null if all went well. */
  async function enrol({ url, stationId, code, pin }: Wanted): Promise<PairingProblem | null> {
    const keys = openKeyFolder(dataDir);
    const transport = httpTransport(url, { pin: () => pin, nowMs: () => world.clock.nowMs() });
    cut = () => transport.close();
    try {
      const introduction = { stationId, code, appVersion: options.appVersion, version: WIRE.newest };
      const enrolled = await enrolByLine(transport, keys, introduction, world.randomBytes);
      if (!enrolled.ok) return problemOf(enrolled.error);
      if (!closed) onPaired(keepPairing(settings, { countyUrl: url, stationId }));
      return null;
    } finally {
      transport.close();
    }
  }

  function waitForStick(pending: PendingPairing): void {
    const { findSticks } = options;
    stick = startStickPairing({ settings, world, log, findSticks, onChange: changed, onPaired }, pending);
  }
  /** Makes the enrolment and keeps it until its answer comes, over any restart. */
  async function enrolByStick({ url, stationId, code }: Wanted): Promise<null> {
    const introduction = { stationId, code, appVersion: options.appVersion, version: WIRE.newest };
    const request = await makeEnrolRequest(openKeyFolder(dataDir), introduction, world.randomBytes);
    const begun = { request, countyUrl: url, written: false, answered: false, reference: null };
    keepPending(dataDir, begun);
    if (closed) return null;
    waitForStick(begun);
    changed();
    return null;
  }

  async function begin(act: () => Promise<PairingProblem | null>, by: PairingWay): Promise<void> {
    let problem: PairingProblem | null;
    try {
      problem = await act();
    } catch (error) {
      log.error('the pairing could not be kept', error); // A full disk, or one that is write-protected.
      problem = 'CANNOT_KEEP';
    }
    attempt = null;
    if (problem !== null) show({ kind: 'NEEDED', by, busy: false, problem });
  }

  const current = (): PairingView => (view.kind === 'PAIRED' ? view : (stick?.view() ?? view));

  function pair(input: PairInput): PairingView {
    if (attempt !== null || stick !== null || view.kind !== 'NEEDED') return current();
    const { by } = view;
    const wanted = wantedOf(input, by, world);
    if (typeof wanted === 'string') show({ kind: 'NEEDED', by, busy: false, problem: wanted });
    else {
      show({ kind: 'NEEDED', by, busy: true, problem: null });
      attempt = begin(() => (by === 'STICK' ? enrolByStick(wanted) : enrol(wanted)), by);
    }
    return current();
  }

  async function choose(by: PairingWay): Promise<PairingView> {
    if (attempt !== null || view.kind !== 'NEEDED') return current();
    const given = stick;
    await given?.close();
    // Its answer may have come in this very moment.
    if (current().kind === 'PAIRED') return current();
    if (given !== null) forgetPending(dataDir);
    stick = null;
    show({ kind: 'NEEDED', by, busy: false, problem: null });
    return current();
  }

  const pending = readPending(dataDir, log);
  if (pending !== null) waitForStick(pending);
  const scanner = options.startScanner({
    onScan: (text) => void pair({ kind: 'TEXT', text }),
    onChange: () => undefined,
  });

  async function answer(
    method: unknown,
    input: unknown,
  ): Promise<Result<PairingView | TroubleView, CallError>> {
    if (method === 'getPairing') return ok(current());
    if (method === 'getTrouble' || method === 'retryOpening') return ok({ kind: 'NONE' });
    if (closed) return err({ kind: 'CLOSING' });
    if (method === 'choosePairing') {
      const chosen = v.safeParse(contract.choosePairing.input, input);
      if (chosen.success) return ok(await choose(chosen.output.by));
    } else if (method === 'pair') {
      const parsed = v.safeParse(contract.pair.input, input);
      if (parsed.success) return ok(pair(parsed.output));
    } else return err({ kind: 'CLOSING' });
    return err({ kind: 'BAD_REQUEST', detail: 'not a pairing' });
  }
  return {
    call: answer,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      cut();
      await attempt;
      await stick?.close();
      await scanner.close();
    },
  };
}
