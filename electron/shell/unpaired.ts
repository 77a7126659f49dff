/**
 * A machine that has not been brought in: no database, no services, only the screen on which it is paired. When it
 * is, its settings stand in its folder and the station is opened in its place.
 */
import { err } from '../../domain/result.ts';
import { decodePairingText } from '../../domain/wire/pairing.ts';
import { WIRE } from '../../domain/wire/version.ts';
import { contract } from '../contract/contract.ts';
import type { PairingProblem, PairingView } from '../contract/pairingViews.ts';
import type { ParsedInputOf } from '../contract/types.ts';
import { countyAddress } from '../station/sync/address.ts';
import type { SyncFailure } from '../station/sync/answers.ts';
import { enrolByLine } from '../station/sync/enrol.ts';
import { openKeyFolder } from '../station/sync/keyFolder.ts';
import { httpTransport } from '../station/sync/transport.ts';
import type { Log } from '../station/dispatch.ts';
import type { ScannerHooks, ScannerPort } from '../station/ports.ts';
import type { Pushed, Station } from '../station/types.ts';
import * as v from 'valibot';
import { keepPairing, type Settings } from './settings.ts';
import type { World } from './world.ts';

export interface UnpairedOptions {
  readonly settings: Settings;
  readonly world: World;
  readonly appVersion: string;
  readonly log: Log;
  readonly startScanner: (hooks: ScannerHooks) => ScannerPort;
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

/** What is to be paired with, out of what was scanned or typed. */
function wantedOf(input: PairInput, { sha256 }: World): Wanted | PairingProblem {
  const read = input.kind === 'TEXT' ? decodePairingText(input.text, sha256) : null;
  if (read !== null && !read.ok) return read.error.kind;
  const given = input.kind === 'TYPED' ? { ...input, pin: null } : read?.value;
  if (given === undefined) return 'DAMAGED';
  const address = countyAddress(given.url);
  return address.ok ? { ...given, url: address.value } : address.error.kind;
}

/** Opens what stands in a station's place until it is brought in. */
export function openUnpaired(options: UnpairedOptions): Station {
  const { settings, world, log } = options;
  const listeners = new Set<(pushed: Pushed) => void>();
  let view: PairingView = { kind: 'NEEDED', busy: false, problem: null };
  let attempt: Promise<void> | null = null;
  let cut: () => void = () => undefined;
  let closed = false;

  function show(next: PairingView): void {
    view = next;
    for (const listener of [...listeners]) listener({ event: 'changed', data: { what: ['HOME'] } });
  }

  /** Enrols and keeps what came of it; null if all went well. */
  async function enrol({ url, stationId, code, pin }: Wanted): Promise<PairingProblem | null> {
    const keys = openKeyFolder(settings.dataDir);
    const transport = httpTransport(url, { pin: () => pin, nowMs: () => world.clock.nowMs() });
    cut = () => transport.close();
    try {
      const introduction = { stationId, code, appVersion: options.appVersion, version: WIRE.newest };
      const enrolled = await enrolByLine(transport, keys, introduction, world.randomBytes);
      if (!enrolled.ok) return problemOf(enrolled.error);
      if (closed) return null;
      const paired = keepPairing(settings, { countyUrl: url, stationId });
      show({ kind: 'PAIRED' });
      options.onPaired(paired);
      return null;
    } finally {
      transport.close();
    }
  }

  async function begin(wanted: Wanted): Promise<void> {
    let problem: PairingProblem | null;
    try {
      problem = await enrol(wanted);
    } catch (error) {
      log.error('the pairing could not be kept', error); // A full disk, or one that is write-protected.
      problem = 'CANNOT_KEEP';
    }
    attempt = null;
    if (problem !== null) show({ kind: 'NEEDED', busy: false, problem });
  }

  function pair(input: PairInput): PairingView {
    if (attempt !== null || view.kind === 'PAIRED') return view;
    const wanted = wantedOf(input, world);
    if (typeof wanted === 'string') show({ kind: 'NEEDED', busy: false, problem: wanted });
    else {
      show({ kind: 'NEEDED', busy: true, problem: null });
      attempt = begin(wanted);
    }
    return view;
  }

  const scanner = options.startScanner({
    onScan: (text) => void pair({ kind: 'TEXT', text }),
    onChange: () => undefined,
  });
  return {
    call: (method, input) => {
      if (method === 'getPairing') return Promise.resolve({ ok: true, value: view });
      if (method !== 'pair' || closed) return Promise.resolve(err({ kind: 'CLOSING' }));
      const parsed = v.safeParse(contract.pair.input, input);
      return Promise.resolve(
        parsed.success
          ? { ok: true, value: pair(parsed.output) }
          : err({ kind: 'BAD_REQUEST', detail: 'not a pairing' }),
      );
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      cut();
      await attempt;
      await scanner.close();
    },
  };
}
