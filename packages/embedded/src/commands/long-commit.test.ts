import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { afterAll, beforeEach, afterEach, describe, expect, test } from 'vitest';
import { encode } from '../bson/encode.ts';
import { Binary, Int32, Long, type Doc } from '../bson/types.ts';
import { formatMsg } from '../testing/raw.ts';
import { started } from '../testing/started.ts';
import { serveConnection } from '../wire/connection.ts';
import { dispatch } from './dispatch.ts';
import { openServer } from './server.ts';

// MongoDB's manual, "Transactions": "until a transaction commits, the data changes made in the transaction are not
// visible outside the transaction", and then all are. A commit of many writes is made in parts, between which others run.

const MANY = 5000;

describe('a commit of many writes', () => {
  test('is seen whole or not at all by those who look, write and watch beside it', async () => {
    await using on = await started();
    const docs = on.fresh<{ _id: number; v: number; u?: number; w?: number }>();
    const [other, made] = [on.fresh(), on.fresh()];
    await docs.createIndexes([{ key: { v: 1 } }, { key: { u: 1 }, unique: true }]);
    await docs.insertMany(Array.from({ length: MANY }, (_, n) => ({ _id: n, v: 0, u: n })));
    await other.insertOne({ n: 0 });
    const stream = docs.watch();
    await stream.tryNext();
    const open = docs.find({ v: { $gte: 0 } }).batchSize(500);
    await open.next();
    const session = on.client.startSession();
    session.startTransaction();
    await docs.updateMany({ _id: { $gte: 100 } }, { $inc: { v: 1, u: MANY } }, { session });
    await docs.deleteMany({ _id: { $lt: 100 } }, { session });
    await made.insertOne({ _id: 7 as never }, { session });

    const held = on.client.startSession();
    held.startTransaction();
    expect(await docs.countDocuments({ v: 1 }, { session: held })).toBe(0);

    let isCommitted = false;
    // A long scan may have begun before and end after: what is read in one go is looked at.
    const seen: unknown[] = [];
    const ends = [{ _id: 100 }, { _id: MANY - 1 }];
    const look = async (): Promise<void> => {
      while (!isCommitted) {
        const [values, byKey, byIndex] = await Promise.all([
          docs.find({ $or: ends }).project({ _id: 0, v: 1 }).toArray(),
          docs.find({ u: { $in: [100, 100 + MANY, MANY - 1, 2 * MANY - 1] } }).toArray(),
          docs.find({ v: 1 }).hint({ v: 1 }).limit(1).toArray(),
        ]);
        seen.push([values, byKey.length, byIndex.length]);
      }
    };
    const looking = look();
    const committing = session.commitTransaction().then(() => (isCommitted = true));
    const writes = [
      docs.updateOne({ _id: 300 }, { $set: { w: 1 } }),
      docs.insertOne({ _id: MANY + 1, v: 5 }),
      other.updateOne({ n: 0 }, { $inc: { n: 1 } }),
      on.db.createCollection('beside'),
      other.createIndex({ n: 1 }),
    ];
    await Promise.all([committing, looking, ...writes]);
    expect(seen.length).toBeGreaterThan(0);
    const [old, now] = [{ v: 0 }, { v: 1 }];
    // The three are read one after another.
    for (const one of seen)
      expect([
        [[old, old], 2, 0],
        [[old, old], 2, 1],
        [[now, now], 2, 1],
      ]).toContainEqual(one);
    expect(await docs.findOne({ _id: 300 })).toEqual({ _id: 300, v: 1, u: 300 + MANY, w: 1 });
    expect(await docs.countDocuments({ v: 1 }, { session: held }), 'a snapshot of before').toBe(0);
    await held.abortTransaction();
    await Promise.all([held.endSession(), session.endSession()]);
    await open.toArray();
    const events = [];
    for (let n = 0; n < MANY + 2; n++) events.push(String((await stream.next()).clusterTime));
    const atOneTime = Map.groupBy(events, (time) => time).values();
    expect(Math.max(...[...atOneTime].map(({ length }) => length)), 'events of one time').toBe(MANY);
    await stream.close();
    expect(await docs.countDocuments({ v: 1 })).toBe(MANY - 100);
    expect(await docs.find({ v: 1 }).hint({ v: 1 }).toArray()).toHaveLength(MANY - 100);
    expect(await docs.countDocuments({ u: { $gte: 0 } })).toBe(MANY - 100);
  });
});

