import { randomBytes, randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { BSON, type ClientSession, type Collection, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../bson/encode.ts';
import { Binary, Long, type Doc } from '../bson/types.ts';
import { startEmbedded } from '../index.ts';
import { RawClient } from '../testing/raw.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

async function inTransaction(work: (session: ClientSession) => Promise<void>): Promise<void> {
  await on.client.withSession(async (session) => {
    session.startTransaction();
    await work(session);
    if (session.inTransaction()) await session.abortTransaction();
  });
}

const named = async (...collections: Collection[]): Promise<string[]> =>
  (
    await on.db
      .listCollections(
        { name: { $in: collections.map(({ collectionName }) => collectionName) } },
        { nameOnly: true },
      )
      .toArray()
  ).map(({ name }) => name);

const transient = expect.objectContaining({
  code: 112,
  errorLabelSet: new Set(['TransientTransactionError']),
}) as Error;

describe('a transaction', () => {
  test('reads one moment and its own writes, and nobody sees them before it commits', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 });
    await collection.insertMany([{ a: 1 }, { a: 2 }]);
    await inTransaction(async (session) => {
      expect(await collection.countDocuments({}, { session })).toBe(2);
      await collection.insertOne({ a: 9 });
      await collection.insertOne({ a: 3 }, { session });
      await collection.updateOne({ a: 1 }, { $set: { a: 7 } }, { session });
      await collection.deleteOne({ a: 2 }, { session });
      expect(
        (
          await collection
            .find({ a: { $gt: 0 } }, { session })
            .sort({ a: -1 })
            .toArray()
        ).map(({ a }) => a as number),
      ).toEqual([7, 3]);
      expect(await collection.findOne({ a: 1 }, { session })).toBeNull();
      expect((await collection.find().sort({ a: 1 }).toArray()).map(({ a }) => a as number)).toEqual([
        1, 2, 9,
      ]);
      await session.commitTransaction();
    });
    expect((await collection.find().sort({ a: 1 }).toArray()).map(({ a }) => a as number)).toEqual([3, 7, 9]);
  });

  test('that aborts leaves nothing behind', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertOne({ a: 1 });
    await inTransaction(async (session) => {
      await collection.updateOne({ a: 1 }, { $set: { a: 2 } }, { session });
      await collection.insertOne({ a: 1 }, { session });
      await session.abortTransaction();
    });
    expect(await collection.find().project({ _id: 0 }).toArray()).toEqual([{ a: 1 }]);
    await collection.insertOne({ a: 2 });
  });

  test('may pass a unique key from one document to another', async () => {
    const collection = on.fresh();
    await collection.createIndex({ a: 1 }, { unique: true });
    await collection.insertMany([
      { n: 1, a: 'x' },
      { n: 2, a: 'y' },
    ]);
    await inTransaction(async (session) => {
      await collection.updateOne({ n: 1 }, { $set: { a: 'z' } }, { session });
      await collection.updateOne({ n: 2 }, { $set: { a: 'x' } }, { session });
      await session.commitTransaction();
    });
    expect((await collection.find().sort({ n: 1 }).toArray()).map(({ a }) => a as string)).toEqual([
      'z',
      'x',
    ]);
  });

  test('is told of a conflict at once when another has written the same document', async () => {
    const collection = on.fresh();
    await collection.insertOne({ n: 0 });
    await inTransaction(async (first) => {
      await collection.updateOne({}, { $inc: { n: 1 } }, { session: first });
      await inTransaction(async (second) => {
        await expect(collection.updateOne({}, { $inc: { n: 1 } }, { session: second })).rejects.toEqual(
          transient,
        );
      });
      await first.commitTransaction();
    });
    expect(await collection.findOne()).toMatchObject({ n: 1 });
  });

  test('is told of a conflict when the document has changed since its moment', async () => {
    const collection = on.fresh();
    await collection.insertOne({ n: 0 });
    await inTransaction(async (session) => {
      await collection.findOne({}, { session });
      await collection.updateOne({}, { $inc: { n: 1 } });
      await expect(collection.updateOne({}, { $inc: { n: 1 } }, { session })).rejects.toEqual(transient);
    });
  });

  test('is told of a conflict on a unique key that another holds', async () => {
    const collection = on.fresh();
    await collection.createIndex({ slot: 1 }, { unique: true });
    await inTransaction(async (first) => {
      await collection.insertOne({ slot: 5 }, { session: first });
      await inTransaction(async (second) => {
        await expect(collection.insertOne({ slot: 5 }, { session: second })).rejects.toEqual(transient);
      });
      await first.commitTransaction();
    });
    await inTransaction(async (third) => {
      await expect(collection.insertOne({ slot: 5 }, { session: third })).rejects.toMatchObject({
        code: 11000,
      });
    });
  });

  test('makes a write outside it wait until it has ended', async () => {
    const collection = on.fresh();
    await collection.insertOne({ n: 0 });
    let waited = false;
    let outside: Promise<unknown> = Promise.resolve();
    await inTransaction(async (session) => {
      await collection.updateOne({}, { $inc: { n: 1 } }, { session });
      outside = collection.updateOne({}, { $inc: { n: 10 } }).then(() => expect(waited).toBe(true));
      await new Promise((resolve) => setTimeout(resolve, 30));
      waited = true;
      await session.commitTransaction();
    });
    await outside;
    expect(await collection.findOne()).toMatchObject({ n: 11 });
  });

  test('gives up waiting when its time is over', async () => {
    const collection = on.fresh();
    await collection.insertOne({ n: 0 });
    await inTransaction(async (session) => {
      await collection.updateOne({}, { $inc: { n: 1 } }, { session });
      await expect(collection.updateOne({}, { $inc: { n: 10 } }, { maxTimeMS: 30 })).rejects.toMatchObject({
        code: 50,
      });
    });
  });

  test('is over after an error in it', async () => {
    const collection = on.fresh();
    await collection.insertOne({ _id: 1 as never });
    await inTransaction(async (session) => {
      await expect(collection.insertOne({ _id: 1 as never }, { session })).rejects.toMatchObject({
        code: 11000,
      });
      await expect(collection.findOne({}, { session })).rejects.toMatchObject({ code: 251 });
    });
  });

  test('makes a collection that nobody else sees before it commits, and that is gone when it aborts', async () => {
    for (const commits of [true, false]) {
      const [written, made] = [on.fresh(), on.fresh()];
      await inTransaction(async (session) => {
        await written.insertOne({ a: 1 }, { session });
        await on.db.createCollection(made.collectionName, { session });
        expect(await written.findOne({}, { session })).toMatchObject({ a: 1 });
        expect(await named(written, made)).toEqual([]);
        await (commits ? session.commitTransaction() : session.abortTransaction());
      });
      expect(await named(written, made)).toHaveLength(commits ? 2 : 0);
      expect(await written.countDocuments()).toBe(commits ? 1 : 0);
      await written.insertOne({ a: 2 });
    }
  });

  test('does not make a collection that is there, which is no error outside of it', async () => {
    const { collectionName } = await on.db.createCollection(on.fresh().collectionName);
    await on.db.command({ create: collectionName });
    await inTransaction(async (session) => {
      await expect(on.db.command({ create: collectionName }, { session })).rejects.toMatchObject({
        code: 48,
        message: `Collection ${on.db.databaseName}.${collectionName} already exists.`,
      });
    });
  });

  test.each([true, false])('makes indexes of its own new collections, commit %s', async (commits) => {
    const [collection, known] = [on.fresh<{ _id: number; a: number }>(), on.fresh()];
    await known.insertOne({});
    await inTransaction(async (session) => {
      await collection.createIndex({ a: 1 }, { session, unique: true });
      await collection.insertMany(
        [
          { _id: 1, a: 1 },
          { _id: 2, a: 2 },
        ],
        { session },
      );
      expect(await collection.find({ a: 2 }, { session }).toArray()).toEqual([{ _id: 2, a: 2 }]);
      if (commits) await session.commitTransaction();
    });
    if (!commits) return expect(await collection.find().toArray()).toEqual([]);
    expect(await collection.indexes()).toMatchObject([{ name: '_id_' }, { name: 'a_1', unique: true }]);
    expect(await collection.find({ a: 2 }).hint('a_1').toArray()).toEqual([{ _id: 2, a: 2 }]);
    await expect(collection.insertOne({ _id: 3, a: 1 })).rejects.toMatchObject({ code: 11000 });
  });

  test('makes no index that is asked for twice at once', async () => {
    const collection = on.fresh();
    await inTransaction(async (session) => {
      const specs = [{ key: { a: 1 } }, { key: { a: 1 } }];
      await expect(collection.createIndexes(specs, { session })).rejects.toMatchObject({ code: 68 });
    });
  });

  test('makes no index of a collection that is not its own, or not empty', async () => {
    const [collection, known] = [on.fresh(), on.fresh()];
    await known.insertOne({});
    await known.createIndex({ b: 1 });
    await inTransaction(async (session) => {
      await known.createIndex({ b: 1 }, { session });
      await collection.insertOne({}, { session });
      await expect(collection.createIndex({ a: 1 }, { session })).rejects.toMatchObject({ code: 263 });
    });
    await inTransaction(async (session) => {
      await expect(known.createIndex({ a: 1 }, { session })).rejects.toMatchObject({ code: 263 });
    });
  });

  test('does not make a collection that another has made since its moment', async () => {
    const [known, collection] = [on.fresh(), on.fresh()];
    await known.insertOne({});
    await inTransaction(async (session) => {
      await known.findOne({}, { session });
      await collection.insertOne({ a: 1 });
      expect(await collection.find({}, { session }).toArray()).toEqual([]);
      await expect(collection.insertOne({ a: 2 }, { session })).rejects.toEqual(transient);
    });
  });

  test('cannot commit a collection that another has made meanwhile', async () => {
    const collection = on.fresh();
    await inTransaction(async (session) => {
      await collection.insertOne({ a: 1 }, { session });
      await collection.insertOne({ a: 2 });
      await expect(session.commitTransaction()).rejects.toEqual(transient);
    });
    expect(await collection.find().project({ _id: 0 }).toArray()).toEqual([{ a: 2 }]);
  });

  // MongoDB may still read what it was.
  test.skipIf(process.env['MONGODB_URI'])('does not take a dropped collection for an empty one', async () => {
    const [known, collection] = [on.fresh(), on.fresh()];
    await Promise.all([known.insertOne({}), collection.insertOne({})]);
    await inTransaction(async (session) => {
      await known.findOne({}, { session });
      await collection.drop();
      await expect(collection.findOne({}, { session })).rejects.toMatchObject({
        code: 246,
        errorLabelSet: new Set(['TransientTransactionError']),
      });
    });
  });

  test.each<[string, Document, boolean, number]>([
    ['a command that may not be in one', { dropIndexes: 'c', index: '*' }, false, 263],
    ['what may only come later, first', { killCursors: 'c', cursors: [] }, false, 263],
    ['a database of the server', { insert: 'c', documents: [{}] }, true, 263],
    ['a write concern', { insert: 'c', documents: [{}], writeConcern: { w: 1 } }, false, 72],
    ['a read concern that is not for one', { find: 'c', readConcern: { level: 'available' } }, false, 72],
  ])('refuses %s', async (_, command, admin, code) => {
    await inTransaction(async (session) => {
      const db = admin ? on.client.db('admin') : on.db;
      await expect(db.command(command, { session })).rejects.toMatchObject({ code });
    });
  });
});

