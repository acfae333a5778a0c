import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Code, Decimal128, Double, Long, MinKey, Timestamp, type Document } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

async function piped(
  documents: Document[],
  pipeline: Document[],
  options: Document = {},
): Promise<Document[]> {
  const collection = on.fresh();
  if (documents.length)
    await collection.insertMany(documents.map((doc, index) => ({ _id: index as never, ...doc })));
  return collection.aggregate(pipeline, options).toArray();
}

const sales = [
  { item: 'a', price: 10, tags: ['x', 'y'] },
  { item: 'b', price: 20, tags: [] },
  { item: 'a', price: 5 },
  { item: null, price: 1.5, tags: ['x'] },
  { price: 2 },
];

describe('a pipeline', () => {
  test('hands the ends of the order from a group to a projection as MongoDB does', async () => {
    const group = { $group: { _id: '$code', last: { $last: '$key' }, all: { $push: '$key' } } };
    const docs = [{ code: new Code('f'), key: new MinKey() }];
    expect(await piped(docs, [group])).toEqual([
      { _id: new Code('f'), last: new MinKey(), all: [new MinKey()] },
    ]);
    expect(await piped(docs, [group, { $project: { last: 1, all: 1 } }])).toEqual([
      { _id: 'f', last: { '': new MinKey() }, all: [{ '': new MinKey() }] },
    ]);
  });

  test('groups, null and missing together, with every accumulator', async () => {
    const groups = await piped(sales, [
      {
        $group: {
          _id: '$item',
          n: { $count: {} },
          sum: { $sum: '$price' },
          avg: { $avg: '$price' },
          min: { $min: '$price' },
          max: { $max: '$price' },
          first: { $first: '$price' },
          last: { $last: '$price' },
          all: { $push: '$price' },
          set: { $addToSet: '$item' },
        },
      },
      { $sort: { _id: 1 } },
    ]);
    expect(groups).toEqual([
      {
        _id: null,
        n: 2,
        sum: 3.5,
        avg: 1.75,
        min: 1.5,
        max: 2,
        first: 1.5,
        last: 2,
        all: [1.5, 2],
        set: [null],
      },
      { _id: 'a', n: 2, sum: 15, avg: 7.5, min: 5, max: 10, first: 10, last: 5, all: [10, 5], set: ['a'] },
      { _id: 'b', n: 1, sum: 20, avg: 20, min: 20, max: 20, first: 20, last: 20, all: [20], set: ['b'] },
    ]);
  });

  test('merges documents, of null and missing nothing', async () => {
    const merge = [{ $group: { _id: 1, all: { $mergeObjects: '$o' } } }];
    const docs = [{ o: { a: 1, b: 1 } }, { o: null }, {}, { o: { b: 2, c: 1 } }];
    expect(await piped(docs, merge)).toEqual([{ _id: 1, all: { a: 1, b: 2, c: 1 } }]);
    expect(await piped([{}], merge)).toEqual([{ _id: 1, all: {} }]);
    await expect(piped([{ o: 1 }], merge)).rejects.toMatchObject({ code: 5911200 });
  });

  test('sums every number type, and passes over what is no number', async () => {
    const [{ sum } = {}] = await piped(
      [{ a: Long.fromNumber(2 ** 40) }, { a: 1 }, { a: 'x' }, {}],
      [{ $group: { _id: 1, sum: { $sum: '$a' } } }],
    );
    expect(sum).toBe(2 ** 40 + 1);
    const [decimal] = await piped(
      [{ a: Decimal128.fromString('0.1') }, { a: Decimal128.fromString('0.2') }],
      [{ $group: { _id: 1, sum: { $sum: '$a' } } }],
    );
    expect(String(decimal?.['sum'])).toBe('0.3');
    const [doubles] = await piped(
      [0.1, 0.2, 0.3, 0.4].map((a) => ({ a })),
      [{ $group: { _id: 1, sum: { $sum: '$a' } } }],
    );
    expect(doubles?.['sum']).toBe(1);
  });
  test('groups by value across number types, and by whole documents', async () => {
    expect(
      await piped(
        [{ a: 1 }, { a: new Double(1) }, { a: Long.fromNumber(1) }],
        [{ $group: { _id: '$a', n: { $sum: 1 } } }],
      ),
    ).toMatchObject([{ _id: 1, n: 3 }]);
    expect(
      await piped(
        [
          { a: 1, b: 2 },
          { a: 1, b: 2 },
        ],
        [{ $group: { _id: { x: '$a', y: '$b' }, n: { $sum: 1 } } }],
      ),
    ).toEqual([{ _id: { x: 1, y: 2 }, n: 2 }]);
  });
  test('unwinds arrays, and keeps what has none when told', async () => {
    expect(
      (await piped(sales, [{ $unwind: '$tags' }])).map(({ _id, tags }) => [_id, tags] as unknown),
    ).toEqual([
      [0, 'x'],
      [0, 'y'],
      [3, 'x'],
    ]);
    expect(
      (
        await piped(sales, [
          { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'at' } },
        ])
      ).map(({ _id, tags, at }) => [_id, tags, at] as unknown),
    ).toEqual([
      [0, 'x', 0],
      [0, 'y', 1],
      [1, undefined, null],
      [2, undefined, null],
      [3, 'x', 0],
      [4, undefined, null],
    ]);
  });
  test('counts, and says nothing when there is nothing to count', async () => {
    expect(await piped(sales, [{ $match: { price: { $gte: 5 } } }, { $count: 'n' }])).toEqual([{ n: 3 }]);
    expect(await piped(sales, [{ $match: { price: 99 } }, { $count: 'n' }])).toEqual([]);
  });
  test('runs facets over the same documents', async () => {
    expect(
      await piped(sales, [
        {
          $facet: {
            total: [{ $count: 'n' }],
            page: [{ $sort: { price: -1 } }, { $limit: 1 }, { $project: { _id: 0, price: 1 } }],
          },
        },
      ]),
    ).toEqual([{ total: [{ n: 5 }], page: [{ price: 20 }] }]);
  });
  test('sets, unsets, projects and replaces', async () => {
    expect(
      await piped(
        [{ a: { b: 1 }, c: [{ d: 1 }, { d: 2 }] }],
        [{ $set: { 'a.x': '$a.b', 'c.e': 5, gone: '$missing' } }, { $unset: ['a.b', '_id'] }],
      ),
    ).toEqual([
      {
        a: { x: 1 },
        c: [
          { d: 1, e: 5 },
          { d: 2, e: 5 },
        ],
      },
    ]);
    expect(
      await piped([{ a: { b: 1 } }], [{ $replaceRoot: { newRoot: { $mergeObjects: ['$a', { c: 2 }] } } }]),
    ).toEqual([{ b: 1, c: 2 }]);
    expect(await piped([{ a: 1, b: 2 }], [{ $project: { b: '$a', n: { x: '$b' } } }])).toEqual([
      { _id: 0, b: 1, n: { x: 2 } },
    ]);
  });
  test('sorts, skips and limits in the order of its stages', async () => {
    const prices = async (pipeline: Document[]): Promise<unknown[]> =>
      (await piped(sales, pipeline)).map(({ price }) => price as unknown);
    expect(await prices([{ $sort: { price: 1 } }, { $skip: 1 }, { $limit: 2 }])).toEqual([2, 5]);
    expect(await prices([{ $limit: 2 }, { $sort: { price: -1 } }])).toEqual([20, 10]);
    expect(await prices([{ $limit: 3 }, { $skip: 1 }])).toEqual([20, 5]);
    expect(await prices([{ $limit: 3 }, { $match: { price: { $gt: 5 } } }])).toEqual([10, 20]);
    expect(await prices([{ $sort: { price: 1 } }, { $limit: 2 }, { $limit: 1 }])).toEqual([1.5]);
  });
  test('counts how often', async () => {
    expect(await piped(sales, [{ $sortByCount: '$item' }, { $limit: 1 }])).toMatchObject([{ count: 2 }]);
  });
  test('draws as many as are asked for, each once, and any of them', async () => {
    const docs = Array.from({ length: 40 }, (_, n) => ({ n }));
    const drawn = async (size: unknown): Promise<number[]> =>
      (await piped(docs, [{ $sample: { size } }])).map(({ n }) => n as number);
    const all = docs.map(({ n }) => n);
    expect((await drawn(100)).toSorted((a, b) => a - b)).toEqual(all);
    expect(await drawn(100)).not.toEqual(all);
    expect(new Set(await drawn(10.9)).size).toBe(10);
    expect(new Set(await drawn(Decimal128.fromString('10.51'))).size).toBe(11);
    const often = Array.from<number>({ length: 40 }).fill(0);
    for (let turn = 0; turn < 60; turn++) for (const n of await drawn(20)) often[n] = (often[n] ?? 0) + 1;
    expect(Math.min(...often)).toBeGreaterThan(8);
    expect(Math.max(...often)).toBeLessThan(52);
    for (const [spec, code] of [
      [{ size: 0.5 }, 28747],
      [{ size: NaN }, 28747],
      [{ size: -1 }, 28747],
      [{ size: -1, n: 1 }, 28748],
      [{ size: 'all' }, 28746],
      [{ n: 1 }, 28748],
      [{}, 28749],
      [10, 28745],
    ])
      await expect(piped(docs, [{ $sample: spec }])).rejects.toMatchObject({ code });
  });
  test('compares strings as its collation says', async () => {
    const groups = await piped(
      [{ a: 'Ö' }, { a: 'o' }, { a: 'O' }],
      [{ $group: { _id: '$a', n: { $sum: 1 } } }],
      { collation: { locale: 'de', strength: 1 } },
    );
    expect(groups).toEqual([{ _id: 'Ö', n: 3 }]);
  });
});

