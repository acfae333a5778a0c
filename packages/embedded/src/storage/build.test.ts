import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { Int32, type Doc } from '../bson/types.ts';
import { started } from '../testing/started.ts';
import { buildIndexes } from './build.ts';
import type { Collection } from './catalogue.ts';
import { BOTTOM, TOP } from './connection.ts';
import { encodedKeys } from './keys-of.ts';
import { Store } from './store.ts';
import { WriteConflict } from './conflict.ts';
import { Transaction } from './transaction.ts';
import type { Writer } from './writer.ts';

describe('core/index-creation: building while others write', () => {
  test('what is written meanwhile is in every index, and what stayed as it was; what is deleted is not', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 8000 }, (_, n) => ({ n, list: [n, -n], few: n % 7 })));
    let done = false;
    const build = docs
      .createIndexes([{ key: { list: 1 } }, { key: { n: 1 }, unique: true }, { key: { few: 1, n: 1 } }])
      .finally(() => (done = true));
    let writes = 0;
    while (!done) {
      const n = (writes * 37) % 8000;
      await docs.updateOne({ n }, { $set: { list: [100_000 + n] } });
      await docs.deleteOne({ n: (writes * 53 + 1) % 8000 });
      await docs.insertOne({ n: 8000 + writes, list: [8000 + writes], few: 1 });
      writes++;
    }
    await build;
    expect(writes).toBeGreaterThan(0);
    const found = (hint: string | { $natural: 1 }) =>
      docs
        .find({ list: { $gte: -1e9 }, n: { $gte: 0 }, few: { $gte: 0 } })
        .hint(hint)
        .sort({ n: 1 })
        .toArray();
    const all = await found({ $natural: 1 });
    for (const index of ['list_1', 'n_1', 'few_1_n_1']) expect(await found(index)).toEqual(all);
    await expect(docs.insertOne({ n: all[0]!['n'] })).rejects.toMatchObject({ code: 11000 });
  });

  test('two that ask for the same index at once get one', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n })));
    await Promise.all([docs.createIndex({ n: 1 }), docs.createIndex({ n: 1 }), docs.createIndex({ n: -1 })]);
    expect((await docs.indexes()).map(({ name }) => name).sort()).toEqual(['_id_', 'n_-1', 'n_1']);
    expect(
      await docs
        .find({ n: { $gte: 0 } })
        .hint('n_1')
        .toArray(),
    ).toHaveLength(3000);
  });

  test('a unique index over what is not unique is refused with 11000, and leaves nothing', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 6000 }, (_, n) => ({ n: n % 5999, a: n })));
    const both = docs.createIndexes([{ key: { a: 1 } }, { key: { n: 1 }, unique: true }]);
    await expect(both).rejects.toMatchObject({ code: 11000, keyValue: { n: 0 } });
    expect(await docs.indexes()).toHaveLength(1);
    await docs.insertOne({ n: 1 });
    await docs.createIndex({ n: 1 });
    expect(await docs.countDocuments({ n: 1 })).toBe(2);
  });

  test('a transaction meanwhile commits into the index, and its unique keys are respected', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 6000 }, (_, n) => ({ n })));
    const build = docs.createIndex({ n: 1 }, { unique: true });
    await running.client.withSession((session) =>
      session.withTransaction(async () => {
        await docs.insertOne({ n: 6000 }, { session });
        await docs.deleteOne({ n: 5999 }, { session });
      }),
    );
    await build;
    expect(
      await docs
        .find({ n: { $gte: 5998 } }, { hint: 'n_1' })
        .map(({ n }) => n as number)
        .toArray(),
    ).toEqual([5998, 6000]);
    await expect(docs.insertOne({ n: 6000 })).rejects.toMatchObject({ code: 11000 });
  });

  test('a collection that is dropped meanwhile ends the build with an error', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 8000 }, (_, n) => ({ n })));
    const build = docs.createIndex({ n: 1 }).then(
      () => 'built',
      (error: { code: number }) => error.code,
    );
    await docs.drop();
    expect(['built', 276]).toContain(await build);
    expect(await docs.countDocuments()).toBe(0);
  });
});

const docOf = (id: number, n: number): Doc => ({ _id: new Int32(id), n: new Int32(n) });
const put = (writer: Writer, collection: Collection, doc: Doc): void =>
  writer.insert(collection, doc, encode(doc));

