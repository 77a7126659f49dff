/**
 * The story of Wang, who was written down in two villages, as number 1 and as number 2. The county merges the second
 * into the first. One village has no line: there number 2 has exchanged everything, had an entry taken back that was
 * spent by then, and has an entry whose posting has not ended. After everybody has met all of it is number 1's: what
 * there was, what was owed, and what is posted much later.
 */
import { sql } from 'kysely';
import { beforeEach, describe, expect, it } from 'vitest';
import type { County } from '../../../county/server/county.ts';
import { erasePerson } from '../../../county/server/roster/erase.ts';
import { mergePeople, previewMerge } from '../../../county/server/roster/merge.ts';
import { putVillage, villageFileOf } from '../../../county/server/roster/villages.ts';
import { listTransfers } from '../../../county/server/transfers.ts';
import type { HolderKind } from '../../../domain/points/account.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { AWAY, HOME, movesOn, WANG, type Moves } from '../../harness/countyTests.ts';
import type { Outpost } from '../../harness/courier.ts';
import { bytesOf, cardIn, idIn, villageFile } from '../../harness/villageFiles.ts';

const SECOND = 2;
const by = { by: '王主任', reason: '重复登记' };

describe.each(BACKENDS)('two registrations of one person on $name', (backend) => {
  const { available } = backend;
  const present = movesOn(backend);
  let county: County;
  let home: Outpost;
  let away: Outpost;
  let alerts: Moves['alerts'];
  const merge = (volunteerId: number, intoId: number) =>
    mergePeople(county.context, { volunteerId, intoId, ...by });

  beforeEach(() => {
    if (available) ({ county, home, away, alerts } = present());
  });

  /** Takes back the fact that was recorded last but `ago`. */
  function takeBack(at: Outpost, ago: number, points: number): void {
    const entry = { holder: 'PERSON', holderId: SECOND, ofIncarnation: '' } as const;
    const ofSeq = at.store.syncState().recorded - ago;
    at.record({ type: 'ENTRY_REVERSED', ...entry, ofSeq, points, reason: '记错', approvedBy: 2 });
  }
  async function everybodyMeets(): Promise<void> {
    for (let round = 0; round < 4; round++) for (const one of [away, home]) await one.meet();
  }
  const owes = (at: Outpost, holderId: number) => at.store.views.sums({ holder: 'PERSON', holderId }).arrears;

  it.runIf(available)(
    'all that is the second one’s, and all that it owes, becomes the first one’s',
    async () => {
      await away.found('李家畈村', { [WANG]: HOME, [SECOND]: AWAY });
      await home.found('七里坪村', { [WANG]: HOME, [SECOND]: AWAY });
      home.earn(WANG, 100);
      home.earn(SECOND, 30);
      home.spend(SECOND, 30);
      takeBack(home, 1, 30);
      await home.send();
      away.earn(SECOND, 40);
      away.earn(SECOND, 5, 'GIFT');
      await away.meet();
      // The line is gone, with the county's act that was to pay at home out of the forty.
      away.earn(SECOND, 12);
      away.spend(SECOND, away.has(SECOND));
      takeBack(away, 1, 12);
      const terms = { settlement: 'posted', expiry: 'NONE', expiryMonths: 1 } as const;
      away.record({ type: 'LEDGER_TERMS_SET', fromVersion: 0, ...terms });
      away.earn(SECOND, 8);
      const named = { holder: 'PERSON', holderId: SECOND, ofIncarnation: '' } as const;
      const entry = { ...named, ofSeq: away.store.syncState().recorded };

      const seen = await previewMerge(county.context, { volunteerId: SECOND, intoId: WANG });
      expect(seen).toMatchObject({
        value: {
          duplicate: { homeStationId: AWAY, points: [{ stationId: HOME, owed: 30 }, { stationId: AWAY }] },
          kept: { homeStationId: HOME, points: [{ stationId: HOME, available: 100 }] },
        },
      });
      expect(await merge(SECOND, WANG)).toEqual(seen);
      await everybodyMeets();
      expect([home.has(SECOND), away.has(SECOND), away.has(SECOND, 'GIFT')]).toEqual([0, 0, 0]);
      expect([owes(home, SECOND), owes(away, SECOND)]).toEqual([0, 0]);
      // Of the forty thirty had gone home before the line went; her own points paid the twelve.
      expect([home.has(WANG), home.has(WANG, 'GIFT')]).toEqual([88, 5]);
      expect(await merge(SECOND, WANG)).toEqual({
        ok: false,
        error: { kind: 'ALREADY_MERGED', volunteerId: SECOND, intoId: WANG },
      });

      away.record({ type: 'ENTRY_CONFIRMED', ...entry });
      away.record({ type: 'ENTRY_APPROVED', ...entry, postedUntilDay: 1 });
      away.record({ type: 'ENTRY_POSTED', ...entry });
      await everybodyMeets();
      expect([away.has(SECOND), home.has(WANG)]).toEqual([0, 96]);
      // What was closed was opened, and every point that was issued is somewhere.
      const sums = await sql<{ closed: number; opened: number; left: number; issued: number }>`
      SELECT sum(closed)::int AS closed, sum(opened)::int AS opened, sum(issued)::int AS issued,
        sum(available + spent + reversed - arrears)::int AS left FROM ledger_account`.execute(
        county.context.db,
      );
      const [all] = sums.rows;
      expect(all?.closed).toBe(all?.opened);
      expect(all?.left).toBe(all?.issued);
      expect(all?.issued).toBe(100 + 30 + 40 + 5 + 12 + 8);
      // The books of both sides are the same, and nobody has anything to ask.
      for (const station of [home, away])
        for (const holderId of [WANG, SECOND])
          for (const holder of ['PERSON', 'GIFT'] as readonly HolderKind[]) {
            const { rows } = await sql<{ available: number }>`SELECT available FROM ledger_account
            WHERE station_id = ${station.stationId} AND holder_id = ${holderId}
              AND holder = ${holder === 'PERSON' ? 0 : 2}`.execute(county.context.db);
            expect(rows[0]?.available ?? 0).toBe(station.has(holderId, holder));
          }
      expect((await listTransfers(county.context)).every(({ state }) => state === 'OPENED')).toBe(true);
      expect(await alerts()).toEqual([]);
    },
  );

  it.runIf(available)('at one and the same station, in chains, and where a wish was on its way', async () => {
    await home.found('七里坪村', { [WANG]: HOME, [SECOND]: HOME, 3: HOME });
    home.earn(SECOND, 20);
    home.earn(3, 7);
    await home.send();
    expect(await merge(3, SECOND)).toMatchObject({ ok: true });
    expect(await merge(SECOND, 3)).toMatchObject({ error: { kind: 'CIRCULAR' } });
    // Before the station hears of it: what was the third one's goes by the second to the first.
    expect(await merge(SECOND, WANG)).toMatchObject({ ok: true });
    expect(await merge(3, SECOND)).toMatchObject({
      error: { kind: 'ALREADY_MERGED', volunteerId: 3, intoId: WANG },
    });
    // The away village knows nothing of it yet: she shows her old card there.
    away.ask(SECOND, HOME);
    await everybodyMeets();
    home.earn(3, 2);
    await everybodyMeets();
    // The wish was hers: her points of that moment are where she asked for them.
    expect([home.has(3), home.has(SECOND), away.has(SECOND)]).toEqual([0, 0, 0]);
    expect(home.has(WANG) + away.has(WANG)).toBe(29);
    expect(await alerts()).toEqual([]);
    expect(await merge(WANG, WANG)).toEqual({ ok: false, error: { kind: 'SAME_REGISTRATION' } });
    expect(await merge(99, WANG)).toMatchObject({ error: { kind: 'UNKNOWN_PERSON', volunteerId: 99 } });
    expect(await merge(WANG, 99)).toMatchObject({ error: { kind: 'UNKNOWN_PERSON', volunteerId: 99 } });
  });

  it.runIf(available)('leaves the register with its cards, and no file brings it back', async () => {
    const [kept, second, third] = [idIn(17, 1), idIn(17, 2), idIn(17, 3)] as const;
    const file = villageFile(17, '七里坪村');
    file.households[0] = { id: kept, name: '1组 王秀英户', headId: second };
    file.volunteers[2] = { ...file.volunteers[2], id: third, name: '欧阳春花', spouseId: second };
    file.keepers[0] = { ...file.keepers[0], volunteerId: second };
    expect(await putVillage(county.context, bytesOf(file))).toMatchObject({ ok: true });
    const seen = await previewMerge(county.context, { volunteerId: second, intoId: kept });
    expect(seen).toMatchObject({
      value: { duplicate: { name: '李建国', cards: 1 }, kept: { name: '王秀英', homeStationId: 17 } },
    });
    const url = `/admin/merge?volunteerId=${second}&intoId=${kept}`;
    const headers = { authorization: `Bearer ${county.adminToken}` };
    expect((await county.app.inject({ url })).statusCode).toBe(404);
    expect((await county.app.inject({ url, headers })).json()).toMatchObject({
      duplicate: { name: '李建国' },
    });
    expect(await merge(second, kept)).toEqual(seen);
    expect((await county.app.inject({ url, headers })).statusCode).toBe(409);
    const now = await villageFileOf(county.context, 17);
    expect(now?.volunteers.map(({ id }) => id)).toEqual([kept, third]);
    expect(now?.volunteers[1]).toMatchObject({ spouseId: kept });
    expect(now?.households[0]).toMatchObject({ name: '1组 王秀英户', headId: kept });
    expect(now?.keepers[0]).toMatchObject({ volunteerId: kept });
    expect(now?.cards.map(({ volunteerId }) => volunteerId)).toEqual([kept, third]);
    const revoked = await county.context.db.selectFrom('revoked_card').select('card_number').execute();
    expect(revoked.map((row) => row.card_number)).toContain(cardIn(17, 2));
    expect(await putVillage(county.context, bytesOf(file))).toMatchObject({
      error: {
        problems: [
          {
            path: ['volunteers', 1],
            id: second,
            zh: `这个编号是重复登记，已并入 ${kept} 号；请从名单里删去，连同它的卡`,
          },
        ],
      },
    });
    await erasePerson(county.context, { volunteerId: third, ...by });
    expect(await merge(third, kept)).toEqual({
      ok: false,
      error: { kind: 'ERASED_PERSON', volunteerId: third },
    });
  });
});
