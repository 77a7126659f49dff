/**
 * Every fact a station can record. Facts are appended, never changed; what a screen shows is folded from them
 * (DESIGN.md, The journal).
 *
 * When adding an event or a field: a number once given to a type is never given to another; an event that has
 * left a station is never given other fields: make a new type. Then give it a fold in db/ and in county/, and a
 * line in the wire page.
 */
import { field, fits, type FieldTable, type FieldValues } from './fields.ts';

/** Where a scan came from. MANUAL is the short card number typed by a person. */
export const SCAN_SOURCES = ['HID', 'WEDGE', 'CAMERA', 'MANUAL'] as const;
export type ScanSource = (typeof SCAN_SOURCES)[number];

/** Whose account of points: of a volunteer, of a household, or a volunteer's purse of gifts (domain/points). */
const holder = field.choice('PERSON', 'HOUSEHOLD', 'GIFT');
/** An earlier fact; `ofIncarnation` is empty for the incarnation of the event itself. */
const entry = { holder, holderId: field.int, ofIncarnation: field.text, ofSeq: field.int } as const;
/** What each account gives; `holder` is its place in the list of `holder`. */
const shares = field.rows('holder', 'holderId', 'points');

/** Points on their way between stations keep the last day on which they may be spent. */
const moved = field.rows('earnedDay', 'expiryDay', 'points');

/** `credits`: one row for each calendar day of the service, since caps hold per day (RULES.md B2). */
const credits = field.rows('day', 'minutes', 'points');

