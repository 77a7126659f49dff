/** Fields that several kinds of facts have (events.ts). */
import { field } from './fields.ts';

/** Where a scan came from. MANUAL is the short card number typed by a person. */
export const SCAN_SOURCES = ['HID', 'WEDGE', 'CAMERA', 'MANUAL'] as const;
export type ScanSource = (typeof SCAN_SOURCES)[number];

/** Whose account of points: of a volunteer, of a household, or a volunteer's purse of gifts (domain/points). */
export const holder = field.choice('PERSON', 'HOUSEHOLD', 'GIFT');
/** An earlier fact; `ofIncarnation` is empty for the incarnation of the event itself. */
export const entry = { holder, holderId: field.int, ofIncarnation: field.text, ofSeq: field.int } as const;
/** What each account gives; `holder` is its place in the list of `holder`. */
export const shares = field.rows('holder', 'holderId', 'points');

/** Points on their way between stations keep the last day on which they may be spent. */
export const moved = field.rows('earnedDay', 'expiryDay', 'points');

/** `credits`: one row for each calendar day of the service, since caps hold per day (RULES.md B2). */
export const credits = field.rows('day', 'minutes', 'points');