describe('transactions together', () => {
  test('a commit that is sent again is acknowledged again; another transaction is not known', async () => {
    const collection = on.fresh();
    await on.client.withSession(async (session) => {
      session.startTransaction();
      await collection.insertOne({ a: 1 }, { session });
      await session.commitTransaction();
      await session.commitTransaction();
      expect(await collection.countDocuments()).toBe(1);
    });
  });

  test('many transactions that count up one document lose nothing', async () => {
    const collection = on.fresh<{ n: number }>();
    await collection.insertOne({ n: 0 });
    const one = (): Promise<void> =>
      on.client.withSession(async (session) => {
        await session.withTransaction(async () => {
          const doc = await collection.findOne({}, { session });
          await collection.updateOne({}, { $set: { n: (doc?.n ?? 0) + 1 } }, { session });
        });
      });
    await Promise.all(Array.from({ length: 40 }, one));
    expect(await collection.findOne()).toMatchObject({ n: 40 });
  });
});

test('money that transactions move about never changes its sum for anybody who looks', async () => {
  const accounts = on.fresh<{ _id: number; money: number }>();
  await accounts.createIndex({ money: 1 });
  await accounts.insertMany(Array.from({ length: 10 }, (_, _id) => ({ _id, money: 100 })));
  const any = (): number => Math.floor(Math.random() * 10);
  const move = (): Promise<void> =>
    on.client.withSession(async (session) => {
      await session.withTransaction(async () => {
        const [from, to, amount] = [any(), any(), 1 + any()];
        const payer = await accounts.findOne({ _id: from }, { session });
        if ((payer?.money ?? 0) < amount || from === to) return;
        await accounts.updateOne(
          { _id: from },
          { $set: { money: (payer?.money ?? 0) - amount } },
          { session },
        );
        await accounts.updateOne({ _id: to }, { $inc: { money: amount } }, { session });
      });
    });
  const look = (): Promise<void> =>
    on.client.withSession(async (session) => {
      session.startTransaction();
      const seen: number[] = [];
      for (let _id = 0; _id < 10; _id++)
        seen.push((await accounts.findOne({ _id }, { session }))?.money ?? NaN);
      expect(seen.reduce((sum, money) => sum + money)).toBe(1000);
      const byIndex = await accounts.find({ money: { $gte: 0 } }, { session, hint: 'money_1' }).toArray();
      expect(byIndex.map(({ money }) => money)).toEqual([...seen].sort((a, b) => a - b));
      await session.commitTransaction();
    });
  await Promise.all(
    Array.from({ length: 6 }, async (_, who) => {
      for (let round = 0; round < 12; round++) await (who < 4 ? move() : look());
    }),
  );
  const [{ sum } = {}] = await accounts
    .aggregate<{ sum?: number }>([{ $group: { _id: null, sum: { $sum: '$money' } } }])
    .toArray();
  expect(sum).toBe(1000);
});

