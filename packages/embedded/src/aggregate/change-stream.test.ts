import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, type ChangeStream, type Document, type Timestamp } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** Opens a stream and waits until it watches. */
async function watching(stream: ChangeStream): Promise<ChangeStream> {
  await stream.tryNext();
  return stream;
}

async function take(stream: ChangeStream, count: number): Promise<Document[]> {
  const events: Document[] = [];
  while (events.length < count) events.push((await stream.next()) as Document);
  return events;
}

describe('changeStreams', () => {
  test('tells of inserts, updates, replacements and deletions, in order', async () => {
    const collection = on.fresh();
    const stream = await watching(collection.watch());
    await collection.insertOne({ _id: 1 as never, a: 1, b: { c: 1 }, l: [1, 2, 3] });
    await collection.updateOne({ _id: 1 as never }, { $set: { 'b.c': 2, l: [1, 9] }, $unset: { a: '' } });
    await collection.replaceOne({ _id: 1 as never }, { z: 1 });
    await collection.deleteOne({ _id: 1 as never });
    const ns = { db: on.db.databaseName, coll: collection.collectionName };
    expect(await take(stream, 4)).toMatchObject([
      { operationType: 'insert', ns, documentKey: { _id: 1 }, fullDocument: { _id: 1, a: 1 } },
      {
        operationType: 'update',
        documentKey: { _id: 1 },
        updateDescription: {
          updatedFields: { 'b.c': 2, 'l.1': 9 },
          removedFields: ['a'],
          truncatedArrays: [{ field: 'l', newSize: 2 }],
        },
      },
      { operationType: 'replace', fullDocument: { _id: 1, z: 1 } },
      { operationType: 'delete', documentKey: { _id: 1 } },
    ]);
    await stream.close();
  });

  test('tells of a transaction when it has committed, and never of one that aborted', async () => {
    const collection = on.fresh();
    await on.db.createCollection(collection.collectionName);
    const stream = await watching(collection.watch());
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.insertOne({ n: 1 }, { session });
      await session.abortTransaction();
      session.startTransaction();
      await collection.insertMany([{ n: 2 }, { n: 3 }], { session });
      await collection.insertOne({ n: 4 });
      await session.commitTransaction();
    });
    expect(
      (await take(stream, 3)).map(({ fullDocument }) => (fullDocument as Document)['n'] as number),
    ).toEqual([4, 2, 3]);
    await stream.close();
  });

  test('looks up the document, filters through its pipeline, and watches a whole database', async () => {
    const [one, two] = [on.fresh(), on.fresh()];
    const stream = await watching(
      on.db.watch([{ $match: { operationType: 'update' } }, { $project: { ns: 1, fullDocument: 1 } }], {
        fullDocument: 'updateLookup',
      }),
    );
    await one.insertOne({ _id: 1 as never });
    await two.insertOne({ _id: 2 as never });
    await two.updateOne({ _id: 2 as never }, { $set: { a: 1 } });
    const [event] = await take(stream, 1);
    expect(event).toMatchObject({ ns: { coll: two.collectionName }, fullDocument: { _id: 2, a: 1 } });
    expect(event).not.toHaveProperty('operationType');
    await stream.close();
  });

  test('wakes at once when something happens', async () => {
    const collection = on.fresh();
    const stream = await watching(collection.watch());
    const waiting = stream.next();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = performance.now();
    await collection.insertOne({});
    await waiting;
    expect(performance.now() - began).toBeLessThan(500);
    await stream.close();
  });

  test('ends with its collection', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    const stream = await watching(collection.watch());
    await collection.drop();
    expect((await take(stream, 2)).map(({ operationType }) => operationType as string)).toEqual([
      'drop',
      'invalidate',
    ]);
    await stream.close();
  });

  test('startAtOperationTime gives what was written at that time and after it', async () => {
    const collection = on.fresh();
    await watching(collection.watch()).then((stream) => stream.close());
    const session = on.client.startSession();
    await collection.insertOne({ n: 1 }, { session });
    const first = session.operationTime;
    await collection.insertOne({ n: 2 }, { session });
    expect(session.operationTime?.compare(first as Timestamp)).toBe(1);
    const stream = collection.watch([], { startAtOperationTime: session.operationTime as Timestamp });
    expect(await take(stream, 1)).toMatchObject([{ fullDocument: { n: 2 } }]);
    await stream.close();
    await session.endSession();
  });

  test.skipIf(process.env['MONGODB_URI'])('a time of which nothing was kept is refused', async () => {
    await using fresh = await started();
    const collection = fresh.fresh();
    const session = fresh.client.startSession();
    await collection.insertOne({}, { session });
    const stream = collection.watch([], { startAtOperationTime: session.operationTime as Timestamp });
    await expect(stream.next()).rejects.toMatchObject({ code: 286 });
    await session.endSession();
  });

  test('goes on from its token, also after a restart, and refuses a token that is none', async () => {
    const file = join(tmpdir(), `stream-${randomUUID()}.sqlite`);
    const withClient = async <R>(work: (client: MongoClient) => Promise<R>): Promise<R> => {
      const server = await startEmbedded({ file });
      const client = await new MongoClient(server.uri).connect();
      try {
        return await work(client);
      } finally {
        await client.close();
        await server.close();
      }
    };
    const token = await withClient(async (client) => {
      const collection = client.db('s').collection('c');
      const stream = await watching(collection.watch());
      await collection.insertMany([{ n: 1 }, { n: 2 }, { n: 3 }]);
      const [first] = await take(stream, 1);
      await stream.close();
      return first?.['_id'] as unknown;
    });
    await withClient(async (client) => {
      const collection = client.db('s').collection('c');
      await collection.insertOne({ n: 4 });
      const stream = collection.watch([], { resumeAfter: token });
      expect(
        (await take(stream, 3)).map(({ fullDocument }) => (fullDocument as Document)['n'] as number),
      ).toEqual([2, 3, 4]);
      await stream.close();
      await expect(collection.watch([], { resumeAfter: { _data: 'nonsense' } }).next()).rejects.toMatchObject(
        { code: 9 },
      );
    });
    rmSync(file, { force: true });
  });
});
