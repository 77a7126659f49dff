/** Attendances that nobody signed out of become UNCLOSED by themselves, for the leader to close. */
import { decideLapses } from '../../domain/attendance/decide.ts';
import { ok } from '../../domain/result.ts';
import type { Core } from './core.ts';

/** So many are settled in one transaction; the rest at the next look. */
const MOST_AT_ONCE = 300;

/** Records the lapses that are due. Throws StoreFaultError if the store fails; then none was recorded. */
export function recordLapses(core: Core): void {
  const { views } = core;
  // Those that wait for their leader are not looked at: they may be more than are settled at once.
  if (views.present(1).length === 0) return;
  core.record(null, 0, (now) => ok(decideLapses(views, views.present(MOST_AT_ONCE), views.rules(), now)));
}
