import { Decimal128, Double, Long, Timestamp, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describePages } from '../testing/pages.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

const find = 'reference/command/find';
const count = 'reference/command/count';
const distinct = 'reference/command/distinct';
const concern = 'reference/read-concern';

/** Commands over three documents with n from 1 to 3, an index on n, and others that hold one of them. */
const command = async (body: Document): Promise<Document> => {
  const collection = on.fresh();
  await collection.createIndex({ n: 1 });
  await collection.createIndex({ s: 1 }, { sparse: true });
  await collection.createIndex({ p: 1 }, { partialFilterExpression: { n: { $gt: 2 } } });
  await collection.insertMany([{ n: 1 }, { n: 2, s: 1 }, { n: 3, l: [{ x: 1 }, { x: [2, [3]] }, 4] }]);
  const [name = ''] = Object.keys(body);
  return on.db.command({ ...body, [name]: collection.collectionName });
};

const answers: [page: string, promise: string, body: Document, expected: Document][] = [
  [count, 'skip is a whole number, a double toward zero', { count: '', skip: new Double(1.9) }, { n: 2 }],
  [
    count,
    'a decimal to the nearest, halves to the even one',
    { count: '', skip: Decimal128.fromString('2.5') },
    { n: 1 },
  ],
  [count, 'NaN skips nothing, infinity all', { count: '', skip: NaN }, { n: 3 }],
  [count, 'a negative limit is a limit', { count: '', limit: -2 }, { n: 2 }],
  [count, 'zero is none', { count: '', limit: 0 }, { n: 3 }],
  [count, 'a hint counts what a sparse index holds', { count: '', hint: { s: 1 } }, { n: 1 }],
  [count, 'and what a partial index holds', { count: '', hint: { p: 1 } }, { n: 1 }],
  [count, 'the whole collection may be hinted', { count: '', hint: { $natural: -1 } }, { n: 3 }],
  [
    distinct,
    'an array at the end counts by its elements',
    { distinct: '', key: 'l' },
    { values: [4, { x: 1 }, { x: [2, [3]] }] },
  ],
  [distinct, 'an array on the way is entered', { distinct: '', key: 'l.x' }, { values: [1, 2, [3]] }],
  [distinct, 'by a place too', { distinct: '', key: 'l.1.x' }, { values: [2, [3]] }],
  [distinct, 'an empty key is a field', { distinct: '', key: '' }, { values: [] }],
  [
    distinct,
    'a hint gives what a sparse index holds',
    { distinct: '', key: 'n', hint: { s: 1 } },
    { values: [2] },
  ],
  [concern, 'no level is the default', { count: '', readConcern: { level: null } }, { n: 3 }],
  [
    concern,
    'majority and linearizable are what there is',
    { count: '', readConcern: { level: 'linearizable' } },
    { n: 3 },
  ],
];
describePages(answers, async ([, , body, expected]) => expect(await command(body)).toMatchObject(expected));

const refusals: [page: string, promise: string, body: Document, code: number][] = [
  [find, 'null for a filter', { find: '', filter: null }, 14],
  [find, 'a negative skip', { find: '', skip: -1 }, 2],
  [find, 'a negative limit', { find: '', limit: -1 }, 2],
  [find, 'a hint that names no index', { find: '', hint: 'nope' }, 2],
  [find, 'a hint that is no name and no pattern', { find: '', hint: 1 }, 9],
  [find, '$natural beside others', { find: '', hint: { $natural: 1, n: 1 } }, 2],
  [find, '$natural with another direction', { find: '', hint: { $natural: 2 } }, 2],
  [find, 'a tailable cursor where nothing is capped', { find: '', tailable: true }, 2],
  [find, 'awaitData without tailable', { find: '', awaitData: true }, 9],
  [count, 'a limit that is no number', { count: '', limit: new Timestamp({ t: 1, i: 1 }) }, 2],
  [count, 'a limit with a fraction', { count: '', limit: 1.5 }, 9],
  [count, 'the smallest limit', { count: '', limit: Long.MIN_VALUE }, 2],
  [count, 'a negative skip', { count: '', skip: -1 }, 2],
  [count, 'a write concern', { count: '', writeConcern: { w: 1 } }, 72],
  [distinct, 'no key', { distinct: '' }, 40414],
  [distinct, 'a null byte in the key', { distinct: '', key: 'a\0b' }, 31032],
  [concern, 'an unknown field', { find: '', readConcern: { x: 1 } }, 40415],
  [concern, 'an unknown level', { find: '', readConcern: { level: 'strong' } }, 2],
  [concern, 'a level that is no string', { find: '', readConcern: { level: 1 } }, 14],
  [
    concern,
    'another level than majority for a change stream',
    { aggregate: '', pipeline: [{ $changeStream: {} }], cursor: {}, readConcern: { level: 'local' } },
    72,
  ],
  [
    concern,
    'a time without a snapshot',
    { find: '', readConcern: { atClusterTime: new Timestamp({ t: 1, i: 1 }) } },
    72,
  ],
];
describePages(
  refusals.map(([page, promise, ...rest]): (typeof refusals)[number] => [
    page,
    `refuses ${promise}`,
    ...rest,
  ]),
  async ([, , body, code]) => expect(command(body)).rejects.toMatchObject({ code }),
);

test('reference/command/explain: reads the command as the command itself is read', async () => {
  const explained = (body: Document): Promise<Document> => on.db.command({ explain: body });
  await expect(explained({ find: 'none', skip: 'x' })).rejects.toMatchObject({ code: 14 });
  await expect(explained({ find: 'none', unknown: 1 })).rejects.toMatchObject({ code: 40415 });
  await expect(explained({ unknown: 'none' })).rejects.toMatchObject({ code: 59 });
  await expect(explained({ aggregate: 'none' })).rejects.toMatchObject({ code: 40414 });
  await expect(explained({ distinct: 'none' })).rejects.toMatchObject({ code: 40414 });
});

test(`${find}: a tailable cursor over a collection that is not there has ended`, async () =>
  expect(await on.db.command({ find: on.fresh().collectionName, tailable: true })).toMatchObject({
    cursor: { firstBatch: [], id: 0 },
  }));

test(`${distinct}: refuses more than an answer can hold`, async () => {
  const collection = on.fresh();
  const long = 'x'.repeat(1024 * 1024);
  for (let at = 0; at < 17; at++) await collection.insertOne({ word: `${at}${long}` });
  await expect(collection.distinct('word')).rejects.toMatchObject({ code: 17217 });
});

describe('reference/method/cursor.sort', () => {
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

describe('tutorial/iterate-a-cursor', () => {
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
  // reference/command/killCursors: the collection is that of the cursor's namespace.
  test('of no collection can be killed', async () => {
    await on.fresh().insertOne({});
    await on.fresh().insertOne({});
    const opened = [
      { listCollections: 1, cursor: { batchSize: 1 } },
      { aggregate: 1, pipeline: [{ $documents: [{}, {}] }], cursor: { batchSize: 1 } },
    ];
    for (const command of opened) {
      const { cursor } = (await on.db.command(command)) as { cursor: { id: Long; ns: string } };
      const id = Long.fromValue(cursor.id as never);
      const killCursors = cursor.ns.slice(on.db.databaseName.length + 1);
      const killed = await on.db.command({ killCursors, cursors: [id] });
      expect(Long.fromValue(killed['cursorsKilled'][0]), killCursors).toEqual(id);
    }
  });
});
