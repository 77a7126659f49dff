/** Facts of service, of the shop and of the station itself: codes 1 to 11 (events.ts). */
import { credits, SCAN_SOURCES } from './eventParts.ts';
import { field, type FieldTable } from './fields.ts';

export const SERVICE_EVENTS = {
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
} as const satisfies Record<string, { code: number; fields: FieldTable }>;