describe('reference/operator/aggregation/lookup', () => {
  async function joined(left: Document[], right: Document[], spec: Document): Promise<Document[]> {
    const [a, b] = [on.fresh(), on.fresh()];
    await a.insertMany(left.map((doc, index) => ({ _id: index as never, ...doc })));
    await b.insertMany(right.map((doc, index) => ({ _id: index as never, ...doc })));
    return a
      .aggregate([
        { $lookup: { from: b.collectionName, as: 'found', ...spec } },
        { $project: { found: '$found._id' } },
      ])
      .toArray();
  }
  test('joins equal values, array elements, and null with missing', async () => {
    const left = [{ k: 1 }, { k: [1, 2] }, { k: null }, {}, { k: [] }, { k: 'z' }];
    const right = [{ k: 1 }, { k: 2 }, { k: null }, {}, { k: [1, 9] }];
    expect(
      (await joined(left, right, { localField: 'k', foreignField: 'k' })).map(
        ({ found }) => found as unknown,
      ),
    ).toEqual([[0, 4], [0, 1, 4], [2, 3], [2, 3], [2, 3], []]);
  });
  test.each<[string, unknown, string, Document[], number[]]>([
    ['opens an array once', [['a']], 'k', [{ k: ['a'] }, { k: 'a' }, { k: [['a']] }], [0, 2]],
    ['takes a position', ['a', 'b'], 'k.0', [{ k: 'a' }, { k: 'b' }], [0]],
    ['joins null where elements have nothing', [1, {}], 'k.x', [{ k: null }, {}], [0, 1]],
    ['joins no null beside what is there', [{ x: 1 }, {}], 'k.x', [{ k: null }, { k: 1 }], [1]],
    ['joins a pattern with its equal alone', /a/, 'k', [{ k: /a/ }, { k: 'a' }], [0]],
  ])('%s', async (_rule, k, localField, right, ids) =>
    expect(await joined([{ k }], right, { localField, foreignField: 'k' })).toEqual([{ _id: 0, found: ids }]),
  );
  test('a null let, and null or empty fields, count as not given', async () =>
    expect(await joined([{}], [{}], { let: null, localField: null, foreignField: '', pipeline: [] })).toEqual(
      [{ _id: 0, found: [0] }],
    ));
  // reference/aggregation-variables: CURRENT is where paths begin, and may be another than ROOT.
  test('begins paths where CURRENT of its variables says', async () => {
    const found = await joined([{ a: { b: 5 } }], [{ n: 4 }, { n: 6 }], {
      let: { CURRENT: '$a' },
      pipeline: [{ $match: { n: { $gt: 4 }, $expr: { $eq: ['$b', 5] } } }],
    });
    expect(found).toEqual([{ _id: 0, found: [1] }]);
  });
  test('runs a pipeline with variables, and with both fields', async () => {
    expect(
      await joined([{ a: 5 }], [{ n: 4 }, { n: 6 }], {
        let: { a: '$a' },
        pipeline: [{ $match: { $expr: { $gt: ['$n', '$$a'] } } }],
      }),
    ).toEqual([{ _id: 0, found: [1] }]);
    expect(
      await joined(
        [{ k: 1 }],
        [
          { k: 1, n: 1 },
          { k: 1, n: 2 },
          { k: 2, n: 2 },
        ],
        { localField: 'k', foreignField: 'k', pipeline: [{ $match: { n: 2 } }] },
      ),
    ).toEqual([{ _id: 0, found: [1] }]);
  });
  test('reads the other collection through its index', async () => {
    const [a, b] = [on.fresh(), on.fresh()];
    await b.createIndex({ k: 1, n: -1 });
    await a.insertMany([{ k: 1 }, { k: 2 }]);
    await b.insertMany([1, 2, 3].flatMap((n) => [1, 2].map((k) => ({ k, n }))));
    const all = await a
      .aggregate([{ $lookup: { from: b.collectionName, localField: 'k', foreignField: 'k', as: 'f' } }])
      .toArray();
    // In the order of the index, which is not that of the collection.
    expect(all.map(({ f }) => (f as Document[]).map(({ n }) => n))).toEqual([
      [3, 2, 1],
      [3, 2, 1],
    ]);
  });
});

