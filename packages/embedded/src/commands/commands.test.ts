import { randomUUID } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, UUID, type AggregateOptions, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { Int32 } from '../bson/types.ts';
import { startEmbedded } from '../index.ts';
import { started, type Started } from '../testing/started.ts';
import { openServer } from './server.ts';
import { sweepExpired } from './ttl.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

describe('core/databases-and-collections', () => {
  test('are made, listed, renamed and dropped', async () => {
    const db = on.client.db(`ddl-${randomUUID().slice(0, 8)}`);
    await db.createCollection('one');
    await db.createCollection('one');
    await db.collection('two').insertOne({});
    expect(
      (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name).sort(),
    ).toEqual(['one', 'two']);
    await db.collection('two').rename('three');
    expect(await db.collection('three').countDocuments()).toBe(1);
    expect((await db.admin().listDatabases()).databases.map(({ name }) => name)).toContain(db.databaseName);
    await db.collection('three').drop();
    await db.dropDatabase();
    expect(await db.listCollections().toArray()).toEqual([]);
  });

  test('an index that is there already is no error, one that differs is', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 });
    await collection.createIndex({ a: 1 });
    await expect(collection.createIndex({ a: 1 }, { name: 'other' })).rejects.toMatchObject({ code: 85 });
    await expect(collection.createIndex({ b: 1 }, { name: 'a_1' })).rejects.toMatchObject({ code: 86 });
    await collection.dropIndex('a_1');
    await expect(collection.dropIndex('a_1')).rejects.toMatchObject({ code: 27 });
    await expect(collection.dropIndex('_id_')).rejects.toMatchObject({ code: 72 });
  });

  test('one that is asked for twice at once is an error, and makes none', async () => {
    const collection = on.fresh();
    await expect(collection.createIndexes([{ key: { a: 1 } }, { key: { a: 1 } }])).rejects.toMatchObject({
      code: 68,
      message: 'Identical index already exists: a_1',
    });
    expect(await collection.listIndexes().toArray()).toHaveLength(1);
  });

  // MongoDB's manual, "createIndexes": background is deprecated and says nothing any more.
  test('what was asked for in the background still says so', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { background: true });
    await collection.createIndex({ a: 1 });
    expect(await collection.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', background: true }]);
  });

  test('an index is there already when its filter says the same in another order', async () => {
    const collection = on.fresh();
    const create = (...parts: Document[]): Promise<string> =>
      collection.createIndex({ a: 1 }, { partialFilterExpression: { $and: parts } });
    await create({ a: 1 }, { b: 2 });
    await create({ b: 2 }, { a: 1 });
    expect(await collection.listIndexes().toArray()).toHaveLength(2);
    await expect(create({ b: 3 }, { a: 1 })).rejects.toMatchObject({ code: 86 });
  });

  test('a unique index is refused over duplicates, and leaves none behind', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    await expect(collection.createIndex({ a: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
    expect(await collection.listIndexes().toArray()).toHaveLength(1);
  });

  test('a unique index over array elements keeps every element to one document', async () => {
    const collection = on.fresh();
    await collection.createIndex(
      { tenantId: 1, 'holds.r': 1, 'holds.t': 1 },
      { unique: true, partialFilterExpression: { holding: true } },
    );
    const booking = (r: string, ...ticks: number[]): Document => ({
      tenantId: 'a',
      holding: true,
      holds: ticks.map((t) => ({ r, t })),
    });
    await collection.insertOne(booking('ayu', 1, 2, 3));
    await expect(collection.insertOne(booking('ayu', 3, 4))).rejects.toMatchObject({
      code: 11000,
      keyPattern: { tenantId: 1, 'holds.r': 1, 'holds.t': 1 },
      keyValue: { tenantId: 'a', 'holds.r': 'ayu', 'holds.t': 3 },
    });
    await collection.insertOne(booking('dewi', 3, 4));
    await collection.insertOne({ ...booking('ayu', 3, 4), holding: false });
    await collection.updateOne(
      { 'holds.r': 'ayu', holding: true },
      { $set: { holds: [{ r: 'ayu', t: 9 }] } },
    );
    await collection.insertOne(booking('ayu', 3, 4));
  });

  test('two arrays in one index are refused', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1, b: 1 });
    await expect(collection.insertOne({ a: [1], b: [2] })).rejects.toMatchObject({ code: 171 });
  });

  test('errors of many writes come each with its place; without order the others are done', async () => {
    const collection = on.fresh();
    const documents = [1, 1, 2].map((_id) => ({ _id: _id as never }));
    await expect(collection.insertMany(documents)).rejects.toMatchObject({ code: 11000, insertedCount: 1 });
    await collection.deleteMany({});
    await expect(collection.insertMany(documents, { ordered: false })).rejects.toMatchObject({
      code: 11000,
      insertedCount: 2,
      writeErrors: [{ index: 1 }],
    });
    for (const [_id, code] of [
      [[1], 53],
      [{ $a: 1 }, 52],
      [{ $ref: 'd', $id: 1, $a: 1 }, 52],
    ])
      await expect(collection.insertOne({ _id: _id as never })).rejects.toMatchObject({ code });
    await collection.insertOne({ _id: { $ref: 'd', $id: 1 } as never });
    expect(
      await collection.bulkWrite([
        { insertOne: { document: { a: 1 } } },
        { updateOne: { filter: { a: 2 }, update: { $set: { b: 1 } }, upsert: true } },
        { deleteMany: { filter: { a: 1 } } },
      ]),
    ).toMatchObject({ insertedCount: 1, upsertedCount: 1, deletedCount: 1 });
  });

  test('distinct gives each value once, array elements one by one', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: [2, 1] }, { a: 1 }, { a: 'x' }, {}, { a: { b: 1 } }]);
    expect(await collection.distinct('a')).toEqual([1, 2, 'x', { b: 1 }]);
  });
});

