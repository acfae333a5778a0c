import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BSON, Decimal128, Double, Long, type Document, type Filter } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** The documents that a filter finds, by their place in the list. */
async function found(documents: Document[], filter: Filter<Document>): Promise<number[]> {
  const collection = on.fresh();
  await collection.insertMany(documents.map((doc, index) => ({ _id: index as never, ...doc })));
  return (await collection.find(filter).sort({ _id: 1 }).project({ _id: 1 }).toArray()).map(
    ({ _id }) => _id as number,
  );
}

const cases: [promise: string, documents: Document[], filter: Filter<Document>, expected: number[]][] = [
  // https://www.mongodb.com/docs/manual/tutorial/query-for-null-fields/
  [
    'null finds what is null and what is missing',
    [{ a: null }, {}, { a: 1 }, { a: [null] }, { a: [] }],
    { a: null },
    [0, 1, 3],
  ],
  [
    'null of a field of array elements finds an element without it',
    [{ a: [{ b: 1 }, {}] }, { a: [{ b: 1 }] }, { a: [] }, { a: [1] }, { a: 1 }],
    { 'a.b': null },
    [0, 4],
  ],
  [
    'not null leaves out null and missing',
    [{ a: null }, {}, { a: 0 }, { a: [1, null] }],
    { a: { $ne: null } },
    [2],
  ],
  ['$exists tells null from missing', [{ a: null }, {}, { a: [] }], { a: { $exists: true } }, [0, 2]],
  [
    '$exists false finds what is missing only',
    [{ a: null }, {}, { a: { b: 1 } }],
    { 'a.b': { $exists: false } },
    [0, 1],
  ],
  // https://www.mongodb.com/docs/manual/reference/database-references/
  [
    '$elemMatch finds references by one of their fields',
    [{ a: [{ $ref: 'c', $id: 1 }] }, { a: [{ $ref: 'c', $id: 2 }] }],
    { a: { $elemMatch: { $id: 2, $ref: 'c' } } },
    [1],
  ],
  ['a reference finds itself', [{ a: { $ref: 'c', $id: 1 } }, {}], { a: { $ref: 'c', $id: 1 } }, [0]],
  // https://www.mongodb.com/docs/manual/tutorial/query-arrays/
  ['a value finds an array that contains it', [{ a: [1, 2] }, { a: 1 }, { a: [[1]] }], { a: 1 }, [0, 1]],
  [
    'an array finds itself, in order, and an array that contains it',
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [[1, 2], 3] }],
    { a: [1, 2] },
    [0, 2],
  ],
  [
    'conditions on an array may be met by different elements',
    [{ a: [1, 20] }, { a: [5] }, { a: [1, 2] }],
    { a: { $gt: 3, $lt: 4 } },
    [0],
  ],
  [
    '$elemMatch wants one element to meet them all',
    [{ a: [1, 20] }, { a: [5, 30] }],
    { a: { $elemMatch: { $gt: 3, $lt: 10 } } },
    [1],
  ],
  [
    '$elemMatch looks at one element, not into arrays in it',
    [{ a: [[1, 5]] }, { a: [5] }],
    { a: { $elemMatch: { $gt: 3 } } },
    [1],
  ],
  [
    '$elemMatch of documents',
    [
      {
        a: [
          { x: 1, y: 2 },
          { x: 2, y: 1 },
        ],
      },
      { a: [{ x: 1, y: 1 }] },
    ],
    { a: { $elemMatch: { x: 1, y: 1 } } },
    [1],
  ],
  ['a position in a path', [{ a: [5, 6] }, { a: [6, 5] }, { a: { 0: 5 } }], { 'a.0': 5 }, [0, 2]],
  [
    '$size counts the elements',
    [{ a: [] }, { a: [1] }, { a: [[1, 2]] }, { a: 1 }],
    { a: { $size: 1 } },
    [1, 2],
  ],
  ['$all wants each value', [{ a: [1, 2, 3] }, { a: [1] }, { a: 1 }], { a: { $all: [1, 2] } }, [0]],
  ['$all of one value finds the value itself', [{ a: 1 }, { a: [1] }], { a: { $all: [1] } }, [0, 1]],
  ['$all of nothing finds nothing', [{ a: [] }, { a: 1 }], { a: { $all: [] } }, []],
  [
    '$all with $elemMatch',
    [
      {
        a: [
          { x: 1, y: 1 },
          { x: 2, y: 2 },
        ],
      },
      { a: [{ x: 1, y: 2 }] },
    ],
    { a: { $all: [{ $elemMatch: { x: 1, y: 1 } }, { $elemMatch: { x: 2, y: 2 } }] } },
    [0],
  ],
  [
    '$in finds values, null and patterns',
    [{ a: 'abc' }, { a: 'x' }, {}, { a: [2] }, { a: 3 }],
    { a: { $in: [/^ab/, null, 2] } },
    [0, 2, 3],
  ],
  ['$nin is not $in', [{ a: 1 }, { a: [1, 2] }, {}, { a: 3 }], { a: { $nin: [1] } }, [2, 3]],
  [
    '$ne of a value leaves out arrays that contain it',
    [{ a: [1, 2] }, { a: 2 }, {}],
    { a: { $ne: 1 } },
    [1, 2],
  ],
  // https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/
  [
    'numbers of every type compare by value',
    [
      { a: 5 },
      { a: Long.fromNumber(5) },
      { a: new Double(5) },
      { a: Decimal128.fromString('5.0') },
      { a: '5' },
    ],
    { a: 5 },
    [0, 1, 2, 3],
  ],
  [
    'an int64 above 2^53 is not its neighbour',
    [{ a: Long.fromString('9007199254740993') }, { a: Long.fromString('9007199254740992') }],
    { a: Long.fromString('9007199254740993') },
    [0],
  ],
  [
    'a comparison stays within its type',
    [{ a: 1 }, { a: 'z' }, { a: null }, { a: true }, {}],
    { a: { $gte: 0 } },
    [0],
  ],
  ['greater than a string finds strings only', [{ a: 1 }, { a: 'z' }, { a: {} }], { a: { $gt: 'a' } }, [1]],
  ['$lte null finds null and missing', [{ a: null }, {}, { a: 1 }], { a: { $lte: null } }, [0, 1]],
  [
    'documents are equal when their fields are, in order',
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, { a: { x: 1 } }],
    { a: { x: 1, y: 2 } },
    [0],
  ],
  ['NaN is equal to itself and beyond every comparison', [{ a: NaN }, { a: 1 }], { a: { $lt: 5 } }, [1]],
  ['NaN finds NaN', [{ a: NaN }, { a: 1 }], { a: NaN }, [0]],
  [
    'MinKey and MaxKey bound every type',
    [{ a: 1 }, { a: 'x' }, { a: new BSON.MinKey() }],
    { a: { $gt: new BSON.MinKey() } },
    [0, 1],
  ],
  [
    'dates compare by time',
    [{ a: new Date(1) }, { a: new Date(5) }, { a: 5 }],
    { a: { $gte: new Date(3) } },
    [1],
  ],
  // operators
  [
    '$and, $or and $nor',
    [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 2, b: 2 },
    ],
    { $and: [{ $or: [{ a: 1 }, { b: 2 }] }, { $nor: [{ a: 1, b: 1 }] }] },
    [1, 2],
  ],
  [
    '$not turns its conditions round, missing included',
    [{ a: 1 }, { a: 5 }, {}],
    { a: { $not: { $gt: 3 } } },
    [0, 2],
  ],
  [
    '$type by name, number and number class',
    [{ a: 1 }, { a: 1.5 }, { a: 'x' }, { a: [1] }, {}],
    { a: { $type: ['int', 2] } },
    [0, 2, 3],
  ],
  ['$type array finds arrays', [{ a: [1] }, { a: 1 }, { a: [[1]] }], { a: { $type: 'array' } }, [0, 2]],
  [
    '$mod takes the whole part',
    [{ a: 4 }, { a: 5 }, { a: 4.7 }, { a: -4 }, { a: 'x' }],
    { a: { $mod: [4, 0] } },
    [0, 2, 3],
  ],
  [
    '$regex with options',
    [{ a: 'Hello' }, { a: 'hell' }, { a: ['HELLO'] }, { a: 1 }],
    { a: { $regex: '^hello', $options: 'i' } },
    [0, 2],
  ],
  ['an anchored pattern', [{ a: 'abc' }, { a: 'xabc' }, { a: 'ab' }], { a: /^abc?/ }, [0, 2]],
  [
    '$expr compares fields of a document',
    [
      { a: 1, b: 2 },
      { a: 3, b: 2 },
    ],
    { $expr: { $gt: ['$a', '$b'] } },
    [1],
  ],
];

