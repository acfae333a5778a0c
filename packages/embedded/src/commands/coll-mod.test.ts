import { Decimal128, Long, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** A collection with indexes, and what collMod answers about one of them. */
async function modify(index: Document): Promise<{ answer: Document; indexes: Document[] }> {
  const collection = on.fresh();
  await collection.createIndexes([
    { key: { at: 1 }, expireAfterSeconds: 60 },
    { key: { a: 1 } },
    { key: { a: 1, b: -1 } },
  ]);
  const {
    ok: _,
    operationTime: __,
    $clusterTime: ___,
    ...answer
  } = await on.db.command({
    collMod: collection.collectionName,
    index,
  });
  return { answer, indexes: await collection.indexes() };
}

describe('reference/command/collMod', () => {
  test.each([
    [{ name: 'a_1', hidden: true }, { hidden_old: false, hidden_new: true }, { hidden: true }],
    [{ keyPattern: { a: 1 }, hidden: 1 }, { hidden_old: false, hidden_new: true }, { hidden: true }],
    [{ name: 'a_1', hidden: false }, {}, {}],
    [{ name: 'a_1', expireAfterSeconds: 5 }, { expireAfterSeconds_new: 5 }, { expireAfterSeconds: 5 }],
    [
      { name: 'at_1', expireAfterSeconds: Decimal128.fromString('2.5') },
      { expireAfterSeconds_old: 60, expireAfterSeconds_new: 2 },
      { expireAfterSeconds: 2 },
    ],
    [
      { name: 'at_1', expireAfterSeconds: Long.MAX_VALUE, hidden: true },
      { expireAfterSeconds_new: 0x7fffffff, hidden_new: true },
      { expireAfterSeconds: 0x7fffffff, hidden: true },
    ],
  ])('%j answers %j', async (index, answer, spec) => {
    const result = await modify(index);
    expect(result.answer).toMatchObject(answer);
    expect(Object.keys(result.answer).length > 0).toBe(Object.keys(answer).length > 0);
    const name = 'name' in index ? index.name : 'a_1';
    expect(result.indexes.find((one) => one['name'] === name)).toMatchObject(spec);
  });

  test.each([
    [{ name: 'a_1' }, 72],
    [{ hidden: true }, 72],
    [{ name: 'a_1', keyPattern: { a: 1 }, hidden: true }, 72],
    [{ name: 'a_1_b_-1', expireAfterSeconds: 5 }, 72],
    [{ name: '_id_', expireAfterSeconds: 5 }, 72],
    [{ name: 'a_1', expireAfterSeconds: -1 }, 72],
    [{ name: '_id_', hidden: true }, 2],
    [{ name: 'none', hidden: true }, 27],
    [{ keyPattern: { b: 1 }, hidden: true }, 27],
    [{ name: 'a_1', hidden: 'yes' }, 14],
  ])('%j is refused with %i', async (index, code) => {
    await expect(modify(index)).rejects.toMatchObject({ code });
  });

  test('a hidden index serves no query, and serves again when it is shown', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 });
    const stage = async (): Promise<string> =>
      JSON.stringify(await collection.find({ a: 1 }).explain('queryPlanner')).includes('IXSCAN')
        ? 'IXSCAN'
        : 'COLLSCAN';
    const hide = (hidden: boolean): Promise<Document> =>
      on.db.command({ collMod: collection.collectionName, index: { name: 'a_1', hidden } });
    expect(await stage()).toBe('IXSCAN');
    await hide(true);
    expect(await stage()).toBe('COLLSCAN');
    await hide(false);
    expect(await stage()).toBe('IXSCAN');
    expect(await collection.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1' }]);
  });
});