describe('reference/command/createIndexes', () => {
  test('several are built together or not at all', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }]);
    const indexes = [{ key: { b: 1 } }, { key: { a: 1 }, unique: true }];
    await expect(collection.createIndexes(indexes as never)).rejects.toMatchObject({ code: 11000 });
    expect(await collection.listIndexes().toArray()).toHaveLength(1);
  });

  test('what is there already waits for no transaction, and what is new does', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 });
    const session = on.client.startSession();
    session.startTransaction();
    await collection.insertOne({ a: 1 }, { session });
    await collection.createIndex({ a: 1 }, { maxTimeMS: 2_000 });
    await expect(collection.createIndex({ b: 1 }, { maxTimeMS: 50 })).rejects.toMatchObject({ code: 50 });
    await session.abortTransaction();
    await session.endSession();
    await collection.createIndex({ b: 1 });
  });

  test('is not kept out by transactions that begin one before the other has ended', async () => {
    const collection = on.fresh();
    const other = on.fresh();
    await collection.insertOne({ n: 0 });
    await other.insertOne({ n: 0 });
    const begun = async () => {
      const session = on.client.startSession();
      session.startTransaction();
      await other.insertOne({}, { session });
      return session;
    };
    let session = await begun();
    await collection.updateOne({}, { $inc: { n: 1 } }, { session });
    const build = collection.createIndex({ n: 1 });
    let isBuilt = false;
    void build.then(() => (isBuilt = true));
    let generations = 0;
    let refused: unknown;
    while (!isBuilt && generations++ < 20) {
      const next = await begun();
      refused ??= await collection.findOne({}, { session: next }).then(
        () => undefined,
        (error: unknown) => error,
      );
      // Who uses it already goes on until his end.
      if (generations === 1) await collection.updateOne({ n: 1 }, { $inc: { n: 1 } }, { session });
      if (session.inTransaction()) await session.commitTransaction().catch(() => undefined);
      await session.endSession();
      session = next;
      await on.db.command({ ping: 1 });
    }
    await session.abortTransaction();
    await session.endSession();
    expect(generations).toBeLessThan(20);
    await build;
    expect(refused).toMatchObject({ code: 24, errorLabelSet: new Set(['TransientTransactionError']) });
    expect(await collection.find().project({ _id: 0 }).toArray()).toEqual([{ n: 2 }]);
    await on.client.withSession((again) =>
      again.withTransaction(() => collection.insertOne({ n: 3 }, { session: again })),
    );
    expect(await collection.countDocuments({ n: { $gt: 0 } }, { hint: { n: 1 } })).toBe(2);
  });

  test('one that gave up waiting keeps nobody out', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.findOne({}, { session });
      const late = collection.createIndex({ a: 1 }, { maxTimeMS: 30 });
      await expect(late).rejects.toMatchObject({ code: 50 });
      await on.client.withSession(async (another) => {
        another.startTransaction();
        expect(await collection.findOne({}, { session: another })).not.toBeNull();
        await another.commitTransaction();
      });
      await session.commitTransaction();
    });
  });
});

