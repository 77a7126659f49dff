/** Whether this station may take points, or touch what was recorded before it was restored. */
import { err, ok, type Result } from '../../domain/result.ts';
import type { SpendingStopped } from '../contract/views.ts';
import type { Core } from './core.ts';

/** Refuses while the county may know of points that were spent and that this database does not know of. */
export function maySpend({ store }: Core): Result<null, SpendingStopped> {
  const standing = store.standing();
  return standing === 'WORKING' ? ok(null) : err({ kind: standing });
}

/**
 * Whether an earlier fact may be corrected or taken a step on. What is still to come back may hold that very step,
 * but only of facts from before this incarnation.
 */
export function mayTouch(core: Core, incarnation: string): Result<null, SpendingStopped> {
  const may = maySpend(core);
  const own = incarnation === core.store.incarnation;
  return !may.ok && may.error.kind === 'AWAITING_RETURN' && own ? ok(null) : may;
}
