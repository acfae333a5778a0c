import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Collection, Document } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

const COUNT = 6000;
let small: Started;
let docs: Collection;
beforeAll(async () => {
  small = await started({ memory: 100_000 });
  docs = small.fresh();
  await docs.insertMany(
    Array.from({ length: COUNT }, (_, n) => ({ n, key: (n * 7919) % 1013, word: `Word ${(n * 31) % 97}` })),
  );
});
afterAll(() => small[Symbol.asyncDispose]());

const names = (list: Document[]): unknown[] => list.map(({ key, n }) => [key, n] as unknown);
const expected = Array.from({ length: COUNT }, (_, n) => [(n * 7919) % 1013, n] as const).sort(
  ([a, n], [b, m]) => a - b || n - m,
);

describe('reference/limits: sort operations that need more memory than they may hold', () => {
  test('go on in temporary files, in the same order', async () => {
    expect(names(await docs.find().sort({ key: 1, n: 1 }).toArray())).toEqual(expected);
    expect(
      names(await docs.aggregate([{ $set: { x: 1 } }, { $sort: { key: -1, n: -1 } }]).toArray()),
    ).toEqual(expected.toReversed());
  });

  test('keep equal rows in the order in which they came', async () => {
    const sorted = await docs
      .aggregate([{ $sort: { n: 1 } }, { $set: { x: 1 } }, { $sort: { key: 1 } }])
      .toArray();
    expect(names(sorted)).toEqual(expected);
  });

  test('order by a collation too', async () => {
    const found = await docs
      .find({}, { collation: { locale: 'en', numericOrdering: true }, projection: { _id: 0, word: 1 } })
      .sort({ word: 1, n: 1 })
      .toArray();
    const numbers = found.map(({ word }) => Number((word as string).slice(5)));
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  });

  test('skip and limit count after the order, however many are wanted', async () => {
    for (const [skip, limit] of [
      [0, 5],
      [10, 900],
      [3000, 2500],
    ] as const)
      expect(names(await docs.find().sort({ key: 1, n: 1 }).skip(skip).limit(limit).toArray())).toEqual(
        expected.slice(skip, skip + limit),
      );
  });

  test('are refused with 292 when the disk is not to be used', async () => {
    await expect(docs.find().sort({ key: 1 }).allowDiskUse(false).toArray()).rejects.toMatchObject({
      code: 292,
      codeName: 'QueryExceededMemoryLimitNoDiskUseAllowed',
    });
    await expect(
      docs.aggregate([{ $group: { _id: '$n' } }], { allowDiskUse: false }).toArray(),
    ).rejects.toMatchObject({ code: 292 });
  });

  test('a client that goes away in the middle leaves nothing that hinders the next', async () => {
    const cursor = docs.find().sort({ key: 1 }).batchSize(10);
    await cursor.next();
    await cursor.close();
    expect(await docs.find().sort({ key: 1 }).limit(1).toArray()).toHaveLength(1);
  });
});

describe('reference/operator/aggregation/group: memory restrictions', () => {
  test('more groups than memory holds are gathered through temporary files', async () => {
    const found = await docs
      .aggregate([
        { $group: { _id: '$n', twice: { $sum: { $multiply: ['$key', 2] } }, first: { $first: '$word' } } },
      ])
      .toArray();
    expect(found).toHaveLength(COUNT);
    for (const { _id, twice, first } of found) {
      expect(twice).toBe((((_id as number) * 7919) % 1013) * 2);
      expect(first).toBe(`Word ${((_id as number) * 31) % 97}`);
    }
  });

  test('groups that were begun in memory count what comes later, too', async () => {
    const found = await docs.aggregate([{ $group: { _id: '$key', count: { $sum: 1 } } }]).toArray();
    expect(found).toHaveLength(1013);
    for (const { _id, count } of found) expect(count).toBe(expected.filter(([key]) => key === _id).length);
  });

  test('a list that no memory holds is refused with 146', async () => {
    await expect(
      docs.aggregate([{ $group: { _id: null, all: { $push: '$$ROOT' } } }]).toArray(),
    ).rejects.toMatchObject({ code: 146 });
  });
});