const sessionId = (): Record<string, Binary> => ({ id: new Binary(randomBytes(16), 4) });

describe('a retryable write', () => {
  test('that is sent twice is executed once and answered alike, also after a restart', async () => {
    const file = join(tmpdir(), `retry-${randomUUID()}.sqlite`);
    const numbered = [
      {
        insert: 'c',
        documents: [
          { _id: 1, a: 1 },
          { _id: 2, a: 1 },
        ],
      },
      {
        update: 'c',
        updates: [
          { q: { _id: 1 }, u: { $inc: { a: 5 } } },
          { q: { _id: 9 }, u: { $set: { a: 0 } }, upsert: true },
        ],
      },
      { findAndModify: 'c', query: { _id: 1 }, update: { $inc: { a: 1 } } },
      { delete: 'c', deletes: [{ q: { a: { $gt: 0 } }, limit: 1 }] },
    ].map((body) => ({ ...body, lsid: sessionId(), txnNumber: Long.fromNumber(1) }));
    const run = (): Promise<string[]> =>
      withRaw(file, async (raw) => {
        const answers: string[] = [];
        for (const body of numbered) {
          const { n, nModified, value, upserted } = await raw.command(body as never);
          answers.push(BSON.EJSON.stringify({ n, nModified, value, upserted }));
        }
        return answers;
      });
    const first = await run();
    expect(await run()).toEqual(first);
    expect(first[0]).toContain('"n":2');
    await withRaw(file, async (raw) => {
      expect(await raw.command({ count: 'c' })).toMatchObject({ n: { value: 2 } });
      const old = await raw.command({ ...(numbered[0] as object), txnNumber: Long.fromNumber(0) } as never);
      expect(old).toMatchObject({ codeName: 'TransactionTooOld' });
    });
    rmSync(file, { force: true });
  });
});

