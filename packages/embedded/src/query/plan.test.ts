import type { Collection, Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

interface Explained {
  index: string | undefined;
  keys: number;
  documents: number;
  found: number;
  sorts: boolean;
}

async function explained(
  collection: Collection,
  filter: Document,
  options: { sort?: Document; limit?: number } = {},
): Promise<Explained> {
  const plan = await collection.find(filter, options as never).explain('executionStats');
  const text = JSON.stringify((plan as Document)['queryPlanner'].winningPlan);
  const { totalKeysExamined, totalDocsExamined, nReturned } = (plan as Document)['executionStats'] as Record<
    string,
    number
  >;
  return {
    index: /"indexName":"([^"]+)"/.exec(text)?.[1],
    keys: totalKeysExamined as number,
    documents: totalDocsExamined as number,
    found: nReturned as number,
    sorts: text.includes('"SORT"'),
  };
}

// reference/explain-results, "queryPlanner.rejectedPlans" and "FETCH".
test('explain names what would have served too, and a filter only where documents are looked at', async () => {
  const collection = on.fresh();
  await collection.createIndexes([{ key: { a: 1 } }, { key: { a: 1, b: 1 } }]);
  await collection.insertOne({ a: 1, b: 1, c: 1 });
  const plannerOf = async (filter: Document, options = {}): Promise<Document> =>
    ((await collection.find(filter, options).explain('queryPlanner')) as Document)['queryPlanner'];
  const both = await plannerOf({ a: 1, b: 1 });
  expect(both).toMatchObject({
    winningPlan: { stage: 'FETCH', inputStage: { indexName: 'a_1_b_1' } },
    rejectedPlans: [{ stage: 'FETCH', filter: { a: 1, b: 1 }, inputStage: { indexName: 'a_1' } }],
  });
  expect(both['winningPlan']).not.toHaveProperty('filter');
  expect(await plannerOf({ a: 1, c: 1 }, { hint: 'a_1' })).toMatchObject({
    winningPlan: { filter: { a: 1, c: 1 } },
    rejectedPlans: [],
  });
  await collection.insertOne({ a: [1] });
  expect(await plannerOf({ a: 1 }, { hint: 'a_1' })).toMatchObject({ winningPlan: { filter: { a: 1 } } });
});

test('two long lists of one field are joined in no time', async () => {
  const collection = on.fresh();
  await collection.createIndex({ n: 1 });
  await collection.insertMany([{ n: 3 }, { n: 4 }]);
  const every = (step: number) => ({ n: { $in: Array.from({ length: 5000 }, (_, at) => at * step) } });
  const began = performance.now();
  const { keys, found } = await explained(collection, { $and: [every(1), every(2)] });
  expect({ keys, found }).toEqual({ keys: 1, found: 1 });
  expect(performance.now() - began).toBeLessThan(2000);
});

test('however many values $in names, an index is read at them alone', async () => {
  const collection = on.fresh();
  await collection.insertMany(Array.from({ length: 6000 }, (_, n) => ({ _id: n as never, n: n % 2 })));
  await collection.createIndex({ n: 1, m: 1 });
  const odd = Array.from({ length: 5000 }, (_, n) => 2 * n + 1);
  expect(await explained(collection, { _id: { $in: odd } })).toMatchObject({
    index: '_id_',
    found: 3000,
    documents: 3000,
  });
  const within = await explained(collection, { n: 1, m: { $in: [null, ...odd] } });
  expect(within).toMatchObject({ index: 'n_1_m_1', found: 3000 });
});

test.each([
  ['patterns', (n: number) => new RegExp(`^x${n}$`), 'x7'],
  ['arrays', (n: number) => [n, 'x'], [7, 'x']],
])('very many %s in $in are tried too, with an index and without', async (_, value, found) => {
  const collection = on.fresh();
  await collection.insertMany([{ n: found }, { n: 'y' }]);
  const filter = { n: { $in: Array.from({ length: 1500 }, (_each, n) => value(n)) } };
  expect(await collection.countDocuments(filter)).toBe(1);
  expect(await collection.countDocuments({ n: { $nin: filter.n.$in } })).toBe(1);
  await collection.createIndex({ n: 1 });
  expect(await explained(collection, filter)).toMatchObject({ index: 'n_1', found: 1 });
});