describe('reference/command/dropIndexes', () => {
  test('a key that two indexes have says too little', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 });
    await collection.createIndex({ a: 1 }, { name: 'sparse', sparse: true });
    const drop = (index: unknown): Promise<Document> =>
      on.db.command({ dropIndexes: collection.collectionName, index });
    await expect(drop({ a: 1 })).rejects.toMatchObject({ code: 181 });
    expect(await drop(['*'])).toMatchObject({ nIndexesWas: 3 });
  });
});

describe('reference/command/getMore', () => {
  test('after its collection has been dropped says so', async () => {
    const collection = on.fresh();
    await collection.insertMany([{}, {}]);
    const cursor = collection.find({}, { batchSize: 1 });
    await cursor.next();
    await collection.drop();
    await collection.insertOne({});
    await expect(cursor.next()).rejects.toMatchObject({ code: 175 });
  });

  test('is for who opened the cursor, by its name, and has the time of the find', async () => {
    const collection = on.fresh();
    const name = collection.collectionName;
    await collection.insertMany([{}, {}, {}]);
    await on.client.withSession(async (session) => {
      const find = { find: name, batchSize: 1 };
      const { cursor } = await on.db.command(find, { session, useBigInt64: true });
      const more = { getMore: cursor.id, collection: name };
      for (const [command, options, code] of [
        [{ ...more, collection: 'other' }, { session }, 13],
        [{ ...more, maxTimeMS: 1 }, { session }, 2],
        [more, {}, 50738],
      ] as const)
        await expect(on.db.command(command, options)).rejects.toMatchObject({ code });
      expect(await on.db.command(more, { session })).toMatchObject({ cursor: { id: 0 } });
    });
  });
});

describe('reference/command/killSessions', () => {
  test('ends what is open in a session', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 1 });
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.updateOne({}, { $inc: { a: 1 } }, { session });
      await on.db.command({ killSessions: [session.id] });
      await collection.updateOne({}, { $inc: { a: 10 } });
      await expect(session.commitTransaction()).rejects.toMatchObject({ code: 251 });
    });
    expect(await collection.findOne()).toMatchObject({ a: 11 });
  });
});