const long = 'a.'.repeat(200) + 'a';

/** By page of the reference: a stage that is refused, and the code that says why. */
const refusals: Record<string, [stage: Document, code: number][]> = {
  'reference/mql/aggregation-stages': [
    [{ $merge: { into: 'x' } }, 40324],
    [{ $facet: { a: [{ $out: 'x' }] } }, 40324],
  ],
  'reference/operator/aggregation/group': [
    [{ $group: { n: { $sum: 1 } } }, 15955],
    [{ $group: { _id: { a: 1 } } }, 17390],
    [{ $group: { _id: { a: '$x', b: true } } }, 17390],
    [{ $group: { _id: { '': '$a' } } }, 15998],
    [{ $group: { _id: 1, n: 1 } }, 40234],
    [{ $group: { _id: 1, n: {} } }, 40234],
    [{ $group: { _id: 1, 'n.m': { $sum: 1 } } }, 40235],
    [{ $group: { _id: 1, $n: { $sum: 1 } } }, 40236],
    [{ $group: { _id: 1, n: { $sum: 1, $max: 1 } } }, 40238],
    [{ $group: { _id: 1, n: { $sum: [1] } } }, 40237],
    [{ $group: { _id: 1, n: { $foo: 1 } } }, 15952],
    [{ $group: { _id: 1, n: { $count: 1 } } }, 14],
    [{ $group: { _id: 1, n: { $max: { $divide: ['$price', 0] } } } }, 4848401],
    [{ $group: { _id: { $mod: ['$price', 0] } } }, 4848403],
  ],
  'reference/operator/aggregation/sort': [
    [{ $sort: { a: 'asc' } }, 15974],
    [{ $sort: { a: 2 } }, 15975],
    [{ $sort: { a: new Double(0.9) } }, 15975],
    [{ $sort: { a: Decimal128.fromString('1.5') } }, 15975],
    [{ $sort: { '': 1 } }, 40352],
    [{ $sort: { 'a.': 1 } }, 40353],
    [{ $sort: { 'a..b': 1 } }, 15998],
    [{ $sort: { 'a.$b': 1 } }, 16410],
    [{ $sort: { [long]: 1 } }, 15],
    [{ $sort: { a: { $foo: 1 } } }, 17312],
    [{ $sort: { a: { $meta: 'textScore', b: 1 } } }, 9],
    [{ $sort: { a: { $meta: 'textScore' } } }, 40218],
    [{ $sort: { a: { $meta: 'sortKey' } } }, 31138],
  ],
  'reference/operator/aggregation/count': [
    [{ $count: 1 }, 40156],
    [{ $count: '' }, 40157],
    [{ $count: '$a' }, 40158],
    [{ $count: 'a\0.b' }, 40159],
    [{ $count: 'a.b' }, 40160],
    [{ $count: '_id' }, 9039800],
  ],
  'reference/operator/aggregation/limit': [
    [{ $limit: 0 }, 15958],
    [{ $limit: -1 }, 5107201],
    [{ $limit: new Double(2 ** 63) }, 5107201],
    [{ $limit: Decimal128.fromString('1E-6000') }, 5107201],
    [{ $limit: new Timestamp({ t: 1, i: 1 }) }, 5107201],
  ],
  'reference/operator/aggregation/skip': [
    [{ $skip: -1 }, 5107200],
    [{ $skip: Decimal128.fromString('0.1') }, 5107200],
  ],
  'reference/operator/aggregation/unwind': [
    [{ $unwind: 'tags' }, 28818],
    [{ $unwind: '' }, 28812],
    [{ $unwind: '$' }, 40352],
    [{ $unwind: '$a\0b' }, 16419],
    [{ $unwind: { path: '$a', includeArrayIndex: '$b' } }, 28822],
    [{ $unwind: { path: '$a', includeArrayIndex: 'b\0c' } }, 16411],
    [{ $unwind: { path: '$a', foo: 1 } }, 28811],
  ],
  'reference/operator/aggregation/lookup': [
    [{ $lookup: { from: 'x' } }, 40414],
    [{ $lookup: { from: 'x', as: null } }, 40414],
    [{ $lookup: {} }, 9],
    [{ $lookup: { from: 'x', as: 'y', pipeline: null } }, 14],
    [{ $lookup: { from: 'x', as: 1 } }, 14],
    [{ $lookup: { from: 'x', as: 'y', foo: 1 } }, 40415],
    [{ $lookup: { from: 'x', as: 'y' } }, 9],
    [{ $lookup: { from: 'x', as: 'y', localField: 'a', foreignField: '' } }, 9],
    [{ $lookup: { from: 'x', as: 'y', localField: 'a', foreignField: '$b' } }, 16410],
    [{ $lookup: { from: '', as: 'y', pipeline: [] } }, 73],
    [{ $lookup: { from: { db: 'x', coll: 'y' }, as: 'y', pipeline: [] } }, 9],
    [{ $lookup: { from: 'x', as: '', pipeline: [] } }, 40352],
    [{ $lookup: { from: 'x', as: 'y', pipeline: [], let: { A: 1 } } }, 9],
    [{ $lookup: { from: 'x', as: 'y', pipeline: [], let: { 'a-b': 1 } } }, 9],
    [{ $lookup: { as: 'y', pipeline: [{ $skip: 0 }, { $documents: [] }] } }, 9],
    [{ $lookup: { as: 'y', pipeline: [{ $documents: [] }, { $documents: [] }] } }, 40602],
    [{ $lookup: { from: 'x', as: 'y', pipeline: Array(1001).fill({ $skip: 0 }) } }, 7749501],
    [
      Array.from({ length: 21 }).reduce<Document>(
        (inner) => ({ $lookup: { from: 'x', as: 'y', pipeline: [inner] } }),
        { $skip: 0 },
      ),
      232,
    ],
  ],
  'reference/operator/aggregation/facet': [
    [{ $facet: {} }, 40169],
    [{ $facet: { a: 1 } }, 40170],
    [{ $facet: { a: [1] } }, 40171],
    [{ $facet: { '': [] } }, 15998],
    [{ $facet: { 'a.b': [] } }, 16412],
    [{ $facet: { $a: [] } }, 16410],
    [{ $facet: { a: [{ $facet: { b: [] } }] } }, 40600],
    [{ $facet: { a: [{ $lookup: { from: 'x', as: 'y', pipeline: [{ $facet: { b: [] } }] } }] } }, 40600],
  ],
  'reference/operator/aggregation/set': [
    [{ $set: 1 }, 40272],
    [{ $set: { '': 1 } }, 40352],
    [{ $set: { a: 1, 'a.b': 1 } }, 40176],
    [{ $set: { 'a.b': 1, a: 1 } }, 40176],
    [{ $set: { a: { 'b.c': 1 } } }, 40183],
    [{ $set: { a: { $add: 1, $abs: 1 } } }, 40181],
    [{ $set: { a: { b: 1, $add: 1 } } }, 40181],
    [{ $set: { a: '$$NOPE', b: { $add: 1, $abs: 1 } } }, 40181],
    [{ $set: { a: { '': 1 } } }, 40353],
  ],
  'reference/operator/aggregation/unset': [
    [{ $unset: 1 }, 31002],
    [{ $unset: ['$a', 1] }, 31120],
    [{ $unset: [] }, 31119],
    [{ $unset: ['$a', 'b\0c'] }, 9527900],
    [{ $unset: ['a', 'a'] }, 31250],
    [{ $unset: ['a', 'a.b'] }, 31249],
  ],
  'reference/operator/aggregation/project': [
    [{ $project: {} }, 51272],
    [{ $project: { a: 0, b: '$c' } }, 31310],
    [{ $project: { a: 0, b: { $add: 1 } } }, 31252],
    [{ $project: { _id: { $add: 1 }, a: 0 } }, 31254],
    [{ $project: { a: { $add: 1, b: 1 } } }, 16410],
    [{ $project: { a: { $foo: 1 } } }, 31325],
    [{ $project: { 'a.$.b': 1 } }, 31394],
    [{ $project: { 'a.$': 1 } }, 31324],
    [{ $project: { a: '$' } }, 16872],
    [{ $project: { a: '$b\0c' } }, 16411],
    [{ $unwind: '$b\0c' }, 16419],
  ],
  'reference/operator/aggregation/replaceRoot': [
    [{ $replaceRoot: { newRoot: '$price' } }, 40228],
    [{ $replaceRoot: {} }, 40414],
    [{ $replaceRoot: { newRoot: {}, foo: 1 } }, 40415],
    [{ $replaceRoot: { newRoot: { '': 1 } } }, 15998],
  ],
};

