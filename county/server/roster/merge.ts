/**
 * Somebody was registered twice, and a person of the county says which number is kept. The other one leaves the register
 * with its cards; its points, here and whatever turns up later, go to the one that is kept (following.ts), which also
 * pays what it owes (arrears.ts). Records keep the number under which they were made. It cannot be undone.
 */
import { sql } from 'kysely';
import type { Holder } from '../../../domain/points/account.ts';
import type { FileProblem } from '../../../domain/reference/villageFile.ts';
import { err, ok, type Result } from '../../../domain/result.ts';
import { followArrears } from '../arrears.ts';
import type { CountyContext } from '../context.ts';
import { keepGiven } from '../exceptions/given.ts';
import { followMerging } from '../following.ts';
import type { Tx } from '../ingestSql.ts';
import { mergedAround } from '../merged.ts';
import { keepRevokedCards } from '../revoked.ts';
import { raiseVersions } from '../transferRows.ts';
import { changeParts } from './change.ts';
import { leaveRegister } from './leave.ts';
import { revokeWithin } from './revokeCards.ts';

export interface MergeWish {
  /** The second registration, which ends. */
  readonly volunteerId: number;
  /** The one that is kept. */
  readonly intoId: number;
}
export type MergeRefusal =
  | { readonly kind: 'SAME_REGISTRATION' }
  /** Neither in a register nor with points; or, to be kept, in no register of a village that is there. */
  | { readonly kind: 'UNKNOWN_PERSON'; readonly volunteerId: number }
  | { readonly kind: 'ERASED_PERSON'; readonly volunteerId: number }
  /** Was merged into `intoId` before: that one is to be named. */
  | { readonly kind: 'ALREADY_MERGED'; readonly volunteerId: number; readonly intoId: number }
  /** The one to be kept was merged into the other before. */
  | { readonly kind: 'CIRCULAR' };

/** What somebody has at one station, by the county's ledger. */
export interface PointsThere {
  readonly stationId: number;
  readonly available: number;
  /** Not yet posted to their end, or held by an objection. */
  readonly waiting: number;
  readonly owed: number;
  /** Gifts that can be spent. */
  readonly gifts: number;
}
export interface Registration {
  readonly volunteerId: number;
  /** Empty where no register has them. */
  readonly name: string;
  /** 0: none. */
  readonly homeStationId: number;
  readonly cards: number;
  /** Credited at all stations, with those of registrations that were merged into this one. */
  readonly minutes: number;
  /** Of these the honour hours. */
  readonly honorMinutes: number;
  readonly points: readonly PointsThere[];
}
export interface MergePreview {
  readonly duplicate: Registration;
  readonly kept: Registration;
}

/** The registration as the county knows it: by its register, its totals and its ledger. */
async function registrationOf(tx: Tx, volunteerId: number): Promise<Registration> {
  const { rows: people } = await sql<Pick<Registration, 'name' | 'homeStationId'>>`
    SELECT r.station_id AS "homeStationId", coalesce((SELECT x->>'name' FROM reference_part p, jsonb_array_elements(p.data) x
        WHERE p.station_id = r.station_id AND p.kind = 'volunteers' AND (x->>'id')::bigint = r.volunteer_id LIMIT 1),
      r.masked_name) AS name
    FROM register_person r LEFT JOIN lost_station l ON l.station_id = r.station_id
    WHERE r.volunteer_id = ${volunteerId} ORDER BY l.station_id NULLS FIRST, r.station_id LIMIT 1`.execute(
    tx,
  );
  // Of whoever has other numbers, too, the hours of all of them are theirs.
  const { rows: hours } = await sql<Pick<Registration, 'minutes' | 'honorMinutes' | 'cards'>>`
    SELECT coalesce(sum(minutes), 0)::bigint AS minutes, coalesce(sum(honor_minutes), 0)::bigint AS "honorMinutes",
      (SELECT count(*) FROM register_card WHERE volunteer_id = ${volunteerId}) AS cards
    FROM volunteer_total WHERE volunteer_id = ${volunteerId}
      OR volunteer_id IN (SELECT m.volunteer_id FROM merged_person m WHERE m.into_id = ${volunteerId})`.execute(
    tx,
  );
  const { rows: points } = await sql<PointsThere>`
    SELECT station_id AS "stationId", coalesce(sum(available) FILTER (WHERE holder = 0), 0)::bigint AS available,
      sum(pending + held)::bigint AS waiting, sum(arrears)::bigint AS owed,
      coalesce(sum(available) FILTER (WHERE holder = 2), 0)::bigint AS gifts
    FROM (SELECT station_id, holder, available, pending, held, arrears FROM ledger_account
      WHERE holder_id = ${volunteerId} AND holder <> 1) a
    GROUP BY station_id HAVING sum(available + pending + held + arrears) > 0 ORDER BY station_id`.execute(tx);
  return {
    volunteerId,
    ...(people[0] ?? { name: '', homeStationId: 0 }),
    ...(hours[0] ?? { minutes: 0, honorMinutes: 0, cards: 0 }),
    points,
  };
}

