/** The office brings villages in by files, changes the rules of the county and revokes lost cards. */
import { describe, expect, it } from 'vitest';
import { referenceOf } from '../../../county/server/reference.ts';
import { revokeCards } from '../../../county/server/roster/revokeCards.ts';
import { changeRules, showRules } from '../../../county/server/roster/rules.ts';
import { putVillage, villageFileOf, villageText } from '../../../county/server/roster/villages.ts';
import { placeOf } from '../../../domain/reference/villageFile.ts';
import { DEFAULT_RULES } from '../../../domain/rules/ruleSet.ts';
import { decodeReference } from '../../../domain/wire/referenceBody.ts';
import { BACKENDS } from '../../harness/countyDatabase.ts';
import { countyOf } from '../../harness/countyTests.ts';
import { bytesOf, cardIn, idIn, ISSUER, villageFile } from '../../harness/villageFiles.ts';

const [A, B] = [17, 18];

for (const backend of BACKENDS)
  describe.skipIf(!backend.available)(`villages from files on ${backend.name}`, () => {
    const county = countyOf(backend);
    const put = (file: unknown) => putVillage(county().context, bytesOf(file));
    async function mustPut(file: unknown) {
      const done = await put(file);
      if (!done.ok) throw new Error(JSON.stringify(done.error));
      return done.value;
    }
    async function given(stationId: number) {
      const served = await referenceOf(county().context, stationId);
      const reference = decodeReference(served?.body ?? new Uint8Array());
      if (!reference.ok) throw new Error(reference.error.detail);
      return reference.value;
    }
    async function wrongIn(file: unknown): Promise<readonly string[]> {
      const done = await put(file);
      if (done.ok || done.error.kind !== 'BAD_FILE') throw new Error('taken');
      return done.error.problems.map((problem) => `${placeOf(problem, 'zh')}：${problem.zh}`);
    }

    it('make a station with all it needs; the same file again changes nothing, an edit one version', async () => {
      const file = villageFile(A, '七里坪村');
      expect(await mustPut(file)).toMatchObject({ isNew: true, changed: true, version: 1, people: 3 });
      const first = await given(A);
      expect(first).toMatchObject({ station: file.station, rules: { ...DEFAULT_RULES, version: 1 } });
      expect(first.volunteers[0]).toMatchObject({ name: '王秀英', homeStationId: A });
      expect(first.keepers[0]?.pinHash).toMatch(/^[0-9a-f]{64}$/);
      // The PIN is given again, and is the same: its hash is not made anew.
      expect(await mustPut(file)).toMatchObject({ isNew: false, changed: false, version: 1 });
      file.volunteers[1] = { ...file.volunteers[1], id: idIn(A, 2), name: '李建军' };
      expect(await mustPut(file)).toMatchObject({ changed: true, version: 2 });
      expect((await given(A)).volunteers[1]?.name).toBe('李建军');
    });

    it('come out as they went in, and a list that is left out stays', async () => {
      await mustPut(villageFile(A, '七里坪村'));
      const shown = await villageFileOf(county().context, A);
      if (shown === undefined) throw new Error('not there');
      const text = villageText(shown);
      expect(await mustPut(JSON.parse(text))).toMatchObject({ changed: false, version: 1 });
      const { station, goods } = villageFile(A, '七里坪村');
      expect(await mustPut({ station, goods: goods.slice(0, 1) })).toMatchObject({
        version: 2,
        people: 3,
        goods: 1,
      });
      expect(await villageFileOf(county().context, 99)).toBeUndefined();
    });

    it('are refused whole, with the place and what is wrong', async () => {
      const file = villageFile(A, '七里坪村');
      expect(await wrongIn({ station: file.station, volunteer: [] })).toEqual([
        'volunteer：没有这一项，请核对名称',
      ]);
      file.volunteers[2] = {
        ...file.volunteers[2],
        id: idIn(A, 3),
        name: '欧阳',
        maskedPhone: '13812341234',
      };
      expect(await wrongIn(file)).toEqual([
        `volunteers 第 3 项（编号 ${idIn(A, 3)}） maskedPhone：要写成 138****1234`,
      ]);
      const loose = villageFile(A, '七里坪村');
      loose.cards[0] = { cardNumber: 1, volunteerId: 4, generation: 1, issuerId: ISSUER };
      loose.activities[0] = { ...loose.activities[0], id: 1, start: '2026-02-31 08:00' } as never;
      expect(await wrongIn(loose)).toEqual(['activities 第 1 项（编号 1） start：要写成 2026-12-01 08:30']);
      loose.activities = [];
      expect(await wrongIn(loose)).toEqual(['cards 第 1 项（编号 1） volunteerId：没有编号 4 的志愿者']);
      expect((await putVillage(county().context, Buffer.from('{"station":'))).ok).toBe(false);
      expect(await county().context.db.selectFrom('station').selectAll().execute()).toEqual([]);
    });

    it('keep everybody in one register; whoever moves is said to, and leaves the other', async () => {
      await mustPut(villageFile(A, '七里坪村'));
      const other = villageFile(B, '李家畈村');
      const mover = { ...villageFile(A, '').volunteers[1], id: idIn(A, 2), name: '李建国', householdId: 0 };
      other.volunteers.push(mover);
      expect(await wrongIn(other)).toEqual([
        `volunteers 第 4 项（编号 ${mover.id}）：李建国（编号 ${mover.id}）已在${A} 号站 七里坪村的名册里；如果是迁来的，请加上 "movedFrom": ${A}`,
      ]);
      other.volunteers[3] = { ...mover, movedFrom: A };
      other.cards.push({ cardNumber: cardIn(A, 2), volunteerId: mover.id, generation: 1, issuerId: ISSUER });
      expect(await mustPut(other)).toMatchObject({ people: 4, moved: 1 });
      const left = await villageFileOf(county().context, A);
      expect(left?.volunteers.map(({ id }) => id)).toEqual([idIn(A, 1), idIn(A, 3)]);
      expect(left?.cards.map(({ volunteerId }) => volunteerId)).toEqual([idIn(A, 1), idIn(A, 3)]);
      // What they have at home goes with them, though the county has not heard of any points yet.
      const moves = county().context.db.selectFrom('transfer').select(['from_station_id', 'holder_id']);
      expect(await moves.execute()).toEqual([{ from_station_id: A, holder_id: mover.id }]);
      const { version } = await given(A);
      expect(version).toBe(2);
      // The file of before is not taken for a move back.
      expect(await wrongIn(villageFile(A, '七里坪村'))).toHaveLength(2);
    });

    it('tell each other of their people as card, home and masked name, whatever a file says', async () => {
      await mustPut(villageFile(A, '七里坪村'));
      await mustPut(villageFile(B, '李家畈村'));
      const seen = async (station: number, id: number) =>
        (await given(station)).volunteers.find((one) => one.id === id);
      const stranger = { householdId: 0, teamId: 0, maskedPhone: '', birthYear: 0 };
      expect(await seen(A, idIn(B, 1))).toEqual({
        ...{ id: idIn(B, 1), name: '王*英', homeStationId: B },
        ...stranger,
      });
      expect(await seen(B, idIn(A, 3))).toMatchObject({ name: '欧*花', homeStationId: A });
      expect((await given(A)).cards.map(({ cardNumber }) => cardNumber)).toContain(cardIn(B, 1));
      const { version } = await given(A);
      // Another price there is nothing to us; another person is.
      const other = villageFile(B, '李家畈村');
      other.teams.push({ id: 2, name: '巡逻队' });
      await mustPut(other);
      expect((await given(A)).version).toBe(version);
      other.volunteers[0] = { ...other.volunteers[0], id: idIn(B, 1), name: '王小英子' };
      await mustPut(other);
      expect(await given(A)).toMatchObject({ version: version + 1 });
      expect((await seen(A, idIn(B, 1)))?.name).toBe('王*子');
      // The exported file is the village's own, and holds nobody else.
      expect((await villageFileOf(county().context, A))?.volunteers).toHaveLength(3);
    });

    it('have cards revoked everywhere, for good, also in villages that come later', async () => {
      await mustPut(villageFile(A, '七里坪村'));
      expect(await revokeCards(county().context, [cardIn(A, 1)])).toEqual({
        revoked: [cardIn(A, 1)],
        already: [],
        stations: 1,
      });
      expect(await revokeCards(county().context, [cardIn(A, 1)])).toMatchObject({ revoked: [], stations: 0 });
      await mustPut(villageFile(B, '李家畈村'));
      for (const station of [A, B])
        expect((await given(station)).revocations.cardNumbers).toEqual([cardIn(A, 1)]);
      expect((await given(A)).version).toBe(3); // For the new neighbour, too.
      // The file again changes nothing of it.
      expect(await mustPut(villageFile(A, '七里坪村'))).toMatchObject({ changed: false });
    });
  });

