/** The county's tables as kysely sees them. Times are ms since 1970 UTC; station_id stands first in every key. */
import type { Generated } from 'kysely';
import type { TransferState } from '../../../domain/points/transfer.ts';

export interface CountyTables {
  meta: { name: string; value: string };
  station: {
    station_id: number;
    name: string;
    township_name: string;
    county_name: string;
    created_ms: number;
    last_contact_ms: number;
    app_version: string;
    reported_recorded: number;
    reported_reference_version: number;
    /** The station's wall clock less the county's at the last ask; includes the way there. */
    clock_offset_ms: number;
    /** The wire in which it last asked; 1 before its first ask. */
    wire_spoken: Generated<number>;
    /** What it is told as a number of the list of revoked cards is the number here and this. */
    list_beyond: Generated<number>;
  };
  /** Numbered from 1 without a gap, under the lock of the row `epoch` of `meta`. */
  revoked_card: { number: number; card_number: number; revoked_ms: number };
  station_key: { station_id: number; public_key: string; enrolled_ms: number; revoked_ms: number | null };
  enrolment_code: {
    station_id: number;
    /** What the code stands for (domain/wire/pairing.ts), in hexadecimal; the code itself is kept nowhere. */
    pairing_key: string;
    expires_ms: number;
    /** For a machine that takes the place of the present one. */
    replaces: boolean;
    used_ms: number | null;
    /** The public key that used it. */
    used_by: string | null;
  };
  enrolment_failure: { station_id: number; address: string; failures: number; since_ms: number };
  incarnation: {
    station_id: number;
    incarnation: string;
    durable_seq: number;
    head_hash: string;
    first_seen_ms: number;
    last_received_ms: number;
    /** The order in which they were first seen, from 1. */
    ordinal: number;
    /** The order in which they were put to work; 0: never. The highest is the one at work. */
    admitted: Generated<number>;
    /** Versions of the rules that its facts name (exceptions/rulesNamed.ts). */
    rules_newest: Generated<number>;
    rules_told: Generated<number>;
    rules_in_force: Generated<number>;
    rules_in_force_after: Generated<number>;
    /** What the machine that recorded in the journal `reported_by` said this one holds. */
    reported: Generated<number>;
    reported_by: Generated<string>;
  };
  event: {
    station_id: number;
    incarnation: string;
    seq: number;
    /** Month of arrival, 202611: what the table is partitioned by. */
    month: number;
    code: number;
    at_ms: number;
    received_ms: number;
    hash: string;
    /** The canonical text. */
    body: string;
  };
  station_total: StationTotalRow;
  volunteer_total: {
    station_id: number;
    volunteer_id: number;
    minutes: number;
    /** Of these the honour hours. */
    honor_minutes: Generated<number>;
    points_earned: number;
    points_spent: number;
    points_opened: number;
  };
  alert: {
    station_id: number;
    alert_id: Generated<number>;
    incarnation: string;
    kind: string;
    seq: number;
    /** Tells what happened at one place apart: of FORK the hash of the other fact. */
    mark: Generated<string>;
    created_ms: number;
    /** JSON of `AlertFacts` (exceptions/inbox.ts). */
    facts: Generated<string>;
    /** WAITING: settled by an act that the station has not carried out yet. */
    state: Generated<'OPEN' | 'WAITING' | 'SETTLED'>;
    settled_ms: number | null;
    settled_by: Generated<string>;
    settled_how: Generated<string>;
    note: Generated<string>;
  };
  county_act: {
    station_id: number;
    act_id: number;
    alert_station_id: number;
    alert_id: number;
    /** JSON of a `CountyAct` without its id. */
    body: string;
    made_ms: number;
    /** 0: the station has not said that it is done. */
    done_ms: Generated<number>;
    outcome: Generated<string>;
  };
  quarantine: {
    station_id: number;
    incarnation: string;
    first_seq: number;
    /** Of what cannot be read: the hash of its content. */
    head_hash: string;
    received_ms: number;
    envelope: string;
    /** A SetAsideReason (quarantine.ts); empty: kept by an older program. */
    reason: Generated<string>;
    state: Generated<'KEPT' | 'TAKEN' | 'DISCARDED'>;
    decided_ms: number | null;
    decided_by: Generated<string>;
    note: Generated<string>;
  };
  held_batch: {
    station_id: number;
    incarnation: string;
    first_seq: number;
    last_seq: number;
    heard_ms: number;
    envelope: string;
  };
  reference_version: { station_id: number; version: number; made_ms: number; content_hash: string };
  transfer: TransferRow;
  lost_station: { station_id: number; declared_ms: number; declared_by: string; reason: string };
  /** What a station was given: base64 of a zstd frame of the snapshot's body. */
  /** `list_mark`: of the county's list beside it; '' where the body is the whole. */
  reference_served: { station_id: number; version: number; body: string; list_mark: Generated<string> };
  pooling_set: {
    station_id: number;
    incarnation: string;
    seq: number;
    household_id: number;
    volunteer_id: number;
    given: boolean;
  };
  /** What villages are told of each other, as stations were given it; `kept` numbers them. */
  county_list: { mark: string; body: string; kept: number };
  reference_part: { station_id: number; kind: string; data: string };
  register_person: { station_id: number; volunteer_id: number; masked_name: string };
  register_card: {
    station_id: number;
    card_number: number;
    volunteer_id: number;
    generation: number;
    issuer_id: number;
  };
  register_household: { station_id: number; household_id: number };
  price_change: {
    station_id: number;
    change_id: Generated<number>;
    goods_id: number;
    unit_points: number;
    /** As of `shanghaiDay`. */
    from_day: number;
    proposed_ms: number;
    proposed_by: string;
    reason: string;
    /** 0 and empty: nobody has confirmed it. */
    confirmed_ms: Generated<number>;
    confirmed_by: Generated<string>;
    applied_ms: Generated<number>;
  };
  /** Who was registered twice: `into_id` is the registration that was kept. */
  merged_person: {
    volunteer_id: number;
    into_id: number;
    merged_ms: number;
    merged_by: string;
    reason: string;
  };
  erased_person: { volunteer_id: number; erased_ms: number; erased_by: string; reason: string };
  rule_change: {
    version: number;
    /** JSON of a `RuleSet`, and of the one that was in force before. */
    rules: string;
    rules_before: string;
    changed_ms: number;
    changed_by: string;
    reason: string;
  };
}

export interface TransferRow {
  transfer_id: number;
  to_station_id: number;
  /** 0: the county itself. */
  from_station_id: number;
  /** Place in HOLDERS. */
  holder: number;
  holder_id: number;
  /** Whose they are where they are opened. */
  to_holder_id: number;
  wanted_points: number;
  state: TransferState;
  /** Who wanted it; MERGED: two registrations of one person; JOURNAL: it was found in a station's journal after the county's restore. */
  cause: 'REQUEST' | 'HOME' | 'MERGED' | 'COUNTY' | 'LOST' | 'OPENING' | 'JOURNAL';
  made_by: string;
  reason: string;
  /** JSON of MovedLot[]; null: new with the day of opening. */
  lots: string | null;
  closed_points: number;
  made_ms: number;
  closed_ms: number;
  opened_ms: number;
}

export interface StationTotalRow {
  station_id: number;
  events: number;
  sign_ins: number;
  sign_outs: number;
  redemptions: number;
  /** Credited minutes. */
  minutes: number;
  /** Of these the honour hours. */
  honor_minutes: Generated<number>;
  points_earned: number;
  points_spent: number;
  last_event_ms: number;
}
