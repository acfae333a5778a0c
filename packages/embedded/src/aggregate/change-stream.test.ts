import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  MongoClient,
  Timestamp,
  type ChangeStream,
  type ChangeStreamOptions,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Binary, Int32 } from '../bson/types.ts';
import { dispatch } from '../commands/dispatch.ts';
import { openServer } from '../commands/server.ts';
import { startEmbedded } from '../index.ts';
import { started, type Started } from '../testing/started.ts';
import { ChangeStream as Stream } from './change-stream.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** Opens a stream and waits until it watches. */
async function watching(
  what: Collection | Db,
  pipeline: Document[] = [],
  options: ChangeStreamOptions = {},
): Promise<ChangeStream> {
  const stream = what.watch(pipeline, { maxAwaitTimeMS: 10, ...options });
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
    const stream = await watching(collection);
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
    const stream = await watching(collection);
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.insertOne({ n: 1 }, { session });
      await session.abortTransaction();
      session.startTransaction();
      await collection.insertMany([{ n: 2 }, { n: 3 }], { session });
      await collection.insertOne({ n: 4 });
      await session.commitTransaction();
    });
    const events = await take(stream, 3);
    expect(events.map(({ fullDocument }) => (fullDocument as Document)['n'] as number)).toEqual([4, 2, 3]);
    const [alone, first, second] = events;
    expect(alone).not.toHaveProperty('lsid');
    expect(first).toMatchObject({
      txnNumber: expect.any(Number) as number,
      lsid: expect.any(Object) as object,
    });
    for (const name of ['txnNumber', 'lsid', 'clusterTime']) expect(second?.[name]).toEqual(first?.[name]);
    await stream.close();
  });

  test('looks up the document, filters through its pipeline, and watches a whole database', async () => {
    const [one, two] = [on.fresh(), on.fresh()];
    const stream = await watching(
      on.db,
      [{ $match: { operationType: 'update' } }, { $project: { ns: 1, fullDocument: 1 } }],
      { fullDocument: 'updateLookup' },
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
    const { collectionName: name } = collection;
    const asked = async (): Promise<number> =>
      Number((await on.db.command({ serverStatus: 1 }))['opcounters'].getmore);
    const before = await asked();
    await on.client.withSession(async (session) => {
      const opened = { aggregate: name, pipeline: [{ $changeStream: {} }], cursor: {} };
      const { cursor } = await on.db.command(opened, { session });
      // It would wait for longer than the test may take: only the event ends that.
      const more = { getMore: cursor.id, collection: name, maxTimeMS: 60_000 };
      const waiting = on.db.command(more, { session });
      await vi.waitUntil(async () => (await asked()) > before);
      const { insertedId } = await collection.insertOne({});
      expect((await waiting)['cursor'].nextBatch).toMatchObject([{ documentKey: { _id: insertedId } }]);
      await on.db.command({ killCursors: name, cursors: [cursor.id] }, { session });
    });
  });

  test('ends with its collection', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    const stream = await watching(collection);
    await collection.drop();
    expect((await take(stream, 2)).map(({ operationType }) => operationType as string)).toEqual([
      'drop',
      'invalidate',
    ]);
    await stream.close();
  });

  test('startAtOperationTime gives what was written at that time and after it', async () => {
    const collection = on.fresh();
    await watching(collection).then((stream) => stream.close());
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
    await collection.insertOne({});
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
      const stream = await watching(collection);
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

describe('reference/operator/aggregation/changeStream', () => {
  const opened = (
    spec: unknown,
    more: Document[] = [],
    db = on.db,
    target: unknown = 'c',
  ): Promise<Document> =>
    db.command({ aggregate: target, pipeline: [{ $changeStream: spec }, ...more], cursor: {} });

  const token = { _data: '82' };
  test.each<[unknown, number]>([
    [1, 6188500],
    [{ foo: 1 }, 40415],
    [{ fullDocument: 1 }, 14],
    [{ fullDocument: 'foo' }, 2],
    [{ fullDocumentBeforeChange: 'foo' }, 2],
    [{ allChangesForCluster: null }, 14],
    [{ resumeAfter: 'x' }, 14],
    [{ resumeAfter: token, startAfter: token }, 50865],
    [{ resumeAfter: token, startAtOperationTime: new Timestamp({ t: 1, i: 1 }) }, 40674],
    [{ resumeAfter: {} }, 40647],
    [{ resumeAfter: { _data: '00', _typeBits: 'x' } }, 40648],
    [{ resumeAfter: { _data: '' } }, 40649],
    [{ resumeAfter: { _data: 'xyz' } }, 9],
    [{ resumeAfter: { _data: '00' } }, 50811],
    [{ resumeAfter: token }, 15],
  ])('refuses %j', async (spec, code) => await expect(opened(spec)).rejects.toMatchObject({ code }));

  test('is refused where it cannot stand', async () => {
    const refused = async (promise: Promise<Document>, code: number): Promise<void> =>
      await expect(promise).rejects.toMatchObject({ code });
    const admin = on.client.db('admin');
    await refused(opened({}, [], admin), 73);
    await refused(opened({}, [], on.db, 'system.views'), 73);
    await refused(opened({ allChangesForCluster: true }, [], on.db, 1), 72);
    await refused(opened({ allChangesForCluster: true }, [], admin), 72);
    await refused(opened({}, [{ $count: 'n' }]), 20);
    for (const [stages, code] of [
      [[{ $skip: 0 }, { $changeStream: {} }], 40602],
      [[{ $facet: { a: [{ $changeStream: {} }] } }], 40600],
      [[{ $lookup: { from: 'c', as: 'a', pipeline: [{ $changeStream: {} }] } }], 40573],
    ] as const)
      await refused(on.db.command({ aggregate: 'c', pipeline: stages, cursor: {} }), code);
  });

  test('null counts as not given', async () =>
    expect(await opened({ fullDocument: null, resumeAfter: null, startAfter: null })).toMatchObject({
      ok: 1,
    }));

  test('there are no images: null when available, an error when required', async () => {
    const collection = on.fresh();
    await collection.insertOne({ _id: 1 as never });
    const options = { fullDocument: 'whenAvailable', fullDocumentBeforeChange: 'whenAvailable' };
    const lenient = await watching(collection, [], options);
    const strict = [{ fullDocument: 'required' }, { fullDocumentBeforeChange: 'required' }];
    const streams = await Promise.all(strict.map((mode) => watching(collection, [], mode)));
    await collection.updateOne({ _id: 1 as never }, { $set: { a: 1 } });
    expect(await take(lenient, 1)).toMatchObject([{ fullDocument: null, fullDocumentBeforeChange: null }]);
    for (const stream of streams) await expect(stream.next()).rejects.toMatchObject({ code: 47 });
    await lenient.close();
  });
});

describe('changeStreams/#resume-a-change-stream', () => {
  const ids = (events: Document[]): unknown[] =>
    events.map(
      ({ operationType, documentKey }) => (documentKey as Document | undefined)?.['_id'] ?? operationType,
    );

  /** Three inserts and the end of their collection, with the token of each. */
  async function seeded(): Promise<{ collection: Collection; events: Document[] }> {
    const collection = on.fresh();
    const stream = await watching(collection);
    await collection.insertMany([{ _id: 1 as never }, { _id: 2 as never }]);
    await collection.drop();
    const events = await take(stream, 4);
    await stream.close();
    return { collection, events };
  }

  test('resumeAfter and startAfter go on behind an event, and to the end behind a drop', async () => {
    const { collection, events } = await seeded();
    expect(ids(events)).toEqual([1, 2, 'drop', 'invalidate']);
    for (const option of ['resumeAfter', 'startAfter'])
      for (const from of [0, 2]) {
        const stream = collection.watch([], { [option]: events[from]?.['_id'] as unknown });
        expect(ids(await take(stream, 3 - from))).toEqual(ids(events.slice(from + 1)));
        await stream.close();
      }
  });

  test('the place behind the newest event is the event itself', async () => {
    const collection = on.fresh();
    const stream = await watching(collection);
    await collection.insertOne({});
    const [event] = await take(stream, 1);
    expect(stream.resumeToken).toEqual(event?.['_id']);
    await stream.close();
    const resumed = await watching(collection, [], { resumeAfter: event?.['_id'] as unknown });
    expect(resumed.resumeToken).toEqual(event?.['_id']);
    await resumed.close();
  });

  test('only startAfter goes on behind an invalidate', async () => {
    const { collection, events } = await seeded();
    const end = events[3]?.['_id'] as unknown;
    const stream = await watching(collection, [], { startAfter: end });
    await collection.insertOne({ _id: 3 as never });
    expect(ids(await take(stream, 1))).toEqual([3]);
    await stream.close();
    await expect(collection.watch([], { resumeAfter: end }).next()).rejects.toMatchObject({ code: 260 });
  });

  test('the token of an event that the stream does not see is refused when something comes', async () => {
    const { events } = await seeded();
    const other = on.fresh();
    const stream = await watching(other, [], { resumeAfter: events[0]?.['_id'] as unknown });
    await other.insertOne({});
    await expect(stream.next()).rejects.toMatchObject({ code: 280 });
  });

  test('startAtOperationTime gives what happened at that time or later, and nothing before a time to come', async () => {
    const { collection, events } = await seeded();
    const at = events[1]?.['clusterTime'] as Timestamp;
    const stream = collection.watch([], { startAtOperationTime: at });
    expect(ids(await take(stream, 3))).toEqual([2, 'drop', 'invalidate']);
    const later = new Timestamp({ t: at.t + 1000, i: 1 });
    const waiting = await watching(collection, [], { startAtOperationTime: later });
    await collection.insertOne({});
    expect(await waiting.tryNext()).toBeNull();
    await waiting.close();
  });
});

test('others run while a stream catches up with very many events', async () => {
  const server = openServer(':memory:', 'relaxed', () => new Date());
  const stream = new Stream(server.store, { db: 'test', collection: 'seen' }, {}, []);
  const client = { id: 1, uuid: new Binary(Buffer.alloc(16)), address: '' };
  const insert = (name: string, count: number) =>
    dispatch(server, client, { insert: name, documents: Array.from({ length: count }, (_, n) => ({ n: new Int32(n) })), $db: 'test' }); // prettier-ignore
  await insert('other', 4000);
  await insert('seen', 1);
  let [turns, going] = [0, true];
  const turn = (): void => {
    turns++;
    if (going) setImmediate(turn);
  };
  setImmediate(turn);
  expect((await stream.next(10, undefined)).documents).toHaveLength(1);
  going = false;
  expect(turns).toBeGreaterThan(2);
  stream.close();
  server.close();
});
