import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Decimal128, Double, Int32, Long, ObjectId, type Document } from 'mongodb';
import { started, type Started } from '../testing/started.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

async function evaluated(expression: unknown, doc: Document = {}): Promise<unknown> {
  const collection = on.fresh();
  await collection.insertOne(doc);
  const [result] = await collection
    .aggregate([{ $project: { _id: 0, result: expression } }], { promoteValues: false })
    .toArray();
  return plain(result?.['result']);
}

/** Numbers with their types said, everything else as it is. */
function plain(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return Number.isInteger(value.value) ? `double ${value.value}` : value.value;
  if (value instanceof Long) return `long ${value.toString()}`;
  if (value instanceof Decimal128) return `decimal ${value.toString()}`;
  if (value instanceof ObjectId || value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  return value;
}

const cases: [expression: unknown, expected: unknown, doc?: Document][] = [
  // Strings
  [{ $concat: ['a', '$b', 'c'] }, 'abc', { b: 'b' }],
  [{ $concat: ['a', null] }, null],
  [{ $toUpper: 'abc' }, 'ABC'],
  [{ $substrCP: ['né😀x', 1, 2] }, 'é😀'],
  [{ $strLenCP: 'é😀' }, 2],
  [{ $strLenBytes: 'é😀' }, 6],
  [{ $split: ['a-b-c', '-'] }, ['a', 'b', 'c']],
  [{ $trim: { input: '  x ' } }, 'x'],
  [{ $ltrim: { input: '00x0', chars: '0' } }, 'x0'],
  [{ $indexOfCP: ['añb', 'b'] }, 2],
  [{ $regexMatch: { input: 'Hello', regex: '^h', options: 'i' } }, true],
  [{ $regexFind: { input: 'ab12', regex: /(\d)(\d)/ } }, { match: '12', idx: 2, captures: ['1', '2'] }],
  [{ $replaceAll: { input: 'a.b.c', find: '.', replacement: '-' } }, 'a-b-c'],
  // Paths
  ['$a.b', [1, 3], { a: [{ b: 1 }, { c: 2 }, { b: 3 }, [{ b: 4 }]] }],
  [['$a', '$missing'], [1, null], { a: 1 }],
];

describe('an expression', () => {
  for (const [expression, expected, doc] of cases) {
    test(JSON.stringify(expression), async () => expect(await evaluated(expression, doc)).toEqual(expected));
  }
});

const refusals: [expression: unknown, code: number][] = [
  [{ $abs: { $foo: 1 } }, 168],
  ['$$nope', 17276],
];

describe('an expression refuses', () => {
  for (const [expression, code] of refusals) {
    test(
      JSON.stringify(expression),
      async () =>
        await expect(evaluated(expression)).rejects.toSatisfy(
          (error: { code: unknown }) => Number(error.code) === code,
        ),
    );
  }
});
