import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BSON, Decimal128, Double, Long, ObjectId, Timestamp, type Document, type Filter } from 'mongodb';
import { describePages } from '../testing/pages.ts';
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

const cases: [
  page: string,
  promise: string,
  documents: Document[],
  filter: Filter<Document>,
  expected: number[],
][] = [
  [
    'tutorial/query-for-null-fields',
    'null finds what is null and what is missing',
    [{ a: null }, {}, { a: 1 }, { a: [null] }, { a: [] }],
    { a: null },
    [0, 1, 3],
  ],
  [
    'tutorial/query-for-null-fields',
    'null of a field of array elements finds an element without it',
    [{ a: [{ b: 1 }, {}] }, { a: [{ b: 1 }] }, { a: [] }, { a: [1] }, { a: 1 }],
    { 'a.b': null },
    [0, 4],
  ],
  [
    'tutorial/query-for-null-fields',
    'not null leaves out null and missing',
    [{ a: null }, {}, { a: 0 }, { a: [1, null] }],
    { a: { $ne: null } },
    [2],
  ],
  [
    'reference/operator/query/exists',
    '$exists tells null from missing',
    [{ a: null }, {}, { a: [] }],
    { a: { $exists: true } },
    [0, 2],
  ],
  [
    'reference/operator/query/exists',
    '$exists false finds what is missing only',
    [{ a: null }, {}, { a: { b: 1 } }],
    { 'a.b': { $exists: false } },
    [0, 1],
  ],
  [
    'reference/database-references',
    '$elemMatch finds references by one of their fields',
    [{ a: [{ $ref: 'c', $id: 1 }] }, { a: [{ $ref: 'c', $id: 2 }] }],
    { a: { $elemMatch: { $id: 2, $ref: 'c' } } },
    [1],
  ],
  [
    'reference/database-references',
    'a reference finds itself',
    [{ a: { $ref: 'c', $id: 1 } }, {}],
    { a: { $ref: 'c', $id: 1 } },
    [0],
  ],
  [
    'tutorial/query-arrays',
    'a value finds an array that contains it',
    [{ a: [1, 2] }, { a: 1 }, { a: [[1]] }],
    { a: 1 },
    [0, 1],
  ],
  [
    'tutorial/query-arrays',
    'an array finds itself, in order, and an array that contains it',
    [{ a: [1, 2] }, { a: [2, 1] }, { a: [[1, 2], 3] }],
    { a: [1, 2] },
    [0, 2],
  ],
  [
    'tutorial/query-arrays',
    'conditions on an array may be met by different elements',
    [{ a: [1, 20] }, { a: [5] }, { a: [1, 2] }],
    { a: { $gt: 3, $lt: 4 } },
    [0],
  ],
  [
    'reference/operator/query/all',
    'a name that only looks like a condition is a value',
    [{ a: { $x: 1 } }, { a: 1 }],
    { a: { $all: [{ $x: 1 }] } },
    [0],
  ],
  [
    'reference/operator/query/elemMatch',
    '$elemMatch wants one element to meet them all',
    [{ a: [1, 20] }, { a: [5, 30] }],
    { a: { $elemMatch: { $gt: 3, $lt: 10 } } },
    [1],
  ],
  [
    'reference/operator/query/elemMatch',
    '$elemMatch looks at one element, not into arrays in it',
    [{ a: [[1, 5]] }, { a: [5] }],
    { a: { $elemMatch: { $gt: 3 } } },
    [1],
  ],
  [
    'reference/operator/query/elemMatch',
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
  [
    'tutorial/query-arrays',
    'a position in a path',
    [{ a: [5, 6] }, { a: [6, 5] }, { a: { 0: 5 } }],
    { 'a.0': 5 },
    [0, 2],
  ],
  [
    'reference/operator/query/size',
    '$size counts the elements',
    [{ a: [] }, { a: [1] }, { a: [[1, 2]] }, { a: 1 }],
    { a: { $size: 1 } },
    [1, 2],
  ],
  [
    'reference/operator/query/all',
    '$all wants each value',
    [{ a: [1, 2, 3] }, { a: [1] }, { a: 1 }],
    { a: { $all: [1, 2] } },
    [0],
  ],
  [
    'reference/operator/query/all',
    '$all of one value finds the value itself',
    [{ a: 1 }, { a: [1] }],
    { a: { $all: [1] } },
    [0, 1],
  ],
  [
    'reference/operator/query/all',
    '$all of nothing finds nothing',
    [{ a: [] }, { a: 1 }],
    { a: { $all: [] } },
    [],
  ],
  [
    'reference/operator/query/all',
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
    'reference/operator/query/in',
    '$in finds values, null and patterns',
    [{ a: 'abc' }, { a: 'x' }, {}, { a: [2] }, { a: 3 }],
    { a: { $in: [/^ab/, null, 2] } },
    [0, 2, 3],
  ],
  [
    'reference/operator/query/in',
    '$in finds ids, and no text that looks like one',
    [
      { a: new ObjectId('65b0000000000000000000aa') },
      { a: '65b0000000000000000000aa' },
      { a: [new ObjectId('65b0000000000000000000aa')] },
      { a: new ObjectId('65b0000000000000000000ab') },
    ],
    { a: { $in: [new ObjectId('65b0000000000000000000aa'), 2] } },
    [0, 2],
  ],
  [
    'reference/operator/query/nin',
    '$nin is not $in',
    [{ a: 1 }, { a: [1, 2] }, {}, { a: 3 }],
    { a: { $nin: [1] } },
    [2, 3],
  ],
  [
    'reference/operator/query/ne',
    '$ne of a value leaves out arrays that contain it',
    [{ a: [1, 2] }, { a: 2 }, {}],
    { a: { $ne: 1 } },
    [1, 2],
  ],
  [
    'reference/bson-type-comparison-order',
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
    'reference/bson-type-comparison-order',
    'an int64 above 2^53 is not its neighbour',
    [{ a: Long.fromString('9007199254740993') }, { a: Long.fromString('9007199254740992') }],
    { a: Long.fromString('9007199254740993') },
    [0],
  ],
  [
    'reference/bson-type-comparison-order',
    'a comparison stays within its type',
    [{ a: 1 }, { a: 'z' }, { a: null }, { a: true }, {}],
    { a: { $gte: 0 } },
    [0],
  ],
  [
    'reference/bson-type-comparison-order',
    'greater than a string finds strings only',
    [{ a: 1 }, { a: 'z' }, { a: {} }],
    { a: { $gt: 'a' } },
    [1],
  ],
  [
    'reference/operator/query/lte',
    '$lte null finds null and missing',
    [{ a: null }, {}, { a: 1 }],
    { a: { $lte: null } },
    [0, 1],
  ],
  [
    'tutorial/query-embedded-documents',
    'documents are equal when their fields are, in order',
    [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, { a: { x: 1 } }],
    { a: { x: 1, y: 2 } },
    [0],
  ],
  [
    'reference/bson-type-comparison-order',
    'NaN is equal to itself and beyond every comparison',
    [{ a: NaN }, { a: 1 }],
    { a: { $lt: 5 } },
    [1],
  ],
  ['reference/bson-type-comparison-order', 'NaN finds NaN', [{ a: NaN }, { a: 1 }], { a: NaN }, [0]],
  [
    'reference/bson-type-comparison-order',
    'MinKey and MaxKey bound every type',
    [{ a: 1 }, { a: 'x' }, { a: new BSON.MinKey() }],
    { a: { $gt: new BSON.MinKey() } },
    [0, 1],
  ],
  [
    'reference/bson-type-comparison-order',
    'dates compare by time',
    [{ a: new Date(1) }, { a: new Date(5) }, { a: 5 }],
    { a: { $gte: new Date(3) } },
    [1],
  ],
  [
    'reference/operator/query-logical',
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
    'reference/operator/query/not',
    '$not turns its conditions round, missing included',
    [{ a: 1 }, { a: 5 }, {}],
    { a: { $not: { $gt: 3 } } },
    [0, 2],
  ],
  [
    'reference/operator/query/type',
    '$type by name, number and number class',
    [{ a: 1 }, { a: 1.5 }, { a: 'x' }, { a: [1] }, {}],
    { a: { $type: ['int', 2] } },
    [0, 2, 3],
  ],
  [
    'reference/operator/query/type',
    '$type array finds arrays',
    [{ a: [1] }, { a: 1 }, { a: [[1]] }],
    { a: { $type: 'array' } },
    [0, 2],
  ],
  [
    'reference/operator/query/mod',
    '$mod takes the whole part',
    [{ a: 4 }, { a: 5 }, { a: 4.7 }, { a: -4 }, { a: 'x' }],
    { a: { $mod: [4, 0] } },
    [0, 2, 3],
  ],
  [
    'reference/operator/query/regex',
    '$regex with options',
    [{ a: 'Hello' }, { a: 'hell' }, { a: ['HELLO'] }, { a: 1 }],
    { a: { $regex: '^hello', $options: 'i' } },
    [0, 2],
  ],
  [
    'reference/operator/query/regex',
    'an anchored pattern',
    [{ a: 'abc' }, { a: 'xabc' }, { a: 'ab' }],
    { a: /^abc?/ },
    [0, 2],
  ],
  [
    'reference/operator/query/expr',
    '$expr compares fields of a document',
    [
      { a: 1, b: 2 },
      { a: 3, b: 2 },
    ],
    { $expr: { $gt: ['$a', '$b'] } },
    [1],
  ],
  [
    'reference/operator/query/or',
    'values of one field are found as $in finds them',
    [{ a: 1 }, { a: [3, 2] }, { a: 'abc' }, { a: 4 }],
    { $or: [{ a: 1 }, { a: { $in: [2] } }, { a: /^ab/ }] },
    [0, 1, 2],
  ],
  [
    'reference/operator/query/mod',
    'a decimal beyond 2^53 is divided exactly, and what is no int64 is never found',
    [{ a: Decimal128.fromString('999999999999999999') }, { a: 1e300 }, { a: Infinity }],
    { a: { $mod: [3, 0] } },
    [0],
  ],
  [
    'reference/operator/query/type',
    'a number of any type names a type',
    [{ a: 'x' }, { a: 1 }],
    { a: { $type: Decimal128.fromString('2') as never } },
    [0],
  ],
  [
    'reference/bson-type-comparison-order',
    'a timestamp is no number',
    [{ a: new Timestamp({ t: 1, i: 1 }) }, { a: 1 }],
    { a: { $gt: 0 } },
    [1],
  ],
];

describePages(cases, async ([, , documents, filter, expected]) =>
  expect(await found(documents, filter)).toEqual(expected),
);

const refusals: [page: string, promise: string, filter: Document, code: number][] = [
  ['reference/operator/query', 'an unknown operator is refused', { a: { $foo: 1 } }, 2],
  ['reference/operator/query', 'an unknown operator at the top is refused', { $foo: 1 }, 2],
  ['reference/database-references', 'half a reference is refused', { a: { $id: 1 } }, 2],
  ['reference/operator/query/where', '$where is refused', { $where: '1' }, 2],
  ['reference/operator/query/text', '$text is refused', { $text: { $search: 'x' } }, 2],
  ['reference/operator/query/jsonSchema', '$jsonSchema is refused', { $jsonSchema: {} }, 2],
  ['reference/operator/query/near', '$near is refused', { a: { $near: [1, 2] } }, 2],
  ['reference/operator/query/or', 'it wants something', { $or: [] }, 2],
  ['reference/operator/query/in', 'it wants an array', { a: { $in: 1 } }, 2],
  ['reference/operator/query/regex', 'a broken pattern is refused', { a: { $regex: '(' } }, 51091],
  ['reference/operator/query/regex', 'a null byte is refused', { a: { $regex: 'a\0b' } }, 2],
  [
    'reference/operator/query/regex',
    'options stand in one place',
    { a: { $regex: /a/m, $options: 'i' } },
    51075,
  ],
  [
    'reference/operator/query/regex',
    'options stand in one place, whichever comes first',
    { a: { $options: 'i', $regex: /a/m } },
    51074,
  ],
  ['reference/operator/query/size', 'it wants none below zero', { a: { $size: -1 } }, 2],
  ['reference/operator/query/size', 'it wants 32 bits', { a: { $size: 2 ** 31 } }, 2],
  [
    'reference/operator/query/size',
    'a timestamp is no number',
    { a: { $size: new Timestamp({ t: 0, i: 1 }) } },
    2,
  ],
  ['reference/operator/query/mod', 'it wants an int64', { a: { $mod: [1e300, 0] } }, 2],
  ['reference/operator/query/not', 'it wants something', { a: { $not: {} } }, 2],
  ['reference/operator/query/expr', 'an unknown expression is refused', { $expr: { $foo: 1 } }, 168],
  ['reference/operator/query/comment', 'it stands beside the fields', { a: { $comment: 'x' } }, 2],
  ['reference/operator/query', '$alwaysTrue is true of 1 only', { $alwaysTrue: 2 }, 9],
  ['reference/operator/query/all', 'a condition is refused', { a: { $all: [{ $gt: 1 }] } }, 2],
  [
    'reference/operator/query/elemMatch',
    'a comment first makes it a query of documents',
    { a: { $elemMatch: { $comment: 'x', $gt: 1 } } },
    2,
  ],
  [
    'reference/operator/query/elemMatch',
    '$expr cannot stand in it',
    { a: { $elemMatch: { $expr: { $eq: ['$x', 1] } } } },
    2,
  ],
];

describePages(refusals, async ([, , filter, code]) => {
  const collection = on.fresh();
  await collection.insertOne({ a: 1 });
  await expect(collection.find(filter).toArray()).rejects.toMatchObject({ code });
});

describe('reference/command/find', () => {
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
});
