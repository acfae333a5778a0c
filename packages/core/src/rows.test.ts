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
const other = fc.constantFrom(null, true, [1, 'a'], { inner: { a: 1 } }, new BSON.Long(5), Buffer.from('ab'));
const value = fc.oneof({ weight: 20, arbitrary: plain }, other);
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
