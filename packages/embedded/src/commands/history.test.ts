import fc from 'fast-check';
import { MongoServerError, type ClientSession, type Collection } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NONE, violations, type Past } from '../testing/history.ts';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

interface Item {
  _id: string;
  version: string;
}

const keys = ['a', 'b', 'c', 'd'];
const step = fc.record({
  kind: fc.constantFrom('read', 'write', 'write', 'scan', 'scanIndex'),
  key: fc.constantFrom(...keys),
});
const program = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 6 }),
  commits: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
});
type Program = typeof program extends fc.Arbitrary<infer P> ? P : never;
/** For each client its transactions, one after the other. */
const clients = fc.array(fc.array(program, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 4 });

let transactions = 0;

/** Runs a transaction and notes what it does; a conflict ends it. */
async function run(items: Collection<Item>, { steps, commits }: Program): Promise<Past> {
  const past: Past = { id: ++transactions, began: performance.now(), ended: 0, committed: false, acts: [] };
  await on.client.withSession(async (session) => {
    session.startTransaction();
    try {
      for (const [at, { kind, key }] of steps.entries()) {
        if (kind === 'read') await read(items, session, past, key);
        else if (kind === 'write') await write(items, session, past, key, `${past.id}.${at}`);
        else await scan(items, session, past, kind === 'scan' ? '_id_' : 'version_1');
      }
      await (commits ? session.commitTransaction() : session.abortTransaction());
      past.committed = commits;
    } catch (error) {
      if (!(error instanceof MongoServerError && error.hasErrorLabel('TransientTransactionError')))
        throw error;
      if (session.inTransaction()) await session.abortTransaction();
    }
  });
  return { ...past, ended: performance.now() };
}

async function read(
  items: Collection<Item>,
  session: ClientSession,
  past: Past,
  key: string,
): Promise<string> {
  const version = (await items.findOne({ _id: key }, { session }))?.version ?? NONE;
  past.acts.push({ kind: 'read', key, version });
  return version;
}

async function write(
  items: Collection<Item>,
  session: ClientSession,
  past: Past,
  key: string,
  version: string,
): Promise<void> {
  if ((await read(items, session, past, key)) === NONE)
    await items.insertOne({ _id: key, version }, { session });
  else await items.updateOne({ _id: key }, { $set: { version } }, { session });
  past.acts.push({ kind: 'write', key, version });
}

async function scan(
  items: Collection<Item>,
  session: ClientSession,
  past: Past,
  hint: string,
): Promise<void> {
  const found = await items.find({}, { session, hint }).toArray();
  const versions = new Map(found.map(({ _id, version }) => [_id, version]));
  expect(versions.size).toBe(found.length);
  for (const key of keys) past.acts.push({ kind: 'read', key, version: versions.get(key) ?? NONE });
}

describe('core/transactions', () => {
  test('transaction histories show snapshot isolation', async () => {
    const ended = { committed: 0, not: 0 };
    await fc.assert(
      fc.asyncProperty(clients, async (programs) => {
        const items = on.fresh<Item>();
        await items.createIndex({ version: 1 });
        const history = await Promise.all(
          programs.map(async (list) => {
            const pasts: Past[] = [];
            for (const one of list) pasts.push(await run(items, one));
            return pasts;
          }),
        );
        const last = new Map(keys.map((key) => [key, NONE]));
        for (const { _id, version } of await items.find().toArray()) last.set(_id, version);
        expect(violations(history.flat(), last)).toEqual([]);
        for (const { committed } of history.flat()) ended[committed ? 'committed' : 'not']++;
      }),
      { numRuns: 40 },
    );
    expect(Math.min(ended.committed, ended.not)).toBeGreaterThan(10);
  });
});

describe('the examination of a history', () => {
  const past = (
    id: number,
    committed: boolean,
    ...acts: [Past['acts'][0]['kind'], string, string][]
  ): Past => ({
    id,
    began: 0,
    ended: 0,
    committed,
    acts: acts.map(([kind, key, version]) => ({ kind, key, version })),
  });
  const wrote = (id: number, committed = true): Past =>
    past(id, committed, ['read', 'a', NONE], ['write', 'a', `v${id}`]);

  test.each<[string, Past[], string]>([
    ['a dirty read', [wrote(1, false), past(2, true, ['read', 'a', 'v1'])], NONE],
    ['a lost update', [wrote(1), wrote(2)], 'v2'],
    [
      'a read that is not repeatable',
      [wrote(1), past(2, true, ['read', 'a', NONE], ['read', 'a', 'v1'])],
      'v1',
    ],
    [
      'an own write that is not seen',
      [past(1, true, ['read', 'a', NONE], ['write', 'a', 'v1'], ['read', 'a', NONE])],
      'v1',
    ],
    ['a write that is gone', [wrote(1)], NONE],
    [
      'a read of two moments',
      [
        past(1, true, ['read', 'a', NONE], ['read', 'b', NONE], ['write', 'a', 'v1'], ['write', 'b', 'w1']),
        past(2, true, ['read', 'a', 'v1'], ['read', 'b', NONE]),
      ],
      'v1',
    ],
    [
      'a snapshot of before what had ended',
      [
        { ...wrote(1), ended: 1 },
        { ...past(2, true, ['read', 'a', NONE]), began: 2 },
      ],
      'v1',
    ],
  ])('finds %s', (_, history, last) => {
    expect(violations(history, new Map([['a', last]]))).toHaveLength(1);
  });
});
