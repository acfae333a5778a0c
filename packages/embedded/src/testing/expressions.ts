import { Decimal128, Double, Int32, Long, type Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from './started.ts';

export type Row = [expression: unknown, expected: unknown, doc?: Document];

class Refusal {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

/** In the place of a result: the code with which the expression is refused. */
export const refused = (code: number): Refusal => new Refusal(code);

/** Numbers with their types said, a 32-bit integer as it is. */
function shown(value: unknown): unknown {
  if (value instanceof Int32) return value.value;
  if (value instanceof Double) return `double ${Object.is(value.value, -0) ? '-0' : value.value}`;
  if (value instanceof Long) return `long ${value.toString()}`;
  if (value instanceof Decimal128) return `decimal ${value.toString()}`;
  if (Array.isArray(value)) return value.map(shown);
  if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shown(inner)]));
  return value;
}

/** Pages of the manual on operators, each with rows of an expression, its result and the document it is for. */
export function examine(pages: Record<string, Row[]>, folder = 'reference/operator/aggregation'): void {
  let on: Started;
  beforeAll(async () => void (on = await started()));
  afterAll(() => on[Symbol.asyncDispose]());

  async function evaluated(expression: unknown, doc: Document): Promise<unknown> {
    const collection = on.fresh();
    await collection.insertOne(doc);
    const [result] = await collection
      .aggregate([{ $project: { _id: 0, result: expression } }], { promoteValues: false })
      .toArray();
    return shown(result?.['result']);
  }

  for (const [page, rows] of Object.entries(pages))
    describe(`${folder}/${page}`, () => {
      for (const [expression, expected, doc = {}] of rows) {
        const wanted =
          expected instanceof Refusal ? `refused with ${expected.code}` : JSON.stringify(expected);
        test(`${JSON.stringify(expression)} of ${JSON.stringify(doc)} is ${wanted}`, async () => {
          const result = await evaluated(expression, doc).catch((error: { code?: unknown }) =>
            refused(Number(error.code)),
          );
          expect(result).toEqual(expected);
        });
      }
    });
}