export const EVENTS = {
  /** The station's program came up. `osBoot` names the operating system's boot, for the monotonic clock. */
  STATION_STARTED: { code: 1, fields: { osBoot: field.text, appVersion: field.text } },
  /** A volunteer signed in 签到 to an activity. */
  SIGNED_IN: {
    code: 2,
    fields: {
      volunteerId: field.int,
      cardNumber: field.int,
      activityId: field.int,
      source: field.choice(...SCAN_SOURCES),
      mode: field.choice('NORMAL', 'RAPID'),
    },
  },
  /** The activity of an open attendance was corrected by touch. */
  ACTIVITY_CHANGED: { code: 3, fields: { signInSeq: field.int, activityId: field.int } },
  /** A volunteer signed out 签退; the minutes and points are what the rules of `rulesVersion` gave. */
  SIGNED_OUT: {
    code: 4,
    fields: {
      signInSeq: field.int,
      volunteerId: field.int,
      cardNumber: field.int,
      source: field.choice(...SCAN_SOURCES),
      actualMinutes: field.int,
      credits,
    },
  },
  /** No sign-out came in time: the attendance is UNCLOSED, with 0 minutes until a leader closes it. */
  ATTENDANCE_LAPSED: { code: 5, fields: { signInSeq: field.int } },
  /** A leader closed an UNCLOSED attendance at a time not after the activity's planned end. */
  ATTENDANCE_CLOSED: {
    code: 6,
    fields: {
      signInSeq: field.int,
      volunteerId: field.int,
      outAtMs: field.int,
      hourKind: field.choice('CREDIT', 'HONOR'),
      actualMinutes: field.int,
      credits,
      reason: field.text,
    },
  },
  /** Points were exchanged 兑换 for goods; prices are those in force, in points for one piece. */
  REDEEMED: {
    code: 7,
    fields: {
      volunteerId: field.int,
      cardNumber: field.int,
      source: field.choice(...SCAN_SOURCES),
      confirmedBy: field.choice('CARD', 'KEEPER'),
      lines: field.rows('goodsId', 'quantity', 'unitPoints'),
      totalPoints: field.int,
    },
  },
  /** Goods came in (quantity > 0) or left other than by redemption (quantity < 0). */
  STOCK_MOVED: {
    code: 8,
    fields: {
      goodsId: field.int,
      quantity: field.int,
      reason: field.choice('DONATION', 'PURCHASE', 'TRANSFER', 'LOSS', 'EXPIRED', 'AID', 'COUNT'),
      note: field.text,
    },
  },
  /** The keeper opened an activity that was not in the plan, such as an emergency call-out. */
  ACTIVITY_OPENED: {
    code: 10,
    fields: {
      activityId: field.int,
      name: field.text,
      teamId: field.int,
      platform: field.int,
      theme: field.int,
      startMs: field.int,
      endMs: field.int,
    },
  },
  /** The keeper's desk was unlocked; the header's `actorId` says by whom. */
  KEEPER_UNLOCKED: { code: 11, fields: {} },

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

  /**
   * By an act of the county, points of an account left this station (escrow, domain/points/escrow.ts); 0 points if
   * there were none: then the act is done as well. `toStationId` is where the act will open them.
   */
  ALLOWANCE_CLOSED: {
    code: 40,
    fields: {
      actId: field.int,
      holder,
      holderId: field.int,
      toStationId: field.int,
      points: field.int,
      lots: moved,
    },
  },
  /** The act opened them here; `fromStationId` is 0 for points that the county itself brought in. */
  ALLOWANCE_OPENED: {
    code: 41,
    fields: {
      actId: field.int,
      holder,
      holderId: field.int,
      fromStationId: field.int,
      points: field.int,
      lots: moved,
    },
  },
  /**
   * A volunteer asks that their points and gifts be brought to this station. `homeStationId` is 0 if it is not known
   * here; `householdId` is the household of this village whose head asks for it too, 0 for none.
   */
  ALLOWANCE_REQUESTED: {
    code: 42,
    fields: {
      volunteerId: field.int,
      cardNumber: field.int,
      homeStationId: field.int,
      householdId: field.int,
    },
  },
  /**
   * The county's first word in a boot showed that the clock had been wrong: times of the events `fromSeq` to `toSeq`
   * are off by so many ms (positive: ahead), and so are the days that their caps were counted by.
   */
  CLOCK_FOUND_WRONG: { code: 45, fields: { fromSeq: field.int, toSeq: field.int, offByMs: field.int } },
  /**
   * A keeper says that the station's date is right, and with it the dates recorded since one was last vouched for
   * (db/settledDays.ts). The header's `actorId` says who.
   */
  DATE_CONFIRMED: { code: 46, fields: {} },
  /**
   * The date of a service was settled after it had ended, and this is what it had not been credited only because its
   * date was not settled (db/cutCredit.ts): once for an attendance, and on top of the fact that ended it.
   */
  SERVICE_CREDITED: {
    code: 47,
    fields: {
      signInSeq: field.int,
      volunteerId: field.int,
      hourKind: field.choice('CREDIT', 'HONOR'),
      credits,
    },
  },
  /**
   * Hours of an attendance that an earlier incarnation of this station began: before a restore or on another machine.
   * CLOSED: as ATTENDANCE_CLOSED. DATE: as SERVICE_CREDITED, on top of the fact that ended it; `outAtMs` and
   * `actualMinutes` are 0 then.
   */
  EARLIER_SERVICE_CREDITED: {
    code: 48,
    fields: {
      cause: field.choice('CLOSED', 'DATE'),
      ofIncarnation: field.text,
      signInSeq: field.int,
      volunteerId: field.int,
      outAtMs: field.int,
      hourKind: field.choice('CREDIT', 'HONOR'),
      actualMinutes: field.int,
      credits,
      reason: field.text,
    },
  },
  /**
   * As ENTRY_POSTED, where the points would have lapsed before their owner had as long as any others: they may be spent
   * until `expiryDay`, that of points which are earned on the day of this fact.
   */
  ENTRY_POSTED_UNTIL: { code: 49, fields: { ...entry, expiryDay: field.int } },
  /** An act of the county's person about an exception was carried out here, or could not be any more. */
  COUNTY_ACT_DONE: { code: 50, fields: { actId: field.int, outcome: field.choice('DONE', 'IMPOSSIBLE') } },
  /**
   * Hours that no scan recorded are asked for 补录 (RULES.md B2), by the keeper `actorId`. They count for nothing until
   * another keeper has approved them. `activityId` 0: of no activity in this station's plan.
   */
  BACKFILL_RECORDED: {
    code: 51,
    fields: {
      volunteerId: field.int,
      activityId: field.int,
      startMs: field.int,
      minutes: field.int,
      reason: field.text,
      /** Where it can be looked up, such as the number of a paper list. */
      evidence: field.text,
    },
  },
  /**
   * What became of a BACKFILL_RECORDED, whose service is named again here. APPROVED: honour hours by `credits`, on the
   * word of the second keeper `actorId`. REJECTED credits nothing.
   */
  BACKFILL_SETTLED: {
    code: 52,
    fields: {
      volunteerId: field.int,
      ofIncarnation: field.text,
      ofSeq: field.int,
      outcome: field.choice('APPROVED', 'REJECTED'),
      startMs: field.int,
      actualMinutes: field.int,
      credits,
      reason: field.text,
    },
  },
} as const satisfies Record<string, { code: number; fields: FieldTable }>;

