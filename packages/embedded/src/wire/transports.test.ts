import { randomUUID } from 'node:crypto';
import net from 'node:net';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { startEmbedded, startInWorker, type EmbeddedServer } from '../index.ts';

const everyWay: [name: string, start: () => Promise<EmbeddedServer>][] = [
  ['a unix socket', () => startEmbedded({ file: ':memory:' })],
  ['a port of this machine', () => startEmbedded({ file: ':memory:', port: 0 })],
  ['memory', () => startEmbedded({ file: ':memory:', inProcess: true })],
  ['a worker thread', () => startInWorker({ file: ':memory:' })],
];

describe.each(everyWay)('through %s', (_name, start) => {
  test('a client writes, reads large answers, watches and uses transactions', async () => {
    const server = await start();
    const client = await new MongoClient(server.uri).connect();
    const docs = client.db('test').collection('docs');
    expect(await client.db('test').command({ whatsmyuri: 1 })).toMatchObject({
      you: expect.stringMatching(/^(127\.0\.0\.1:\d+|anonymous unix socket)$/),
    });
    await docs.insertMany(Array.from({ length: 3000 }, (_, n) => ({ n, text: 'x'.repeat(1000) })));
    expect(await docs.find().toArray()).toHaveLength(3000);
    const stream = docs.watch();
    const next = stream.next();
    await client.withSession((session) =>
      session.withTransaction(() => docs.insertOne({ n: 3000 }, { session })),
    );
    const deadline = setInterval(() => void docs.insertOne({ n: -1 }), 50);
    expect((await next).operationType).toBe('insert');
    clearInterval(deadline);
    await stream.close();
    await client.close();
    await server.close();
    await expect(new MongoClient(server.uri, { serverSelectionTimeoutMS: 100 }).connect()).rejects.toThrow();
  });

  test('many clients at once get each their own answer', async () => {
    const server = await start();
    const clients = await Promise.all(Array.from({ length: 8 }, () => new MongoClient(server.uri).connect()));
    const answers = await Promise.all(
      clients.flatMap((client, n) =>
        Array.from({ length: 20 }, () =>
          client
            .db('test')
            .collection<{ _id: number }>('c')
            .findOneAndUpdate({ _id: n }, { $inc: { count: 1 } }, { upsert: true, returnDocument: 'after' }),
        ),
      ),
    );
    expect(answers.every((answer, at) => answer?._id === Math.floor(at / 20))).toBe(true);
    await Promise.all(clients.map((client) => client.close()));
    await server.close();
  });
});

describe('a server in memory', () => {
  test('lets timers and others run while one client asks one thing after another', async () => {
    const server = await startEmbedded({ file: ':memory:', inProcess: true });
    const client = await new MongoClient(server.uri).connect();
    const db = client.db('test');
    await db.command({ ping: 1 });
    let [turns, asking] = [0, true];
    const turn = (): void => {
      turns++;
      if (asking) setImmediate(turn);
    };
    setImmediate(turn);
    // Whoever starves the others does so for as long as it is asked.
    const end = performance.now() + 10_000;
    while (turns <= 2 && performance.now() < end) await db.command({ ping: 1 });
    asking = false;
    expect(turns).toBeGreaterThan(2);
    await client.close();
    await server.close();
  });

  test('leaves the connections of others as they are, and nothing behind when it is closed', async () => {
    const before = net.createConnection;
    const server = await startEmbedded({ file: ':memory:', inProcess: true });
    const other = await startEmbedded({ file: ':memory:', port: 0 });
    const client = await new MongoClient(other.uri).connect();
    expect(await client.db('a').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
    await other.close();
    await server.close();
    expect(net.createConnection).toBe(before);
  });

  test('has no port', async () =>
    expect(startEmbedded({ file: ':memory:', inProcess: true, port: 0 })).rejects.toThrow('no port'));
});

describe('a worker', () => {
  test('makes backups, and tells why it did not start', async () => {
    const file = join(tmpdir(), `embedded-test-${randomUUID()}.sqlite`);
    const copy = `${file}-copy`;
    const server = await startInWorker({ file });
    const client = await new MongoClient(server.uri).connect();
    await client.db('test').collection('c').insertOne({ n: 1 });
    await expect(startInWorker({ file })).rejects.toThrow('in use by another process');
    await server.backup(copy);
    await expect(server.backup(copy)).rejects.toThrow('overwrites nothing');
    await client.close();
    await server.close();
    const again = await startEmbedded({ file: copy });
    const reader = await new MongoClient(again.uri).connect();
    expect(await reader.db('test').collection('c').countDocuments()).toBe(1);
    await reader.close();
    await again.close();
    for (const name of [file, copy]) rmSync(name, { force: true });
  });
});
