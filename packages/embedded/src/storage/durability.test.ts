import { fork, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient, type Db, type Document } from 'mongodb';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmbedded } from '../index.ts';
import { BATCH, LONG, type Acknowledged } from '../testing/storm.ts';

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
async function storm(file: string, milliseconds: number): Promise<Acknowledged[]> {
  const child: ChildProcess = fork(new URL('../testing/storm.ts', import.meta.url), [file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const acknowledged: Acknowledged[] = [];
  child.on('message', (message: Acknowledged) => acknowledged.push(message));
  await once(child, 'message');
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  await once(child, 'close');
  return acknowledged;
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

/** Each index has exactly what its collection has. */
async function expectWholeIndexes(db: Db): Promise<void> {
  for (const { name } of await db.listCollections().toArray()) {
    const inOrder = (hint: string | { $natural: 1 }): Promise<Document[]> =>
      db.collection(name).find({}, { hint }).sort({ _id: 1 }).toArray();
    const all = await inOrder({ $natural: 1 });
    for (const index of await db.collection(name).indexes())
      expect(await inOrder(index.name as string), `${name} by ${index.name}`).toEqual(all);
  }
}

// A short storm by default; EMBEDDED_STORM_ROUNDS makes it as long as one likes.
const rounds = Number(process.env['EMBEDDED_STORM_ROUNDS'] ?? 5);

describe('core/journaling: a process that is killed', () => {
  test(
    'loses nothing that it had acknowledged, leaves nothing by halves, and its indexes hold',
    { timeout: 120_000 + rounds * 10_000 },
    async () => {
      const file = newFile();
      let count = 0;
      for (let round = 0; round < rounds; round++) {
        const acknowledged = await storm(file, 50 + Math.random() * 250);
        count += acknowledged.length;
        await opened(file, async (db) => {
          const numbers = async (name: string, field: string): Promise<number[]> =>
            (await db.collection(name).find().toArray()).map((doc) => doc[field] as number);
          const [singles, left, right] = [
            await numbers('single', 'n'),
            await numbers('left', 't'),
            await numbers('right', 't'),
          ];
          expect(left.toSorted()).toEqual(right.toSorted());
          const longs = await numbers('long', 'long');
          // Of a long transaction all is there or nothing.
          expect([0, LONG]).toContain(longs.length);
          expect(new Set(longs).size).toBeLessThanOrEqual(1);
          const batches = Map.groupBy(await numbers('batches', 'batch'), (batch) => batch);
          const moved = new Map(
            (await db.collection('moving').find().toArray()).map(({ _id, version }) => [
              _id as unknown as number,
              version as number,
            ]),
          );
          for (const one of acknowledged) {
            if ('single' in one) expect(singles).toContain(one.single);
            else if ('transaction' in one) expect(left).toContain(one.transaction);
            else if ('long' in one) expect(longs[0]).toBeGreaterThanOrEqual(one.long);
            else if ('batch' in one) expect(batches.get(one.batch)).toHaveLength(BATCH);
            else expect(moved.get(one.moved)).toBeGreaterThanOrEqual(one.version);
          }
          await expectWholeIndexes(db);
          for (const name of ['single', 'left', 'right', 'batches']) await db.collection(name).deleteMany({});
        });
      }
      expect(count).toBeGreaterThan(rounds);
      const check = new DatabaseSync(file, { readOnly: true });
      expect(check.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
      check.close();
    },
  );
});

describe('a disk that is full', () => {
  test('fails the write with an error, and the server lives, reads and goes on when there is room', async () => {
    const file = newFile();
    const code = `
      import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      const server = await startEmbedded({ file: ${JSON.stringify(file)}, port: 0 });
      console.log(server.uri);
    `;
    // No file of the process may grow beyond this many blocks of 512 bytes.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 2000; exec "$0" --input-type=module -e "$1"', process.execPath, code],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [uri] = (await once(child.stdout, 'data')) as [Buffer];
    const client = await new MongoClient(uri.toString().trim()).connect();
    const docs = client.db('full').collection('docs');
    await docs.insertOne({ kept: true });
    let written = 0;
    const failure = await (async () => {
      for (;;) {
        try {
          await docs.insertMany(Array.from({ length: 20 }, () => ({ text: 'x'.repeat(4000) })));
          written += 20;
        } catch (error) {
          return error as { code: number };
        }
      }
    })();
    expect([39, 14031]).toContain(failure.code);
    // Of the insert that failed, the documents before the one that had no room may be there, as in MongoDB.
    const there = await docs.countDocuments();
    expect(there).toBeGreaterThanOrEqual(written + 1);
    expect(there).toBeLessThan(written + 1 + 20);
    expect(await docs.findOne({ kept: true })).toMatchObject({ kept: true });
    await docs.deleteMany({ text: { $exists: true } }).catch(() => undefined);
    expect(await docs.findOne({ kept: true })).toMatchObject({ kept: true });
    await client.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    await opened(file, async (db) => {
      await expectWholeIndexes(db.client.db('full'));
      await db.client.db('full').collection('docs').insertOne({ after: true });
    });
  });
});

/** Whether this user may make a file system of his own. */
const canMount = spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none "$0"', tmpdir()]).status === 0;

test.runIf(canMount)(
  'a file system that is full fails writes and transactions by name at once, and is written again when there is room',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'embedded-test-'));
    const [filler, file] = [join(folder, 'filler'), join(folder, 'data.sqlite')];
    const code = `
      import { rmSync, writeFileSync } from 'node:fs';
      import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      writeFileSync(${JSON.stringify(filler)}, Buffer.alloc(4e6));
      const server = await startEmbedded({ file: ${JSON.stringify(file)}, port: 0 });
      console.log(server.uri);
      process.stdin.once('data', () => console.log(String(rmSync(${JSON.stringify(filler)}))));
    `;
    const mount = 'mount -t tmpfs -o size=8m none "$2" && exec "$0" --input-type=module -e "$1"';
    const child = spawn('unshare', ['-rm', 'sh', '-c', mount, process.execPath, code, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const [uri] = (await once(child.stdout, 'data')) as [Buffer];
    const client = await new MongoClient(uri.toString().trim()).connect();
    const docs = client.db('full').collection('docs');
    const some = () => Array.from({ length: 20 }, () => ({ text: 'x'.repeat(4000) }));
    let written = 0;
    const filling = async (): Promise<never> => {
      for (; ; written += 20) await docs.insertMany(some());
    };
    await expect(filling()).rejects.toMatchObject({ code: 14031 });
    const inTransaction = client.withSession((own) =>
      own.withTransaction((session) => docs.insertMany([...some(), ...some()], { session })),
    );
    await expect(inTransaction).rejects.toMatchObject({ code: 14031 });
    expect(await docs.countDocuments()).toBe(written);
    child.stdin.write('room');
    await once(child.stdout, 'data');
    await docs.insertMany(some());
    expect(await docs.countDocuments()).toBe(written + 20);
    await client.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    rmSync(folder, { recursive: true });
  },
);

test.runIf(canMount)(
  'a file on a full disk is not said to be in use, damaged or interrupted when it is opened or an index is built',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'embedded-test-'));
    const code = `
      import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
      import { createRequire } from 'node:module';
      import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      const { MongoClient } = createRequire(${JSON.stringify(import.meta.url)})('mongodb');
      const [filler, file] = [process.argv[1] + '/filler', process.argv[1] + '/data.sqlite'];
      const fill = () => {
        const at = openSync(filler, 'w');
        for (const size of [65536, 1])
          try { for (;;) writeSync(at, Buffer.alloc(size)); } catch {}
        closeSync(at);
      };
      const opened = () => startEmbedded({ file, port: 0 });
      let server = await opened();
      let client = await new MongoClient(server.uri).connect();
      const docs = Array.from({ length: 300 }, (_, n) => ({ n, text: String(n).repeat(1000).slice(0, 1000) }));
      await client.db('full').collection('docs').insertMany(docs);
      fill();
      await client.db('full').collection('docs').createIndex({ text: 1 }).catch((error) => console.log(error.codeName));
      rmSync(filler);
      console.log(await client.db('full').collection('docs').createIndex({ text: 1 }));
      await client.close();
      await server.close();
      fill();
      await opened().catch((error) => console.log(error.message));
      rmSync(filler);
      server = await opened();
      await opened().catch((error) => console.log(error.message));
      await server.close();
    `;
    const mount = 'mount -t tmpfs -o size=8m none "$2" && exec "$0" --input-type=module -e "$1" "$2"';
    const words = ['-rm', 'sh', '-c', mount, process.execPath, code, folder];
    const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const file = join(folder, 'data.sqlite');
    expect(stdout.trimEnd().split('\n')).toEqual([
      'OutOfDiskSpace',
      'text_1',
      `${file}-lock cannot be opened: its disk is full. Make room there`,
      `${file} is in use by another process: only one at a time may open it`,
    ]);
    rmSync(folder, { recursive: true });
  },
);