test('however many branches $or has, each is sought alone, and what it finds is not tried against all', async () => {
  const collection = on.fresh();
  await collection.createIndex({ a: 1, b: 1 });
  const count = 5000;
  const pairs = Array.from({ length: count }, (_, n) => ({ a: n, b: n % 7 }));
  await collection.insertMany(pairs.map((pair, n) => ({ _id: n as never, ...pair })));
  await collection.insertMany(
    pairs.slice(0, 500).map(({ a, b }, n) => ({ _id: (-1 - n) as never, a, b: b + 7 })),
  );
  const branches: Document = { $or: pairs.map((pair, n) => (n % 3 ? pair : { _id: n, b: n % 7 })) };
  expect(await explained(collection, branches)).toMatchObject({
    keys: count,
    documents: count,
    found: count,
  });
  // Without an index nothing seeks the branches.
  expect(await collection.find(branches, { hint: { $natural: 1 } }).toArray()).toHaveLength(count);
  expect(await collection.updateMany(branches, { $inc: { b: 100 } })).toMatchObject({ modifiedCount: count });
  expect(await collection.countDocuments(branches)).toBe(0);
});

test('nor does it matter to arrays, of which two values may meet two conditions', async () => {
  const collection = on.fresh();
  await collection.insertMany([{ a: [0, 3] }, { a: [5] }, { a: [{ 0: 5 }] }, { a: 1 }]);
  const among = async (path: string, condition: unknown): Promise<unknown[]> => {
    const vain = Array.from({ length: 40 }, (_, n) => ({ [path]: `no ${n}`, b: n }));
    const found = collection.find({ $or: [...vain, { [path]: condition }] });
    return (await found.toArray()).map(({ a }) => a as unknown);
  };
  expect(await among('a', { $gt: 2, $lt: 1 })).toEqual([[0, 3]]);
  expect(await among('a.0', 5)).toEqual([[5], [{ 0: 5 }]]);
});

