import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { started, type Started } from '../testing/started.ts';
import { modelled, Refused, type Change, type Plain, type PlainDoc } from '../testing/update-model.ts';

let on: Started;
beforeAll(async () => void (on = await started()));
afterAll(() => on[Symbol.asyncDispose]());

const names = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const small = fc.integer({ min: -4, max: 4 });
const scalar: fc.Arbitrary<Plain> = fc.oneof(small, small, fc.constantFrom('', 'x', null, true, false));
const { value: values, doc: documents } = fc.letrec<{ value: Plain; list: Plain[]; doc: PlainDoc }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 3, depthSize: 'medium' },
      scalar,
      { weight: 2, arbitrary: tie('list') },
      tie('doc'),
    ),
    list: fc.oneof(fc.array(small, { maxLength: 4 }), fc.array(tie('value'), { maxLength: 4 })),
    doc: fc.dictionary(names, tie('value'), { minKeys: 2, maxKeys: 5, noNullPrototype: true }),
  }),
);
const inner = fc.oneof(names, fc.constantFrom('0', '1', '3'));
const paths = fc
  .tuple(names, fc.oneof(fc.constant([]), fc.constant([]), fc.array(inner, { maxLength: 2 })))
  .map(([first, rest]) => [first, ...rest].join('.'));

const each = fc.array(values, { maxLength: 3 }).map(($each) => ({ $each }));
const clauses = fc.record(
  { $position: small, $slice: small, $sort: fc.constantFrom(1, -1) },
  { requiredKeys: [] },
);
const argumentsOf: Record<string, fc.Arbitrary<Plain>> = {
  $set: values,
  $unset: fc.constant(''),
  $inc: small,
  $mul: small,
  $min: values,
  $max: values,
  $push: fc.oneof(values, {
    weight: 4,
    arbitrary: fc.tuple(each, clauses).map(([one, other]): PlainDoc => ({ ...one, ...other })),
  }),
  $addToSet: fc.oneof(values, each),
  $pull: fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    small.map(($gte) => ({ $gte })),
    fc.tuple(names, small).map(([name, value]) => ({ [name]: value })),
  ),
  $pop: fc.constantFrom(1, -1),
  $rename: paths,
};

const isWithin = (a: string, b: string): boolean => `${a}.`.startsWith(`${b}.`);
const changes: fc.Arbitrary<Change> = fc
  .constantFrom(...Object.keys(argumentsOf))
  .chain((operator) =>
    fc.record({
      operator: fc.constant(operator),
      path: paths,
      argument: argumentsOf[operator] as fc.Arbitrary<Plain>,
    }),
  )
  .filter(
    ({ operator, path, argument }) =>
      operator !== '$rename' || !(isWithin(path, argument as string) || isWithin(argument as string, path)),
  );
const updates = fc.uniqueArray(changes, {
  minLength: 1,
  maxLength: 3,
  selector: ({ operator, path }) => `${operator} ${path}`,
});

/** The update document of some changes. */
function updateOf(list: readonly Change[]): Record<string, PlainDoc> {
  const update: Record<string, PlainDoc> = {};
  for (const { operator, path, argument } of list) (update[operator] ??= {})[path] = argument;
  return update;
}

/** The code of a refusal, or the document that is there after it. */
function expectedOf(doc: PlainDoc, list: readonly Change[]): { code: number | undefined; after: PlainDoc } {
  try {
    return { code: undefined, after: modelled(doc, list) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { code: error.code, after: doc };
  }
}

describe('reference/operator/update: update, then read', () => {
  test('gives what the rules of the operators say, or is refused as they say and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(documents, updates), { minLength: 1, maxLength: 50, size: 'max' }),
        async (cases) => {
          const collection = on.fresh();
          await collection.insertMany(cases.map(([doc], at) => ({ _id: at as never, ...doc })));
          const { writeErrors = [] } = (await on.db.command({
            update: collection.collectionName,
            updates: cases.map(([, list], at) => ({ q: { _id: at }, u: updateOf(list) })),
            ordered: false,
          })) as { writeErrors?: { index: number; code: number }[] };
          const codes = new Map(writeErrors.map(({ index, code }) => [index, code]));
          const found = await collection.find().sort({ _id: 1 }).toArray();
          const outcome = found.map(({ _id, ...after }, at) => ({
            code: codes.get(at),
            after: JSON.stringify(after),
          }));
          const expected = cases.map(([doc, list]) => {
            const { code, after } = expectedOf(doc, list);
            return { code, after: JSON.stringify(after) };
          });
          expect(outcome).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});
