/** Which fault the bottom line tells where there are several. */
import { expect, it } from 'vitest';
import { faultsOf } from '../../renderer/components/faults.ts';

const FINE = {
  storage: 'OK',
  low: null,
  standing: 'WORKING',
  clockDoubtful: false,
  referenceOld: false,
  backup: 'OK',
} as const;

it('says nothing where nothing is wrong', () => {
  expect(faultsOf(FINE)).toEqual([]);
});
const LOW = { place: 'BACKUPS', days: 9 } as const;
it('lets a disk that is only filling hide nothing, for it may fill for two weeks', () => {
  for (const standing of ['AWAITING_RETURN', 'SUPERSEDED', 'FORKED', 'REVOKED'] as const)
    expect(faultsOf({ ...FINE, low: LOW, standing })).toEqual([
      { kind: 'STANDING', standing },
      { kind: 'LOW', ...LOW },
    ]);
  expect(faultsOf({ ...FINE, low: LOW, clockDoubtful: true })[0]).toEqual({ kind: 'CLOCK' });
  expect(faultsOf({ ...FINE, low: LOW, referenceOld: true })[0]).toEqual({ kind: 'REFERENCE' });
  expect(faultsOf({ ...FINE, low: LOW })).toEqual([{ kind: 'LOW', ...LOW }]);
});
it('tells a disk that takes nothing before everything else', () => {
  for (const storage of ['FULL', 'READ_ONLY', 'IO', 'BUSY', 'CORRUPT'] as const)
    expect(
      faultsOf({
        storage,
        low: LOW,
        standing: 'FORKED',
        clockDoubtful: true,
        referenceOld: true,
        backup: 'FAILED',
      }).map(({ kind }) => kind),
    ).toEqual(['STORAGE', 'STANDING', 'CLOCK', 'REFERENCE', 'BACKUP', 'LOW']);
});
it('tells of damaged records and wrong figures before what is only old, and of a failed backup after it', () => {
  for (const backup of ['DAMAGED', 'VIEWS'] as const)
    expect(faultsOf({ ...FINE, clockDoubtful: true, backup })[0]).toEqual({ kind: 'BACKUP', backup });
  expect(faultsOf({ ...FINE, referenceOld: true, backup: 'FAILED' })[1]).toEqual({
    kind: 'BACKUP',
    backup: 'FAILED',
  });
});
