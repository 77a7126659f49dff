/** Versions of the wire: what stations and the county can read while not all of them have been updated. */
import { WIRE, type WireRange } from '../../../domain/wire/version.ts';
import type { Chance } from '../chance.ts';

/** Updated, and still understands those who are not. */
const UPDATED: WireRange = { oldest: WIRE.oldest, newest: WIRE.newest + 1 };
/** So new that it understands nobody who is not: nothing gets through, and nothing may be lost by it. */
const TOO_NEW: WireRange = { oldest: WIRE.newest + 1, newest: WIRE.newest + 1 };

/** What a side speaks for a while. */
export function someWire(chance: Chance): WireRange {
  return chance.percent(70) ? UPDATED : TOO_NEW;
}

/** What a side speaks in the end, when everything must get through: updated, or not yet. */
export function wireAtTheEnd(chance: Chance): WireRange {
  return chance.percent(40) ? UPDATED : WIRE;
}