describe('reference/command/explain', () => {
  test('tells a pipeline that reads no collection by its stages', async () => {
    const aggregate = { aggregate: 1, pipeline: [{ $documents: [{ x: 1 }, { x: 2 }] }, { $limit: 1 }] };
    const told = await on.db.command({ ...aggregate, explain: true });
    expect(told).toMatchObject({ stages: aggregate.pipeline, explainVersion: '1', serverParameters: {} });
    expect(await on.db.command({ explain: { ...aggregate, cursor: {} } })).toMatchObject({
      stages: [{ nReturned: 2 }, { $limit: 1, nReturned: 1 }],
      queryShapeHash: told['queryShapeHash'] as string,
    });
  });

  test('says what a write would do, and does not do it', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: 1 }, { a: 2 }]);
    const stages = async (explain: Document): Promise<Document> =>
      (await on.db.command({ explain, verbosity: 'executionStats' }))['executionStats'].executionStages;
    const name = collection.collectionName;
    const set = { q: {}, u: { $set: { a: 1 } }, multi: true };
    expect(await stages({ update: name, updates: [set] })).toMatchObject({ nMatched: 2, nWouldModify: 1 });
    const insert = { q: { a: 3 }, u: { $set: { b: 1 } }, upsert: true };
    expect(await stages({ update: name, updates: [insert] })).toMatchObject({ nWouldUpsert: 1 });
    const remove = { q: {}, limit: 0 };
    expect(await stages({ delete: name, deletes: [remove] })).toMatchObject({
      stage: 'DELETE',
      nWouldDelete: 2,
    });
    expect(await stages({ findAndModify: name, query: { a: 2 }, update: { $set: { a: 1 } } })).toMatchObject({
      ...{ stage: 'UPDATE', nMatched: 1, nWouldModify: 1, nWouldUpsert: 0 },
      inputStage: { stage: 'COLLSCAN', docsExamined: 2 },
    });
    expect(
      await stages({ findAndModify: name, query: { a: 3 }, update: { $set: { b: 1 } }, upsert: true }),
    ).toMatchObject({ stage: 'UPDATE', nMatched: 0, nWouldUpsert: 1 });
    expect(await stages({ findAndModify: name, query: {}, remove: true })).toMatchObject({
      ...{ stage: 'DELETE', nWouldDelete: 1 },
    });
    expect(await collection.find().project({ _id: 0 }).toArray()).toEqual([{ a: 1 }, { a: 2 }]);
  });

  test('shows the stage that writes in the plan too', async () => {
    const collection = on.fresh();
    const explain = { delete: collection.collectionName, deletes: [{ q: { a: 1 }, limit: 1 }] };
    const plan = async (): Promise<Document> =>
      (await on.db.command({ explain, verbosity: 'queryPlanner' }))['queryPlanner'].winningPlan;
    expect(await plan()).toEqual({ stage: 'EOF' });
    await collection.insertOne({});
    expect(await plan()).toMatchObject({ stage: 'DELETE', inputStage: { stage: 'COLLSCAN' } });
  });

  test('looks no further than the first document where no more is written', async () => {
    const collection = on.fresh();
    await collection.insertMany([{ a: 1 }, { a: 1 }, { a: 1 }]);
    const name = collection.collectionName;
    const u = { $set: { b: 1 } };
    for (const [explain, nReturned, totalDocsExamined] of [
      [{ update: name, updates: [{ q: { a: 1 }, u }] }, 0, 1],
      [{ update: name, updates: [{ q: { a: 1 }, u, multi: true }] }, 0, 3],
      [{ delete: name, deletes: [{ q: { a: 1 }, limit: 1 }] }, 0, 1],
      [{ delete: name, deletes: [{ q: { a: 1 }, limit: 0 }] }, 0, 3],
      [{ findAndModify: name, query: { a: 1 }, update: u }, 1, 1],
      [{ findAndModify: name, query: { a: 2 }, remove: true }, 0, 3],
    ] as const)
      expect((await on.db.command({ explain }))['executionStats'], JSON.stringify(explain)).toMatchObject({
        ...{ nReturned, totalDocsExamined },
        executionStages: { nReturned, inputStage: { stage: 'COLLSCAN', docsExamined: totalDocsExamined } },
      });
  });

  test('tells of a query that fails that and why it does', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: 'x' });
    const plan = (await collection
      .find({ $expr: { $gt: [{ $add: ['$a', 1] }, 0] } })
      .explain('executionStats')) as Document;
    expect(plan['executionStats']).toMatchObject({ executionSuccess: false, errorCode: 14, nReturned: 0 });
  });

  test('refuses a write that is wrong', async () => {
    const collection = on.fresh();
    await collection.insertOne({ a: [1] });
    const name = collection.collectionName;
    const update = { q: {}, u: { $set: { 'a.$[i]': 5 } }, arrayFilters: 'i' };
    for (const [explain, code] of [
      [{ update: name, updates: [update] }, 14],
      [{ update: name, updates: [{ q: {}, u: { $what: 1 } }] }, 9],
      [{ findAndModify: name, update: { $what: 1 } }, 9],
      [{ findAndModify: name, update: {}, remove: true }, 9],
    ] as const)
      await expect(on.db.command({ explain, verbosity: 'queryPlanner' })).rejects.toMatchObject({ code });
  });

  test('is refused for a command on another database', async () => {
    const explain = { find: 'c', $db: 'another' };
    await expect(on.db.command({ explain })).rejects.toMatchObject({
      code: 73,
      message: `Mismatched $db in explain command. Expected ${on.db.databaseName} but got another`,
    });
  });
});

