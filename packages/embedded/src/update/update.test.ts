import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Double, Int32, Long, type Document, type UpdateFilter, type UpdateOptions } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

async function updated(
  doc: Document,
  update: Document | Document[],
  options: UpdateOptions = {},
  filter: Document = {},
): Promise<Document> {
  const collection = on.fresh();
  await collection.insertOne({ _id: 1 as never, ...doc });
  await collection.updateOne(filter, update as UpdateFilter<Document>, options);
  const after = (await collection.findOne()) as Document;
  delete after['_id'];
  return after;
}

const cases: [
  promise: string,
  doc: Document,
  update: Document | Document[],
  expected: Document,
  options?: UpdateOptions,
  filter?: Document,
][] = [
  ['$set makes what is missing on the way', { a: 1 }, { $set: { 'b.c.d': 2 } }, { a: 1, b: { c: { d: 2 } } }],
  ['$set by position, filling up with null', { a: [1] }, { $set: { 'a.3': 4 } }, { a: [1, null, null, 4] }],
  [
    '$unset takes fields away and leaves holes in arrays',
    { a: 1, b: [1, 2], c: { d: 1 } },
    { $unset: { a: '', 'b.0': '', 'c.x.y': '' } },
    { b: [null, 2], c: { d: 1 } },
  ],
  ['$inc begins at nothing', { a: 1 }, { $inc: { a: 2, b: 5 } }, { a: 3, b: 5 }],
  ['$mul of nothing is zero', { a: 3 }, { $mul: { a: 2, b: 5 } }, { a: 6, b: 0 }],
  [
    '$min and $max compare across types',
    { a: 5, b: 5, c: 'x' },
    { $min: { a: 3, c: 9 }, $max: { b: 3, d: 1 } },
    { a: 3, b: 5, c: 9, d: 1 },
  ],
  ['$rename moves a field', { a: 1, b: 2 }, { $rename: { a: 'c.d', x: 'y' } }, { b: 2, c: { d: 1 } }],
  ['$push makes an array and adds to it', { a: [1] }, { $push: { a: 2, b: 3 } }, { a: [1, 2], b: [3] }],
  [
    '$push with $each, $position, $sort and $slice',
    { a: [5, 1] },
    { $push: { a: { $each: [4, 2], $position: 0, $sort: 1, $slice: 3 } } },
    { a: [1, 2, 4] },
  ],
  [
    '$push sorts documents by a field',
    { a: [{ x: 2 }, { x: 3 }] },
    { $push: { a: { $each: [{ x: 1 }], $sort: { x: -1 } } } },
    { a: [{ x: 3 }, { x: 2 }, { x: 1 }] },
  ],
  [
    '$addToSet knows equal values',
    { a: [1, { x: 1, y: 2 }] },
    { $addToSet: { a: { $each: [1, 2, { x: 1, y: 2 }, { y: 2, x: 1 }] } } },
    { a: [1, { x: 1, y: 2 }, 2, { y: 2, x: 1 }] },
  ],
  [
    '$pull by value, condition and document',
    { a: [1, 2, 3], b: [1, 5, 9], c: [{ x: 1, y: 1 }, { x: 2 }] },
    { $pull: { a: 2, b: { $gte: 5 }, c: { x: 1 } } },
    { a: [1, 3], b: [1], c: [{ x: 2 }] },
  ],
  ['$pullAll takes each value', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }],
  [
    '$pop from either end',
    { a: [1, 2, 3], b: [1, 2, 3] },
    { $pop: { a: 1, b: -1 } },
    { a: [1, 2], b: [2, 3] },
  ],
  [
    'the element that the query has found',
    { a: [{ x: 1 }, { x: 2 }] },
    { $set: { 'a.$.y': 5 } },
    { a: [{ x: 1 }, { x: 2, y: 5 }] },
    {},
    { 'a.x': 2 },
  ],
  [
    'the element that $elemMatch has found',
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
    {},
    { a: { $elemMatch: { x: 1, y: 2 } } },
  ],
  ['every element', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }],
  [
    'the elements of an array filter',
    { a: [{ x: 1 }, { x: 5 }, { x: 9 }] },
    { $set: { 'a.$[big].big': true } },
    { a: [{ x: 1 }, { x: 5, big: true }, { x: 9, big: true }] },
    { arrayFilters: [{ 'big.x': { $gte: 5 } }] },
  ],
  [
    'filters inside filters',
    { a: [{ b: [1, 2] }, { b: [3] }] },
    { $set: { 'a.$[].b.$[x]': 0 } },
    { a: [{ b: [1, 0] }, { b: [0] }] },
    { arrayFilters: [{ x: { $gte: 2 } }] },
  ],
  ['new fields come in the order of their names', {}, { $set: { b: 1, a: 2 } }, { a: 2, b: 1 }],
  ['a pipeline', { a: 1, b: 2 }, [{ $set: { c: { $add: ['$a', '$b'] } } }, { $unset: 'a' }], { b: 2, c: 3 }],
];

