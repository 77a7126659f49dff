/** What is put before a person of the county, and what they can say to it. */

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
  RULE_DIFFERENCE: ['REVERSE', 'LET_STAND'],
} as const;

export type SettlingKind = keyof typeof CHOICES;
export type Choice = (typeof CHOICES)[SettlingKind][number];

/** What can be said to anything that has no choices of its own. */
const NOTED = ['NOTED'] as const;

/** The choices for a kind of alert. */
export function choicesOf(kind: string): readonly string[] {
  return kind in CHOICES ? CHOICES[kind as SettlingKind] : NOTED;
}