describe('reference/limits: the names of databases', () => {
  test('do not differ by case alone', async () => {
    await on.fresh().insertOne({});
    const other = on.client.db(on.db.databaseName.toUpperCase());
    await expect(other.collection('c').insertOne({})).rejects.toMatchObject({ code: 13297 });
    await expect(other.createCollection('c')).rejects.toMatchObject({
      codeName: 'DatabaseDifferCase',
      message: `db already exists with different case already have: [${on.db.databaseName}] trying to create [${other.databaseName}]`,
    });
    expect(await other.collection('c').countDocuments()).toBe(0);
  });
});

describe('reference/command/drop', () => {
  test('waits for the transactions that use the collection, but no longer than maxTimeMS', async () => {
    const collection = on.fresh();
    await collection.insertOne({});
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.findOne({}, { session });
      const drop = { drop: collection.collectionName, maxTimeMS: 30 };
      await expect(on.db.command(drop)).rejects.toMatchObject({ code: 50 });
      await session.abortTransaction();
    });
    expect(await on.db.command({ drop: collection.collectionName })).toMatchObject({ nIndexesWas: 1 });
    expect(await on.db.command({ drop: collection.collectionName })).not.toHaveProperty('ns');
  });
});

test('an unacknowledged write is done, and what follows sees it', async () => {
  const collection = on.fresh();
  await collection.insertOne({ a: 1 }, { writeConcern: { w: 0 } });
  await expect.poll(() => collection.countDocuments()).toBe(1);
});

test.skipIf(process.env['MONGODB_URI'])(
  'the log that is no collection is refused, not shown empty',
  async () => {
    const log = on.client.db('local').collection('oplog.rs');
    await expect(log.findOne()).rejects.toMatchObject({ code: 13, codeName: 'Unauthorized' });
    await expect(log.insertOne({})).rejects.toMatchObject({ code: 13 });
  },
);

test.skipIf(process.env['MONGODB_URI'])(
  'a write that wants more members than there are is done, and says so',
  async () => {
    const collection = on.fresh();
    await expect(collection.insertOne({ a: 1 }, { writeConcern: { w: 3 } })).rejects.toMatchObject({
      code: 100,
    });
    expect(await collection.countDocuments()).toBe(1);
  },
);

test.each([
  { insert: 'a\0b', documents: [{}] },
  { update: 'a\0b', updates: [{ q: {}, u: { $set: { a: 1 } } }] },
  { delete: 'a\0b', deletes: [{ q: {}, limit: 1 }] },
])('a name that no collection can have is an error of the whole command: %j', async (command) => {
  await expect(on.db.command(command)).rejects.toMatchObject({ code: 73, codeName: 'InvalidNamespace' });
});

test('_id may be null, which is a value', async () => {
  const collection = on.fresh();
  await on.db.command({ insert: collection.collectionName, documents: [{ _id: null, a: 1 }] });
  expect(await collection.findOne()).toEqual({ _id: null, a: 1 });
});

test('a long query is ended by its limit of time, and others run meanwhile', async () => {
  const collection = on.fresh();
  await collection.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n })));
  const long = (options: AggregateOptions): Promise<Document[]> =>
    collection
      .aggregate(
        [{ $set: { a: { $range: [0, 300] } } }, { $unwind: '$a' }, { $group: { _id: '$a', n: { $sum: 1 } } }],
        options,
      )
      .toArray();
  let ended = false;
  const whole = long({}).finally(() => (ended = true));
  await on.db.command({ ping: 1 });
  expect(ended).toBe(false);
  expect(await whole).toHaveLength(300);
  await expect(long({ maxTimeMS: 1 })).rejects.toMatchObject({ code: 50 });
});

test('expired documents of a TTL index are swept', () => {
  const server = openServer(':memory:', 'relaxed', () => new Date());
  const { store } = server;
  const collection = store.group.write(() => store.catalogue.create('db', 'c', {}));
  store.group.write(() =>
    store.catalogue.keepIndex(
      collection,
      store.catalogue.newIndex({
        v: new Int32(2),
        key: { at: new Int32(1) },
        name: 'at_1',
        expireAfterSeconds: new Int32(60),
      }),
    ),
  );
  for (const [id, at] of [
    [1, new Date(0)],
    [2, new Date(100_000)],
    [3, 'never'],
    [4, [new Date(0), new Date(1e12)]],
  ] as const) {
    const doc = decode(encode({ _id: id, at: at as never }));
    store.insert(collection, doc, encode(doc));
  }
  expect([...sweepExpired(store, new Date(70_000))]).toHaveLength(1);
  expect([...store.documents(collection, false)].map(({ body }) => decode(body)['_id'])).toEqual(
    [2, 3].map((id) => new Int32(id)),
  );
  for (let n = 0; n < 1000; n++) {
    const doc = decode(encode({ _id: 100 + n, at: new Date(n) }));
    store.insert(collection, doc, encode(doc));
  }
  let most = 0;
  let left = store.countDocuments(collection);
  for (const _part of sweepExpired(store, new Date(70_000))) {
    const now = store.countDocuments(collection);
    [most, left] = [Math.max(most, left - now), now];
  }
  expect({ left, most }, 'others may run after each 50').toEqual({ left: 2, most: 50 });
  server.close();
});