describe('an update', () => {
  for (const [promise, doc, update, expected, options, filter] of cases) {
    test(promise, async () => {
      const after = await updated(doc, update, options, filter);
      expect(after).toEqual(expected);
      expect(JSON.stringify(after)).toBe(JSON.stringify(expected));
    });
  }

  test('keeps the types of numbers, and widens them as MongoDB does', async () => {
    const collection = on.fresh();
    await collection.insertOne({ i: new Int32(2147483647), d: new Double(1), l: Long.fromNumber(1) });
    await collection.updateOne({}, { $inc: { i: new Int32(1), d: new Int32(1), l: new Int32(1) } });
    const after = await collection.findOne({}, { promoteValues: false });
    expect(after?.['i']).toEqual(Long.fromNumber(2147483648));
    expect(after?.['d']).toEqual(new Double(2));
    expect(after?.['l']).toEqual(Long.fromNumber(2));
  });

  test('that changes nothing counts as found and not as modified', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    expect(await collection.updateOne({}, { $set: { a: 1 } })).toMatchObject({
      matchedCount: 1,
      modifiedCount: 0,
    });
  });

  test('of many meets each document once, also when it moves in the index that finds it', async () => {
    const collection = on.fresh();
    await collection.createIndex({ n: 1 });
    await collection.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    expect(await collection.updateMany({ n: { $gte: 0 } }, { $inc: { n: 100 } })).toMatchObject({
      matchedCount: 300,
      modifiedCount: 300,
    });
    expect(await collection.findOne({}, { sort: { n: -1 } })).toMatchObject({ n: 399 });
  });

  test('by replacement keeps _id and nothing else', async () => {
    const collection = on.fresh();
    await collection.insertOne({ _id: 7 as never, a: 1, b: 2 });
    await collection.replaceOne({ a: 1 }, { c: 3 });
    expect(await collection.findOne()).toEqual({ _id: 7, c: 3 });
  });
});

describe('an upsert', () => {
  test('starts from what the filter fixes', async () => {
    const collection = on.fresh();
    const result = await collection.updateOne(
      { a: 1, 'b.c': 2, d: { $gt: 5 }, $and: [{ e: 3 }] },
      { $set: { f: 4 }, $setOnInsert: { g: 5 } },
      { upsert: true },
    );
    expect(result).toMatchObject({ matchedCount: 0, upsertedCount: 1 });
    expect(await collection.findOne({ _id: result.upsertedId as never })).toMatchObject({
      a: 1,
      b: { c: 2 },
      e: 3,
      f: 4,
      g: 5,
    });
  });
  test('updates when there is one, without $setOnInsert', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    await collection.updateOne({ a: 1 }, { $set: { b: 1 }, $setOnInsert: { c: 1 } }, { upsert: true });
    expect(await collection.find().project({ _id: 0 }).toArray()).toEqual([{ a: 1, b: 1 }]);
  });
  test('takes the _id of its filter', async () => {
    const collection = on.fresh();
    await collection.replaceOne({ _id: 'k' as never }, { a: 1 }, { upsert: true });
    expect(await collection.findOne()).toEqual({ _id: 'k', a: 1 });
  });
});

const refusals: [promise: string, doc: Document, update: Document, code: number][] = [
  ['an unknown operator', { a: 1 }, { $foo: { a: 1 } }, 9],
  ['two changes of one field', { a: 1 }, { $set: { a: 1 }, $inc: { a: 1 } }, 40],
  ['a change of a field and of what is in it', { a: {} }, { $set: { a: 1, 'a.b': 1 } }, 40],
  ['another _id', { a: 1 }, { $set: { _id: 2 } }, 66],
  ['$inc of text', { a: 'x' }, { $inc: { a: 1 } }, 14],
  ['$inc by text', { a: 1 }, { $inc: { a: 'x' } }, 14],
  ['$push to what is no array', { a: 1 }, { $push: { a: 1 } }, 2],
  ['a path through a value', { a: 1 }, { $set: { 'a.b': 1 } }, 28],
  ['the positional operator without a match', { a: [1] }, { $set: { 'a.$': 1 } }, 2],
  ['an array filter that is not there', { a: [1] }, { $set: { 'a.$[x]': 1 } }, 2],
  ['int64 beyond its end', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, 2],
];

describe('an update refuses', () => {
  for (const [promise, doc, update, code] of refusals) {
    test(promise, async () => await expect(updated(doc, update)).rejects.toMatchObject({ code }));
  }
  test('a document that would exceed 16 MiB', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 'x'.repeat(9_000_000) });
    await expect(collection.updateOne({}, [{ $set: { b: '$a' } }])).rejects.toMatchObject({ code: 10334 });
  });
});

describe('findOneAndUpdate', () => {
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
});