describe('a query', () => {
  for (const [promise, documents, filter, expected] of cases)
    test(promise, async () => expect(await found(documents, filter)).toEqual(expected));
});

test('a query, an update and a deletion know the variables of let', async () => {
  const collection = on.fresh();
  await collection.insertMany([1, 2, 3].map((a) => ({ a })));
  const filter = { $expr: { $gt: ['$a', '$$least'] } };
  expect(
    await collection
      .find(filter, { let: { least: { $add: [1, 1] } } })
      .project({ _id: 0 })
      .toArray(),
  ).toEqual([{ a: 3 }]);
  expect(
    await collection.updateMany(filter, [{ $set: { b: '$$least' } }], { let: { least: 1 } }),
  ).toMatchObject({ modifiedCount: 2 });
  expect(await collection.deleteMany(filter, { let: { least: 2 } })).toMatchObject({ deletedCount: 1 });
});

const refusals: [promise: string, filter: Document, code: number][] = [
  ['an unknown operator', { a: { $foo: 1 } }, 2],
  ['an unknown operator at the top', { $foo: 1 }, 2],
  ['$where', { $where: '1' }, 2],
  ['$text', { $text: { $search: 'x' } }, 2],
  ['$near', { a: { $near: [1, 2] } }, 2],
  ['an empty $or', { $or: [] }, 2],
  ['$in without an array', { a: { $in: 1 } }, 2],
  ['a broken pattern', { a: { $regex: '(' } }, 51091],
  ['a negative size', { a: { $size: -1 } }, 2],
  ['half a reference', { a: { $id: 1 } }, 2],
  ['$not of nothing', { a: { $not: {} } }, 2],
  ['an unknown expression', { $expr: { $foo: 1 } }, 168],
];

