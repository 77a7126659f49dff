/** The made-up people of the sample village. Any likeness is chance: names are drawn from lists by a seed. */
import type { Household, Volunteer } from '../../domain/reference/reference.ts';
import type { SampleRandom } from './random.ts';

export const SAMPLE_VOLUNTEERS = 223;
export const SAMPLE_HOUSEHOLDS = 90;
const MAX_HOUSEHOLD = 5;
/** The last households have a volunteer of 15 to 17 each. */
const HOUSEHOLDS_WITH_MINOR = 6;
const hasMinor = (household: number) => household >= SAMPLE_HOUSEHOLDS - HOUSEHOLDS_WITH_MINOR;
const GROUPS = 6;

/** Half the village shares one name, as villages called after a family do. */
const VILLAGE_SURNAMES = ['李', '李', '李', '李', '李', '王', '张', '陈', '周', '秦'];
const MARRIED_IN = ['王', '张', '刘', '陈', '吴', '徐', '程', '叶', '熊', '汪', '胡', '余', '彭', '占'];
type Sex = 'M' | 'F';
/** Given names by sex and by the years in which they were common; short lists, so that some people share one. */
const GIVEN: Readonly<Record<Sex, readonly (readonly string[])[]>> = {
  M: [
    ['建国', '国强', '德富', '长青', '友才', '志明', '大贵', '金山', '永福', '光明', '正发', '家旺'],
    ['建军', '红兵', '卫东', '志强', '海涛', '新华', '国平', '文斌', '爱民', '春生', '永红', '立新'],
    ['伟', '鹏', '磊', '俊杰', '浩', '子轩', '宇航', '志豪', '晨', '明阳', '锐', '文博'],
  ],
  F: [
    ['桂英', '秀英', '玉兰', '桂兰', '凤英', '秀兰', '翠花', '腊梅', '金枝', '菊香', '素珍', '春香'],
    ['红霞', '丽华', '艳红', '爱华', '春梅', '小玲', '冬梅', '秋菊', '建芳', '彩霞', '海燕', '巧云'],
    ['婷', '雪', '静', '雨欣', '佳怡', '梦瑶', '思雨', '慧', '欣怡', '晓燕', '诗涵', '丹'],
  ],
};

interface Person {
  readonly name: string;
  readonly age: number;
}

function given(random: SampleRandom, sex: Sex, birthYear: number): string {
  const era = birthYear < 1965 ? 0 : birthYear < 1985 ? 1 : 2;
  return random.pick(GIVEN[sex][era] ?? []);
}

const clampAge = (age: number) => Math.min(84, Math.max(18, age));

/** The volunteers of one household: head, spouse, then a child and parents where the ages allow. */
function makeHousehold(random: SampleRandom, year: number, size: number, withMinor: boolean): Person[] {
  const surname = random.pick(VILLAGE_SURNAMES);
  const person = (sex: Sex, family: string, age: number): Person => ({
    name: family + given(random, sex, year - age),
    age,
  });
  const headAge = withMinor ? random.int(39, 46) : random.int(28, 78);
  const people = [person(size > 1 ? 'M' : random.pick<Sex>(['M', 'F']), surname, headAge)];
  if (size > 1) people.push(person('F', random.pick(MARRIED_IN), clampAge(headAge + random.int(-5, 3))));
  for (let i = 2; i < size; i++) {
    const sex = random.pick<Sex>(['M', 'F']);
    const childAge = headAge - random.int(22, 29);
    if (withMinor && i === 2) people.push(person(sex, surname, random.int(15, 17)));
    else if (childAge >= 18) people.push(person(sex, surname, childAge));
    else
      people.push(
        person(sex, sex === 'M' ? surname : random.pick(MARRIED_IN), clampAge(headAge + random.int(22, 28))),
      );
  }
  return people;
}

/** How many volunteers each household has: one each, the rest spread by chance up to MAX_HOUSEHOLD. */
function householdSizes(random: SampleRandom): number[] {
  const sizes = Array.from({ length: SAMPLE_HOUSEHOLDS }, (_, i): number => (hasMinor(i) ? 3 : 1));
  for (let left = SAMPLE_VOLUNTEERS - sizes.reduce((a, b) => a + b, 0); left > 0;) {
    const i = random.int(0, SAMPLE_HOUSEHOLDS - 1);
    if ((sizes[i] ?? MAX_HOUSEHOLD) >= MAX_HOUSEHOLD) continue;
    sizes[i] = (sizes[i] ?? 0) + 1;
    left--;
  }
  return sizes;
}

/** The number as it is shown on screens, or nothing: not everybody has a telephone. */
function maskedPhone(random: SampleRandom, age: number): string {
  if (age > 75 && random.int(0, 2) === 0) return '';
  const tail = String(random.int(0, 9999)).padStart(4, '0');
  return `${random.pick(['135', '138', '139', '150', '158', '186'])}****${tail}`;
}

/** The first volunteer, in memory of the 王大妈 of the article that began all this. */
const FIRST_VOLUNTEER: Person = { name: '王桂英', age: 66 };

/**
 * 223 volunteers in 90 households, ids from 1. The heads come first, so that the first 90 are adults of 90
 * different households.
 * `year` is the current one, `teams` how many teams there are (ids from 1).
 */
export function samplePeople(
  random: SampleRandom,
  { year, stationId, teams }: { readonly year: number; readonly stationId: number; readonly teams: number },
): { readonly volunteers: Volunteer[]; readonly households: Household[] } {
  const families = householdSizes(random).map((size, i) => makeHousehold(random, year, size, hasMinor(i)));
  families[0]?.splice(0, 1, FIRST_VOLUNTEER);
  const households = families.map((people, i) => ({
    id: i + 1,
    name: `${random.int(1, GROUPS)}组 ${people[0]?.name ?? ''}户`,
    headId: i + 1,
  }));
  const placed = families.flatMap((people, i) => people.map((person, rank) => ({ ...person, rank, i })));
  placed.sort((a, b) => Math.min(a.rank, 1) - Math.min(b.rank, 1));
  const volunteers = placed.map(({ name, age, i }, at) => ({
    id: at + 1,
    name,
    homeStationId: stationId,
    householdId: i + 1,
    teamId: random.int(1, teams),
    maskedPhone: maskedPhone(random, age),
    birthYear: year - age,
  }));
  return { volunteers, households };
}