describe('inside', () => {
  const folder = mkdtempSync(join(tmpdir(), 'embedded-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const client = { id: 1, uuid: new Binary(Buffer.alloc(16), Binary.SUBTYPE_UUID), address: 'this process' };
  let file: string;
  let files = 0;
  let server: ReturnType<typeof openServer>;
  let numbers = 0;
  beforeEach(() => {
    file = join(folder, `${files++}.sqlite`);
    server = openServer(file, 'relaxed', () => new Date());
  });
  afterEach(() => server.close());

  const run = (body: Doc) => dispatch(server, client, { ...body, $db: 'test' });
  const lsid = { id: new Binary(Buffer.alloc(16, 9), Binary.SUBTYPE_UUID) };
  const inside = (more: Doc = {}): Doc => ({ lsid, txnNumber: Long.fromNumber(numbers), autocommit: false, ...more }); // prettier-ignore
  const count = async (): Promise<number> =>
    ((await run({ count: 'docs', query: { v: new Int32(1) } }))['n'] as Int32 | number).valueOf();

  /** Brings a transaction to its commit. */
  async function filled(): Promise<void> {
    await run({ insert: 'docs', documents: [{ _id: new Int32(-1), v: new Int32(0) }] });
    numbers++;
    const documents = Array.from({ length: MANY }, (_, n) => ({ _id: new Int32(n), v: new Int32(1) }));
    const first = inside({ startTransaction: true });
    expect(await run({ insert: 'docs', documents, ...first })).toMatchObject({ n: MANY });
  }
  const commit = () =>
    dispatch(server, client, { commitTransaction: new Int32(1), ...inside(), $db: 'admin' });

  /** Waits until the commit is under way. */
  async function underWay(): Promise<void> {
    while (!server.store.group.busy) await new Promise((resolve) => setImmediate(resolve));
  }

  test('what SQLite refuses in the middle is undone whole, and is tried again', async () => {
    await filled();
    const { watchers } = server.store;
    let left = MANY / 2;
    const break_ = (): void => {
      if (--left === 0) server.store.file.writer.db.exec('INSERT INTO nowhere VALUES (1)');
    };
    watchers.add(break_);
    expect(await commit()).toMatchObject({ codeName: 'InternalError' });
    watchers.delete(break_);
    expect(await count()).toBe(0);
    expect(server.store.locks.size).toBe(0);
    expect(server.store.group.busy).toBeUndefined();
    expect(await commit()).toMatchObject({ codeName: 'NoSuchTransaction' });
    await filled();
    expect(await commit()).toMatchObject({ ok: { value: 1 } });
    expect(await count()).toBe(MANY);
  });

  test('who cannot wait makes the rest of it at once', async () => {
    await filled();
    const committed = commit();
    await underWay();
    expect(await count(), 'nobody sees a part').toBe(0);
    expect(server.store.group.busy).toBeDefined();
    server.store.group.write(() => undefined);
    expect(server.store.group.busy).toBeUndefined();
    expect(await count()).toBe(MANY);
    expect(await committed).toMatchObject({ ok: { value: 1 } });
  });

  test('a server that is closed meanwhile keeps all of it', async () => {
    await filled();
    void commit();
    await underWay();
    server.close();
    server = openServer(file, 'relaxed', () => new Date());
    expect(await count()).toBe(MANY);
    expect(await commit(), 'and knows of it').toMatchObject({ ok: { value: 1 } });
  });

  test('a connection that is lost meanwhile leaves it whole, and who repeats it over another one hears of it', async () => {
    await filled();
    const [theirs, ours] = duplexPair();
    const traffic = { bytesIn: 0, bytesOut: 0, numRequests: 0 };
    serveConnection(ours, (body) => dispatch(server, client, body), traffic);
    theirs.write(formatMsg(encode({ commitTransaction: 1, ...inside(), $db: 'admin' })));
    await underWay();
    ours.destroy();
    expect(server.store.group.busy).toBeDefined();
    expect(await commit()).toMatchObject({ ok: { value: 1 } });
    expect(await count()).toBe(MANY);
    expect(traffic).toMatchObject({ numRequests: 1, bytesOut: 0 });
  });

  test('nobody ends it in another way, and who repeats it waits for it', async () => {
    await filled();
    const committed = commit();
    await underWay();
    const again = commit();
    const abort = dispatch(server, client, { abortTransaction: new Int32(1), ...inside(), $db: 'admin' });
    expect(await abort).toMatchObject({ codeName: 'TransactionCommitted' });
    await run({ endSessions: [{ ...lsid }] });
    await run({ killSessions: [] });
    expect(await Promise.all([committed, again])).toMatchObject([{ ok: { value: 1 } }, { ok: { value: 1 } }]);
    expect(await count()).toBe(MANY);
  });
});
