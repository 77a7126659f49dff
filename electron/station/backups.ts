/** Rolling backups, and the keeper's way back from them. */
import { storeFaultOf } from '../../db/faults.ts';
import type { RestorePlan } from '../../db/backup/restore.ts';
import type { BackupView, RestoredView, RestorePreview, RestoreRefusal } from '../contract/backupViews.ts';
import type { StationHandlers } from '../contract/contract.ts';
import type { PersonSummary, StatusView } from '../contract/views.ts';
import type { Core } from './core.ts';
import type { Log } from './dispatch.ts';
import type { Keepers } from './keeper.ts';
import type { CheckPin } from './pins.ts';
import type { BackupPort, ListedBackup } from './ports.ts';
import type { Timers } from './types.ts';

type BackupHandlers = Pick<StationHandlers, 'listBackups' | 'previewRestore' | 'restore'>;

/** The start of a station is no time for copying. */
export const FIRST_BACKUP_MS = 60_000;
export const BACKUP_EVERY_MS = 60 * 60_000;
/** The answer reaches the screen before the station goes. */
const RESTART_AFTER_MS = 200;

export type BackupState = StatusView['backup'];

export interface Backups {
  readonly state: () => BackupState;
  readonly handlers: BackupHandlers;
  /** Waits for a backup under way. */
  readonly close: () => Promise<void>;
}
export interface BackupsOptions {
  readonly core: Core;
  readonly keepers: Keepers;
  readonly checkPin: CheckPin;
  readonly port: BackupPort;
  readonly timers: Timers;
  readonly log: Log;
  /** `state` changed. */
  readonly onChange: () => void;
}

const GONE = { kind: 'REFUSED', reason: { kind: 'KEEPER_GONE' } } as const;
const refused = (reason: RestoreRefusal) => ({ kind: 'REFUSED', reason }) as const;

/** One of the list. */
export function backupView({ name, madeMs, bytes, seq, provedMs, second }: ListedBackup): BackupView {
  return { name, madeMs, bytes, seq, provedMs, second };
}

/** What a restore would do, as the screens are told; `person` is null where nobody can say who it was. */
export function previewView(
  name: string,
  { backup, after, salvage, unsent }: RestorePlan,
  person: (volunteerId: number) => PersonSummary | null,
): RestorePreview {
  return {
    name,
    backupSeq: backup.seq,
    backupLastEventMs: backup.lastEventMs,
    carriedOver: salvage.events,
    afterSeq: after.seq,
    lostCount: salvage.lostCount,
    lostAtCounty: salvage.lostAtCounty,
    certain: salvage.certain,
    lost: salvage.lost.map(({ seq, atCounty, read }) => ({
      seq,
      atCounty,
      type: read?.type ?? '',
      atMs: read?.atMs ?? 0,
      person: read === null || read.volunteerId === 0 ? null : person(read.volunteerId),
    })),
    unsent: unsent.map(({ incarnation, afterSeq, toSeq }) => ({ incarnation, afterSeq, toSeq })),
  };
}

function restoredView(core: Core): RestoredView | null {
  const { awaiting, returned, lost, ...counts } = core.store.restoreOutcome();
  if (!awaiting && returned.count === 0 && counts.lostCount === 0 && counts.unknownSinceMs === 0) return null;
  return {
    awaiting,
    returnedCount: returned.count,
    returnedFromMs: returned.fromMs,
    returnedToMs: returned.toMs,
    ...counts,
    lost: lost.map(({ volunteerId, ...fact }) => ({
      ...fact,
      person: volunteerId === 0 ? null : core.person(volunteerId),
    })),
  };
}

