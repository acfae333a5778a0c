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

const moment = new Date('2026-03-01T17:30:15.123Z');
const big = Long.fromString('9007199254740993');

const cases: [expression: unknown, expected: unknown, doc?: Document][] = [
  // Arithmetic keeps and widens types: https://www.mongodb.com/docs/manual/reference/operator/aggregation/add/
  [{ $add: [1, 2] }, 3],
  [{ $add: [2147483647, 1] }, 'long 2147483648'],
  [{ $add: [new Double(1), 2] }, 'double 3'],
  [{ $add: ['$d', 1000] }, new Date('2026-03-01T17:30:16.123Z'), { d: moment }],
  [{ $add: [1, null] }, null],
  [{ $add: [big, 1] }, 'long 9007199254740994'],
  [{ $add: [Decimal128.fromString('0.1'), Decimal128.fromString('0.2')] }, 'decimal 0.3'],
  [{ $subtract: [moment, new Date(0)] }, `long ${moment.getTime()}`],
  [{ $multiply: [3, 4] }, 12],
  [{ $divide: [7, 2] }, 3.5],
  [{ $divide: [6, 2] }, 'double 3'],
  [{ $mod: [-7, 3] }, -1],
  [{ $pow: [2, 10] }, 1024],
  [{ $pow: [2, -1] }, 0.5],
  [{ $abs: -5 }, 5],
  [{ $round: [2.5] }, 'double 2'],
  [{ $round: [3.14159, 2] }, 3.14],
  [{ $round: [1250, -2] }, 1200],
  [{ $trunc: [-2.7] }, 'double -2'],
  [{ $floor: -2.5 }, 'double -3'],
  [{ $ceil: 2.1 }, 'double 3'],
  // Comparison and logic
  [{ $cmp: ['a', 5] }, 1],
  [{ $eq: [big, Long.fromString('9007199254740992')] }, false],
  [{ $gt: ['$a', null] }, true, { a: 1 }],
  [{ $lt: ['$missing', null] }, true],
  [{ $and: [1, 'x', []] }, true],
  [{ $or: [0, null, false] }, false],
  [{ $not: [0] }, true],
  [{ $cond: [{ $gt: ['$a', 3] }, 'big', 'small'] }, 'small', { a: 2 }],
  [{ $cond: { if: true, then: 1, else: 2 } }, 1],
  [{ $ifNull: ['$missing', null, 5] }, 5],
  [{ $switch: { branches: [{ case: false, then: 1 }], default: 2 } }, 2],
  [{ $literal: '$a' }, '$a'],
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
  // Conversion
  [{ $toString: 1.5 }, '1.5'],
  [{ $toString: moment }, '2026-03-01T17:30:15.123Z'],
  [{ $toInt: '42' }, 42],
  [{ $toInt: 3.9 }, 3],
  [{ $toDouble: '1e3' }, 'double 1000'],
  [{ $toObjectId: '000000000000000000000001' }, new ObjectId('000000000000000000000001')],
  [{ $toDate: '2026-03-01T17:30:15.123Z' }, moment],
  [{ $toDate: new Double(0) }, new Date(0)],
  [{ $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
  [{ $type: '$missing' }, 'missing'],
  [{ $isNumber: big }, true],
];

describe('an expression', () => {
  for (const [expression, expected, doc] of cases) {
    test(JSON.stringify(expression), async () => expect(await evaluated(expression, doc)).toEqual(expected));
  }
});

const refusals: [expression: unknown, code: number][] = [
  [{ $abs: { $foo: 1 } }, 168],
  [{ $add: ['x', 1] }, 14],
  [{ $divide: [1, 0] }, 2],
  ['$$nope', 17276],
  [{ $toInt: 'x' }, 241],
  [{ $switch: { branches: [{ case: false, then: 1 }] } }, 40066],
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
