import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';
import { started } from '../testing/started.ts';

describe('core/index-creation: building while others write', () => {
  test('what is written meanwhile is in the index, what is deleted is not', async () => {
    await using running = await started();
    const docs = running.fresh();
    await docs.insertMany(Array.from({ length: 8000 }, (_, n) => ({ n, list: [n, -n] })));
    let done = false;
    const build = docs.createIndex({ list: 1 }).finally(() => (done = true));
    let writes = 0;
    while (!done) {
      const n = (writes * 37) % 8000;
      await docs.updateOne({ n }, { $set: { list: [100_000 + n] } });
      await docs.deleteOne({ n: (writes * 53 + 1) % 8000 });
      await docs.insertOne({ n: 8000 + writes, list: [8000 + writes] });
      writes++;
    }
    await build;
    expect(writes).toBeGreaterThan(0);
    const found = (hint: string | { $natural: 1 }) =>
      docs
        .find({ list: { $gte: -1e9 } })
        .hint(hint)
        .sort({ n: 1 })
        .toArray();
    expect(await found('list_1')).toEqual(await found({ $natural: 1 }));
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
    await docs.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n: n % 2999 })));
    await expect(docs.createIndex({ n: 1 }, { unique: true })).rejects.toMatchObject({ code: 11000 });
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