export function createBackups(options: BackupsOptions): Backups {
  const { core, keepers, checkPin, port, timers, log, onChange } = options;
  let problem = '';
  let secondAbsent = false;
  let told: BackupState = 'OK';
  let timer: unknown = null;
  let closed = false;
  let underWay: Promise<void> = Promise.resolve();

  async function makeOne(): Promise<void> {
    try {
      const nowMs = core.clock.nowMs();
      judge(await port.make(nowMs));
      hearProofs(await port.proveAgain(nowMs));
    } catch (error) {
      problem = 'INTERNAL';
      tell('FAILED');
      log.error('the backup failed', error);
    }
    if (!closed) timer = timers.set(begin, BACKUP_EVERY_MS);
  }
  function tell(state: BackupState): void {
    if (told === state) return;
    told = state;
    onChange();
  }
  /** What the backups of this hour say of the station. A stick that is not there is for the desk, and no alarm. */
  function judge(results: Awaited<ReturnType<BackupPort['make']>>): void {
    const errors = results.flatMap((result) => (result.ok ? [] : [result.error]));
    secondAbsent = errors.some(({ kind }) => kind === 'ABSENT');
    const bad = errors.flatMap((error) => (error.kind === 'BAD_BACKUP' ? [error.detail] : []));
    const faults = errors.flatMap((error) => (error.kind === 'STORE_UNAVAILABLE' ? [error.reason] : []));
    const wrongViews = results.flatMap((result) => (result.ok ? (result.value?.wrongViews ?? '') : ''));
    const views = wrongViews.find((line) => line !== '');
    problem = [...bad, ...faults].join('; ');
    if (problem !== '') log.error('no good backup could be made', new Error(problem));
    if (views !== undefined) {
      log.error(
        'a view says something else than the journal: it is made anew at the next start',
        new Error(views),
      );
      port.wishRefold();
    }
    // Nothing new was recorded, so nothing was looked at anew: what was wrong with the views still is.
    const stillViews = told === 'VIEWS' && results.every((result) => result.ok && result.value === null);
    if (bad.length > 0) tell('DAMAGED');
    else if (faults.length > 0) tell('FAILED');
    else tell(views !== undefined || stillViews ? 'VIEWS' : 'OK');
  }
  /** What lay on the disk and is not good any more: it was laid aside, and the next hour makes another. */
  function hearProofs(proved: Awaited<ReturnType<BackupPort['proveAgain']>>): void {
    const bad = proved.filter(({ wrong }) => wrong !== '');
    if (bad.length === 0) return;
    problem = bad.map(({ wrong }) => wrong).join('; ');
    log.error('a backup that was good is so no longer', new Error(JSON.stringify(bad)));
    if (told === 'OK') tell('FAILED');
  }
  function begin(): void {
    underWay = makeOne();
  }
  timer = timers.set(begin, FIRST_BACKUP_MS);

  /** What the damaged store can still say; `otherwise` where it cannot, since that is what this page is for. */
  function ifReadable<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      if (storeFaultOf(error) === undefined) throw error;
      return otherwise;
    }
  }
  const person = (volunteerId: number): PersonSummary | null =>
    ifReadable(() => core.person(volunteerId), null);

  /** The keeper has this page open, and it says why the numbers are new. A store that takes no records says it again. */
  function seen(): void {
    try {
      if (core.store.beginning().unseen) {
        core.store.seeBeginning();
        onChange();
      }
    } catch (error) {
      if (storeFaultOf(error) === undefined) throw error;
    }
  }

  async function fileOf(name: string): Promise<string | undefined> {
    return (await port.list()).find((backup) => backup.name === name)?.file;
  }

  const handlers: BackupHandlers = {
    listBackups: async ({ keeperToken }) => {
      if (keepers.useForBackups(keeperToken) === undefined) return { kind: 'KEEPER_GONE' };
      const backups = await port.list();
      const began = ifReadable(() => core.store.beginning().reason, core.store.incarnationReason);
      seen();
      return {
        kind: 'BACKUPS',
        backups: backups.map(backupView),
        problem,
        secondAbsent,
        began,
        restored: ifReadable(() => restoredView(core), null),
      };
    },
    previewRestore: async ({ keeperToken, name }) => {
      if (keepers.useForBackups(keeperToken) === undefined) return GONE;
      const file = await fileOf(name);
      if (file === undefined) return refused({ kind: 'NOT_FOUND' });
      const plan = await port.preview(file);
      if (!plan.ok)
        return refused(plan.error.kind === 'BAD_BACKUP' ? plan.error : { kind: 'CANNOT_RESTORE' });
      return { kind: 'PREVIEW', preview: previewView(name, plan.value, person) };
    },
    restore: async ({ keeperToken, name, pin }) => {
      const keeper = keepers.useForBackups(keeperToken);
      if (keeper === undefined) return GONE;
      // What a restore takes away does not come back: whoever stands at an open desk is asked once more.
      const checked = await checkPin(pin);
      if (!checked.ok) return { kind: 'PIN_REFUSED', problem: checked.error };
      const file = await fileOf(name);
      if (file === undefined) return refused({ kind: 'NOT_FOUND' });
      const plan = await port.preview(file);
      if (!plan.ok)
        return refused(plan.error.kind === 'BAD_BACKUP' ? plan.error : { kind: 'CANNOT_RESTORE' });
      log.warn('a restore was ordered', { keeperId: keeper.id, name });
      port.order(file);
      timers.set(() => port.restart(), RESTART_AFTER_MS);
      return { kind: 'RESTARTING' };
    },
  };

  return {
    state: () => told,
    handlers,
    close: async () => {
      closed = true;
      timers.clear(timer);
      await underWay;
    },
  };
}
