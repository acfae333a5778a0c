import { fork, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient, type Db, type Document } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';

const files: string[] = [];
const newFile = (): string => {
  const file = join(tmpdir(), `embedded-test-${randomUUID()}.sqlite`);
  files.push(file);
  return file;
};
afterEach(() => {
  for (const file of files.splice(0))
    for (const end of ['', '-wal', '-shm', '-lock', '-lock-journal']) rmSync(file + end, { force: true });
});

/** Starts the storm of storm.ts on a file, and kills it a while after its first write. */
async function storm(
  file: string,
  milliseconds: number,
): Promise<{ acknowledged: number[]; transactions: number[] }> {
  const child: ChildProcess = fork(new URL('../testing/storm.ts', import.meta.url), [file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const acknowledged: number[] = [];
  const transactions: number[] = [];
  child.on('message', (message: { write?: number; transaction?: number }) => {
    if (message.write !== undefined) acknowledged.push(message.write);
    if (message.transaction !== undefined) transactions.push(message.transaction);
  });
  await once(child, 'message');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  await once(child, 'close');
  return { acknowledged, transactions };
}

async function opened<R>(file: string, work: (db: Db) => Promise<R>): Promise<R> {
  const server = await startEmbedded({ file });
  const client = await new MongoClient(server.uri).connect();
  try {
    return await work(client.db('storm'));
  } finally {
    await client.close();
    await server.close();
  }
}

describe('a process that is killed', () => {
  test(
    'loses nothing that it had acknowledged, leaves no transaction by halves, and its indexes hold',
    { timeout: 60_000 },
    async () => {
      const file = newFile();
      const acknowledged: number[] = [];
      const transactions: number[] = [];
      for (let round = 0; round < 3; round++) {
        const result = await storm(file, 150 + Math.random() * 250);
        acknowledged.push(...result.acknowledged);
        transactions.push(...result.transactions);
      }
      expect(acknowledged.length).toBeGreaterThan(20);
      await opened(file, async (db) => {
        const found = new Set((await db.collection('single').find().toArray()).map(({ n }) => n as number));
        expect(acknowledged.filter((n) => !found.has(n))).toEqual([]);
        const left = await db.collection('left').find().toArray();
        const right = await db.collection('right').find().toArray();
        const names = (list: Document[]): number[] => list.map(({ t }) => t as number).sort((a, b) => a - b);
        expect(names(left)).toEqual(names(right));
        expect(transactions.filter((t) => !left.some((doc) => doc['t'] === t))).toEqual([]);
        for (const n of found)
          expect(await db.collection('single').findOne({ n }, { hint: 'n_1' })).toMatchObject({ n });
      });
      const check = new DatabaseSync(file, { readOnly: true });
      expect(check.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      check.close();
    },
  );
});

describe('a data file', () => {
  test('keeps everything across a restart, types and index options included', async () => {
    const file = newFile();
    await opened(file, async (db) => {
      await db.collection('c').createIndex({ a: 1 }, { unique: true, partialFilterExpression: { b: true } });
      await db.collection('c').insertOne({ a: 1, b: true, list: [1] });
    });
    await opened(file, async (db) => {
      expect(await db.collection('c').findOne()).toMatchObject({ a: 1, b: true });
      expect(await db.collection('c').listIndexes().toArray()).toMatchObject([
        { name: '_id_' },
        { name: 'a_1', unique: true, partialFilterExpression: { b: true } },
      ]);
      await expect(db.collection('c').insertOne({ a: 1, b: true })).rejects.toMatchObject({ code: 11000 });
    });
  });

  test('is refused to a second process with a clear error, and to the same one', async () => {
    const file = newFile();
    await opened(file, async () => {
      await expect(startEmbedded({ file })).rejects.toThrow('in use by another process');
      const code = `import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)}; startEmbedded({ file: ${JSON.stringify(file)} }).then(() => process.exit(0), (error) => { console.log(error.message); process.exit(3); });`;
      const other = spawn(process.execPath, ['--input-type=module', '-e', code], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [status] = (await once(other, 'close')) as [number];
      expect(status).toBe(3);
    });
    await opened(file, async (db) => expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 }));
  });

  test('that is not ours is refused and not touched', async () => {
    const file = newFile();
    writeFileSync(file, 'a letter, not a database, and long enough to be looked at closely');
    await expect(startEmbedded({ file })).rejects.toThrow('no SQLite file');
    expect(readFileSync(file, 'utf8')).toContain('a letter');
    const other = newFile();
    const db = new DatabaseSync(other);
    db.exec('CREATE TABLE theirs(a)');
    db.close();
    await expect(startEmbedded({ file: other })).rejects.toThrow('not a data file of this server');
  });

  test('of a newer version, or a damaged one, is refused and not touched', async () => {
    const file = newFile();
    await opened(
      file,
      async (db) =>
        void (await db
          .collection('c')
          .insertMany(Array.from({ length: 500 }, (_, n) => ({ n, text: 'x'.repeat(100) })))),
    );
    const newer = newFile();
    copyFileSync(file, newer);
    const db = new DatabaseSync(newer);
    db.exec('PRAGMA user_version = 99');
    db.close();
    await expect(startEmbedded({ file: newer })).rejects.toThrow('newer version');
    const damaged = newFile();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 100, 4096);
    writeFileSync(damaged, bytes);
    await expect(startEmbedded({ file: damaged })).rejects.toThrow('damaged');
    expect(readFileSync(damaged).equals(bytes)).toBe(true);
  });
});
