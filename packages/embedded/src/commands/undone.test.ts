import { afterAll, beforeAll, expect, test } from 'vitest';
import { Binary, Int32, Long, type Doc } from '../bson/types.ts';
import { dispatch } from './dispatch.ts';
import { openServer } from './server.ts';

// MongoDB's manual, "Write Concern": what is acknowledged with the default one survives. A commit that SQLite refuses
// is had by a foreign key that is looked at when the transaction ends.
const server = openServer(':memory:', 'relaxed', () => new Date());
const { db } = server.store.file.writer;
const client = { id: 1, uuid: new Binary(Buffer.alloc(16), Binary.SUBTYPE_UUID), address: 'this process' };
beforeAll(() =>
  db.exec(
    'PRAGMA foreign_keys = ON; CREATE TABLE owners(id INTEGER PRIMARY KEY); CREATE TABLE owned(owner INTEGER REFERENCES owners(id) DEFERRABLE INITIALLY DEFERRED)',
  ),
);
afterAll(() => server.close());

/** Another client's write, whose commit is refused. */
const refusedWrite = (): void => server.store.group.write(() => db.exec('INSERT INTO owned VALUES (7)'));

/** Has one in the group of the next document that is written. */
function refuseNext(): void {
  const { watchers } = server.store;
  const once = (): void => {
    watchers.delete(once);
    refusedWrite();
  };
  watchers.add(once);
}

const commands: [name: string, body: (count: number) => Doc][] = [
  [
    'insert',
    (count) => ({ insert: 'docs', documents: Array.from({ length: count }, () => ({ a: new Int32(1) })) }),
  ],
  [
    'update',
    (count) => ({
      update: 'docs',
      updates: Array.from({ length: count }, (_, n) => ({
        q: { _id: new Int32(n) },
        u: { $inc: { a: new Int32(1) } },
        upsert: true,
      })),
    }),
  ],
];

test.each(commands)(
  'a long bulk of %s is not acknowledged when the commit of its first part was refused',
  async (_, body) => {
    const bulk = () => dispatch(server, client, { ...body(20_000), $db: 'undone' });
    const { group } = server.store;
    const before = group.committed;
    expect(await bulk()).toMatchObject({ n: 20_000 });
    expect(group.committed - before, 'it goes over several commits').toBeGreaterThan(1);
    refuseNext();
    expect(await bulk()).toMatchObject({ codeName: 'InternalError', errmsg: expect.stringContaining('could not be written') }); // prettier-ignore
    expect(await bulk()).toMatchObject({ n: 20_000 });
  },
);

const lsid = (byte: number): Doc => ({ id: new Binary(Buffer.alloc(16, byte), Binary.SUBTYPE_UUID) });
const run = (body: Doc): Promise<object> => dispatch(server, client, { ...body, $db: 'undone' });
// "Retryable Writes": a retry does what was not done, and nothing twice.
test('a retry of a bulk does again what was undone with the first part, once', async () => {
  const bulk = {
    insert: 'retried',
    documents: Array.from({ length: 20_000 }, () => ({ a: new Int32(1) })),
    lsid: lsid(1),
    txnNumber: Long.fromNumber(1),
  };
  refuseNext();
  expect(await run(bulk)).toMatchObject({ codeName: 'InternalError' });
  const kept = await run({ count: 'retried' });
  expect(await run(bulk)).toMatchObject({ n: 20_000, ok: { value: 1 } });
  expect(kept, 'a later part was committed').not.toMatchObject({ n: 0 });
  expect(await run({ count: 'retried' })).toMatchObject({ n: 20_000 });
});

