/** Points that move between stations, dates that are settled, acts of the county, and what was back-filled: from code 40 on (events.ts). */
import { credits, entry, holder, moved } from './eventParts.ts';
import { field, type FieldTable } from './fields.ts';

export const LATER_EVENTS = {
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
