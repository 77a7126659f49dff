/** What is put before a person of the county, and what they can say to it. */
import type { Deed } from './deeds.ts';

/** How each kind can be settled; the first is what is meant as a rule. */
export const CHOICES = {
  /** Other facts under numbers that are taken: a copied database, or a station that tells two stories. */
  FORK: ['KEEP_STORED', 'MACHINE_REPLACED'],
  NEW_INCARNATION: ['EXPECTED', 'MACHINE_REPLACED'],
  SUPERSEDED: ['EXPECTED', 'MACHINE_REPLACED'],
  NEW_KEY: ['EXPECTED', 'MACHINE_REPLACED'],
  ABSURD_AMOUNT: ['LEFT_OUT'],
  ACCOUNT: ['LEFT_OUT'],
  /** More was given out than there was (RULES.md B2). */
  OVERSOLD: ['RESTOCK', 'OTHER_GOODS', 'REFUND'],
  /** One volunteer at service at two places at once. */
  DOUBLED_ATTENDANCE: ['REVERSE', 'LET_STAND'],
  /** Decided otherwise than the county decides by the same rules. */
  RULE_DIFFERENCE: ['REVERSE', 'REFUND', 'LET_STAND'],
  /** Right at each station, and more than the rules allow at all of them together (RULES.md B21). */
  OVER_LIMIT: ['REVERSE', 'REFUND', 'LET_STAND'],
  /** Judged all the same, by the newest rules that the station can have had. */
  UNKNOWN_RULES: ['EXPECTED', 'MACHINE_REPLACED'],
  OLD_RULES: ['EXPECTED', 'MACHINE_REPLACED'],
} as const;

export type SettlingKind = keyof typeof CHOICES;
export type Choice = (typeof CHOICES)[SettlingKind][number];

/** What can be said to anything that has no choices of its own. */
const NOTED = ['NOTED'] as const;

/** What stations can do about the facts of an exception: what it is about first, then those that it overlaps. */
export type Deeds = readonly (Deed | null)[];

/** The choices for a kind of alert: of those that are acts, what some fact of it allows. */
export function choicesOf(kind: string, deeds: Deeds): readonly string[] {
  if (!(kind in CHOICES)) return NOTED;
  return CHOICES[kind as SettlingKind].filter(
    (choice) => (choice !== 'REVERSE' && choice !== 'REFUND') || deeds.some((deed) => deed?.kind === choice),
  );
}
