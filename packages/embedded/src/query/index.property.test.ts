import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  Decimal128,
  Double,
  Long,
  MongoClient,
  type ClientSession,
  type Collection,
  type Db,
  type Document,
} from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded, type EmbeddedServer } from '../index.ts';
import { BSONRegExp, isDoc } from '../bson/types.ts';
import { values } from '../testing/arbitrary.ts';

/** A server that can be restarted on its file; with MONGODB_URI another one, which is not. */
const external = process.env['MONGODB_URI'];
const file = join(tmpdir(), `embedded-indexes-${randomUUID()}.sqlite`);
const name = `indexes-${randomUUID().slice(0, 8)}`;
let server: EmbeddedServer | undefined;
let client: MongoClient;
let db: Db;

async function start(): Promise<void> {
  server = external ? undefined : await startEmbedded({ file, durability: 'relaxed', inProcess: true });
  client = await new MongoClient(external ?? (server as EmbeddedServer).uri).connect();
  db = client.db(name);
}

async function stop(): Promise<void> {
  await client.close();
  await server?.close();
}

beforeAll(start);
afterAll(async () => {
  if (external) await db.dropDatabase();
  await stop();
  for (const end of ['', '-wal', '-shm', '-lock', '-lock-journal']) rmSync(file + end, { force: true });
});

/** More of them find rarer mistakes. */
const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 12);

/** What a query looks for as it is, and an index takes wherever it stands: no document, array or pattern. */
const isPlain = (value: unknown): boolean =>
  !isDoc(value) && !Array.isArray(value) && !(value instanceof BSONRegExp);

const digit = fc.integer({ min: 0, max: 2 });
/** Mostly few numbers, so that conditions meet; some of every type that there is. */
const scalar = fc.oneof(
  { weight: 10, arbitrary: digit },
  {
    weight: 3,
    arbitrary: digit.chain((value) =>
      fc.constantFrom<unknown>(
        new Double(value),
        Long.fromNumber(value),
        Decimal128.fromString(`${value}.0`),
      ),
    ),
  },
  { weight: 2, arbitrary: fc.constant(null) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(1.5, -0, NaN, Infinity, '', 'a', 'ab', 'A', true, new Date(1)),
  },
  { weight: 1, arbitrary: (values as fc.Arbitrary<unknown>).filter(isPlain) },
);
/** An array in an element of another one. */
const inner = fc.array(fc.record({ x: digit, y: digit }, { requiredKeys: [] }), { maxLength: 2 });
const nested = fc.record({ x: scalar, y: scalar, z: inner }, { requiredKeys: ['x'] });
/** Only this field holds arrays: two would be parallel, which an index refuses. */
const a = fc.oneof(
  scalar,
  { weight: 2, arbitrary: fc.array(scalar, { maxLength: 3 }) },
  nested,
  { weight: 2, arbitrary: fc.array(nested, { maxLength: 3 }) },
  fc.array(fc.oneof(nested, scalar, fc.array(scalar, { maxLength: 2 })), { maxLength: 3 }),
);
const doc = fc.oneof(
  { weight: 4, arbitrary: fc.record({ a, b: scalar, c: scalar }) },
  fc.record({ a, b: scalar, c: scalar }, { requiredKeys: [] }),
);

const operand = fc.oneof({ weight: 4, arbitrary: scalar }, fc.array(scalar, { maxLength: 2 }));
const range = fc.oneof(
  scalar.map(($gt) => ({ $gt })),
  scalar.map(($lte) => ({ $lte })),
  fc.tuple(scalar, scalar).map(([$gte, $lte]) => ({ $gte, $lte })),
  fc.tuple(scalar, scalar).map(([$gt, $lt]) => ({ $gt, $lt })),
);
const simple = fc.oneof(
  { weight: 3, arbitrary: operand.map(($eq) => ({ $eq })) },
  { weight: 4, arbitrary: range },
  fc.array(fc.oneof(operand, fc.constant(/^a/)), { maxLength: 3 }).map(($in) => ({ $in })),
  fc.oneof(
    scalar.map(($ne) => ({ $ne })),
    fc.array(operand, { maxLength: 2 }).map(($nin) => ({ $nin })),
    fc.boolean().map(($exists) => ({ $exists })),
    fc.constantFrom({ $regex: '^a' }, { $regex: 'b' }, { $regex: '^A', $options: 'i' }, { $mod: [2, 1] }),
    fc.constantFrom('int', 'number', 'string', 'null', 'array').map(($type) => ({ $type })),
    fc.nat(2).map(($size) => ({ $size })),
  ),
);
const condition = fc.oneof(
  { weight: 6, arbitrary: simple },
  range.map(($elemMatch) => ({ $elemMatch })),
  simple.map(($not) => ({ $not })),
  fc.array(scalar, { minLength: 1, maxLength: 2 }).map(($all) => ({ $all })),
);
const element = fc
  .oneof(fc.record({ x: simple, y: simple }, { requiredKeys: ['x'] }), fc.record({ y: simple }))
  .map(($elemMatch) => ({ $elemMatch }));
