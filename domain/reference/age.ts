/** How old reference data may be before the screens say so. It never keeps anybody from checking in. */
const OLD_AFTER_DAYS = 45;
const DAY_MS = 86_400_000;

/**
 * Whether a station's people, cards and prices are shown as old: for more than 45 days nothing was heard from the
 * county, neither new data nor a word that there is none. `madeAtMs` is that of the data in force, `heardMs` the
 * last acknowledgement, 0 for never; a station that has no data yet has none that is old.
 */
export function isReferenceOld(nowMs: number, madeAtMs: number, heardMs: number): boolean {
  return madeAtMs > 0 && nowMs - Math.max(madeAtMs, heardMs) > OLD_AFTER_DAYS * DAY_MS;
}