describe.each(Object.entries(refusals))('%s', (_page, rows) => {
  test.each(rows)(
    'refuses %j',
    async (stage, code) => await expect(piped(sales, [stage])).rejects.toMatchObject({ code }),
  );
});

describe('reference/operator/aggregation/unset', () => {
  test('takes any name', async () =>
    expect(await piped([{ ['__proto__']: 1, a: 1 }], [{ $unset: ['__proto__', '_id'] }])).toEqual([
      { a: 1 },
    ]));
});

describe('reference/operator/aggregation/set', () => {
  test('with nothing to set changes nothing', async () =>
    expect(await piped([{ a: 1 }], [{ $set: {} }])).toEqual([{ _id: 0, a: 1 }]));
});

describe('reference/operator/aggregation/project', () => {
  test('a part of _id stands for the whole', async () =>
    expect(await piped([{ _id: { x: 1, y: 2 }, a: 1 }], [{ $project: { '_id.x': 1, a: 1 } }])).toEqual([
      { _id: { x: 1 }, a: 1 },
    ]));
});

describe('reference/operator/aggregation/sort', () => {
  test.each([
    [new Double(1.9), [1, 2]],
    [new Double(-1.9), [2, 1]],
    [Decimal128.fromString('0.51'), [1, 2]],
    [Decimal128.fromString('-1.49'), [2, 1]],
  ])('rounds the direction %s', async (direction, order) => {
    const found = await piped([{ a: 1 }, { a: 2 }], [{ $sort: { a: direction } }]);
    expect(found.map(({ a }) => a as number)).toEqual(order);
  });
});