const deep = fc
  .oneof(fc.record({ 'z.x': digit, 'z.y': digit }), fc.record({ z: element, 'z.x': digit }))
  .map(($elemMatch) => ({ $elemMatch }));
const one = fc.oneof(
  fc.tuple(fc.constantFrom('a', 'a.x', 'a.y', 'b', 'c'), condition),
  fc.tuple(fc.constantFrom('a.0', 'a.0.x', 'a.1', 'b', 'c'), condition),
  fc.tuple(
    fc.constant('a'),
    fc.oneof(
      { weight: 3, arbitrary: element },
      { weight: 2, arbitrary: deep },
      range.map(($elemMatch) => ({ $elemMatch: { $elemMatch } })),
      simple.map((first) => ({ $elemMatch: { '0': first } })),
    ),
  ),
);
const clause: fc.Arbitrary<Document> = fc.oneof(
  { weight: 2, arbitrary: one.map((field) => Object.fromEntries([field])) },
  fc.tuple(one, one).map((fields) => Object.fromEntries(fields)),
);
const filter: fc.Arbitrary<Document> = fc.oneof(
  { weight: 4, arbitrary: clause },
  fc.array(clause, { minLength: 1, maxLength: 2 }).map(($or) => ({ $or })),
  fc.tuple(clause, clause).map(([$and, rest]) => ({ $and: [$and], ...rest })),
  fc.tuple(clause, clause, clause).map(([$nor, one, two]) => ({ $nor: [$nor], $or: [one, two] })),
);
const query = fc.record({
  filter,
  sort: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'a.x'), fc.constantFrom(1, -1), {
    maxKeys: 2,
    noNullPrototype: true,
  }),
  id: fc.constantFrom(1, -1),
  limit: fc.constantFrom(0, 0, 2),
});
type Query = typeof query extends fc.Arbitrary<infer Q> ? Q : never;

/** Every kind of index; with the last ones a query may only be answered when they hold all that it finds. */
const full: Document[] = [
  { a: 1 },
  { b: 1, a: -1 },
  { a: 1, b: 1 },
  { c: -1, b: 1 },
  { b: 1, 'a.x': 1, 'a.y': 1 },
  { 'a.z.x': 1, 'a.z.y': 1 },
  { 'a.0': 1 },
  { 'a.1': 1 },
  { b: 1, _id: 1 },
  { c: -1, _id: -1 },
];
const incomplete: [key: Document, options: Document][] = [
  [{ 'a.x': -1 }, { sparse: true }],
  [{ c: 1 }, { sparse: true }],
  [{ a: 1, c: 1 }, { partialFilterExpression: { b: { $gte: 2 } } }],
  [{ c: 1, a: 1 }, { partialFilterExpression: { $or: [{ b: { $in: [1, 2] } }, { a: { $exists: true } }] } }],
  [{ c: -1 }, { partialFilterExpression: { c: { $type: 'int' } } }],
];
/** One collection without an index, one with all of them, and one for each. */
const collections: { name: string; indexes: [Document, Document][]; hint?: Document }[] = [
  { name: 'none', indexes: [] },
  { name: 'all', indexes: [...full.map((key): [Document, Document] => [key, {}]), ...incomplete] },
  ...full.map((key, at) => ({
    name: `full${at}`,
    indexes: [[key, {}]] as [Document, Document][],
    hint: key,
  })),
  ...incomplete.map((index, at) => ({ name: `incomplete${at}`, indexes: [index] })),
];