describe('core/query-plans', () => {
  test('uses an equal prefix, then a range, and reads no more than it must', async () => {
    const collection = on.fresh();
    await collection.createIndex({ t: 1, at: 1 });
    await collection.insertMany(Array.from({ length: 200 }, (_, n) => ({ t: n % 2, at: n })));
    expect(await explained(collection, { t: 1, at: { $gte: 100, $lt: 120 } })).toMatchObject({
      index: 't_1_at_1',
      keys: 10,
      documents: 10,
      found: 10,
    });
  });
  test('lets the index sort, forwards and backwards, and stops at the limit', async () => {
    const collection = on.fresh();
    await collection.createIndex({ t: 1, at: -1 });
    await collection.insertMany(Array.from({ length: 100 }, (_, n) => ({ t: n % 2, at: n })));
    expect(await explained(collection, { t: 1 }, { sort: { at: 1 }, limit: 5 })).toMatchObject({
      index: 't_1_at_-1',
      keys: 5,
      documents: 5,
      sorts: false,
    });
    expect(await explained(collection, { t: 1 }, { sort: { at: -1 }, limit: 5 })).toMatchObject({
      keys: 5,
      sorts: false,
    });
    expect(
      (await collection.find({ t: 1 }).sort({ at: 1 }).limit(3).toArray()).map(({ at }) => at as number),
    ).toEqual([1, 3, 5]);
  });
  test('reads an anchored pattern as a range', async () => {
    const collection = on.fresh();
    await collection.createIndex({ name: 1 });
    await collection.insertMany(['anna', 'annelies', 'bert', 'ann', 'An'].map((name) => ({ name })));
    expect(await explained(collection, { name: /^ann/ })).toMatchObject({
      index: 'name_1',
      documents: 3,
      found: 3,
    });
  });
  test('uses a partial index only for queries that lie within its filter', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { partialFilterExpression: { status: { $in: ['new', 'open'] } } });
    await collection.insertMany(['new', 'open', 'done'].map((status, a) => ({ a, status })));
    expect(await explained(collection, { a: 1, status: 'open' })).toMatchObject({
      index: 'a_1',
      documents: 1,
    });
    expect(await explained(collection, { a: 1, status: { $in: ['open', 'new'] } })).toMatchObject({
      index: 'a_1',
    });
    expect(await explained(collection, { a: 2 })).toMatchObject({ index: undefined, found: 1 });
    expect(await explained(collection, { a: 2, status: { $in: ['open', 'done'] } })).toMatchObject({
      index: undefined,
      found: 1,
    });
  });
  test('prefers the index that leaves documents out where a little of both is as much', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { name: 'all' });
    await collection.createIndex({ a: 1 }, { name: 'few', partialFilterExpression: { open: true } });
    await collection.insertMany(Array.from({ length: 400 }, (_, a) => ({ a, open: a % 2 === 0 })));
    expect(await explained(collection, { a: { $gte: 0 }, open: true })).toMatchObject({
      index: 'few',
      documents: 200,
    });
  });
  test('does not use a sparse index for what it leaves out', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { sparse: true });
    await collection.insertMany([{ a: 1 }, { b: 1 }]);
    expect(await explained(collection, { a: null })).toMatchObject({ index: undefined, found: 1 });
    expect(await explained(collection, { a: 1 })).toMatchObject({ index: 'a_1', found: 1 });
    expect(await collection.find().sort({ a: 1 }).toArray()).toHaveLength(2);
  });
  // core/index-sparse: a sparse index has entries only for documents that have the field.
  test('uses a sparse index as the list of what has its field', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1 }, sparse: true }, { key: { b: 1 } }]);
    await collection.insertMany([{ a: 1 }, { a: null }, { b: 1 }, { c: 1 }, { c: 2 }]);
    const read = await explained(collection, { a: { $exists: true } });
    expect(read).toMatchObject({ index: 'a_1', keys: 2, found: 2 });
    expect(await explained(collection, { a: { $exists: false } })).toMatchObject({
      index: undefined,
      found: 3,
    });
    expect(await explained(collection, { b: { $exists: true } })).toMatchObject({
      index: undefined,
      found: 1,
    });
  });
  test('takes one equal field and a narrow range before two equal fields that many documents have', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1, b: 1 } }, { key: { a: 1, c: 1 } }]);
    await collection.insertMany(Array.from({ length: 900 }, (_, c) => ({ a: 1, b: 1, c })));
    const filter = { a: 1, b: 1, c: { $gte: 600 } };
    expect(await explained(collection, filter)).toMatchObject({ index: 'a_1_c_1', keys: 300, found: 300 });
  });
  test('joins conditions on one array element, and only those', async () => {
    const collection = on.fresh();
    await collection.createIndex({ tenant: 1, 'holds.r': 1, 'holds.t': 1 });
    await collection.insertMany(
      Array.from({ length: 50 }, (_, n) => ({
        tenant: 'a',
        holds: [
          { r: n % 5, t: n },
          { r: 9, t: n },
        ],
      })),
    );
    expect(
      await explained(collection, { tenant: 'a', holds: { $elemMatch: { r: 3, t: { $gte: 10, $lt: 20 } } } }),
    ).toMatchObject({ keys: 2, documents: 2, found: 2 });
    expect(await explained(collection, { tenant: 'a', 'holds.r': 3, 'holds.t': 12 })).toMatchObject({
      keys: 10,
      documents: 10,
      found: 0,
    });
    expect(await collection.countDocuments({ 'holds.r': 3, 'holds.t': 13 })).toBe(1);
    await collection.createIndex({ 'holds.t': 1 });
    expect(
      await explained(collection, { holds: { $elemMatch: { t: { $gte: 10, $lt: 20 } } } }),
    ).toMatchObject({ index: 'holds.t_1', keys: 10, found: 10 });
  });
  test('takes each branch of $or through its index, and gives each document once', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.insertMany(Array.from({ length: 50 }, (_, n) => ({ a: n, b: n })));
    expect(await explained(collection, { $or: [{ a: 1 }, { b: { $in: [1, 2] } }] })).toMatchObject({
      documents: 2,
      found: 2,
    });
  });
  test('chooses the index that reads less', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { common: 1 } }, { key: { rare: 1 } }]);
    await collection.insertMany(Array.from({ length: 100 }, (_, n) => ({ common: 1, rare: n })));
    expect(await explained(collection, { common: 1, rare: 5 })).toMatchObject({
      index: 'rare_1',
      documents: 1,
    });
  });
  test('obeys a hint, and refuses one that names nothing', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.insertOne({ a: 1, b: 1 });
    const plan = JSON.stringify(await collection.find({ a: 1 }).hint({ b: 1 }).explain('queryPlanner'));
    expect(plan).toContain('"indexName":"b_1"');
    await expect(collection.find({ a: 1 }).hint('nope').toArray()).rejects.toMatchObject({ code: 2 });
  });
  test('leaves an index alone where a collation decides what is equal', async () => {
    const collection = on.fresh();
    await collection.createIndex({ name: 1 });
    await collection.insertMany([{ name: 'Anna' }, { name: 'anna' }]);
    expect(
      await collection.find({ name: 'anna' }, { collation: { locale: 'en', strength: 2 } }).toArray(),
    ).toHaveLength(2);
  });
});

