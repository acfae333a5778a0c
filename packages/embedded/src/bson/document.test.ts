import { BSON, Long, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

type Fields = [name: string, value: unknown][];

/** A document with its fields in this order; a JavaScript object would move whole numbers before the others. */
const ordered = (...fields: Fields): Document => new Map(fields);

const namesIn = (bytes: Uint8Array): string[] =>
  [...BSON.onDemand.parseToElements(bytes)].map(([, at, length]) =>
    Buffer.from(bytes.subarray(at, at + length)).toString(),
  );

const mixed: Fields = [
  ['_id', 1],
  ['b', 2],
  ['1', 3],
  ['a', 4],
  ['0', 5],
];

async function namesAfter(pipeline: Document[], document: Fields = mixed): Promise<string[][]> {
  const collection = on.fresh();
  await on.db.command({ insert: collection.collectionName, documents: [ordered(...document)] });
  const found = await collection.aggregate(pipeline, { raw: true }).toArray();
  return found.map((bytes) => namesIn(bytes as unknown as Uint8Array));
}

describe('core/document', () => {
  const kept: [what: string, pipeline: Document[], names: string[]][] = [
    ['stored', [], ['_id', 'b', '1', 'a', '0']],
    ['$project in', [{ $project: { b: 1, 0: 1, 1: 1 } }], ['_id', 'b', '1', '0']],
    ['$project out', [{ $project: { a: 0 } }], ['_id', 'b', '1', '0']],
    ['$project new', [{ $project: ordered(['z', '$a'], ['5', '$b']) }], ['_id', 'z', '5']],
    ['$set', [{ $set: ordered(['z', 1], ['5', 2], ['b', 3]) }], ['_id', 'b', '1', 'a', '0', 'z', '5']],
    ['$unset', [{ $unset: 'b' }], ['_id', '1', 'a', '0']],
    ['$replaceWith', [{ $replaceWith: ordered(['z', 1], ['5', 2]) }], ['z', '5']],
    [
      '$group',
      [{ $group: ordered(['_id', null], ['z', { $sum: 1 }], ['5', { $sum: 1 }]) }],
      ['_id', 'z', '5'],
    ],
    [
      '$mergeObjects',
      [{ $replaceWith: { $mergeObjects: ['$$ROOT', { 7: 1 }, { c: 1 }] } }],
      ['_id', 'b', '1', 'a', '0', '7', 'c'],
    ],
    [
      '$arrayToObject of $objectToArray',
      [{ $replaceWith: { $arrayToObject: { $objectToArray: '$$ROOT' } } }],
      ['_id', 'b', '1', 'a', '0'],
    ],
    [
      '$setField',
      [{ $replaceWith: { $setField: { field: '9', input: '$$ROOT', value: 1 } } }],
      ['_id', 'b', '1', 'a', '0', '9'],
    ],
  ];
  for (const [what, pipeline, names] of kept)
    test(`fields keep their order, whole numbers too: ${what}`, async () =>
      expect(await namesAfter(pipeline)).toEqual([names]));

  const updates: [what: string, update: unknown, names: string[]][] = [
    ['$set', { $set: { 3: 1, b: 1 } }, ['_id', 'b', '1', 'a', '0', '3']],
    ['$unset and $set', { $unset: { b: 1 }, $set: { 3: 1 } }, ['_id', '1', 'a', '0', '3']],
    ['a replacement', ordered(['z', 1], ['5', 2]), ['_id', 'z', '5']],
    ['a pipeline', [{ $set: ordered(['z', 1], ['5', 2]) }], ['_id', 'b', '1', 'a', '0', 'z', '5']],
  ];
  for (const [what, u, names] of updates)
    test(`fields keep their order when ${what} changes them`, async () => {
      const collection = on.fresh();
      await on.db.command({ insert: collection.collectionName, documents: [ordered(...mixed)] });
      await on.db.command({ update: collection.collectionName, updates: [{ q: {}, u }] });
      const [bytes] = await collection.find({}, { raw: true }).toArray();
      expect(namesIn(bytes as unknown as Uint8Array)).toEqual(names);
    });

  test('documents that differ in the order of their fields are not equal', async () => {
    const collection = on.fresh();
    const [one, other] = [ordered(['b', 1], ['1', 1]), ordered(['1', 1], ['b', 1])];
    await on.db.command({ insert: collection.collectionName, documents: [{ _id: one }, { _id: other }] });
    expect(await collection.countDocuments(ordered(['_id', one]))).toBe(1);
    expect(await collection.countDocuments(ordered(['_id', { $lte: one }]))).toBe(2);
  });

  test('a sort and an index take their fields in the order in which they are given', async () => {
    const collection = on.fresh();
    const key = ordered(['b', 1], ['1', -1]);
    await collection.insertMany([
      { _id: 1 as never, b: 1, 1: 1 },
      { _id: 2 as never, b: 1, 1: 2 },
      { _id: 3 as never, b: 0, 1: 0 },
    ]);
    const ids = async (): Promise<unknown[]> => {
      const { cursor } = await on.db.command({ find: collection.collectionName, sort: key });
      return (cursor as { firstBatch: Document[] }).firstBatch.map(({ _id }) => _id as unknown);
    };
    expect(await ids()).toEqual([3, 2, 1]);
    await on.db.command({ createIndexes: collection.collectionName, indexes: [{ key, name: 'k' }] });
    expect(await ids()).toEqual([3, 2, 1]);
    const [, { key: stored }] = (await collection.listIndexes({ raw: false }).toArray()) as [
      Document,
      Document,
    ];
    expect(stored).toEqual({ b: 1, 1: -1 });
  });

  test('__proto__ and constructor are names like others', async () => {
    const collection = on.fresh();
    const document = ordered(['_id', 1], ['__proto__', 'x'], ['constructor', ordered(['__proto__', 2])]);
    await on.db.command({ insert: collection.collectionName, documents: [document] });
    for (const filter of [
      ['__proto__', 'x'],
      ['constructor.__proto__', 2],
      ['toString', null],
    ] as Fields)
      expect(await collection.countDocuments(ordered(filter))).toBe(1);
    const update = { $set: ordered(['constructor.__proto__', 3], ['a', 1]) };
    await on.db.command({ update: collection.collectionName, updates: [{ q: {}, u: update }] });
    const found = await collection
      .aggregate([{ $project: ordered(['__proto__', 1], ['p', '$constructor.__proto__']) }], { raw: true })
      .toArray();
    expect(namesIn(found[0] as unknown as Uint8Array)).toEqual(['_id', '__proto__', 'p']);
    const removed = await collection.aggregate([{ $unset: '__proto__' }], { raw: true }).toArray();
    expect(namesIn(removed[0] as unknown as Uint8Array)).toEqual(['_id', 'constructor', 'a']);
  });
});

describe('reference/operator/aggregation/toDate', () => {
  test('int64 milliseconds are kept exactly, and dates sort by them', async () => {
    const collection = on.fresh();
    const longs = [
      '-9223372036854775808',
      '-8640000000000001',
      '0',
      '9223372036854775806',
      '9223372036854775807',
    ];
    await collection.insertMany(longs.toReversed().map((l) => ({ l: Long.fromString(l) })));
    await collection.updateMany({}, [{ $set: { d: { $toDate: '$l' } } }]);
    const project = { $project: { _id: 0, back: { $toString: { $toLong: '$d' } } } };
    const sorted = async (): Promise<unknown> =>
      (await collection.aggregate([{ $sort: { d: 1 } }, project]).toArray()).map(
        ({ back }) => back as unknown,
      );
    expect(await sorted()).toEqual(longs);
    await collection.createIndex({ d: 1 });
    expect(await sorted()).toEqual(longs);
  });
});