describe('reference/operator/aggregation/avg', () => {
  test('takes int64 as it is', async () =>
    expect(
      await piped(
        [{ a: Long.MAX_VALUE }, { a: Long.MIN_VALUE }],
        [{ $group: { _id: null, avg: { $avg: '$a' } } }],
      ),
    ).toEqual([{ _id: null, avg: -0.5 }]));
});

describe('reference/operator/aggregation/sum', () => {
  const max = Long.MAX_VALUE;
  test.each<[string, unknown[], string, string]>([
    ['int32 while it fits', [2147483647, -1], 'int', '2147483646'],
    ['int32 again, when a part was too large', [2147483647, 1, -1], 'int', '2147483647'],
    ['int64 where int32 is too small', [2147483647, 1], 'long', '2147483648'],
    ['int64 again, when a part was too large', [max, Long.ONE, Long.NEG_ONE], 'long', String(max)],
    ['a double where int64 is too small', [max, Long.ONE], 'double', String(2 ** 63)],
    ['exact decimals', [max, 1, Decimal128.fromString('0')], 'decimal', '9223372036854775808'],
    ['all digits of a double beside a decimal', [0.5, Decimal128.fromString('1.5')], 'decimal', '2.0'],
    ['no timestamps', [1, new Timestamp({ t: 1, i: 1 })], 'int', '1'],
  ])('%s', async (_rule, values, type, text) => {
    const [sum] = await piped(
      values.map((a) => ({ a })),
      [{ $group: { _id: null, sum: { $sum: '$a' } } }, { $set: { type: { $type: '$sum' } } }],
    );
    expect([sum?.['type'], String(sum?.['sum'])]).toEqual([type, text]);
  });
});