describe('by the protocol', () => {
  test('a transaction is ended within itself, on admin, and a number needs a session', async () => {
    await withRaw(':memory:', async (raw) => {
      const code = async (body: Record<string, Answer>): Promise<unknown> =>
        (await raw.command(body))['codeName'];
      for (const name of ['commitTransaction', 'abortTransaction']) {
        expect(await code({ [name]: 1, $db: 'admin' })).toBe('CommandFailed');
        expect(await code({ [name]: 1, $db: 'test' })).toBe('Unauthorized');
      }
      expect(await code({ ping: 1, txnNumber: Long.fromNumber(1) })).toBe('InvalidOptions');
      expect(await code({ ping: 1, lsid: { id: new Binary(randomBytes(8), 4) } })).toBe('InvalidUUID');
    });
  });

  test('a transaction does not begin with its end', async () => {
    await withRaw(':memory:', async (raw) => {
      const session = { lsid: sessionId() as never, txnNumber: Long.fromNumber(1), autocommit: false };
      for (const name of ['commitTransaction', 'abortTransaction']) {
        const end = { [name]: 1, $db: 'admin', ...session };
        expect(await raw.command({ ...end, startTransaction: true })).toMatchObject({
          codeName: 'OperationNotSupportedInTransaction',
        });
        expect(await raw.command(end)).toMatchObject({ codeName: 'NoSuchTransaction' });
      }
    });
  });

  test('a transaction that does not exist, was aborted, was committed or has a wrong number is refused with its code', async () => {
    await withRaw(':memory:', async (raw) => {
      const lsid = sessionId();
      const send = (number: number, body: Record<string, Answer>): Promise<Doc> =>
        raw.command({ ...body, lsid: lsid as never, txnNumber: Long.fromNumber(number), autocommit: false });
      const insert = { insert: 'c', documents: [{}] };
      expect(await send(1, insert)).toMatchObject({
        codeName: 'NoSuchTransaction',
        errorLabels: ['TransientTransactionError'],
      });
      expect(await send(2, { ...insert, startTransaction: true })).toMatchObject({ n: { value: 1 } });
      expect(await send(2, { abortTransaction: 1, $db: 'admin' })).toMatchObject({ ok: { value: 1 } });
      expect(await send(2, { commitTransaction: 1, $db: 'admin' })).toMatchObject({
        codeName: 'NoSuchTransaction',
      });
      expect(await send(2, { ...insert, startTransaction: true })).toMatchObject({
        codeName: 'ConflictingOperationInProgress',
        errmsg:
          'Only servers in a sharded cluster can start a new transaction at the active transaction number',
      });
      expect(await send(3, { ...insert, startTransaction: true })).toMatchObject({ ok: { value: 1 } });
      expect(await send(3, { commitTransaction: 1, $db: 'admin' })).toMatchObject({ ok: { value: 1 } });
      expect(await send(3, { commitTransaction: 1, $db: 'admin' })).toMatchObject({ ok: { value: 1 } });
      expect(await send(3, insert)).toMatchObject({ codeName: 'TransactionCommitted' });
      expect(await send(2, { ...insert, startTransaction: true })).toMatchObject({
        codeName: 'TransactionTooOld',
      });
    });
  });

  test('a committed transaction is acknowledged again after a restart', async () => {
    const file = join(tmpdir(), `commit-${randomUUID()}.sqlite`);
    const session = { lsid: sessionId() as never, txnNumber: Long.fromNumber(7), autocommit: false };
    await withRaw(file, async (raw) => {
      await raw.command({ insert: 'c', documents: [{ _id: 1 }], startTransaction: true, ...session });
      await raw.command({ commitTransaction: 1, $db: 'admin', ...session });
    });
    await withRaw(file, async (raw) => {
      expect(await raw.command({ commitTransaction: 1, $db: 'admin', ...session })).toMatchObject({
        ok: { value: 1 },
      });
      expect(await raw.command({ count: 'c' })).toMatchObject({ n: { value: 1 } });
    });
    rmSync(file, { force: true });
  });
});

async function withRaw<R>(file: string, work: (raw: RawClient) => Promise<R>): Promise<R> {
  const server = await startEmbedded({ file });
  const raw = await RawClient.connect(server.uri);
  try {
    return await work(raw);
  } finally {
    raw.close();
    await server.close();
  }
}
