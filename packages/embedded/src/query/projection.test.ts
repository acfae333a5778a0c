import { Decimal128, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describePages } from '../testing/pages.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

const doc = { _id: 1 as never, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, { x: 3, y: 4 }, 5], m: [1, 2] };
const shown = async (filter: Document, projection: Document): Promise<Document | null> => {
  const collection = on.fresh();
  await collection.insertOne(doc);
  return collection.findOne(filter, { projection });
};

const fields = 'tutorial/project-fields-from-query-results';
const slice = 'reference/operator/projection/slice';
const elemMatch = 'reference/operator/projection/elemMatch';
const positional = 'reference/operator/projection/positional';

const shapes: [page: string, promise: string, projection: Document, expected: Document][] = [
  [fields, 'includes fields, and _id unless told', { a: 1 }, { _id: 1, a: 1 }],
  [fields, 'leaves _id out', { a: 1, _id: 0 }, { a: 1 }],
  [fields, 'excludes fields', { a: 0, l: 0, m: 0 }, { _id: 1, b: { c: 2, d: 3 } }],
  [fields, 'may name _id among what it excludes', { _id: 1, a: 0, b: 0, l: 0 }, { _id: 1, m: [1, 2] }],
  [fields, 'reaches into documents', { 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
  [fields, 'reaches into arrays', { 'l.x': 1 }, { _id: 1, l: [{ x: 1 }, { x: 3 }] }],
  [fields, 'excludes inside arrays', { 'l.x': 0, a: 0, b: 0, m: 0 }, { _id: 1, l: [{ y: 2 }, { y: 4 }, 5] }],
  [fields, 'computes', { s: { $add: ['$a', '$b.c'] } }, { _id: 1, s: 3 }],
  [slice, 'takes from the start', { l: { $slice: 1 }, a: 0, b: 0, m: 0 }, { _id: 1, l: [{ x: 1, y: 2 }] }],
  [slice, 'takes from a place', { l: { $slice: [-1, 1] }, _id: 1, a: 1 }, { _id: 1, a: 1, l: [5] }],
  [slice, 'alone excludes nothing', { m: { $slice: -1 }, l: 0 }, { _id: 1, a: 1, b: { c: 2, d: 3 }, m: [2] }],
  [slice, 'with _id alone includes nothing else', { m: { $slice: 1 }, _id: 1 }, { _id: 1, m: [1] }],
  [slice, 'takes NaN for zero', { m: { $slice: NaN }, _id: 1 }, { _id: 1, m: [] }],
  [slice, 'is null where the expression is', { m: { $slice: [0, null] } }, { _id: 1, m: null }],
  [slice, 'is the expression when it is not one of find', { m: { $slice: ['$m', 1] } }, { _id: 1, m: [1] }],
  [
    elemMatch,
    'shows the first element that matches',
    { l: { $elemMatch: { x: 3 } } },
    { _id: 1, l: [{ x: 3, y: 4 }] },
  ],
  [elemMatch, 'shows nothing when none matches', { l: { $elemMatch: { x: 9 } } }, { _id: 1 }],
  [
    elemMatch,
    'excludes where the others exclude',
    { m: { $elemMatch: { $gt: 1 } }, l: 0, b: 0 },
    { _id: 1, a: 1, m: [2] },
  ],
];
describePages(shapes, async ([, , projection, expected]) =>
  expect(await shown({}, projection)).toEqual(expected),
);

describe(elemMatch, () => {
  test('stands behind the fields that are included, and at its place where others are excluded', async () => {
    expect(Object.keys((await shown({}, { l: { $elemMatch: { x: 3 } }, m: 1 })) ?? {})).toEqual([
      '_id',
      'm',
      'l',
    ]);
    expect(Object.keys((await shown({}, { l: { $elemMatch: { x: 3 } }, a: 0 })) ?? {})).toEqual([
      '_id',
      'b',
      'l',
      'm',
    ]);
  });
});

const found: [page: string, promise: string, filter: Document, projection: Document, expected: Document][] = [
  [positional, 'shows what the query has found', { 'l.x': 3 }, { 'l.$': 1 }, { _id: 1, l: [{ x: 3, y: 4 }] }],
  [
    positional,
    'of two conditions the one that is tried last tells',
    { m: { $gt: 1, $lt: 9 } },
    { 'm.$': 1 },
    { _id: 1, m: [2] },
  ],
  [
    positional,
    'shows in one array what was found in another',
    { m: 2 },
    { 'l.$': 1 },
    { _id: 1, l: [{ x: 3, y: 4 }] },
  ],
  [
    positional,
    'shows the element of the first array on its path',
    { 'l.x': 3 },
    { 'l.x.$': 1 },
    { _id: 1, l: [{ x: 3 }] },
  ],
  [
    positional,
    'an $or of one field is an $in',
    { $or: [{ m: 2 }, { m: 1 }] },
    { 'm.$': 1 },
    { _id: 1, m: [1] },
  ],
  [positional, 'leaves what is no array', { a: 1 }, { 'a.$': 1 }, { _id: 1, a: 1 }],
  [fields, 'takes the fields of a reference for names', {}, { a: { $id: 1 } }, { _id: 1 }],
];
describePages(found, async ([, , filter, projection, expected]) =>
  expect(await shown(filter, projection)).toEqual(expected),
);

test(`${positional}: findAndModify shows what its query has found`, async () => {
  const collection = on.fresh();
  await collection.insertOne(doc);
  expect(
    await collection.findOneAndUpdate({ m: 2 }, { $set: { a: 5 } }, { projection: { 'm.$': 1 } }),
  ).toEqual({ _id: 1, m: [2] });
});

const refusals: [page: string, promise: string, projection: Document, code: number, filter?: Document][] = [
  [fields, 'an exclusion among inclusions', { a: 1, b: 0 }, 31254],
  [fields, 'an inclusion among exclusions', { a: 0, b: 1 }, 31253],
  [fields, 'an expression among exclusions', { a: 0, b: { $add: [1, 1] } }, 31252],
  [fields, 'a value among exclusions', { a: 0, b: 'x' }, 31310],
  [fields, 'a path in another', { b: 1, 'b.c': 1 }, 31249],
  [fields, 'a path around another', { 'b.c': 1, b: 1 }, 31250],
  [fields, 'an unknown expression', { a: { $foo: 1 } }, 31325],
  [fields, 'an empty document', { a: {} }, 51270],
  [fields, 'two operators, as names of fields', { a: { $add: 1, $subtract: 1 } }, 16410],
  [fields, 'a wrong value before the name that it stands under', { $a: '$$NOPE' }, 17276],
  [slice, 'what neither find nor an expression knows', { m: { $slice: [1] } }, 28667],
  [slice, 'a slice of what the positional operator shows', { 'm.$': 1, m: { $slice: 1 } }, 28667],
  [slice, 'another field beside it', { m: { $slice: Decimal128.fromString('1'), x: 1 } }, 16410],
  [elemMatch, 'what is no document', { l: { $elemMatch: 1 } }, 31274],
  [elemMatch, 'a nested field', { 'b.c': { $elemMatch: { x: 1 } } }, 31275],
  [elemMatch, 'a positional operator beside it', { l: { $elemMatch: { x: 1 } }, 'm.$': 1 }, 31256, { m: 1 }],
  [elemMatch, '$expr in it', { l: { $elemMatch: { $expr: true } } }, 2],
  [positional, 'in the middle of a path', { 'l.$.x': 1 }, 31394, { 'l.x': 1 }],
  [positional, 'in the middle, whatever stands there', { 'l.$.x': {} }, 31394],
  [positional, 'of nothing', { '.$': 1 }, 5392900],
  [positional, 'twice', { 'l.$': 1, 'm.$': 1 }, 31276, { m: 1 }],
  [positional, 'with an expression', { 'l.$': { $slice: 1 } }, 31271, { m: 1 }],
  [positional, 'with a literal', { 'l.$': 'x' }, 31308, { m: 1 }],
  [positional, 'with an exclusion', { 'l.$': 0 }, 31395, { m: 1 }],
  [positional, 'when the query has found no element', { 'l.$': 1 }, 51246, { a: 1 }],
  [positional, 'when an $or over several fields has', { 'm.$': 1 }, 51246, { $or: [{ m: 1 }, { a: 1 }] }],
  [positional, 'when the query names the place itself', { 'm.$': 1 }, 51246, { 'm.0': 1 }],
  [positional, 'when the array is shorter', { 'm.$': 1 }, 51247, { l: 5 }],
  [positional, 'when the query has $expr', { 'm.$': 1 }, 224, { m: 1, $expr: true }],
];
describePages(
  refusals.map(
    ([page, promise, ...rest]) => [page, `refuses ${promise}`, ...rest] as const satisfies unknown[],
  ),
  async ([, , projection, code, filter = {}]) =>
    expect(shown(filter, projection)).rejects.toMatchObject({ code }),
);