async function found(collection: Collection, query: Query, options: Document): Promise<unknown[]> {
  const { filter, sort, id, limit } = query;
  const cursor = collection
    .find(filter, options)
    .sort({ ...sort, _id: id as 1 })
    .limit(limit);
  return (await cursor.project({ _id: 1 }).toArray()).map(({ _id }) => _id as unknown);
}

/** Every collection must find the same in the same order, and as much when there is none. */
async function check(query: Query, session?: ClientSession): Promise<void> {
  const options = session ? { session } : {};
  const expected = await found(db.collection('none'), query, options);
  for (const { name, hint } of collections.slice(1)) {
    const collection = db.collection(name);
    const label = `${name} ${JSON.stringify(query)}`;
    expect(await found(collection, query, { ...options, hint }), label).toEqual(expected);
    const counted = await collection.countDocuments(query.filter, { ...options, hint: hint as never });
    expect(query.limit ? Math.min(counted, query.limit) : counted, label).toBe(expected.length);
  }
}

type Change = (collection: Collection, options: Document) => Promise<unknown>;

const value = fc.oneof(scalar, fc.constant([1, 2]));
let next = 0;
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.array(doc, { minLength: 1, maxLength: 4 }).map(
    (docs): Change =>
      (collection, options) =>
        collection.insertMany(
          docs.map((one, at) => ({ ...one, _id: (next + at) as never })),
          options,
        ),
  ),
  fc
    .tuple(
      filter,
      fc.oneof(
        fc.tuple(fc.constantFrom('b', 'c'), scalar).map(([field, to]) => ({ $set: { [field]: to } })),
        a.map((to) => ({ $set: { a: to } })),
        fc.constantFrom('a', 'b', 'c', 'a.x').map((field) => ({ $unset: { [field]: '' } })),
      ),
    )
    .map(
      ([which, update]): Change =>
        (collection, options) =>
          collection.updateMany(which, update, options),
    ),
  fc.tuple(value, fc.nat(3)).map(
    ([item, b]): Change =>
      (collection, options) =>
        collection.updateMany({ b, a: { $type: 'array' } }, { $push: { a: item as never } }, options),
  ),
  fc.tuple(filter, doc).map(
    ([which, one]): Change =>
      (collection, options) =>
        collection.findOneAndReplace(which, one, { ...options, sort: { _id: 1 } }),
  ),
  filter.map(
    (which): Change =>
      (collection, options) =>
        collection.deleteMany(which, options),
  ),
);

async function apply(change: Change, session?: ClientSession): Promise<void> {
  const options = session ? { session } : {};
  for (const { name } of collections) await change(db.collection(name), options);
  next += 10;
}

// reference/operator/query/or and in: however long a list is, it means what its parts mean.
test('among very many conditions each finds what it finds alone', async () => {
  const idsOf = async (filter: Document): Promise<unknown[]> =>
    (await db.collection('many').find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
  const vain = Array.from({ length: 1500 }, (_, n) => `no ${n}`);
  const vainly = (path: string): Document[] => vain.slice(0, 40).map((text) => ({ [path]: text }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(doc, { minLength: 5, maxLength: 30 }),
      fc.array(clause, { minLength: 1, maxLength: 3 }),
      fc.array(fc.oneof(operand, nested, fc.constant(/^a/)), { minLength: 1, maxLength: 5 }),
      fc.subarray(['a', 'a.x', 'a.0', 'a.1', 'b', 'c'], { minLength: 1 }),
      async (docs, branches, values, paths) => {
        await db.collection('many').deleteMany({});
        await db.collection('many').insertMany(docs.map((one, at) => ({ ...one, _id: at as never })));
        const all = await idsOf({});
        const without = (found: unknown[]): unknown[] => all.filter((id) => !found.includes(id));
        const any = await idsOf({ $or: branches });
        const more = [...paths.flatMap(vainly), ...branches];
        expect(await idsOf({ $or: more })).toEqual(any);
        expect(await idsOf({ $nor: more })).toEqual(without(any));
        const [path = ''] = paths;
        const wanted = await idsOf({ [path]: { $in: values } });
        expect(await idsOf({ [path]: { $in: [...vain, ...values] } })).toEqual(wanted);
        expect(await idsOf({ [path]: { $nin: [...values, ...vain] } })).toEqual(without(wanted));
      },
    ),
    { numRuns: RUNS },
  );
});

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('change' as const), changes: fc.tuple(change) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('commit' as const, 'abort' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), changes: fc.constant([]) }) },
);

