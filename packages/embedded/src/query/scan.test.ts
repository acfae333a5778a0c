import { StatementSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

/** How many rows SQLite hands over to a query, statement by statement. */
async function reads(query: () => Promise<unknown>): Promise<number[]> {
  const all = vi.spyOn(StatementSync.prototype, 'all');
  try {
    await query();
    return all.mock.results.map(({ value }) => (value as unknown[]).length);
  } finally {
    all.mockRestore();
  }
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

describe.skipIf(process.env['MONGODB_URI'])('what a query reads of the file', () => {
  test('is no more than its limit, from an index and from the collection', async () => {
    const collection = on.fresh();
    await collection.createIndex({ n: 1 });
    await collection.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    for (const filter of [{}, { n: { $gte: 10 } }]) {
      const cursor = () => collection.find(filter).skip(4).limit(17).toArray();
      expect(sum(await reads(cursor))).toBe(21);
      expect(await cursor()).toHaveLength(17);
    }
    expect(await reads(() => collection.findOne({ n: { $gt: 5 } }, { skip: 1 }))).toEqual([2]);
    // One alone is looked up, and no chunk is read.
    expect(await reads(() => collection.findOne({ n: { $gt: 5 } }))).toEqual([]);
  });

  test('grows where much is read in vain, within a limit too', async () => {
    const collection = on.fresh();
    await collection.insertMany(Array.from({ length: 300 }, (_, n) => ({ n })));
    expect(await reads(() => collection.findOne({ n: 250 }))).toEqual([1, 4, 16, 64, 215]);
  });

  test('goes on from one stretch of an index to the next with what it has learned', async () => {
    const collection = on.fresh();
    await collection.createIndex({ who: 1, n: 1 });
    await collection.insertMany(Array.from({ length: 400 }, (_, n) => ({ who: n % 20, n })));
    const all = Array.from({ length: 20 }, (_, who) => who);
    const query = () => collection.find({ who: { $in: all }, n: { $gte: 0 } }, { batchSize: 500 }).toArray();
    expect(await reads(query)).toEqual([4, 16, ...all.slice(1).map(() => 20)]);
  });

  test('is never many large documents at a time', async () => {
    const collection = on.fresh();
    await collection.createIndex({ who: 1 });
    const text = 'x'.repeat(300_000);
    const small = Array.from({ length: 40 }, () => ({ who: 0 }));
    await collection.insertMany([...small, ...Array.from({ length: 8 }, () => ({ who: 1, text }))]);
    for (const filter of [{}, { who: { $in: [0, 1] } }]) {
      const all = vi.spyOn(StatementSync.prototype, 'all');
      const found = await collection.find(filter).toArray();
      const chunks = all.mock.results.map(({ value }) => value as [number, Uint8Array | null][]);
      all.mockRestore();
      expect(found.map((one) => one['text'] as unknown).filter((one) => one === text)).toHaveLength(8);
      expect(sum(chunks.map(({ length }) => length))).toBe(48);
      for (const rows of chunks) expect(sum(rows.map(([, body]) => body?.length ?? 0))).toBeLessThan(10_000);
    }
  });
});
