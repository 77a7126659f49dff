/** Facts of the ledger of points: codes 20 to 31 (events.ts). */
import { entry, holder, SCAN_SOURCES, shares } from './eventParts.ts';
import { field, type FieldTable } from './fields.ts';

export const LEDGER_EVENTS = {
  /** How points settle and lapse under the rules from a version on: folds know nothing but the journal. */
  LEDGER_TERMS_SET: {
    code: 20,
    fields: {
      fromVersion: field.int,
      settlement: field.choice('immediate', 'posted'),
      expiry: field.choice('NONE', 'YEAR_END', 'END_OF_NEXT_YEAR', 'MONTHS'),
      expiryMonths: field.int,
    },
  },
  /** Points for something other than hours, by the catalogue; `awardId` 0 and holder GIFT: a donation. */
  POINTS_AWARDED: {
    code: 21,
    fields: {
      holder,
      holderId: field.int,
      /** The household whose monthly cap it counts against; 0 for none. */
      householdId: field.int,
      awardId: field.int,
      points: field.int,
      reason: field.text,
    },
  },
  /** The leader says that an entry is right; the header's `actorId` says who. */
  ENTRY_CONFIRMED: { code: 22, fields: entry },
  /** The station approved an entry; it is posted 公示 until the end of a day. */
  ENTRY_APPROVED: { code: 23, fields: { ...entry, postedUntilDay: field.int } },
  /** The posting ended without an objection: the entry's points are available. */
  ENTRY_POSTED: { code: 24, fields: entry },
  /** Somebody objected 异议 to an entry: it is frozen, and no other. */
  ENTRY_OBJECTED: { code: 25, fields: { ...entry, reason: field.text } },
  OBJECTION_SETTLED: {
    code: 26,
    fields: { ...entry, outcome: field.choice('UPHELD', 'DISMISSED'), reason: field.text },
  },
  /** An entry was taken back 冲正; `approvedBy` is the second keeper. */
  ENTRY_REVERSED: {
    code: 27,
    fields: { ...entry, points: field.int, reason: field.text, approvedBy: field.int },
  },
  /** Points of one account lapsed 过期: everything whose last day was before `day`. */
  POINTS_EXPIRED: { code: 28, fields: { holder, holderId: field.int, day: field.int, points: field.int } },
  /** As REDEEMED, paid out of several accounts: of a household that pools, or with gifts. */
  REDEEMED_SHARED: {
    code: 29,
    fields: {
      volunteerId: field.int,
      cardNumber: field.int,
      source: field.choice(...SCAN_SOURCES),
      confirmedBy: field.choice('CARD', 'KEEPER'),
      lines: field.rows('goodsId', 'quantity', 'unitPoints'),
      totalPoints: field.int,
      shares,
    },
  },
  /** Goods came back, wholly or in part, and the points with them: to the very lots they came from. */
  REDEMPTION_UNDONE: {
    code: 30,
    fields: {
      volunteerId: field.int,
      ofIncarnation: field.text,
      ofSeq: field.int,
      kind: field.choice('CANCELLED', 'FAULTY'),
      lines: field.rows('goodsId', 'quantity', 'unitPoints'),
      totalPoints: field.int,
      shares,
      reason: field.text,
    },
  },
  /** An adult lets the household spend their points too, or no longer does. */
  POOLING_SET: {
    code: 31,
    fields: { householdId: field.int, volunteerId: field.int, consent: field.choice('GIVEN', 'WITHDRAWN') },
  },
} as const satisfies Record<string, { code: number; fields: FieldTable }>;