async function take(
  { kind, changes }: { kind: string; changes: readonly Change[] },
  query: Query,
): Promise<void> {
  if (kind === 'restart') {
    await stop();
    return start();
  }
  if (kind === 'change') {
    for (const one of changes) await apply(one);
    return;
  }
  await client.withSession(async (session) => {
    session.startTransaction();
    for (const one of changes) await apply(one, session);
    await check(query, session);
    await (kind === 'commit' ? session.commitTransaction() : session.abortTransaction());
  });
}

describe('core/indexes: an index changes how fast an answer is, never what it is', () => {
  beforeAll(async () => {
    for (const { name, indexes } of collections) {
      await db.createCollection(name);
      for (const [key, options] of indexes) await db.collection(name).createIndex(key as never, options);
    }
  });

  const start = fc.array(doc, { minLength: 10, maxLength: 30, size: 'max' });
  const fill = async (docs: Document[]): Promise<void> => {
    for (const { name } of collections) {
      await db.collection(name).deleteMany({});
      await db.collection(name).insertMany(docs.map((one, at) => ({ ...one, _id: (next + at) as never })));
    }
    next += 100;
  };

  test('every query finds the same with every index as without, in the same order', async () => {
    await fc.assert(
      fc.asyncProperty(start, fc.array(query, { minLength: 8, maxLength: 8 }), async (docs, queries) => {
        await fill(docs);
        for (const one of queries) await check(one);
      }),
      { numRuns: RUNS },
    );
  });

  test('also after inserts, updates, deletions, committed and aborted transactions and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        start,
        fc.array(fc.tuple(step, query), { minLength: 1, maxLength: 5 }),
        async (docs, history) => {
          await fill(docs);
          for (const [one, asked] of history) {
            await take(one, asked);
            await check(asked);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});

describe('reference/explain-results: what explain says was examined was examined', () => {
  const points = fc.integer({ min: 0, max: 4 });
  const range = fc.oneof(
    points.map(($eq) => ({ $eq })),
    fc.uniqueArray(points, { maxLength: 3 }).map(($in) => ({ $in })),
    points.map(($gt) => ({ $gt })),
    points.map(($lte) => ({ $lte })),
    fc.tuple(points, points).map(([$gte, $lt]) => ({ $gte, $lt })),
  );
  const examined = async (collection: Collection, filter: Document, hint: Document): Promise<Document> =>
    ((await collection.find(filter).hint(hint).explain('executionStats')) as Document)[
      'executionStats'
    ] as Document;

  test('an index that has the field is read where the condition is met, the collection whole', async () => {
    const collection = db.collection('explained');
    await collection.createIndex({ b: 1 });
    await collection.createIndex({ c: 1, b: -1 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ b: points, c: points, d: points }), { minLength: 1, maxLength: 20 }),
        range,
        points,
        async (docs, b, d) => {
          await collection.deleteMany({});
          await collection.insertMany(docs);
          const inRange = await collection.countDocuments({ b }, { hint: { $natural: 1 } });
          const both = await collection.countDocuments({ b, d }, { hint: { $natural: 1 } });
          expect(await examined(collection, { b, d }, { b: 1 })).toMatchObject({
            totalKeysExamined: inRange,
            totalDocsExamined: inRange,
            nReturned: both,
          });
          expect(await examined(collection, { b, d }, { c: 1, b: -1 })).toMatchObject({
            totalKeysExamined: docs.length,
            totalDocsExamined: inRange,
            nReturned: both,
          });
          expect(await examined(collection, { b, d }, { $natural: 1 })).toMatchObject({
            totalKeysExamined: 0,
            totalDocsExamined: docs.length,
            nReturned: both,
          });
        },
      ),
      { numRuns: 50 },
    );
  });
});
