import type { Document } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

const COUNT = 8000;
let server: Started;
beforeAll(async () => {
  server = await started();
});
afterAll(() => server[Symbol.asyncDispose]());

/** Callers that take the first job at once, each of whom sorts for so long that the others come in between. */
const takers = {
  findOneAndUpdate: (jobs) =>
    jobs
      .findOneAndUpdate({ state: 'new' }, { $set: { state: 'taken' } }, { sort: { order: 1 } })
      .then((job) => job?.['order'] as unknown),
  findOneAndDelete: (jobs) =>
    jobs.findOneAndDelete({ state: 'new' }, { sort: { order: 1 } }).then((job) => job?.['order'] as unknown),
  updateOne: (jobs) =>
    jobs
      .updateOne({ state: 'new' }, { $set: { state: 'taken' } }, { sort: { order: 1 } })
      .then(({ modifiedCount }) => modifiedCount),
} satisfies Record<string, (jobs: ReturnType<Started['fresh']>) => Promise<unknown>>;

for (const [name, take] of Object.entries(takers))
  test(`${name}: whoever finds that the first was taken meanwhile takes the next`, async () => {
    const jobs = server.fresh();
    await jobs.insertMany(
      Array.from({ length: COUNT }, (_, order) => ({ order, state: order < 4 ? 'new' : 'other' })),
    );
    // So that each has its connection.
    await Promise.all(Array.from({ length: 4 }, () => jobs.countDocuments({ state: 'new' })));
    const taken = await Promise.all(Array.from({ length: 4 }, () => take(jobs)));
    expect(taken.toSorted()).toEqual(name === 'updateOne' ? [1, 1, 1, 1] : [0, 1, 2, 3]);
    expect(await jobs.countDocuments({ state: 'new' })).toBe(0);
    expect(await take(jobs)).toBe(name === 'updateOne' ? 0 : undefined);
  });

// "Atomicity and Transactions": a write operation is atomic on the level of a single document.
test('writers that wait for the same transaction each act on what the one before has left', async () => {
  const docs = server.fresh<{ _id: number; n: number; held?: boolean }>();
  await docs.insertMany([
    { _id: 1, n: 0 },
    { _id: 2, n: 0 },
  ]);
  const session = server.client.startSession();
  session.startTransaction();
  await docs.updateMany({}, { $set: { held: true } }, { session });
  const add = { $inc: { n: 1 } };
  const adding = Array.from({ length: 10 }, (_, at) =>
    at % 2 ? docs.updateOne({ _id: 1 }, add) : docs.findOneAndUpdate({ _id: 1 }, add),
  );
  const removing = [0, 1, 2].map(() => docs.findOneAndDelete({ _id: 2 }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await session.abortTransaction();
  await session.endSession();
  await Promise.all(adding);
  expect((await docs.findOne({ _id: 1 }))?.n).toBe(10);
  expect((await Promise.all(removing)).filter(Boolean)).toHaveLength(1);
});

// reference/command/findAndModify: by nothing but an _id there is nothing to order.
test('a wrong order is not read where a document is looked up by its _id alone', async () => {
  const docs = server.fresh<{ _id: number; n?: number[] }>();
  await docs.insertOne({ _id: 1, n: [1] });
  const set = { update: { $set: { a: 1 } } };
  const modify = (query: Document, more: Document) =>
    server.db.command({ findAndModify: docs.collectionName, query, sort: { a: 'x' }, ...more });
  expect(await modify({ _id: 1 }, set)).toMatchObject({ lastErrorObject: { n: 1 } });
  const refused: [Document, Document][] = [
    [{ _id: 1 }, { ...set, fields: { a: 1 } }],
    [{ _id: 1 }, { ...set, collation: { locale: 'id' } }],
    [{ _id: { $gte: 1 } }, set],
    [{ _id: 1, n: 1 }, { update: { $set: { 'n.$': 2 } } }],
    [{}, set],
  ];
  for (const [query, more] of refused)
    await expect(modify(query, more)).rejects.toMatchObject({ code: 15974 });
  expect(await modify({ _id: 1 }, { remove: true })).toMatchObject({ lastErrorObject: { n: 1 } });
});

test('an update looks through very many texts of one document in parts', async () => {
  const docs = server.fresh<{ _id: number; texts: string[]; n?: number }>();
  // One is read in a tenth of what it may take on a slow machine, and all of them take several parts.
  const texts = Array.from({ length: 1000 }, (_, at) => `${'a'.repeat(250)}${at}`);
  await docs.insertOne({ _id: 1, texts });
  const pulling = docs.updateOne({ _id: 1 }, { $pull: { texts: /a.*b|a.*c|a.*999/ } });
  // What somebody else writes meanwhile stays.
  await docs.updateOne({ _id: 1 }, { $set: { n: 7 } });
  expect(await pulling).toMatchObject({ modifiedCount: 1 });
  expect(await docs.findOne()).toEqual({ _id: 1, texts: texts.slice(0, 999), n: 7 });
});

test('what a findAndModify shows is made in parts too, of what the document is by then', async () => {
  const docs = server.fresh<{ _id: number; texts: string[]; n?: number }>();
  const texts = Array.from({ length: 1000 }, (_, at) => `${'a'.repeat(250)}${at}`);
  await docs.insertOne({ _id: 1, texts });
  const cond = { $regexMatch: { input: '$$this', regex: 'a.*b|a.*c|a.*999' } };
  const projection = { n: 1, hits: { $size: { $filter: { input: '$texts', cond } } } };
  const showing = docs.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { projection });
  await docs.updateOne({ _id: 1 }, { $set: { n: 7 } });
  expect(await showing).toEqual({ _id: 1, n: 7, hits: 1 });
  const removing = docs.findOneAndDelete({ _id: 1 }, { projection });
  await docs.updateOne({ _id: 1 }, { $inc: { n: 1 } });
  expect(await removing).toEqual({ _id: 1, n: 9, hits: 1 });
});

test('others read between the statements of a long bulk', async () => {
  const docs = server.fresh<{ _id: number; hit?: boolean }>();
  await docs.insertMany(Array.from({ length: 1500 }, (_, _id) => ({ _id })));
  await Promise.all([docs.findOne(), docs.findOne()]);
  let [going, between] = [true, false];
  const updates = Array.from({ length: 1500 }, (_, _id) => ({
    updateOne: { filter: { _id }, update: { $set: { hit: true } } },
  }));
  const bulk = docs.bulkWrite(updates).finally(() => (going = false));
  while (going) {
    const ends = await docs.find({ _id: { $in: [0, 1499] }, hit: true }).toArray();
    between ||= ends.length === 1;
  }
  expect((await bulk).modifiedCount).toBe(1500);
  expect(between).toBe(true);
});