describe('reference/command/aggregate', () => {
  const run = (more: Document): Promise<Document> =>
    on.db.command({ aggregate: 'c', pipeline: [], cursor: {}, ...more });
  test.each<[Document, number]>([
    [{ aggregate: 1 }, 73],
    [{ aggregate: 1, pipeline: [{ $match: {} }] }, 73],
    [{ pipeline: [{ $documents: [] }] }, 73],
    [{ aggregate: 2 }, 2],
    [{ aggregate: null }, 73],
    [{ pipeline: null }, 14],
    [{ pipeline: [{ $collStats: {}, $limit: 1 }] }, 40323],
    [{ let: { a: '$$CLUSTER_TIME' } }, 51144],
    [{ cursor: null }, 14],
    [{ cursor: { foo: 1 } }, 40415],
    [{ cursor: { batchSize: 'x' } }, 14],
    [{ cursor: { batchSize: -1 } }, 2],
    [{ explain: 1 }, 14],
    [{ explain: true, writeConcern: { w: 1 } }, 9],
    [{ allowDiskUse: null }, 14],
    [{ bypassDocumentValidation: 'x' }, 14],
    [{ hint: 1 }, 9],
    [{ let: 1 }, 14],
    [{ let: { A: 1 } }, 9],
    [{ let: { 'a-b': 1 } }, 9],
    [{ let: { NOW: 1 } }, 4738901],
    [{ let: { a: '$b' } }, 4890500],
    [{ let: { a: '$$ROOT' } }, 4890500],
    [{ let: { a: '$$CURRENT' } }, 4890500],
    [{ let: { CURRENT: 1, a: '$$ROOT' } }, 4890500],
    [{ let: { a: '$$NOW' } }, 51144],
    [{ let: { a: '$$b', b: 1 } }, 17276],
  ])('refuses %j', async (more, code) => await expect(run(more)).rejects.toMatchObject({ code }));

  test.each<[Document, unknown]>([
    [{ CURRENT: { a: 5 } }, [5, { a: 5 }, 1]],
    [{ CURRENT: { a: 5 }, x: '$a' }, [5, { a: 5 }, 1]],
    [{ CURRENT: 3 }, [null, 3, 1]],
  ])('paths begin where CURRENT of %j says', async (variables, x) =>
    expect(
      await piped([{ a: 1 }], [{ $project: { _id: 0, x: ['$a', '$$CURRENT', '$$ROOT.a'] } }], {
        let: variables,
      }),
    ).toEqual([{ x }]),
  );

  test('a variable sees those before it', async () =>
    expect(
      await piped([{}], [{ $project: { _id: 0, x: '$$b' } }], { let: { a: 1, b: { $add: ['$$a', 1] } } }),
    ).toEqual([{ x: 2 }]));

  test.each([
    [new Double(1.9), 1],
    [new Double(-0.9), 0],
    [Decimal128.fromString('1.5'), 2],
    [Decimal128.fromString('2.5'), 2],
  ])('a batch size of %s is %i', async (batchSize, count) => {
    const collection = on.fresh();
    await collection.insertMany([{}, {}, {}]);
    const { cursor } = (await run({ aggregate: collection.collectionName, cursor: { batchSize } })) as {
      cursor: { firstBatch: unknown[] };
    };
    expect(cursor.firstBatch).toHaveLength(count);
  });

  test('takes a cursor unless it explains its plan', async () => {
    const bare = { aggregate: 'c', pipeline: [] };
    await expect(on.db.command(bare)).rejects.toMatchObject({ code: 9 });
    expect(await on.db.command({ ...bare, explain: true })).toMatchObject({ queryPlanner: {}, ok: 1 });
  });

  test('a result may be a little larger than 16 MiB, and not more', async () => {
    const collection = on.fresh();
    await collection.insertOne({ _id: 1 as never, a: { s: 'x'.repeat(16_000_000) } });
    const grown = (bytes: number): Promise<Document[]> =>
      collection
        .aggregate([{ $replaceWith: { $mergeObjects: ['$a', { pad: 'y'.repeat(bytes) }] } }])
        .toArray();
    const most = 16 * 1024 * 1024 + 16 * 1024 - 16_000_000 - 23;
    expect(await grown(most)).toHaveLength(1);
    await expect(grown(most + 1)).rejects.toMatchObject({ code: 10334 });
  });
});