for (const backend of BACKENDS)
  describe.skipIf(!backend.available)(`rules of the county on ${backend.name}`, () => {
    const county = countyOf(backend);
    const change = (rules: unknown, ofVersion: number | null = null) =>
      changeRules(county().context, { rules, by: '王主任', reason: '试行', ofVersion });

    it('change for all stations at once, with who, when and why, and never go back', async () => {
      const { context } = county();
      for (const file of [villageFile(A, '七里坪村'), villageFile(B, '李家畈村')])
        await putVillage(context, bytesOf(file));
      expect(await change({ points: { maxPerDay: 60 } })).toEqual({
        ok: true,
        value: {
          ...{ version: 2, stations: 2, changes: [{ path: 'points.maxPerDay', before: 80, after: 60 }] },
          worth: { kind: 'UNKNOWN', goodsName: '', fenPerPoint: 0, fenPerHour: 0 },
        },
      });
      expect(await change({ points: { maxPerDay: 60 } })).toMatchObject({
        value: { version: 2, changes: [] },
      });
      expect(await change({ points: { maxPerDay: 80 } })).toMatchObject({ ok: true, value: { version: 3 } });
      for (const station of [A, B]) {
        const served = await referenceOf(context, station);
        const reference = decodeReference(served?.body ?? new Uint8Array());
        expect(reference.ok && reference.value.rules).toEqual({ ...DEFAULT_RULES, version: 3 });
      }
      const { rules, history } = await showRules(context);
      expect(rules.version).toBe(3);
      expect(history).toMatchObject([
        { version: 3, by: '王主任', reason: '试行', changes: [{ before: 60, after: 80 }] },
        { version: 2 },
      ]);
      // A village's own file says nothing of rules, and changes none.
      expect(await putVillage(context, bytesOf(villageFile(A, '七里坪村')))).toMatchObject({
        value: { changed: false },
      });
    });

    it('are told to be like a wage where a point buys goods for a yuan', async () => {
      const file = villageFile(A, '七里坪村');
      file.goods[0] = { ...file.goods[0], id: 1, unitPoints: 2, referenceFen: 200 };
      expect(await putVillage(county().context, bytesOf(file))).toMatchObject({
        value: { worth: { kind: 'HIGH', goodsName: '食盐', fenPerHour: 1000 } },
      });
      expect((await showRules(county().context)).worth).toMatchObject({ kind: 'HIGH', fenPerPoint: 100 });
      expect(await change({ points: { perCreditHour: 1 } })).toMatchObject({
        value: { worth: { kind: 'HIGH', fenPerHour: 100 } },
      });
    });

    it('are refused where a name is none, a number does not fit, or somebody was first', async () => {
      expect(await change({ points: { maxPerDai: 60 } })).toMatchObject({
        error: { problems: [{ path: ['points', 'maxPerDai'] }] },
      });
      expect(await change({ points: { maxPerDay: 500 } })).toMatchObject({
        error: { problems: [{ path: ['points', 'maxPerDay'], zh: '每天的上限不能高于每月的上限' }] },
      });
      expect(await change({ points: { maxPerDay: 60 } }, 1)).toMatchObject({ ok: true });
      expect(await change({ points: { maxPerDay: 50 } }, 1)).toEqual({
        ok: false,
        error: { kind: 'CHANGED_MEANWHILE' },
      });
    });
  });
