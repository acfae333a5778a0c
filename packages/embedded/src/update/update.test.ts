import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decimal128, Double, Int32, Long, Timestamp, type Document, type UpdateFilter } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

interface Circumstances {
  filter?: Document;
  arrayFilters?: Document[];
  upsert?: boolean;
}

/** A rule, a document without its _id, an update, and the document after it or the code that refuses it. */
type Case = [rule: string, doc: Document, update: Document | Document[], Document | number, Circumstances?];

async function outcome(
  doc: Document,
  update: Document | Document[],
  { filter = { _id: 1 }, ...options }: Circumstances = {},
): Promise<Document | number> {
  const collection = on.fresh();
  await collection.insertOne({ _id: 1 as never, ...doc });
  try {
    await collection.updateOne(filter, update as UpdateFilter<Document>, options);
  } catch (error) {
    return (error as { code: number }).code;
  }
  const after = (await collection.findOne({ _id: { $ne: options.upsert ? 1 : null } as never })) as Document;
  delete after['_id'];
  return after;
}

async function one(doc: Document) {
  const collection = on.fresh();
  await collection.insertOne(doc);
  return collection;
}

const pages: Record<string, Case[]> = {
  'reference/operator/update': [
    ['an unknown operator is refused', { a: 1 }, { $foo: { a: 1 } }, 9],
    ['an operator beside a field is refused', { a: 1 }, { $set: { a: 1 }, b: 1 }, 9],
    ['an operator needs fields', { a: 1 }, { $set: 5 }, 9],
    ['fields are added in the order of their names', {}, { $set: { b: 1 }, $inc: { a: 2 } }, { a: 2, b: 1 }],
    [
      'numbers among names are ordered by value',
      { a: {} },
      { $set: { 'a.x10': 1, 'a.x9': 2 } },
      { a: { x10: 1, x9: 2 } },
    ],
    ['two changes of one field conflict', { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
    ['a change of a field and of what is in it conflict', { a: {} }, { $set: { a: 1, 'a.b': 1 } }, 40],
    ['an empty name is refused', {}, { $set: { '': 1 } }, 56],
    ['an empty part of a path is refused', {}, { $set: { 'a..b': 1 } }, 56],
    ['_id stays', {}, { $set: { _id: 2 } }, 66],
    ['_id stays in its type', {}, { $set: { _id: new Double(1) } }, 66],
    ['_id may be set to what it is', { a: 1 }, { $set: { _id: 1, a: 2 } }, { a: 2 }],
    ['a path through a value is refused', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
    ['a name in an array is refused', { a: [{ b: 1 }] }, { $set: { 'a.b': 1 } }, 28],
  ],
  'core/dot-dollar-considerations/dollar-prefix': [
    ['a top-level name with a dollar is refused', { a: 1 }, { $set: { $b: 1 } }, 52],
    ['a nested one is not', { a: {} }, { $set: { 'a.$b': 1 } }, { a: { $b: 1 } }],
    ['an upsert may make one', {}, { $set: { $b: 1 } }, { c: 1, $b: 1 }, { filter: { c: 1 }, upsert: true }],
    ['a path that leads nowhere changes nothing', { a: 1 }, { $rename: { $b: 'c' } }, { a: 1 }],
  ],
  'reference/operator/update/set': [
    ['makes what is missing on the way', { a: 1 }, { $set: { 'b.c.d': 2 } }, { a: 1, b: { c: { d: 2 } } }],
    ['by position fills up with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
    ['fills up only so far', { a: [1] }, { $set: { 'a.1500002': 4 } }, 34],
    ['takes nothing', { a: 1 }, { $set: {} }, { a: 1 }],
  ],
  'reference/operator/update/setOnInsert': [
    ['does nothing to what is there', { a: 1 }, { $setOnInsert: { a: 2 } }, { a: 1 }],
    ['but must find the array that it names', { a: 1 }, { $setOnInsert: { 'b.$[].c': 2 } }, 2],
    [
      'sets when inserting',
      {},
      { $set: { a: 1 }, $setOnInsert: { b: 2 } },
      { c: 1, a: 1, b: 2 },
      { filter: { c: 1 }, upsert: true },
    ],
    [
      'cannot set another _id than the filter',
      {},
      { $setOnInsert: { _id: 3 } },
      66,
      { filter: { _id: 2 }, upsert: true },
    ],
  ],
  'reference/operator/update/unset': [
    [
      'takes fields away, and leaves null in arrays',
      { a: 1, b: [1, 2], c: { d: 1 } },
      { $unset: { a: '', 'b.0': '' } },
      { b: [null, 2], c: { d: 1 } },
    ],
    [
      'of what is not there does nothing, through a value too',
      { a: 1, b: [1] },
      { $unset: { 'a.x': '', 'b.x': '', 'b.7': '', c: '' } },
      { a: 1, b: [1] },
    ],
  ],
  'reference/operator/update/inc': [
    ['begins at nothing', { a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
    ['of text is refused', { a: 'x' }, { $inc: { a: 1 } }, 14],
    ['by text is refused', { a: 1 }, { $inc: { a: 'x' } }, 14],
    ['by a timestamp is refused', { a: 1 }, { $inc: { a: new Timestamp({ t: 1, i: 1 }) } }, 14],
    ['of null is refused', { a: null }, { $inc: { a: 1 } }, 14],
    ['beyond int64 is refused', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 2],
  ],
  'reference/operator/update/mul': [
    ['of nothing is zero', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
  ],
  'reference/operator/update/min': [
    ['compares across types', { a: 5, b: 'x' }, { $min: { a: 3, b: 9, c: 1 } }, { a: 3, b: 9, c: 1 }],
  ],
  'reference/operator/update/max': [
    ['compares across types', { a: 5, b: 'x' }, { $max: { a: 3, b: 9, c: 1 } }, { a: 5, b: 'x', c: 1 }],
  ],
  'reference/operator/update/currentDate': [
    ['takes no other type', {}, { $currentDate: { a: { $type: 'now' } } }, 2],
    ['takes no other option', {}, { $currentDate: { a: { $type: 'date', b: 1 } } }, 2],
    ['takes no text', {}, { $currentDate: { a: 'date' } }, 2],
  ],
  'reference/operator/update/rename': [
    ['moves a field', { a: 1, b: 2 }, { $rename: { a: 'c.d', x: 'y' } }, { b: 2, c: { d: 1 } }],
    ['puts it in the place of another', { a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }],
    ['of nothing does nothing, whatever stands at its end', { a: 1 }, { $rename: { x: 'a.b' } }, { a: 1 }],
    ['to itself is refused', { a: 1 }, { $rename: { a: 'a' } }, 2],
    ['into itself is refused', { a: {} }, { $rename: { a: 'a.b' } }, 2],
    ['from inside an array is refused', { a: [1] }, { $rename: { 'a.0': 'b' } }, 2],
    ['to inside an array is refused', { a: [1], b: 1 }, { $rename: { b: 'a.0' } }, 2],
    ['from a path through a value is refused', { a: 1 }, { $rename: { 'a.b': 'c' } }, 28],
    ['to a path through a value is refused', { a: 1, b: 1 }, { $rename: { b: 'a.c' } }, 28],
    ['to _id is refused', { a: 1 }, { $rename: { a: '_id' } }, 66],
    ['to a name with a dollar is refused', { a: 1 }, { $rename: { a: '$b' } }, 52],
    ['to a name with a null byte is refused', { a: 1 }, { $rename: { a: 'b\0' } }, 9867600],
    ['to a positional path is refused', { a: 1 }, { $rename: { a: 'b.$[]' } }, 2],
  ],
  'reference/operator/update/push': [
    ['makes an array and adds to it', { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
    ['to what is no array is refused', { a: 1 }, { $push: { a: 1 } }, 2],
    [
      'takes modifiers for values when there is no $each',
      { a: [] },
      { $push: { a: { $position: 0 } } },
      { a: [{ $position: 0 }] },
    ],
    ['knows no other modifier', { a: [] }, { $push: { a: { $each: [], $first: 1 } } }, 2],
  ],
  'reference/operator/update/position': [
    [
      'beyond the end adds at the end',
      { a: [1] },
      { $push: { a: { $each: [2], $position: 9 } } },
      { a: [1, 2] },
    ],
    [
      'below zero counts from the end',
      { a: [1, 2, 3] },
      { $push: { a: { $each: [9, 8], $position: -1 } } },
      { a: [1, 2, 9, 8, 3] },
    ],
    [
      'before the beginning adds at the beginning',
      { a: [1] },
      { $push: { a: { $each: [2], $position: -9 } } },
      { a: [2, 1] },
    ],
    ['must be whole', { a: [1] }, { $push: { a: { $each: [2], $position: 0.5 } } }, 2],
  ],
  'reference/operator/update/slice': [
    ['keeps the first', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }],
    ['below zero keeps the last', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }],
    ['of zero keeps none', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 0 } } }, { a: [] }],
    [
      'must be a number',
      { a: [] },
      { $push: { a: { $each: [], $slice: new Timestamp({ t: 1, i: 1 }) } } },
      2,
    ],
  ],
  'reference/operator/update/sort': [
    [
      'comes after $position and before $slice',
      { a: [5, 1] },
      { $push: { a: { $each: [4, 2], $position: 0, $sort: 1, $slice: 3 } } },
      { a: [1, 2, 4] },
    ],
    [
      'by a field of documents',
      { a: [{ x: 2 }, { x: 3 }] },
      { $push: { a: { $each: [{ x: 1 }], $sort: { x: -1 } } } },
      { a: [{ x: 3 }, { x: 2 }, { x: 1 }] },
    ],
    ['takes 1 and -1 only', { a: [] }, { $push: { a: { $each: [], $sort: 2 } } }, 2],
    ['takes no empty name', { a: [] }, { $push: { a: { $each: [], $sort: { '': 1 } } } }, 2],
    ['takes no empty part of a path', { a: [] }, { $push: { a: { $each: [], $sort: { 'x.': 1 } } } }, 2],
  ],
  'reference/operator/update/addToSet': [
    [
      'knows equal values, in which the order of fields counts',
      { a: [1, { x: 1, y: 2 }] },
      { $addToSet: { a: { $each: [1, 2, { x: 1, y: 2 }, { y: 2, x: 1 }] } } },
      { a: [1, { x: 1, y: 2 }, 2, { y: 2, x: 1 }] },
    ],
    ['to what is no array is refused', { a: 1 }, { $addToSet: { a: 1 } }, 2],
    ['with $each needs an array', { a: [] }, { $addToSet: { a: { $each: 1 } } }, 14],
  ],
  'reference/operator/update/pop': [
    [
      'takes from either end',
      { a: [1, 2, 3], b: [1, 2, 3] },
      { $pop: { a: 1, b: -1 } },
      { a: [1, 2], b: [2, 3] },
    ],
    ['of what could be there does nothing', { a: [1] }, { $pop: { b: 1, 'a.5': 1, 'c.d': 1 } }, { a: [1] }],
    ['of what is no array is refused', { a: 1 }, { $pop: { a: 1 } }, 14],
    ['through a value is refused', { a: 1 }, { $pop: { 'a.b': 1 } }, 28],
    ['through an array is refused', { a: [{ b: [1] }] }, { $pop: { 'a.b': 1 } }, 28],
    ['takes 1 and -1 only', { a: [1] }, { $pop: { a: 2 } }, 9],
  ],
  'reference/operator/update/pull': [
    [
      'by value, by condition, by document',
      { a: [1, 2], b: [1, 5], c: [{ x: 1, y: 1 }, { x: 2 }, 3] },
      { $pull: { a: 2, b: { $gte: 5 }, c: { x: 1 } } },
      { a: [1], b: [1], c: [{ x: 2 }, 3] },
    ],
    ['not by $not, which begins no condition here', { a: [1] }, { $pull: { a: { $not: { $gt: 1 } } } }, 2],
    [
      'by a reference its fields',
      { a: [{ $ref: 'c', $id: 1, x: 2 }, 1] },
      { $pull: { a: { $ref: 'c', $id: 1 } } },
      { a: [1] },
    ],
    [
      'by a condition looks into nested arrays, by a value it does not',
      { a: [[1, 2], [3]], b: [[1], 1] },
      { $pull: { a: { $all: [1, 2] }, b: 1 } },
      { a: [[3]], b: [[1]] },
    ],
    ['by a pattern', { a: ['x', 'y', ['x'], 1] }, { $pull: { a: /x/ } }, { a: ['y', 1] }],
    ['takes no expression', { a: [1] }, { $pull: { a: { $expr: true } } }, 224],
    ['through a value is refused', { a: 1 }, { $pull: { 'a.b': 1 } }, 28],
    ['of what is no array is refused', { a: 1 }, { $pull: { a: 1 } }, 2],
  ],
  'reference/operator/update/pullAll': [
    ['takes each of the values', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
    ['needs an array', { a: [] }, { $pullAll: { a: 1 } }, 2],
  ],
  'reference/operator/update/positional': [
    [
      'is the element that the query has found',
      { a: [{ x: 1 }, { x: 2 }] },
      { $set: { 'a.$.y': 5 } },
      { a: [{ x: 1 }, { x: 2, y: 5 }] },
      { filter: { 'a.x': 2 } },
    ],
    [
      'is the element that $elemMatch has found',
      {
        a: [
          { x: 1, y: 1 },
          { x: 1, y: 2 },
        ],
      },
      { $inc: { 'a.$.n': 1 } },
      {
        a: [
          { x: 1, y: 1 },
          { x: 1, y: 2, n: 1 },
        ],
      },
      { filter: { a: { $elemMatch: { x: 1, y: 2 } } } },
    ],
    ['without a match is refused', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
    ['of a value is refused', { a: 1 }, { $set: { 'a.$': 1 } }, 2, { filter: { a: 1 } }],
    ['of a negated query is refused', { a: [1] }, { $set: { 'a.$': 1 } }, 2, { filter: { a: { $ne: 2 } } }],
    ['in an upsert is refused', {}, { $set: { 'a.$': 1 } }, 2, { filter: { a: 1 }, upsert: true }],
    ['twice is refused', { a: [[1]] }, { $set: { 'a.$.$': 1 } }, 2, { filter: { a: [1] } }],
    ['at the beginning is refused', { a: [1] }, { $set: { $: 1 } }, 2],
    [
      'beside the same element by number conflicts',
      { a: [1] },
      { $set: { 'a.$': 1, 'a.0': 2 } },
      40,
      { filter: { a: 1 } },
    ],
  ],
  'reference/operator/update/positional-all': [
    ['is every element', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
    ['of what is not there is refused, even to take it away', { b: 1 }, { $unset: { 'a.$[].x': '' } }, 2],
    ['of what is no array is refused', { a: { b: null } }, { $set: { 'a.b.$[]': 1 } }, 2],
    ['below a value is refused', { a: 1 }, { $set: { 'a.b.$[]': 1 } }, 2],
    ['beside a single element conflicts', { a: [1] }, { $set: { 'a.$[]': 1, 'a.0': 2 } }, 40],
  ],
  'reference/operator/update/positional-filtered': [
    [
      'is the elements of an array filter',
      { a: [{ x: 1 }, { x: 5 }] },
      { $set: { 'a.$[big].y': 1 } },
      { a: [{ x: 1 }, { x: 5, y: 1 }] },
      { arrayFilters: [{ 'big.x': { $gte: 5 } }] },
    ],
    [
      'stands inside $[]',
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { $set: { 'a.$[].b.$[x]': 0 } },
      { a: [{ b: [1, 0] }, { b: [0] }] },
      { arrayFilters: [{ x: { $gte: 2 } }] },
    ],
    ['needs its filter', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
    ['must be used', { a: [1] }, { $set: { a: 1 } }, 9, { arrayFilters: [{ x: 1 }] }],
    ['has one filter', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 9, { arrayFilters: [{ x: 1 }, { x: 2 }] }],
    [
      'of different elements do not conflict',
      { a: [1, 2] },
      { $set: { 'a.$[x]': 3, 'a.$[y]': 4 } },
      { a: [3, 4] },
      { arrayFilters: [{ x: 1 }, { y: 2 }] },
    ],
    [
      'of the same element conflict',
      { a: [1, 2] },
      { $set: { 'a.$[x]': 3, 'a.$[y]': 4 } },
      40,
      { arrayFilters: [{ x: 1 }, { y: { $lt: 2 } }] },
    ],
  ],
  'tutorial/update-documents-with-aggregation-pipeline': [
    [
      'a pipeline',
      { a: 1, b: 2 },
      [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'a' }],
      { b: 2, c: 3 },
    ],
    [
      'computes nothing where nothing matches',
      { a: 1 },
      [{ $set: { a: { $add: ['x', 1] } } }],
      { a: 1 },
      { filter: { a: 9 } },
    ],
    ['takes only stages that reshape', { a: 1 }, [{ $match: { a: 1 } }], 72],
    ['says so of stages that are nowhere here', { a: 1 }, [{ $bucket: {} }], 72],
    ['says first what is wrong in itself', { a: 1 }, [{ $match: 5 }], 15959],
    ['knows every stage before it looks into one', { a: 1 }, [{ $match: 5 }, { $foo: 1 }], 40324],
    ['has one name in each stage', { a: 1 }, [{ $foo: 1, $bar: 1 }], 40323],
    ['takes no array filters', { a: 1 }, [{ $set: { a: 2 } }], 9, { arrayFilters: [{ x: 1 }] }],
    ['keeps _id', { a: 1 }, [{ $set: { _id: 2 } }], 66],
  ],
};

for (const [page, cases] of Object.entries(pages))
  describe(page, () => {
    for (const [rule, doc, update, expected, circumstances] of cases)
      test(rule, async () => {
        const after = await outcome(doc, update, circumstances);
        expect(after).toEqual(expected);
        expect(JSON.stringify(after)).toBe(JSON.stringify(expected));
      });
  });

describe('reference/operator/update/inc: types', () => {
  const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
  const rows: [rule: string, before: unknown, change: Document, after: unknown][] = [
    [
      'int32 grows to int64',
      new Int32(2147483647),
      { $inc: { a: new Int32(1) } },
      Long.fromNumber(2147483648),
    ],
    ['a double stays one', new Double(1), { $inc: { a: new Int32(1) } }, new Double(2)],
    ['int64 stays one', Long.fromNumber(1), { $inc: { a: new Int32(1) } }, Long.fromNumber(2)],
    ['what is equal is no change: -0 stays', new Double(-0), { $inc: { a: new Double(0) } }, new Double(-0)],
    ['what is equal is no change: digits stay', decimal('5'), { $inc: { a: decimal('0.00') } }, decimal('5')],
    [
      'a missing field has the type of the factor',
      undefined,
      { $mul: { a: Long.fromNumber(3) } },
      Long.fromNumber(0),
    ],
  ];
  for (const [rule, before, change, expected] of rows)
    test(rule, async () => {
      const collection = on.fresh();
      await collection.insertOne(before === undefined ? {} : { a: before });
      await collection.updateOne({}, change);
      const after = await collection.findOne({}, { promoteValues: false });
      expect(after?.['a']).toEqual(expected);
    });
});

describe('reference/command/update', () => {
  test('what changes nothing counts as found and not as modified', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    expect(await collection.updateOne({}, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  test.each([
    ['the same fields without the _id', { a: 1 }, 1],
    ['the same document', { _id: 1, a: 1 }, 0],
    ['the same document in another order', { a: 1, _id: 1 }, 1],
    ['the same document by a pipeline', [{ $set: { a: 1 } }], 0],
    ['the same fields by a pipeline', [{ $unset: '_id' }], 1],
  ])('a replacement by %s counts as modified or not', async (_by, u, nModified) => {
    const { collectionName } = await one({ _id: 1, a: 1 });
    expect(await on.db.command({ update: collectionName, updates: [{ q: {}, u }] })).toMatchObject({
      n: 1,
      nModified,
    });
  });

  test('a replacement keeps _id and nothing else, and is for one document', async () => {
    const collection = on.fresh();
    await collection.insertOne({ _id: 7 as never, a: 1, b: 2 });
    await collection.replaceOne({ a: 1 }, { c: 3 });
    expect(await collection.findOne()).toEqual({ _id: 7, c: 3 });
    const updates = [{ q: {}, u: { a: 1 }, multi: true }];
    expect(await on.db.command({ update: collection.collectionName, updates })).toMatchObject({
      writeErrors: [{ index: 0, code: 9 }],
    });
  });

  test('many: each document once, also when it moves in the index that finds it', async () => {
    const collection = on.fresh();
    await collection.createIndex({ n: 1 });
    await collection.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    expect(await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 100 } })).toMatchObject({
      matchedCount: 300,
      modifiedCount: 300,
    });
    expect(await collection.findOne({}, { sort: { n: -1 } })).toMatchObject({ n: 399 });
  });

  test('sort says which one', async () => {
    const collection = on.fresh();
    await collection.insertMany([3, 1, 2].map((n) => ({ n })));
    const update = (statement: Document): Promise<Document> =>
      on.db.command({ update: collection.collectionName, updates: [statement] });
    await update({ q: {}, u: { $set: { n: 9 } }, sort: { n: 1 } });
    expect(await collection.distinct('n')).toEqual([2, 3, 9]);
    expect(await update({ q: {}, u: { $set: { n: 9 } }, sort: { n: 1 }, multi: true })).toMatchObject({
      writeErrors: [{ code: 9 }],
    });
  });

  test('c is for the variables of a pipeline', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    const updates = (u: Document): Document[] => [{ q: {}, u, c: { x: 5 } }];
    const { collectionName: update } = collection;
    await on.db.command({ update, updates: updates([{ $set: { a: '$$x' } }]) });
    expect(await collection.findOne()).toMatchObject({ a: 5 });
    expect(await on.db.command({ update, updates: updates({ $set: { a: 1 } }) })).toMatchObject({
      writeErrors: [{ code: 51198 }],
    });
  });

  // The unified specification of command logging expects it, which drivers run against MongoDB.
  test('a stage that nobody knows fails the whole command before it has done anything', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    const updates = [{ q: {}, u: { $set: { a: 2 } } }, { q: {}, u: [{ $foo: 1 }] }]; // prettier-ignore
    const command = on.db.command({ update: collection.collectionName, updates });
    await expect(command).rejects.toMatchObject({ code: 40324 });
    expect(await collection.findOne()).toMatchObject({ a: 1 });
  });

  test('a document that would exceed 16 MiB is refused', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 'x'.repeat(9_000_000) });
    await expect(collection.updateOne({}, [{ $set: { b: '$a' } }])).rejects.toMatchObject({ code: 10334 });
  });
});

describe('reference/command/update: upsert', () => {
  test('starts from what the filter fixes', async () => {
    const collection = on.fresh();
    const result = await collection.updateOne(
      { a: 1, 'b.c': 2, d: { $gt: 5 }, $and: [{ e: 3 }] },
      { $set: { f: 4 }, $setOnInsert: { g: 5 } },
      { upsert: true },
    );
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    const made = (await collection.findOne({ _id: result.upsertedId as never })) as Document;
    delete made['_id'];
    expect(made).toEqual({ a: 1, b: { c: 2 }, e: 3, f: 4, g: 5 });
  });

  test('takes the _id of its filter', async () => {
    const collection = on.fresh();
    await collection.replaceOne({ _id: 'k' as never }, { a: 1 }, { upsert: true });
    expect(await collection.findOne()).toEqual({ _id: 'k', a: 1 });
  });

  const refusals: [rule: string, filter: Document, code: number][] = [
    ['a filter that fixes a field twice', { $and: [{ a: 1 }, { a: 2 }] }, 54],
    ['a filter that fixes a field and what is in it', { a: {}, 'a.b': 2 }, 54],
    ['$expr', { $expr: { $eq: ['$a', 1] } }, 224],
  ];
  for (const [rule, filter, code] of refusals)
    test(`refuses ${rule}`, async () => {
      const update = on.fresh().updateOne(filter, { $set: { z: 1 } }, { upsert: true });
      await expect(update).rejects.toMatchObject({ code });
    });
});

describe('reference/bson-types: an empty timestamp', () => {
  const empty = new Timestamp({ t: 0, i: 0 });
  test('becomes the time of now in a field of an inserted document or a replacement, but not deeper', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: empty, b: { c: empty } });
    const { a, b } = (await collection.findOne()) as Document;
    expect(a.isZero()).toBe(false);
    expect(b.c.isZero()).toBe(true);
    await collection.replaceOne({}, { a: empty });
    expect((await collection.findOne())?.['a'].isZero()).toBe(false);
    await collection.updateOne({}, { $set: { a: empty } });
    expect((await collection.findOne())?.['a'].isZero()).toBe(true);
  });
});