/** Why two numbers cannot be merged, if they cannot. */
async function refusalOf(tx: Tx, { volunteerId, intoId }: MergeWish): Promise<MergeRefusal | null> {
  if (volunteerId === intoId) return { kind: 'SAME_REGISTRATION' };
  const merged = await mergedAround(tx, [volunteerId, intoId]);
  const keptInto = merged.find((one) => one.volunteerId === intoId)?.intoId;
  if (keptInto === volunteerId) return { kind: 'CIRCULAR' };
  for (const id of [volunteerId, intoId]) {
    const before = merged.find((one) => one.volunteerId === id);
    if (before !== undefined) return { kind: 'ALREADY_MERGED', volunteerId: id, intoId: before.intoId };
  }
  const { rows: erased } = await sql<{ readonly id: number }>`
    SELECT volunteer_id AS id FROM erased_person WHERE volunteer_id IN (${volunteerId}, ${intoId})
    ORDER BY volunteer_id`.execute(tx);
  const [gone] = erased;
  if (gone !== undefined) return { kind: 'ERASED_PERSON', volunteerId: gone.id };
  // An office may have struck the second registration off its list already: its points are still there.
  const { rows: known } = await sql<{ readonly duplicate: boolean; readonly kept: boolean }>`SELECT
    EXISTS (SELECT 1 FROM register_person WHERE volunteer_id = ${volunteerId})
      OR EXISTS (SELECT 1 FROM station s JOIN ledger_account a ON a.station_id = s.station_id AND a.holder IN (0, 2)
        AND a.holder_id = ${volunteerId}) AS duplicate,
    EXISTS (SELECT 1 FROM register_person r WHERE r.volunteer_id = ${intoId}
      AND NOT EXISTS (SELECT 1 FROM lost_station l WHERE l.station_id = r.station_id)) AS kept`.execute(tx);
  if (known[0]?.duplicate !== true) return { kind: 'UNKNOWN_PERSON', volunteerId };
  if (!known[0].kept) return { kind: 'UNKNOWN_PERSON', volunteerId: intoId };
  return null;
}

async function previewIn(tx: Tx, wish: MergeWish): Promise<Result<MergePreview, MergeRefusal>> {
  const refused = await refusalOf(tx, wish);
  if (refused !== null) return err(refused);
  const duplicate = await registrationOf(tx, wish.volunteerId);
  return ok({ duplicate, kept: await registrationOf(tx, wish.intoId) });
}

/** Who the two are, and what each has: to be looked at before they are merged. */
export async function previewMerge(
  context: CountyContext,
  wish: MergeWish,
): Promise<Result<MergePreview, MergeRefusal>> {
  return context.db.transaction().execute((tx) => previewIn(tx, wish));
}

/** A keeper who is that volunteer approves nothing for the one that is kept, either (RULES.md B4). */
function renameKeepers(
  tx: Tx,
  nowMs: number,
  { volunteerId, intoId }: MergeWish,
): Promise<readonly number[]> {
  return changeParts(
    tx,
    nowMs,
    sql`UPDATE reference_part SET data = (SELECT jsonb_agg(CASE WHEN (x->>'volunteerId')::bigint = ${volunteerId}::bigint
          THEN x || jsonb_build_object('volunteerId', ${intoId}::bigint) ELSE x END ORDER BY place)
          FROM jsonb_array_elements(data) WITH ORDINALITY AS l (x, place))
      WHERE kind = 'keepers' AND data @> jsonb_build_array(jsonb_build_object('volunteerId', ${volunteerId}::bigint))
      RETURNING station_id AS "stationId"`,
  );
}