export type EventType = keyof typeof EVENTS;
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** How far the wall clock could be trusted when the event was written. */
export const CLOCK_TRUST = { TRUSTED: 0, UNCONFIRMED: 1, DOUBTFUL: 2 } as const;
export type ClockTrust = (typeof CLOCK_TRUST)[keyof typeof CLOCK_TRUST];

/** What every event carries besides its own fields. The order is the order of the canonical bytes. */
export const HEADER_FIELDS = ['seq', 'atMs', 'boot', 'monoMs', 'trust', 'rulesVersion', 'actorId'] as const;
export interface EventHeader {
  /** Place in the journal of one (station, incarnation), from 1 without a gap. */
  readonly seq: number;
  /** Wall clock, ms since 1970 UTC. */
  readonly atMs: number;
  /** Counts the boots of the operating system that this incarnation has seen, from 1. */
  readonly boot: number;
  /** Monotonic clock of that boot, ms. */
  readonly monoMs: number;
  readonly trust: ClockTrust;
  /** Version of the rule set that the decision was made by; 0 before any arrived. */
  readonly rulesVersion: number;
  /** The keeper who did it, 0 for the volunteer's own act or the program's. */
  readonly actorId: number;
}

export type EventFields<T extends EventType> = FieldValues<(typeof EVENTS)[T]['fields']>;
/** A decided fact that has no place in the journal yet. */
export type EventDraft<T extends EventType = EventType> = T extends EventType
  ? { readonly type: T } & EventFields<T>
  : never;
export type JournalEvent<T extends EventType = EventType> = T extends EventType
  ? EventHeader & { readonly type: T } & EventFields<T>
  : never;

const TYPE_BY_CODE = new Map<number, EventType>(EVENT_TYPES.map((type) => [EVENTS[type].code, type]));

/** The type with a code, or undefined for a code this version does not know. */
export function eventTypeOf(code: number): EventType | undefined {
  return TYPE_BY_CODE.get(code);
}

/** The own fields of a type, in the order of the canonical bytes. */
export function fieldsOf(type: EventType): FieldTable {
  return EVENTS[type].fields;
}

/**
 * Whether an unknown value is an event of a known type whose every field fits, with none missing and none
 * more. It does not judge whether the fact makes sense.
 */
export function isJournalEvent(value: unknown): value is JournalEvent {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Record<string, unknown>;
  const type = record['type'];
  if (typeof type !== 'string' || !Object.hasOwn(EVENTS, type)) return false;
  const fields = fieldsOf(type as EventType);
  const names = Object.keys(fields);
  return (
    Object.keys(record).length === 1 + HEADER_FIELDS.length + names.length &&
    HEADER_FIELDS.every((name) => fits(field.int, record[name])) &&
    names.every((name) => fits(fields[name] as FieldTable[string], record[name]))
  );
}