describe('a query refuses', () => {
  for (const [promise, filter, code] of refusals) {
    test(promise, async () => {
      const collection = on.fresh();
      await collection.insertOne({ a: 1 });
      await expect(collection.find(filter).toArray()).rejects.toMatchObject({ code });
    });
  }
});

describe('a sort', () => {
  const ordered = async (values: unknown[], direction: 1 | -1): Promise<number[]> => {
    const collection = on.fresh();
    await collection.insertMany(
      values.map((a, index) => (a === undefined ? { _id: index as never } : { _id: index as never, a })),
    );
    return (await collection.find().sort({ a: direction, _id: 1 }).toArray()).map(
      ({ _id }) => _id as unknown as number,
    );
  };
  test('orders types as the manual does, missing with null', async () => {
    expect(await ordered(['x', 5, null, true, {}, undefined, [[]], new Date(0)], 1)).toEqual([
      2, 5, 1, 0, 4, 6, 3, 7,
    ]);
  });
  test('takes the smallest element of an array going up and the largest going down', async () => {
    expect(await ordered([[5, 1], 3, [2, 9]], 1)).toEqual([0, 2, 1]);
    expect(await ordered([[5, 1], 3, [2, 9]], -1)).toEqual([2, 0, 1]);
  });
  test('puts an empty array before null', async () =>
    expect(await ordered([null, [], 1], 1)).toEqual([1, 0, 2]));
  test('skips and limits after ordering', async () => {
    const collection = on.fresh();
    await collection.insertMany([5, 3, 1, 4, 2].map((a) => ({ a })));
    expect(
      (await collection.find().sort({ a: -1 }).skip(1).limit(2).toArray()).map(({ a }) => a as number),
    ).toEqual([4, 3]);
  });
});

