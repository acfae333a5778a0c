import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { Int32, type Doc, type Value } from '../bson/types.ts';
import { startEmbedded, type EmbeddedServer } from '../index.ts';
import { formatMsg, RawClient } from '../testing/raw.ts';
import { crc32c } from './crc32c.ts';
import { reading } from './message.ts';

let server: EmbeddedServer;
beforeAll(async () => void (server = await startEmbedded({ file: ':memory:', port: 0 })));
afterAll(() => server.close());

const ping = encode({ ping: 1, $db: 'admin' });

async function closesOn(bytes: Buffer): Promise<boolean> {
  const raw = await RawClient.connect(server.uri);
  raw.socket.write(bytes);
  try {
    await raw.message();
    return false;
  } catch {
    return true;
  } finally {
    raw.close();
  }
}

describe('the protocol', () => {
  test('is spoken on a port of this machine when one is asked for', async () => {
    expect(server.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\//);
    const client = await new MongoClient(server.uri).connect();
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
    await client.close();
  });

  const broken: [what: string, bytes: Buffer][] = [
    ['a size below a header', Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])],
    ['a size beyond all messages', Buffer.from([0xff, 0xff, 0xff, 0x7f])],
    [
      'an unknown operation',
      Buffer.concat([Buffer.from([16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 0])]),
    ],
    ['unknown flags', formatMsg(ping, 8)],
    ['a body that is no document', formatMsg(randomBytes(40))],
    ['a wrong checksum', withChecksum(ping, 1)],
  ];
  for (const [what, bytes] of broken) {
    test(`${what} ends the connection, and no other`, async () => {
      expect(await closesOn(bytes)).toBe(true);
      const raw = await RawClient.connect(server.uri);
      expect(await raw.command({ ping: 1 })).toMatchObject({ ok: { value: 1 } });
      raw.close();
    });
  }

  test('a message with many documents is read in parts, between which others may run', () => {
    const documents = Buffer.concat(Array.from({ length: 1000 }, (_, n) => encode({ n })));
    const section = Buffer.concat([Buffer.alloc(4), Buffer.from('documents\0'), documents]);
    section.writeInt32LE(section.length, 0);
    const reader = reading(formatMsg(Buffer.concat([ping, Buffer.from([1]), section])));
    const parts: unknown[] = [];
    let next = reader.next();
    for (; !next.done; next = reader.next()) parts.push(next.value);
    expect(parts.length).toBeGreaterThan(5);
    expect(next.value.body).toMatchObject({ documents: { length: 1000 } });
  });

  test('and so is one command that holds very much', () => {
    const list = Array.from({ length: 50_000 }, (_, n) => n);
    const reader = reading(formatMsg(encode({ find: 'c', filter: { n: { $in: list } }, $db: 'test' })));
    let parts = 0;
    let next = reader.next();
    for (; !next.done; next = reader.next()) parts++;
    expect(parts).toBeGreaterThan(5);
    expect(next.value.body).toMatchObject({ find: 'c', filter: { n: { $in: { length: 50_000 } } } });
  });

  test('a document that is broken is refused, and the connection goes on', async () => {
    const raw = await RawClient.connect(server.uri);
    raw.socket.write(formatMsg(Buffer.concat([Buffer.from([40, 0, 0, 0]), Buffer.alloc(36, 0xee)])));
    expect(decode((await raw.message()).subarray(21))).toMatchObject({ codeName: 'InvalidBSON' });
    expect(await raw.command({ ping: 1 })).toMatchObject({ ok: { value: 1 } });
    raw.close();
  });

  test('compression, which hello does not offer, is refused with an answer', async () => {
    const raw = await RawClient.connect(server.uri);
    raw.socket.write(Buffer.from([16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 220, 7, 0, 0]));
    expect((await raw.message()).includes('compression was not offered')).toBe(true);
    expect(await raw.command({ ping: 1 })).toMatchObject({ ok: { value: 1 } });
    raw.close();
  });

  test('noise of any kind never ends the process', async () => {
    for (let round = 0; round < 60; round++) {
      const raw = await RawClient.connect(server.uri);
      const bytes = formatMsg(Buffer.from(ping));
      for (let change = 0; change < 4; change++)
        bytes[Math.floor(Math.random() * bytes.length)] = Math.floor(Math.random() * 256);
      raw.socket.write(bytes);
      await new Promise((resolve) => setTimeout(resolve, 1));
      raw.close();
    }
    const raw = await RawClient.connect(server.uri);
    expect(await raw.command({ ping: 1 })).toMatchObject({ ok: { value: 1 } });
    raw.close();
  });

  test('a checksum is read and checked', async () =>
    expect(await closesOn(withChecksum(ping, 0))).toBe(false));

  test('a message that comes byte by byte is one message', async () => {
    const raw = await RawClient.connect(server.uri);
    for (const byte of formatMsg(ping)) {
      raw.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await raw.message()).length).toBeGreaterThan(21);
    raw.close();
  });

  test('messages that come together are answered in their order', async () => {
    const raw = await RawClient.connect(server.uri);
    raw.socket.write(
      Buffer.concat([formatMsg(ping), formatMsg(encode({ nope: 1, $db: 'admin' })), formatMsg(ping)]),
    );
    const answers = [await raw.message(), await raw.message(), await raw.message()].map((message) =>
      message.includes('CommandNotFound'),
    );
    expect(answers).toEqual([false, true, false]);
    raw.close();
  });

  test('who goes away while something is read ends it, and leaves no cursor', async () => {
    const [raw, other] = [await RawClient.connect(server.uri), await RawClient.connect(server.uri)];
    const documents = Array.from({ length: 1000 }, (_, n) => ({ n: new Int32(n) }));
    await raw.command({ insert: 'left', documents });
    const status = async () => {
      const at = (doc: Value | undefined, ...path: string[]): number =>
        path.length ? at((doc as Doc)[path[0] as string], ...path.slice(1)) : Number(String(doc));
      const found = await other.command({ serverStatus: 1 });
      return {
        active: at(found, 'globalLock', 'activeClients', 'total'),
        open: at(found, 'metrics', 'cursor', 'open', 'total'),
        failed: at(found, 'asserts', 'user'),
      };
    };
    const before = await status();
    const long = { $sum: [{ $range: ['$n', 3000] }] };
    const sum = { $add: ['$n', { $multiply: [0, long] }] };
    raw.socket.end(formatMsg(encode({ find: 'left', filter: { $expr: { $gte: [sum, 990] } }, batchSize: 1, $db: 'test' }))); // prettier-ignore
    await once(raw.socket, 'close');
    while ((await status()).active > 1) continue;
    expect(await status()).toEqual({ ...before, failed: before.failed + 1 });
    other.close();
  });

  test('a cluster time that is no time is refused', async () => {
    const raw = await RawClient.connect(server.uri);
    expect(await raw.command({ ping: 1, $clusterTime: { clusterTime: 1 } })).toMatchObject({
      codeName: 'TypeMismatch',
    });
    raw.close();
  });

  test('the old handshake of drivers is answered', async () => {
    const raw = await RawClient.connect(server.uri);
    const query = encode({ isMaster: 1 });
    const head = Buffer.alloc(16);
    const rest = Buffer.concat([Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8), query]);
    head.writeInt32LE(16 + rest.length, 0);
    head.writeInt32LE(2004, 12);
    raw.socket.write(Buffer.concat([head, rest]));
    expect((await raw.message()).includes('ismaster')).toBe(true);
    raw.close();
  });

  test('a command, a stage, an option or an operator that is not there is refused with its code', async () => {
    const client = await new MongoClient(server.uri).connect();
    const db = client.db('test');
    await expect(db.command({ mapReduce: 'c' })).rejects.toMatchObject({
      code: 59,
      codeName: 'CommandNotFound',
    });
    await expect(
      db
        .collection('c')
        .aggregate([{ $geoNear: {} }])
        .toArray(),
    ).rejects.toMatchObject({ code: 40324 });
    await expect(
      db
        .collection('c')
        .aggregate([{ $out: 'x' }])
        .toArray(),
    ).rejects.toMatchObject({ code: 40324 });
    await expect(db.command({ find: 'c', nonsense: 1 })).rejects.toMatchObject({ code: 40415 });
    await expect(db.createCollection('v', { capped: true, size: 1000 })).rejects.toMatchObject({
      code: 40415,
    });
    await expect(db.collection('c').createIndex({ a: 'text' })).rejects.toMatchObject({ code: 67 });
    await client.close();
  });
});

function withChecksum(body: Buffer, wrong: number): Buffer {
  const message = Buffer.concat([formatMsg(body, 1), Buffer.alloc(4)]);
  message.writeInt32LE(message.length, 0);
  message.writeUInt32LE((crc32c(message.subarray(0, -4)) + wrong) >>> 0, message.length - 4);
  return message;
}