test('a backup is a whole database of its own, taken while others write', async () => {
  const file = join(tmpdir(), `backup-${randomUUID()}.sqlite`);
  await using own = await started();
  const collection = own.db.collection<{ n: number }>('c');
  await collection.insertMany(Array.from({ length: 1000 }, (_, n) => ({ n })));
  const writing = Promise.all(Array.from({ length: 50 }, (_, n) => collection.insertOne({ n: 1000 + n })));
  if (!existsSync(own.server.file)) return;
  await (own.server as Awaited<ReturnType<typeof startEmbedded>>).backup(file);
  await writing;
  const copy = await startEmbedded({ file });
  const client = await new MongoClient(copy.uri).connect();
  expect(await client.db(own.db.databaseName).collection('c').countDocuments()).toBeGreaterThanOrEqual(1000);
  await client.close();
  await copy.close();
  rmSync(file, { force: true });
});

test('what shells and drivers ask by themselves is answered', async () => {
  const admin = on.client.db('admin');
  for (const command of [
    'hello',
    'isMaster',
    'ping',
    'buildInfo',
    'serverStatus',
    'connectionStatus',
    'listDatabases',
    'dbStats',
  ]) {
    expect(await admin.command({ [command]: 1 })).toMatchObject({ ok: 1 });
  }
  expect(await admin.command({ getParameter: 1, featureCompatibilityVersion: 1, logLevel: 1 })).toMatchObject(
    { featureCompatibilityVersion: { version: '8.2' }, logLevel: 0 },
  );
  expect(await on.db.command({ collStats: 'nothing' })).toMatchObject({ count: 0, indexDetails: {} });
  await on.db.collection('something').insertOne({});
  expect(await on.db.command({ collStats: 'something' })).toMatchObject({
    ...{ count: 1, numOrphanDocs: 0, freeStorageSize: 0 },
    ...{ indexDetails: { _id_: {} }, indexBuilds: [] },
  });
  expect(await admin.command({ whatsmyuri: 1, more: 1 })).toMatchObject({
    you: expect.any(String) as string,
  });
  expect(await admin.command({ dbStats: 1 })).not.toHaveProperty('freeStorageSize');
  expect(await on.client.db('none').command({ dbStats: 1 })).toMatchObject({ fsUsedSize: 0, fsTotalSize: 0 });
  expect((await on.db.command({ dbStats: 1 }))['fsTotalSize']).toBeGreaterThan(0);
  expect(await admin.command({ dbStats: 1, freeStorage: 1 })).toMatchObject({
    ...{ freeStorageSize: 0, indexFreeStorageSize: 0, totalFreeStorageSize: 0 },
  });
  expect((await admin.command({ connectionStatus: 1 }))['uuid']).toBeInstanceOf(UUID);
});

describe('reference/command/getParameter', () => {
  test.each<[Document, number | Document]>([
    [
      { getParameter: { showDetails: 1 }, authenticationMechanisms: 1 },
      { authenticationMechanisms: { value: [], settableAtRuntime: false, settableAtStartup: true } },
    ],
    [{ getParameter: { allParameters: 1 } }, { quiet: false }],
    [
      { getParameter: { allParameters: true, setAt: 'runtime' } },
      expect.not.objectContaining({ authenticationMechanisms: [] }) as Document,
    ],
    [{ getParameter: { allParameters: 'yes' } }, 14],
    [{ getParameter: { setAt: 1 } }, 14],
    [{ getParameter: { allParameters: true, setAt: 'noon' } }, 2],
    [{ getParameter: { all: true } }, 40415],
    [{ getParameter: {} }, 72],
  ])('%j', async (command, expected) => {
    const answer = on.client.db('admin').command(command);
    if (typeof expected === 'number') await expect(answer).rejects.toMatchObject({ code: expected });
    else expect(await answer).toMatchObject(expected);
  });
});