describe('core/indexes/index-types/index-multikey: conditions on one array', () => {
  test('that one $elemMatch does not join may be met by different elements', async () => {
    const collection = on.fresh();
    await collection.createIndex({ 'a.b': 1, 'a.c': 1 });
    await collection.insertMany([
      { _id: 1 as never, a: [{ b: 1 }, { c: 1 }] },
      { _id: 2 as never, a: [{ b: 1, c: 1 }] },
    ]);
    for (const [filter, found] of [
      [{ 'a.b': 1, a: { $elemMatch: { c: 1 } } }, [1, 2]],
      [{ 'a.c': 1, a: { $elemMatch: { b: 1 } } }, [1, 2]],
      [{ a: { $elemMatch: { b: 1, c: 1 } } }, [2]],
    ] as const) {
      const options = { hint: { 'a.b': 1, 'a.c': 1 }, sort: { _id: 1 } } as const;
      const ids = (await collection.find(filter, options).toArray()).map(({ _id }) => _id);
      expect(ids, JSON.stringify(filter)).toEqual(found);
    }
  });

  test('$elemMatch joins no more than the array that it looks through, not those inside of it', async () => {
    const collection = on.fresh();
    const index = { 'a.k': 1, 'a.b.x': 1, 'a.b.y': 1 };
    await collection.createIndex(index);
    const [x, y, both] = [{ x: 1 }, { y: 1 }, { x: 1, y: 1 }];
    await collection.insertMany([
      { _id: 1 as never, a: { k: 1, b: both } },
      { _id: 2 as never, a: [{ k: 1, b: x }, { b: y }] },
      { _id: 3 as never, a: [{ k: 1, b: [x, y] }] },
      { _id: 4 as never, a: [{ k: 1, b: [both] }] },
      {
        _id: 5 as never,
        a: [
          { k: 2, b: [both] },
          { k: 1, b: [x, y] },
        ],
      },
    ]);
    for (const [filter, found] of [
      [{ 'a.b.x': 1, 'a.b.y': 1 }, [1, 2, 3, 4, 5]],
      [{ a: { $elemMatch: { k: 1, 'b.x': 1, 'b.y': 1 } } }, [3, 4, 5]],
      [{ a: { $elemMatch: { k: 1, 'b.y': 1, b: { $elemMatch: x } } } }, [3, 4, 5]],
      [
        { a: { $elemMatch: { k: 1, $and: [{ b: { $elemMatch: x } }, { b: { $elemMatch: y } }] } } },
        [3, 4, 5],
      ],
      [{ a: { $elemMatch: { k: 1, b: { $elemMatch: both } } } }, [4]],
      [{ 'a.k': 1, 'a.b': { $elemMatch: both } }, [4, 5]],
    ] as const) {
      const ids = (await collection.find(filter, { hint: index, sort: { _id: 1 } }).toArray()).map(
        ({ _id }) => _id,
      );
      expect(ids, JSON.stringify(filter)).toEqual(found);
    }
    const { queryPlanner } = (await collection
      .find({ a: { $elemMatch: { k: 1, b: { $elemMatch: both } } } }, { hint: index })
      .explain()) as Document;
    const one = ['[1, 1]'];
    expect(queryPlanner.winningPlan.inputStage.indexBounds).toEqual({
      'a.k': one,
      'a.b.x': one,
      'a.b.y': one,
    });
  });

  test('a place that the array does not have is a field that its elements may have', async () => {
    const collection = on.fresh();
    await collection.createIndex({ 'a.0': 1, 'a.1': 1 });
    await collection.insertOne({ a: [{ 1: 5 }] });
    expect(await collection.countDocuments({ 'a.1': 5 }, { hint: { 'a.0': 1, 'a.1': 1 } })).toBe(1);
    await expect(collection.insertOne({ a: [{ 1: 5 }, 4] })).rejects.toMatchObject({ code: 16746 });
  });
});