describe('core/index-creation: a key that is put in behind the back of a transaction', () => {
  test('is a conflict to the transaction, which does not see it', async () => {
    const store = new Store(':memory:', 'relaxed', () => () => true);
    const collection = store.createCollection('test', 'docs', {});
    for (let n = 0; n < 1000; n++) put(store, collection, docOf(n, n));
    let transaction: Transaction | undefined;
    let refused = 0;
    const spec = { key: { n: new Int32(1) }, name: 'n_1', unique: true };
    await buildIndexes(store, collection, [spec], async () => {
      await nextTurn();
      transaction ??= new Transaction(store, {});
      const [index] = collection.building;
      const [key] = encodedKeys(docOf(0, 0), index!).keys;
      if (store.uniqueId(index!, key!) === undefined) return;
      expect(() => put(transaction!, collection, docOf(1000, 0))).toThrow(WriteConflict);
      refused++;
    });
    expect(refused).toBeGreaterThan(0);
    transaction?.abort();
    store.close();
  });
});

describe('core/index-creation: a commit of many writes, which is made in parts', () => {
  test('leaves in an index that is built beside it what it has written, and nothing of before', async () => {
    const store = new Store(':memory:', 'relaxed', () => () => true);
    const collection = store.createCollection('test', 'docs', {});
    for (let n = 0; n < 1000; n++) put(store, collection, docOf(n, n));
    await store.group.durable();
    const rows = [...store.documents(collection, false)];
    let committed: Promise<void> | undefined;
    const commit = async (): Promise<void> => {
      const transaction = new Transaction(store, {});
      for (const { id, body } of rows.slice(400)) {
        const before = decode(body);
        const after = { ...before, n: new Int32((before['n'] as Int32).value + 1000) };
        if (id % 2) transaction.remove(collection, id, before);
        else transaction.update(collection, id, before, after, encode(after), 'update');
      }
      // Slow enough that there are many parts.
      const slow = (): void => {
        for (const end = performance.now() + 0.5; performance.now() < end;);
      };
      store.watchers.add(slow);
      await transaction.commit(() => undefined);
      store.watchers.delete(slow);
    };
    const spec = { key: { n: new Int32(1) }, name: 'n_1', unique: true };
    let met = 0;
    await buildIndexes(store, collection, [spec], async (until) => {
      committed ??= commit();
      await (until ?? nextTurn());
      if (store.group.busy) met++;
    });
    await committed;
    expect(met, 'it was beside it').toBeGreaterThan(0);
    const index = collection.indexes.find(({ name }) => name === 'n_1')!;
    const entries = [...store.entries(index, BOTTOM, TOP, false, true)].map(
      ({ key, id }) => [id, key] as const,
    );
    const documents = [...store.documents(collection, false)].map(
      ({ id, body }) => [id, encodedKeys(decode(body), index).keys[0]] as const,
    );
    expect(documents).toHaveLength(700);
    expect(entries.sort(([a], [b]) => a - b)).toEqual(documents);
    store.close();
  });
});

describe('reference/command/drop: of a collection that is large', () => {
  test('nothing of it is left, whatever comes in its place, also after a restart', async () => {
    const file = join(tmpdir(), `embedded-test-${randomUUID()}.sqlite`);
    for (let round = 0; round < 3; round++) {
      const server = await startEmbedded({ file });
      const client = await new MongoClient(server.uri).connect();
      const docs = client.db('test').collection('docs');
      await docs.createIndex({ n: 1 }, { unique: true });
      await docs.createIndex({ list: 1 });
      expect(await docs.countDocuments()).toBe(0);
      await docs.insertMany(Array.from({ length: 9000 }, (_, n) => ({ n, list: [n, n + 1] })));
      await docs.drop();
      await docs.createIndex({ n: 1 }, { unique: true });
      await docs.insertOne({ n: 5 });
      expect(await docs.find().hint('n_1').toArray()).toHaveLength(1);
      await docs.drop();
      await client.close();
      await server.close();
    }
    const server = await startEmbedded({ file });
    const check = new DatabaseSync(file, { readOnly: true });
    const rows = (): unknown =>
      check.prepare('SELECT (SELECT count(*) FROM docs) + (SELECT count(*) FROM entries) AS n').get();
    await expect.poll(rows, { timeout: 5000 }).toEqual({ n: 0 });
    check.close();
    await server.close();
    rmSync(file);
  });
});
