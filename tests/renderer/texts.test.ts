/** The catalogue of texts: whole in both languages, nothing in it unused, nothing written past it. */
import i18next, { type TFunction } from 'i18next';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../renderer/texts/en.ts';
import { clockTime, duration, fullDate, signedPoints, weekday } from '../../renderer/texts/format.ts';
import { zhCN } from '../../renderer/texts/zh-CN.ts';

function flat(tree: object, prefix = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [key, value] of Object.entries(tree) as [string, string | object][])
    if (typeof value === 'string') texts.set(prefix + key, value);
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) texts.set(inner, text);
  return texts;
}
const chinese = flat(zhCN);
const english = flat(en);
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();

const renderer = join(import.meta.dirname, '../../renderer');
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('texts'))
  .map((path) => ({ path, text: readFileSync(join(renderer, path), 'utf8') }));

/** The keys that a template can come to; `whole`: everything below them too. */
function builtBy(template: string, whole: boolean): RegExp {
  const parts = template.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
  return new RegExp(`^${parts.join('(\\w+)')}${whole ? '\\..+' : ''}$`);
}
/** Every word that the screens, or what they are told, can put into a template. */
const words = [join(renderer), join(renderer, '../electron/contract'), join(renderer, '../domain')]
  .flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path) && !path.startsWith('texts'))
      .map((path) => readFileSync(join(folder, path), 'utf8')),
  )
  .join('\n');
const isWord = new Map<string, boolean>();
function canBeSaid(word: string): boolean {
  // Days of the week are counted.
  const known =
    isWord.get(word) ?? (/^d[0-6]$/.test(word) || new RegExp(`'${word}'|\\b${word}:`).test(words));
  isWord.set(word, known);
  return known;
}
function isBuilt(key: string, pattern: RegExp): boolean {
  const found = pattern.exec(key);
  return found?.slice(1).every(canBeSaid) ?? false;
}

describe('the catalogue', () => {
  it('has the same keys in both languages, and the same figures in each text', () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort());
    for (const [key, text] of chinese)
      expect([key, slots(english.get(key) ?? '')]).toEqual([key, slots(text)]);
  });
  it('has no text that no screen shows', () => {
    const all =
      sources.map(({ text }) => text).join('\n') + readFileSync(join(renderer, 'texts/format.ts'), 'utf8');
    const patterns = [...all.matchAll(/`((?:\w+\.)+[^`]*\$\{[^`]*)`(, \{ returnObjects: true)?/g)].map(
      ([, template = '', whole]) => builtBy(template, whole !== undefined),
    );
    const unused = [...chinese.keys()].filter(
      (key) => !all.includes(`'${key}'`) && !patterns.some((pattern) => isBuilt(key, pattern)),
    );
    expect(unused).toEqual([]);
  });
  it('is the only place with texts: no screen has Chinese in its code', () => {
    const written = sources.filter(({ text }) =>
      /[\u4e00-\u9fff]/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')),
    );
    expect(written.map(({ path }) => path)).toEqual([]);
  });
  it('has Chinese punctuation in Chinese sentences', () => {
    for (const [key, text] of chinese)
      expect([key, /[\u4e00-\u9fff][,?!;:()]/.test(text)]).toEqual([key, false]);
  });
});

describe('figures and times', () => {
  let t: TFunction;
  beforeAll(async () => {
    const texts = i18next.createInstance();
    t = await texts.init({ lng: 'zh-CN', resources: { 'zh-CN': { translation: zhCN } } });
  });
  it('are those of the village', () => {
    const atMs = Date.UTC(2026, 10, 22, 16, 5);
    expect(clockTime(atMs)).toBe('00:05');
    expect(fullDate(t, atMs)).toBe('2026年11月23日');
    expect(weekday(t, atMs)).toBe('星期一');
    expect(weekday(t, 0)).toBe('星期四');
  });
  it('name their unit', () => {
    expect(duration(t, 150)).toBe('2 小时 30 分钟');
    expect(duration(t, 120)).toBe('2 小时');
    expect(duration(t, 45)).toBe('45 分钟');
    expect(duration(t, 0)).toBe('0 分钟');
    expect(signedPoints(t, 25)).toBe('+25 积分');
    expect(signedPoints(t, -280)).toBe('−280 积分');
  });
});
