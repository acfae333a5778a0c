import type { CollationOptions } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describePages } from '../testing/pages.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

const page = 'reference/collation';
const locales = 'reference/collation-locales-defaults';

const sorted: [page: string, promise: string, collation: CollationOptions, words: string[]][] = [
  [
    page,
    'strength 3 orders by letters, then accents, then case',
    { locale: 'en' },
    ['a', 'A', 'á', 'b', 'B'],
  ],
  [page, 'caseFirst upper puts capitals first', { locale: 'en', caseFirst: 'upper' }, ['A', 'a', 'B', 'b']],
  [
    page,
    'caseLevel knows case without accents',
    { locale: 'en', strength: 1, caseLevel: true, caseFirst: 'upper' },
    ['A', 'a', 'b'],
  ],
  [page, 'numericOrdering orders numbers in strings', { locale: 'en', numericOrdering: true }, ['a2', 'a10']],
  [page, 'without it digits are letters', { locale: 'en' }, ['a10', 'a2']],
  [locales, 'the simple locale orders by bytes', { locale: 'simple' }, ['B', 'a', 'á']],
  [locales, 'Swedish puts ö behind z', { locale: 'sv' }, ['z', 'ö']],
  [locales, 'German does not', { locale: 'de' }, ['ö', 'z']],
  [locales, 'the phone book writes ä as ae', { locale: 'de@collation=phonebook' }, ['ad', 'ä', 'af']],
];
describePages(sorted, async ([, , collation, words]) => {
  const collection = on.fresh();
  await collection.insertMany([...words].reverse().map((word) => ({ word })));
  const found = await collection.find({}, { collation }).sort({ word: 1 }).toArray();
  expect(found.map(({ word }) => word as string)).toEqual(words);
});

const equal: [page: string, promise: string, collation: CollationOptions, found: string[]][] = [
  [page, 'strength 1 knows letters', { locale: 'en', strength: 1 }, ['cafe', 'Cafe', 'café']],
  [page, 'strength 2 also accents', { locale: 'en', strength: 2 }, ['cafe', 'Cafe']],
  [page, 'strength 3 also case', { locale: 'en', strength: 3 }, ['cafe']],
  [page, 'alternate shifted ignores punctuation', { locale: 'en', alternate: 'shifted' }, ['cafe', 'ca-fe']],
];
describePages(equal, async ([, , collation, expected]) => {
  const collection = on.fresh();
  await collection.insertMany(['cafe', 'Cafe', 'café', 'ca-fe'].map((word) => ({ word })));
  const words = async (filter: object): Promise<string[]> =>
    (await collection.find(filter, { collation }).toArray()).map(({ word }) => word as string);
  expect(await words({ word: 'cafe' })).toEqual(expected);
  expect(await words({ word: { $in: ['cafe'] } })).toEqual(expected);
  expect(await collection.countDocuments({ word: { $ne: 'cafe' } }, { collation })).toBe(4 - expected.length);
});

test(`${page}: $expr compares by it, but looks a field up in constants by bytes`, async () => {
  const collection = on.fresh();
  await collection.insertOne({ word: 'a' });
  const count = ($expr: object): Promise<number> =>
    collection.countDocuments({ $expr }, { collation: { locale: 'en', strength: 1 } });
  expect(await count({ $eq: ['$word', 'A'] })).toBe(1);
  expect(await count({ $in: ['A', ['$word']] })).toBe(1);
  expect(await count({ $in: ['$word', ['A']] })).toBe(0);
});

test(`${page}: distinct gives one of what is equal, in the order of the collation`, async () => {
  const collection = on.fresh();
  await collection.insertMany(['a10', 'A2', 'a2'].map((word) => ({ word })));
  const collation = { locale: 'en', strength: 2, numericOrdering: true };
  expect(await collection.distinct('word', {}, { collation })).toEqual(['A2', 'a10']);
});

test(`${page}: a partial index, which was filled without a collation, is not used with one`, async () => {
  const collection = on.fresh();
  await collection.createIndex({ n: 1 }, { partialFilterExpression: { word: 'a' } });
  await collection.insertMany([
    { n: 1, word: 'a' },
    { n: 1, word: 'A' },
  ]);
  const collation = { locale: 'en', strength: 2 };
  expect(await collection.countDocuments({ n: 1, word: 'a' }, { collation })).toBe(2);
});

const refusals: [page: string, promise: string, collation: object, code: number][] = [
  [page, 'an option that is unknown', { locale: 'en', Strength: 1 }, 40415],
  [page, 'no locale', { strength: 1 }, 40414],
  [page, 'a strength beyond five', { locale: 'en', strength: 6 }, 2],
  [page, 'a strength that is no number', { locale: 'en', strength: 'x' }, 14],
  [page, 'a caseFirst that is unknown', { locale: 'en', caseFirst: 'x' }, 2],
  [page, 'caseFirst where case does not count', { locale: 'en', caseFirst: 'upper', strength: 2 }, 2],
  [page, 'backwards where accents do not count', { locale: 'en', backwards: true, strength: 1 }, 2],
  [page, 'a version of ICU that is not there', { locale: 'en', version: '1' }, 161],
  [locales, 'a locale that is not there', { locale: 'xx' }, 2],
  [locales, 'a locale that is written otherwise', { locale: 'en-US' }, 2],
];
/** Where the server is MongoDB, these are answered. */
const unsupported: typeof refusals = [
  [page, 'strength 4', { locale: 'en', strength: 4 }, 2],
  [page, 'backwards', { locale: 'en', backwards: true }, 2],
  [page, 'caseLevel beside accents', { locale: 'en', strength: 2, caseLevel: true }, 2],
  [page, 'shifted space alone', { locale: 'en', alternate: 'shifted', maxVariable: 'space' }, 2],
  [locales, 'the order of searching', { locale: 'de@collation=search' }, 2],
];
const tested = process.env['MONGODB_URI'] ? refusals : [...refusals, ...unsupported];
describePages(
  tested.map(([of, promise, ...rest]): (typeof refusals)[number] => [of, `refuses ${promise}`, ...rest]),
  async ([, , collation, code]) =>
    expect(on.db.command({ find: 'none', collation })).rejects.toMatchObject({ code }),
);