test('a write is not refused for what was undone before it wrote', async () => {
  await run({ insert: 'waiting', documents: [{ _id: new Int32(1), n: new Int32(0) }] });
  const inTransaction = { lsid: lsid(2), txnNumber: Long.fromNumber(1), autocommit: false };
  const add = {
    update: 'waiting',
    updates: [{ q: { _id: new Int32(1) }, u: { $inc: { n: new Int32(1) } } }],
  };
  await run({ ...add, ...inTransaction, startTransaction: true });
  const waiting = run(add);
  refusedWrite();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await dispatch(server, client, { abortTransaction: new Int32(1), ...inTransaction, $db: 'admin' });
  expect(await waiting).toMatchObject({ nModified: 1, ok: { value: 1 } });
});

test('a write that waited is not kept as what the next write of its session did', async () => {
  await run({ insert: 'kept', documents: [{ _id: new Int32(1), n: new Int32(0) }] });
  const inTransaction = { lsid: lsid(5), txnNumber: Long.fromNumber(1), autocommit: false };
  const add = (_id: number, number: number) => ({
    update: 'kept',
    updates: [{ q: { _id: new Int32(_id) }, u: { $inc: { n: new Int32(1) } } }],
    lsid: lsid(6),
    txnNumber: Long.fromNumber(number),
  });
  await run({ ...add(1, 1), ...inTransaction, startTransaction: true });
  const waiting = run(add(1, 1));
  const onNone = { n: 0, nModified: 0 };
  expect(await run(add(2, 2))).toMatchObject(onNone);
  await dispatch(server, client, { abortTransaction: new Int32(1), ...inTransaction, $db: 'admin' });
  expect(await waiting).toMatchObject({ n: 1 });
  expect(await run(add(2, 2))).toMatchObject(onNone);
});

// A transaction that goes on has taken numbers of documents that others take again, after what it did not see.
test('a transaction is over when what was committed beside it was undone, and overwrites nothing', async () => {
  await run({ insert: 'beside', documents: [{ _id: new Int32(1) }] });
  const inside = (number: number) => ({
    lsid: lsid(3),
    txnNumber: Long.fromNumber(number),
    autocommit: false,
  });
  const many = Array.from({ length: 500 }, (_, n) => ({ _id: new Int32(n + 100) }));
  for (const [number, documents] of [
    [1, many.slice(0, 1)],
    [2, many],
  ] as const) {
    await run({ insert: 'beside', documents, ...inside(number), startTransaction: true });
    refusedWrite();
    const end = () =>
      dispatch(server, client, { commitTransaction: new Int32(1), ...inside(number), $db: 'admin' });
    // The one is committed when it has been undone, the other is about to be.
    if (number === 1) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await end()).toMatchObject({ ok: { value: 0 } });
    await run({ insert: 'beside', documents: [{ _id: new Int32(number + 1) }] });
    expect(await end()).toMatchObject({ codeName: 'NoSuchTransaction' });
  }
  expect(await run({ find: 'beside', projection: { _id: new Int32(1) } })).toMatchObject({
    cursor: { firstBatch: { length: 3 } },
  });
});

// "Retryable Writes": what is on the disk is known to a retry, also when the process ends between two statements.
test('what a statement has written is never committed without what a retry must know of it', async () => {
  const documents = Array.from({ length: 20_000 }, (_, n) => ({ _id: new Int32(n), n: new Int32(0) }));
  await run({ insert: 'paused', documents });
  const { group, file } = server.store;
  const told: boolean[] = [];
  let stop = false;
  group.onCommit(() => {
    if (!stop) told.push(file.writer.session(Buffer.alloc(16, 4).toString('hex')) !== undefined);
  });
  const q = { n: { $gt: new Int32(5) }, $expr: { $gt: [{ $add: ['$n', '$_id'] }, new Int32(-1)] } };
  const add = { $inc: { n: new Int32(1) } };
  const updates = [
    { q: { _id: new Int32(1) }, u: add },
    { q, u: add },
  ];
  expect(
    await run({ update: 'paused', updates, lsid: lsid(4), txnNumber: Long.fromNumber(1) }),
  ).toMatchObject({
    nModified: 1,
  });
  stop = true;
  expect(told.length).toBeGreaterThan(0);
  expect(told).not.toContain(false);
});