// https://www.mongodb.com/docs/manual/reference/command/listIndexes/, "Output"
test('what lists says whose batch it is before the batch', async () => {
  const { collectionName } = await on.db.createCollection('listed');
  for (const command of [{ listIndexes: collectionName }, { listCollections: 1 }])
    expect(Object.keys((await on.db.command(command))['cursor'])).toEqual(['id', 'ns', 'firstBatch']);
});

describe('reference/command: what mongosh asks of a server', () => {
  const ask = (command: Document) => on.client.db('admin').command(command);

  test('the names of its logs, and what is in one', async () => {
    expect(await ask({ getLog: '*' })).toMatchObject({ names: expect.arrayContaining(['startupWarnings']) as unknown }); // prettier-ignore
    const { totalLinesWritten, log } = await ask({ getLog: 'startupWarnings' });
    expect([typeof totalLinesWritten, Array.isArray(log)]).toEqual(['number', true]);
    await expect(ask({ getLog: 'rs' })).rejects.toMatchObject({ code: 96 });
    await expect(ask({ getLog: 1 })).rejects.toMatchObject({ code: 14 });
    await expect(ask({ getLog: null })).rejects.toMatchObject({ code: 40414 });
  });

  test('its replica set, of which it is the primary, and its machine', async () => {
    const { setName, me, hosts } = await ask({ hello: 1 });
    const status = await ask({ replSetGetStatus: 1 });
    expect(status).toMatchObject({ set: setName, myState: 1 });
    expect((status['members'] as Document[]).find(({ self }) => self === true)).toMatchObject({ name: me, stateStr: 'PRIMARY', health: 1 }); // prettier-ignore
    const { config } = (await ask({ replSetGetConfig: 1 })) as { config: Document };
    expect(config['_id']).toBe(setName);
    expect((config['members'] as Document[]).map(({ host }) => host as string)).toEqual(hosts);
    const { system, os } = (await ask({ hostInfo: 1 })) as Record<string, Document>;
    expect([typeof system?.['hostname'], typeof os?.['type']]).toEqual(['string', 'string']);
    await expect(on.db.command({ replSetGetStatus: 1 })).rejects.toMatchObject({ code: 13 });
  });
});

describe('reference/command/serverStatus', () => {
  const status = (sections: Document = {}): Promise<Document> =>
    on.client.db('admin').command({ serverStatus: 1, ...sections });

  test('operations, requests and failures are counted', async () => {
    const before = await status();
    await on.db.collection('counted').insertMany([{ a: 1 }, { a: 2 }]);
    await on.db.collection('counted').findOne({});
    await expect(on.db.command({ nothing: 1 })).rejects.toMatchObject({ code: 59 });
    const after = await status();
    const grown = (section: string, name: string): number => after[section][name] - before[section][name];
    expect(grown('opcounters', 'insert')).toBeGreaterThanOrEqual(2);
    expect(grown('opcounters', 'query')).toBeGreaterThanOrEqual(1);
    expect(grown('opcounters', 'command')).toBeGreaterThanOrEqual(2);
    expect(grown('asserts', 'user')).toBeGreaterThanOrEqual(1);
    expect(grown('network', 'numRequests')).toBeGreaterThanOrEqual(4);
    expect(grown('network', 'bytesIn')).toBeGreaterThan(100);
    if (process.platform === 'linux') expect(after['mem'].virtual).toBeGreaterThan(after['mem'].resident);
    expect(after['connections'].totalCreated).toBeGreaterThanOrEqual(after['connections'].current);
  });

  test.each([
    ['metrics', {}, true],
    ['metrics', { metrics: 0 }, false],
    ['mirroredReads', {}, false],
    ['mirroredReads', { mirroredReads: 'yes' }, true],
  ])('section %s with %j: %s', async (name, sections, there) => {
    expect(name in (await status(sections))).toBe(there);
  });
});
