import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

async function hashes(query: Document): Promise<{ plan: string; query: string }> {
  const explain = 'pipeline' in query ? { aggregate: 'c', cursor: {}, ...query } : { find: 'c', ...query };
  const { queryPlanner, queryShapeHash } = await on.db.command({ explain, verbosity: 'queryPlanner' });
  return { plan: queryPlanner.planCacheShapeHash, query: queryShapeHash };
}

describe('core/query-shapes and core/query-plans#plan-cache-shape', () => {
  beforeAll(() => on.db.collection('c').insertOne({ a: 1 }));

  test.each<[Document, Document, { plan: boolean; query: boolean }]>([
    [{ filter: { a: 1 } }, { filter: { a: { $eq: 'x' } } }, { plan: true, query: false }],
    [{ filter: { a: 1 } }, { filter: { a: 2.5 } }, { plan: true, query: true }],
    [{ filter: { a: 1 } }, { filter: { b: 1 } }, { plan: false, query: false }],
    [{ filter: { a: 1, b: 2 } }, { filter: { $and: [{ a: 3 }, { b: 4 }] } }, { plan: true, query: true }],
    [{ filter: { a: 1, b: 2 } }, { filter: { b: 2, a: 1 } }, { plan: true, query: false }],
    [{ filter: { a: { $in: [1] } } }, { filter: { a: { $in: [1, 2] } } }, { plan: false, query: true }],
    [{ filter: { a: { $gt: 1 } } }, { filter: { a: { $lt: 1 } } }, { plan: false, query: false }],
    [{ filter: { a: { $type: 'int' } } }, { filter: { a: { $type: 'bool' } } }, { plan: true, query: false }],
    [
      { filter: { $expr: { $gt: ['$a', 1] } } },
      { filter: { $expr: { $lt: ['$a', 1] } } },
      { plan: true, query: false },
    ],
    [{ sort: { a: 1 } }, { sort: { a: -1 } }, { plan: false, query: false }],
    [{ projection: { a: 1, b: 1 } }, { projection: { b: 1, a: 1 } }, { plan: true, query: false }],
    [{ collation: { locale: 'en' } }, { collation: { locale: 'fr' } }, { plan: false, query: false }],
    [{ pipeline: [] }, { pipeline: [{ $unwind: '$a' }] }, { plan: true, query: false }],
    [{ pipeline: [] }, { pipeline: [{ $sample: { size: 3 } }] }, { plan: true, query: false }],
    [{ pipeline: [] }, { pipeline: [{ $sortByCount: '$a' }] }, { plan: false, query: false }],
    [
      { pipeline: [{ $match: { a: 1 } }] },
      { pipeline: [{ $match: { a: { $eq: 2 } } }] },
      { plan: true, query: true },
    ],
  ])('%j and %j: the same %j', async (one, other, same) => {
    const [a, b] = [await hashes(one), await hashes(other)];
    expect({ plan: a.plan === b.plan, query: a.query === b.query }).toEqual(same);
    expect(a.query).toMatch(/^[0-9A-F]{64}$/);
    expect(a.plan).toMatch(/^[0-9A-F]{8}$/);
  });
});
