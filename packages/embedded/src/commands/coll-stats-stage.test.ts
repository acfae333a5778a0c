import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

describe('reference/operator/aggregation/collStats', () => {
  test('gives one document with what was asked for, to the stages behind it', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: 1 }, { a: 2 }]);
    await collection.createIndex({ a: 1 });
    const [stats] = await collection
      .aggregate([{ $collStats: { count: {}, storageStats: { scale: 1 } } }])
      .toArray();
    expect(stats).toMatchObject({
      ns: collection.namespace,
      localTime: expect.any(Date) as Date,
      count: 2,
      storageStats: {
        count: 2,
        nindexes: 2,
        capped: false,
        indexSizes: { a_1: expect.any(Number) as number },
      },
    });
    expect(await collection.aggregate([{ $collStats: {} }, { $count: 'n' }]).toArray()).toEqual([{ n: 1 }]);
  });

  test('a scale is at most an int32', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    const stages = [{ $collStats: { storageStats: { scale: Infinity } } }];
    const [stats] = await collection.aggregate(stages).toArray();
    expect(stats).toMatchObject({ storageStats: { scaleFactor: 0x7fffffff } });
  });

  test.each<[Document[], number]>([
    [[{ $collStats: 1 }], 5447000],
    [[{ $collStats: { count: { a: 1 } } }], 31170],
    [[{ $collStats: { storageStats: 1 } }], 14],
    [[{ $match: {} }, { $collStats: {} }], 40602],
    [[{ $facet: { a: [{ $collStats: {} }] } }], 40600],
    [[{ $lookup: { from: 'x', pipeline: [{ $match: {} }, { $collStats: {} }], as: 'x' } }], 40602],
    [[{ $collStats: { storageStats: { scale: 'x' } } }], 14],
    [[{ $collStats: { storageStats: { scale: 0 } } }], 2],
    [[{ $collStats: { count: {} } }], 26],
    [[{ $collStats: { storageStats: {} } }], 26],
  ])('%j is refused with %i', async (pipeline, code) => {
    await expect(on.fresh().aggregate(pipeline).toArray()).rejects.toMatchObject({ code });
  });
});

describe('reference/command/explain', () => {
  test('tells of a pipeline that begins with $collStats its stages', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    const stages = [{ $collStats: { count: {} } }, { $match: { count: 2 } }];
    expect(await collection.aggregate(stages).explain('queryPlanner')).toMatchObject({ stages });
    const { stages: told } = await collection.aggregate(stages).explain('executionStats');
    expect((told as Document[]).map(({ nReturned }) => Number(nReturned))).toEqual([1, 0]);
  });

  // MongoDB does both; what is not here says so.
  test.each<Document>([
    { explain: { aggregate: 1, pipeline: [{ $changeStream: {} }], cursor: {} } },
    { aggregate: 'x', pipeline: [{ $changeStream: {} }], explain: true },
    { aggregate: 'x', pipeline: [{ $lookup: { from: 'x', pipeline: [{ $collStats: {} }], as: 'x' } }], cursor: {} }, // prettier-ignore
  ])('%j is refused by name', async (command) => {
    await expect(on.db.command(command)).rejects.toMatchObject({
      code: 115,
      message: expect.stringContaining('not supported') as string,
    });
  });
});

describe('reference/command/aggregate', () => {
  test.each<[Document[], number]>([
    [[], 73],
    [[{ $match: {} }], 73],
    [[{ $nothing: {} }], 40324],
  ])('without a collection %j is refused with %i', async (pipeline, code) => {
    await expect(on.db.aggregate(pipeline).toArray()).rejects.toMatchObject({ code });
  });
});
