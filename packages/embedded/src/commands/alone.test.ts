import type { Collection } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** Lets others ask while a transaction has a collection; what they answer when it has gone. */
async function meanwhile(
  collection: Collection,
  ask: () => Promise<unknown>[],
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<unknown[]> {
  await collection.insertOne({ _id: 1 as never });
  const session = on.client.startSession();
  session.startTransaction();
  await collection.updateOne({ _id: 1 as never }, { $set: { a: 1 } }, { session });
  const answers = ask().map((answer) =>
    answer.then(
      () => 'done',
      (error: { code: unknown }) => error.code,
    ),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  await before();
  await session.abortTransaction();
  await session.endSession();
  return Promise.all(answers);
}

// reference/command/renameCollection: the new name must not be in use.
test('a collection is not renamed onto one that was made while it waited', async () => {
  const [source, target] = [on.fresh(), on.fresh()];
  const make = () => target.insertOne({ mine: true });
  expect(await meanwhile(source, () => [source.rename(target.collectionName)], make)).toEqual([48]);
  expect(await target.findOne()).toMatchObject({ mine: true });
  expect(await source.findOne()).toMatchObject({ _id: 1 });
});

test('of several who wait to rename or drop one collection, the later ones see what the first has done', async () => {
  const source = on.fresh();
  const answers = await meanwhile(source, () => [
    source.rename('renamed'),
    source.rename('again'),
    source.drop(),
  ]);
  expect(answers).toEqual(['done', 26, 'done']);
  expect(await on.db.collection('renamed').countDocuments()).toBe(1);
});

test('an index is dropped once', async () => {
  const source = on.fresh();
  await source.createIndex({ a: 1 });
  expect(await meanwhile(source, () => [source.dropIndex('a_1'), source.dropIndex('a_1')])).toEqual([
    'done',
    27,
  ]);
});
