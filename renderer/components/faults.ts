/** What is wrong with the station, the gravest first: the bottom line has room for one. */
import type { StatusView } from '../../electron/contract/views.ts';

export type StationFault =
  | { readonly kind: 'STORAGE'; readonly storage: Exclude<StatusView['storage'], 'OK'> }
  | { readonly kind: 'STANDING'; readonly standing: Exclude<StatusView['standing'], 'WORKING'> }
  | { readonly kind: 'BACKUP'; readonly backup: Exclude<StatusView['backup'], 'OK'> }
  | { readonly kind: 'CLOCK' }
  | { readonly kind: 'REFERENCE' }
  | ({ readonly kind: 'LOW' } & NonNullable<StatusView['low']>);

/**
 * Storage that takes nothing comes before everything: nobody can be recorded. Records or figures that do not prove
 * whole come before what is only old or in doubt. Storage that is only filling comes last:
 * it may be said for two weeks, and must hide nothing in them.
 */
export function faultsOf({
  storage,
  low,
  standing,
  clockDoubtful,
  referenceOld,
  backup,
}: Pick<
  StatusView,
  'storage' | 'low' | 'standing' | 'clockDoubtful' | 'referenceOld' | 'backup'
>): readonly StationFault[] {
  const faults: StationFault[] = [];
  if (storage !== 'OK') faults.push({ kind: 'STORAGE', storage });
  if (standing !== 'WORKING') faults.push({ kind: 'STANDING', standing });
  if (backup === 'DAMAGED' || backup === 'VIEWS') faults.push({ kind: 'BACKUP', backup });
  if (clockDoubtful) faults.push({ kind: 'CLOCK' });
  if (referenceOld) faults.push({ kind: 'REFERENCE' });
  if (backup === 'FAILED') faults.push({ kind: 'BACKUP', backup });
  if (low !== null) faults.push({ kind: 'LOW', ...low });
  return faults;
}
