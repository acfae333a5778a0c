import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { examine, refused } from '../testing/expressions.ts';
import { started, type Started } from '../testing/started.ts';

examine({
  variables: [
    ['$$ROOT.a', 1, { a: 1 }],
    ['$$CURRENT.a', 1, { a: 1 }],
    ['$$REMOVE', undefined],
    [{ $type: '$$NOW' }, 'date'],
    [{ $type: '$$CLUSTER_TIME' }, 'timestamp'],
    [{ $eq: ['$$CLUSTER_TIME', '$$CLUSTER_TIME'] }, true],
    ['$$ROOT2', refused(17276)],
    ['$$nope', refused(17276)],
    ['$$1', refused(9)],
  ],
});

describe('reference/aggregation-variables', () => {
  let on: Started;
  beforeAll(async () => void (on = await started()));
  afterAll(() => on[Symbol.asyncDispose]());
  const filter = { $expr: { $gt: ['$$NOW', 0] } };

  test('count and distinct do not know $$NOW, find does', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    expect(await collection.find(filter).toArray()).toHaveLength(1);
    await expect(collection.distinct('a', filter)).rejects.toThrow(/51144|not available/);
    await expect(on.db.command({ count: collection.collectionName, query: filter })).rejects.toThrow(
      /51144|not available/,
    );
  });

  test('an error of a constant comes without a document to meet it', async () => {
    const pipeline = [{ $project: { a: { $divide: [1, { $subtract: [1, 1] }] } } }];
    await expect(on.fresh().aggregate(pipeline).toArray()).rejects.toThrow(/by zero/);
  });

  test("a command's variables may not have the names of the server's", async () => {
    await expect(
      on
        .fresh()
        .find({}, { let: { ROOT: 1 } })
        .toArray(),
    ).rejects.toThrow(/ROOT/);
  });
});
