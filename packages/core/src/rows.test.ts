import * as fc from 'fast-check';
import { BSON, Double, Int32, ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { rowsOf } from './rows.ts';

const plain = fc.oneof(
  fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()),
  fc.constantFrom('confirmed', 'pending', ''),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((value) => new Int32(value)),
  fc.double({ noNaN: true }).map((value) => new Double(value)),
  fc.date({ noInvalidDate: true }),
  fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes)),
);
const composed = fc.constantFrom(
  null,
  true,
  false,
  [],
  [1, 'a'],
  [['a'], [{ a: null }]],
  {},
  { inner: { a: 1.5 } },
  { inner: { a: 'b' }, c: 2 },
);
/** What is left to the driver, wherever it stands. */
const other = fc.constantFrom(
  new BSON.Long(5),
  Buffer.from('ab'),
  [new BSON.Long(5)],
  { inner: [Buffer.from('ab')] },
  new BSON.DBRef('staff', new ObjectId('0123456789abcdef01234567')),
  JSON.parse('{ "__proto__": { "a": 1 } }') as object,
);
const value = fc.oneof(
  { weight: 20, arbitrary: plain },
  { weight: 8, arbitrary: composed },
  { weight: 1, arbitrary: other },
);
const rows = fc.array(
  fc.dictionary(fc.constantFrom('_id', 'staffId', 'startAt', 'größe', 's'), value, { maxKeys: 5 }),
  { maxLength: 8 },
);

test('rows are what the driver reads', () => {
  fc.assert(
    fc.property(rows, (documents) => {
      const answers = documents.map((document) => BSON.serialize(document));
      expect(rowsOf(answers)).toEqual(answers.map((bytes) => BSON.deserialize(bytes)));
    }),
    { numRuns: 500 },
  );
});