describe('reference/operator/aggregation/documents', () => {
  const run = (stages: Document[]): Promise<Document[]> => on.db.aggregate(stages).toArray();
  test('begins a pipeline with documents that expressions give, without a collection', async () => {
    expect(await run([{ $documents: [{ a: { $add: [1, 2] } }, { a: 5 }] }, { $match: { a: 3 } }])).toEqual([
      { a: 3 },
    ]);
    const input = { $map: { input: [1, 2], in: { n: '$$this' } } };
    expect(await run([{ $documents: input }])).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test.each([
    ['all of them', {}, [], [1, 2]],
    ['those that join', { localField: 'k', foreignField: 'n' }, [], [2]],
    ['with variables', { let: { k: '$k' } }, [{ $set: { n: { $add: ['$n', '$$k'] } } }], [3, 4]],
  ])('$lookup joins them without a collection: %s', async (_, spec, more, found) => {
    const pipeline = [{ $documents: [{ n: 1 }, { n: 2 }] }, ...more];
    expect(await run([{ $documents: [{ k: 2 }] }, { $lookup: { ...spec, pipeline, as: 'found' } }])).toEqual([
      { k: 2, found: found.map((n) => ({ n })) },
    ]);
  });
  test.each<[Document[], number]>([
    [[{ $documents: 5 }], 5858203],
    [[{ $documents: [5] }], 40228],
    [[{ $documents: [] }, { $documents: [] }], 40602],
  ])('refuses %j', async (stages, code) => await expect(run(stages)).rejects.toMatchObject({ code }));
});
