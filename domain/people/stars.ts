/** Star volunteers 星级志愿者 (RULES.md B12). */

/** Lifetime hours for one to five stars. */
const STAR_HOURS = [100, 300, 600, 1000, 1500] as const;

/**
 * How many stars a volunteer is eligible to apply for by credited minutes of a lifetime, credit and honour hours
 * together, 0 to 5. They are applied for in order and posted; this says only that the hours are there.
 */
export function starLevelOf(creditedMinutes: number): number {
  return STAR_HOURS.filter((hours) => creditedMinutes >= hours * 60).length;
}