/** Whether a process can be told from outside that no file of its may grow, and may again. */
const canLimit = spawnSync('prlimit', ['--version']).status === 0;

test.runIf(canLimit)(
  'a disk that refuses every write fails writes and transactions by name at once; reads go on, and writes when it takes them again',
  async () => {
    const file = newFile();
    const code = `
      import { startEmbedded } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
      const server = await startEmbedded({ file: ${JSON.stringify(file)}, port: 0 });
      console.log(server.uri);
      process.stdin.on('data', () => server.refused().then((one) => console.log(one?.codeName ?? 'no')));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const said = async () => String(((await once(child.stdout, 'data')) as [Buffer])[0]).trim();
    const client = await new MongoClient(await said()).connect();
    const refused = () => {
      child.stdin.write('refused?');
      return said();
    };
    const docs = client.db('refused').collection<{ _id: number }>('docs');
    const limit = (bytes: string) =>
      expect(spawnSync('prlimit', [`--pid=${child.pid}`, `--fsize=${bytes}:unlimited`]).status).toBe(0);
    const inTransaction = (_id: number) =>
      client.withSession((own) => own.withTransaction((session) => docs.insertOne({ _id }, { session })));
    await docs.insertOne({ _id: 1 });
    limit('1');
    const began = performance.now();
    for (const _id of [2, 3]) await expect(docs.insertOne({ _id })).rejects.toMatchObject({ code: 39 });
    await expect(docs.updateOne({ _id: 1 }, { $set: { n: 1 } })).rejects.toMatchObject({ code: 39 });
    // The second one as the first: what was not written conflicts with nobody.
    for (const _id of [4, 4])
      await expect(inTransaction(_id)).rejects.toMatchObject({ code: 39, codeName: 'FileStreamFailed' });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(await docs.find().toArray()).toEqual([{ _id: 1 }]);
    // What needs no disk does not say that it takes writes again.
    await expect(docs.insertOne({ _id: 1 })).rejects.toMatchObject({ code: 11000 });
    await docs.deleteMany({ _id: { $lt: 0 } });
    expect(await refused()).toMatch(/^FileStreamFailed/);
    limit('unlimited');
    await docs.insertOne({ _id: 5 });
    expect(await refused()).toBe('no');
    await inTransaction(6);
    expect((await docs.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id)).toEqual([1, 5, 6]);
    await client.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    await opened(file, async (db) => {
      expect(await db.client.db('refused').collection('docs').countDocuments()).toBe(3);
      await expectWholeIndexes(db.client.db('refused'));
    });
  },
);

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

  test('gets what is written while it is open, and is all there is once it is closed', async () => {
    const file = newFile();
    await opened(file, async (db) => {
      for (let batch = 0; batch < 20; batch++)
        await db.collection('c').insertMany(Array.from({ length: 500 }, () => ({ text: 'x'.repeat(500) })));
      // How much of the last writes is still in the log depends on when the thread came to copy.
      await expect.poll(() => statSync(file).size).toBeGreaterThan(2_000_000);
    });
    expect(existsSync(`${file}-wal`)).toBe(false);
    await opened(file, async (db) => expect(await db.collection('c').countDocuments()).toBe(10_000));
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

  test.each([
    ['/proc/none/at/all/data.sqlite', '/proc/none cannot be written: it cannot be made there (ENOENT)'],
    ['/proc/data.sqlite', '/proc cannot be written: it cannot be made there (ENOENT)'],
    ['/dev/null/data.sqlite', '/dev/null cannot be written: there is a file of that name (EEXIST)'],
    ['/dev/null/deep/data.sqlite', '/dev/null cannot be written: there is a file of that name (EEXIST)'],
    ['/tmp', '/tmp cannot be written: it is a folder (EISDIR)'],
  ])('that cannot lie at %s is said, and does not hang', async (file, message) => {
    await expect(startEmbedded({ file })).rejects.toThrow(message);
  });

  test('that would lie behind a link whose folder is away is said', async () => {
    const link = join(tmpdir(), `embedded-test-${randomUUID()}`);
    symlinkSync(`${link}-away`, link);
    const said = `${link} cannot be written: it is a link to what is not there`;
    await expect(startEmbedded({ file: join(link, 'data.sqlite') })).rejects.toThrow(said);
    rmSync(link);
  });

  test('makes the folders that it lies in, for its owner only', async () => {
    const folder = join(tmpdir(), `embedded-test-${randomUUID()}`);
    await opened(join(folder, 'deep', 'data.sqlite'), (db) => db.command({ ping: 1 }));
    expect(statSync(join(folder, 'deep')).mode & 0o777).toBe(0o700);
    rmSync(folder, { recursive: true });
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

  test('of an older version gets its indexes anew', async () => {
    const file = newFile();
    await opened(file, async (db) => {
      await db.collection('docs').createIndex({ n: 1 }, { unique: true });
      await db.collection('docs').createIndex({ list: -1 });
      await db
        .collection('docs')
        .insertMany(Array.from({ length: 1200 }, (_, n) => ({ n, list: [n, [n], { n }] })));
    });
    const old = new DatabaseSync(file);
    old.exec(
      'DROP TABLE graves; PRAGMA user_version = 1; DELETE FROM entries; DELETE FROM unique_entries WHERE idx > 1',
    );
    old.close();
    await opened(file, async (db) => {
      await expectWholeIndexes(db);
      await expect(db.collection('docs').insertOne({ n: 5 })).rejects.toMatchObject({ code: 11000 });
    });
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