describe('reference/command/dropIndexes: what reads an index when it is dropped', () => {
  test('is ended with an error; what reads another, or the collection, goes on', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.insertMany(Array.from({ length: 2000 }, (_, n) => ({ a: n, b: n })));
    const read = ['a_1', 'b_1', { $natural: 1 as const }].map((hint) =>
      collection.find({}, { hint, batchSize: 10 }),
    );
    for (const cursor of read) await cursor.next();
    await collection.dropIndex('a_1');
    const [ended, ...others] = read;
    await expect(ended?.toArray()).rejects.toMatchObject({
      code: 175,
      message: expect.stringContaining("query plan killed :: index 'a_1' dropped") as string,
    });
    for (const cursor of others) expect(await cursor.toArray()).toHaveLength(1999);
  });

  test('is ended too where it is to be read later, for another branch of an $or', async () => {
    const collection = on.fresh();
    await collection.createIndexes([{ key: { a: 1 } }, { key: { b: 1 } }]);
    await collection.insertMany(Array.from({ length: 2000 }, (_, n) => (n % 2 ? { a: n } : { b: n })));
    const cursor = collection.find({ $or: [{ a: { $gt: 0 } }, { b: { $gt: 0 } }] }, { batchSize: 10 });
    await cursor.next();
    await collection.dropIndex('b_1');
    await expect(cursor.toArray()).rejects.toMatchObject({ code: 175 });
  });
});

describe('core/cursors', () => {
  test.each<[order: string, n: 1 | -1, unique: boolean, list: boolean]>([
    ['forwards', 1, false, false],
    ['backwards', -1, false, false],
    ['forwards, unique', 1, true, false],
    ['backwards, unique', -1, true, false],
    ['forwards, with arrays', 1, false, true],
  ])(
    'reads an index %s in order and each document once, while others are added and deleted',
    async (_order, n, unique, list) => {
      const collection = on.fresh();
      await collection.createIndex({ n: 1 }, { unique });
      const numbers = Array.from({ length: 300 }, (_, at) => (unique ? at : at >> 4));
      await collection.insertMany(numbers.map((at) => ({ n: at, list })));
      if (list) await collection.insertOne({ n: [-1] });
      const cursor = collection.find({ n: { $gte: 0 } }, { sort: list ? {} : { n }, hint: { n: 1 } });
      const found: Document[] = [];
      for await (const document of cursor.batchSize(7)) {
        found.push(document);
        if (found.length % 7 !== 3) continue;
        await collection.insertOne({ n: -1 - found.length });
        await collection.deleteOne({ _id: document['_id'] });
      }
      expect(found.map((document) => document['n'])).toEqual(
        n === 1 || list ? numbers : numbers.toReversed(),
      );
      expect(new Set(found.map(({ _id }) => String(_id))).size).toBe(300);
    },
  );
});
