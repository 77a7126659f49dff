/**
 * What stands in a station's place while its database cannot be opened: no store, no services, only the screen that
 * says what is wrong and what to do. A damaged database is brought back from a backup here, by the keeper's PIN;
 * everything else is tried again and again, and the station opens by itself once it is mended.
 */
import { err, type Result } from '../../domain/result.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { CallError } from '../contract/types.ts';
import type { Trouble, TroubleView } from '../contract/troubleViews.ts';
import { backupView, previewView } from '../station/backups.ts';
import { createDispatch, isMethod } from '../station/dispatch.ts';
import { createKeepers } from '../station/keeper.ts';
import { createPinCheck, toughTries } from '../station/pins.ts';
import type { BackupPort } from '../station/ports.ts';
import type { Pushed, Station } from '../station/types.ts';
import type { Host } from './openStation.ts';
import { fileTries } from './recoveryTries.ts';
import type { Settings } from './settings.ts';
import type { World } from './world.ts';

/** How long between two tries of what mends itself: each reads the whole database. */
export const RETRY_MS = 10_000;
/** The answer reaches the screen before the station goes. */
const RESTART_AFTER_MS = 200;
/** A damaged database does not mend itself, and what a newer program or another station wrote stays theirs. */
const MENDS_ITSELF: readonly Trouble[] = ['LOCKED', 'DISK_FULL', 'READ_ONLY', 'IO', 'BUSY'];

export interface RecoveryOptions {
  readonly settings: Settings;
  readonly host: Pick<Host, 'log'>;
  readonly world: World;
  readonly trouble: Trouble;
  /** A restore was ordered from here before, and this is what came of it. */
  readonly restoreFailed: boolean;
  readonly port: BackupPort;
}

/** The part of the contract that is open here; everything else is answered with CLOSING. */
type RecoveryHandlers = Pick<
  StationHandlers,
  | 'getTrouble'
  | 'retryOpening'
  | 'getPairing'
  | 'unlockKeeper'
  | 'lockKeeper'
  | 'listBackups'
  | 'previewRestore'
  | 'restore'
>;

const GONE = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } } as const;
const NOT_FOUND = { kind: 'REFUSED', reason: { kind: 'NOT_FOUND' } } as const;

/** Opens what stands in the place of a station that cannot be opened. */
export function openRecovery(options: RecoveryOptions): Station {
  const { settings, world, trouble, port, host } = options;
  const { timers, clock } = world;
  const listeners = new Set<(pushed: Pushed) => void>();
  let closed = false;
  let timer: unknown = null;
  let view: Extract<TroubleView, { kind: 'CANNOT_OPEN' }> = {
    kind: 'CANNOT_OPEN',
    trouble,
    stationId: settings.stationId,
    contact: settings.contact ?? '',
    backups: trouble === 'CORRUPT' ? 'LOOKING' : 'NONE',
    restoreFailed: options.restoreFailed,
  };

  function restartSoon(delayMs: number): void {
    timers.clear(timer);
    timer = timers.set(() => port.restart(), delayMs);
  }

  /** The newest good backup and who its keepers are; proving one takes as long as it is large. */
  const known = trouble === 'CORRUPT' ? port.keepers() : Promise.resolve(null);
  async function look(): Promise<void> {
    try {
      const found = await known;
      const backups = found === null ? 'NONE' : found.keepers.length === 0 ? 'KEEPERLESS' : 'GOOD';
      view = { ...view, backups };
    } catch (error) {
      host.log.error('the backups could not be looked at', error);
      view = { ...view, backups: 'NONE' };
    }
    for (const listener of [...listeners]) listener({ event: 'changed', data: { what: ['HOME'] } });
  }
  if (trouble === 'CORRUPT') void look();

  const newToken = () => Buffer.from(world.randomBytes(16)).toString('hex');
  const checkPin = createPinCheck({
    keepers: async () => (await known)?.keepers ?? [],
    store: toughTries(fileTries(settings.dataDir, clock), clock),
    clock,
    scrypt: world.scrypt,
    sameBytes: world.sameBytes,
  });
  const keepers = createKeepers({
    clock,
    newToken,
    checkPin,
    // There is no journal to record it in; the log holds who ordered a restore.
    recordUnlock: null,
    onStoreFault: () => undefined,
  });
  const planOf = async (name: string) => {
    const file = (await port.list()).find((backup) => backup.name === name)?.file;
    if (file === undefined) return NOT_FOUND;
    const plan = await port.preview(file);
    if (plan.ok) return { kind: 'PLAN', file, plan: plan.value } as const;
    const reason = plan.error.kind === 'BAD_BACKUP' ? plan.error : ({ kind: 'CANNOT_RESTORE' } as const);
    return { kind: 'REFUSED', reason } as const;
  };

  const handlers: RecoveryHandlers = {
    getTrouble: () => view,
    retryOpening: () => {
      restartSoon(0);
      return view;
    },
    getPairing: () => ({ kind: 'PAIRED' }),
    ...keepers.handlers,
    listBackups: async ({ keeperToken }) => {
      if (keepers.useForBackups(keeperToken) === undefined) return { kind: 'KEEPER_GONE' };
      const backups = (await port.list()).map(backupView);
      return {
        kind: 'BACKUPS',
        backups,
        problem: '',
        secondAbsent: false,
        began: 'CONTINUED',
        restored: null,
      };
    },
    previewRestore: async ({ keeperToken, name }) => {
      if (keepers.useForBackups(keeperToken) === undefined) return GONE;
      const answer = await planOf(name);
      if (answer.kind === 'REFUSED') return answer;
      return { kind: 'PREVIEW', preview: previewView(name, answer.plan, () => null) };
    },
    restore: async ({ keeperToken, name, pin }) => {
      const keeper = keepers.useForBackups(keeperToken);
      if (keeper === undefined) return GONE;
      const checked = await checkPin(pin);
      if (!checked.ok) return { kind: 'PIN_REFUSED', problem: checked.error };
      const answer = await planOf(name);
      if (answer.kind === 'REFUSED') return answer;
      host.log.warn('a restore was ordered', { keeperId: keeper.id, name });
      port.order(answer.file);
      restartSoon(RESTART_AFTER_MS);
      return { kind: 'RESTARTING' };
    },
  };
  const dispatch = createDispatch({
    handlers: handlers as StationHandlers,
    log: host.log,
    onStoreFault: () => undefined,
  });
  const isShut = (method: unknown): boolean => isMethod(method) && !Object.hasOwn(handlers, method);

  if (MENDS_ITSELF.includes(trouble)) restartSoon(RETRY_MS);
  return {
    call: (method, input): Promise<Result<unknown, CallError>> => {
      if (closed || isShut(method)) return Promise.resolve(err({ kind: 'CLOSING' }));
      return dispatch(method, input);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      closed = true;
      timers.clear(timer);
      listeners.clear();
      return Promise.resolve();
    },
  };
}