/**
 * Merges a registration into another one of the same person, in one transaction. Answers what each had before. The same
 * again is refused as ALREADY_MERGED and changes nothing.
 */
export async function mergePeople(
  context: CountyContext,
  { volunteerId, intoId, by, reason }: MergeWish & { readonly by: string; readonly reason: string },
): Promise<Result<MergePreview, MergeRefusal>> {
  const nowMs = context.nowMs();
  const wish = { volunteerId, intoId };
  let revoked: readonly number[] = [];
  const done = await context.db
    .transaction()
    .execute(async (tx): Promise<Result<MergePreview, MergeRefusal>> => {
      // Facts of this person that are being taken in are waited for, and those that come next find them merged: none is
      // folded by a transaction that knows nothing of it, and counted by none. First of all that is locked here.
      await sql`LOCK TABLE ledger_account IN SHARE ROW EXCLUSIVE MODE`.execute(tx);
      const preview = await previewIn(tx, wish);
      if (!preview.ok) return preview;
      await tx
        .updateTable('merged_person')
        .set({ into_id: intoId })
        .where('into_id', '=', volunteerId)
        .execute();
      await tx
        .insertInto('merged_person')
        .values({
          volunteer_id: volunteerId,
          into_id: intoId,
          merged_ms: nowMs,
          merged_by: by,
          reason,
        })
        .execute();
      // Before the number leaves the register: where it is at home there may be more than the county knows.
      const merged = await mergedAround(tx, [intoId]);
      const told = await followMerging(context, tx, merged, { made_by: by, reason });
      const whose = ([volunteerId, intoId] as const).flatMap((holderId): Holder[] => [
        { holder: 'PERSON', holderId },
        { holder: 'GIFT', holderId },
      ]);
      await followArrears(context, tx, whose, merged);
      const { cards, changed } = await leaveRegister(tx, nowMs, volunteerId, {
        heirId: intoId,
        renames: false,
      });
      const keepersAt = await renameKeepers(tx, nowMs, wish);
      for (const stationId of new Set([...changed, ...keepersAt])) await keepGiven(tx, stationId);
      if (cards.length > 0) await revokeWithin(tx, nowMs, cards);
      await raiseVersions(tx, told, nowMs);
      revoked = cards;
      return preview;
    });
  keepRevokedCards(context.folder, revoked);
  return done;
}

/** With what is said to a refusal, in the form in which files are refused. */
export function toldMerge(
  result: Result<MergePreview, MergeRefusal>,
): Result<MergePreview, MergeRefusal & { readonly problems: readonly FileProblem[] }> {
  if (result.ok) return result;
  return err({ ...result.error, problems: [{ path: [], id: null, ...mergeWords(result.error) }] });
}

function mergeWords(refusal: MergeRefusal): { readonly zh: string; readonly en: string } {
  switch (refusal.kind) {
    case 'SAME_REGISTRATION':
      return { zh: '两个编号是同一个，不用合并', en: 'Both numbers are the same: there is nothing to merge' };
    case 'UNKNOWN_PERSON':
      return {
        zh: `县里没有 ${refusal.volunteerId} 号志愿者，请核对编号`,
        en: `The county has no volunteer ${refusal.volunteerId}: check the number`,
      };
    case 'ERASED_PERSON':
      return {
        zh: `${refusal.volunteerId} 号的个人信息已应本人要求删除，不能合并`,
        en: `The data of ${refusal.volunteerId} was erased by order of the person; it cannot be merged`,
      };
    case 'ALREADY_MERGED':
      return {
        zh: `${refusal.volunteerId} 号早已并入 ${refusal.intoId} 号，请改用 ${refusal.intoId} 号`,
        en: `${refusal.volunteerId} was merged into ${refusal.intoId} before: use ${refusal.intoId}`,
      };
    case 'CIRCULAR':
      return {
        zh: '要保留的编号早已并入另一个编号，不能反过来合并',
        en: 'The number to be kept was merged into the other one before; it cannot be turned round',
      };
  }
}