describe('a projection', () => {
  const doc = { _id: 1 as never, a: 1, b: { c: 2, d: 3 }, l: [{ x: 1, y: 2 }, { x: 3, y: 4 }, 5] };
  const shapes: [promise: string, projection: Document, expected: Document][] = [
    ['includes fields, and _id unless told', { a: 1 }, { _id: 1, a: 1 }],
    ['leaves _id out', { a: 1, _id: 0 }, { a: 1 }],
    ['excludes fields', { a: 0, l: 0 }, { _id: 1, b: { c: 2, d: 3 } }],
    ['reaches into documents', { 'b.c': 1 }, { _id: 1, b: { c: 2 } }],
    ['reaches into arrays', { 'l.x': 1 }, { _id: 1, l: [{ x: 1 }, { x: 3 }] }],
    ['excludes inside arrays', { 'l.x': 0, a: 0, b: 0 }, { _id: 1, l: [{ y: 2 }, { y: 4 }, 5] }],
    ['slices an array', { l: { $slice: 1 }, a: 0, b: 0 }, { _id: 1, l: [{ x: 1, y: 2 }] }],
    ['slices from a place', { l: { $slice: [-1, 1] }, _id: 1, a: 1 }, { _id: 1, a: 1, l: [5] }],
    [
      'shows the first element that matches',
      { l: { $elemMatch: { x: 3 } } },
      { _id: 1, l: [{ x: 3, y: 4 }] },
    ],
    ['computes', { s: { $add: ['$a', '$b.c'] } }, { _id: 1, s: 3 }],
  ];
  for (const [promise, projection, expected] of shapes) {
    test(promise, async () => {
      const collection = on.fresh();
      await collection.insertOne(doc);
      expect(await collection.findOne({}, { projection })).toEqual(expected);
    });
  }
  test('shows the element that the query has found', async () => {
    const collection = on.fresh();
    await collection.insertOne(doc);
    expect(await collection.findOne({ 'l.x': 3 }, { projection: { 'l.$': 1 } })).toEqual({
      _id: 1,
      l: [{ x: 3, y: 4 }],
    });
  });
  test('refuses to mix what it includes and excludes', async () => {
    const collection = on.fresh();
    await collection.insertOne(doc);
    await expect(collection.findOne({}, { projection: { a: 1, b: 0 } })).rejects.toMatchObject({
      code: 31254,
    });
  });
});

describe('a cursor', () => {
  test('reads everything in batches of the asked size, across other writes', async () => {
    const collection = on.fresh();
    await collection.insertMany(Array.from({ length: 500 }, (_, index) => ({ index })));
    const cursor = collection.find().batchSize(7);
    const seen: number[] = [];
    for await (const { index } of cursor) {
      seen.push(index as number);
      if (seen.length === 50) await collection.deleteOne({ index: 499 });
    }
    expect(seen).toEqual(Array.from({ length: 499 }, (_, index) => index));
  });
  test('that was killed is not found', async () => {
    const collection = on.fresh();
    await collection.insertMany(Array.from({ length: 10 }, () => ({})));
    const { cursor } = await on.db.command({ find: collection.collectionName, batchSize: 1 });
    const id = (cursor as { id: Long }).id;
    await on.db.command({ killCursors: collection.collectionName, cursors: [id] });
    await expect(
      on.db.command({ getMore: Long.fromValue(id as never), collection: collection.collectionName }),
    ).rejects.toMatchObject({ code: 43 });
  });
});