describe('reference/command/findAndModify', () => {
  test('gives the document as it was, or as it is, in the order asked for', async () => {
    const collection = on.fresh();
    await collection.insertMany([
      { a: 1, n: 0 },
      { a: 2, n: 0 },
    ]);
    expect(await collection.findOneAndUpdate({}, { $inc: { n: 1 } }, { sort: { a: -1 } })).toMatchObject({
      a: 2,
      n: 0,
    });
    expect(
      await collection.findOneAndUpdate(
        { a: 2 },
        { $inc: { n: 1 } },
        { returnDocument: 'after', projection: { _id: 0, n: 1 } },
      ),
    ).toEqual({ n: 2 });
    expect(await collection.findOneAndUpdate({ a: 3 }, { $inc: { n: 1 } })).toBeNull();
    expect(await collection.findOneAndDelete({ a: 1 })).toMatchObject({ a: 1 });
    expect(await collection.countDocuments()).toBe(1);
  });

  test('a positional projection shows the element that was found, and not of the new document', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: [1, 2] });
    const projection = { _id: 0, 'a.$': 1 };
    const update = { $set: { b: 1 } };
    expect(await collection.findOneAndUpdate({ a: 2 }, update, { projection })).toEqual({ a: [2] });
    await expect(
      collection.findOneAndUpdate({ a: 2 }, update, { projection, returnDocument: 'after' }),
    ).rejects.toMatchObject({ code: 2 });
    expect(await collection.findOneAndDelete({ a: 2 }, { projection })).toEqual({ a: [2] });
  });

  const refusals: [rule: string, fields: Document, code: number][] = [
    ['neither an update nor remove', {}, 9],
    ['both', { update: { $set: { a: 1 } }, remove: true }, 9],
    ['remove and new', { remove: true, new: 1 }, 9],
    ['remove and upsert', { remove: 1, upsert: true }, 9],
    ['an update that is none', { update: 5 }, 9],
    ['a hint that is none', { remove: true, hint: null }, 9],
    ['new that is no flag', { update: { $set: { a: 1 } }, new: 'yes' }, 14],
    ['let that is no document', { update: { $set: { a: 1 } }, let: [] }, 14],
    ['a time limit with a fraction', { remove: true, maxTimeMS: 1.5 }, 9],
    ['a time limit below zero', { remove: true, maxTimeMS: -1 }, 2],
  ];
  for (const [rule, fields, code] of refusals)
    test(`refuses ${rule}`, async () => {
      await expect(on.db.command({ findAndModify: 'none', query: {}, ...fields })).rejects.toMatchObject({
        code,
      });
    });
});
