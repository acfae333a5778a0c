import * as fc from 'fast-check';
import { BSON, Double, Int32, ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { RowReader } from './rows.ts';

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
const id = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new ObjectId(bytes));
const row = fc
  .tuple(id, fc.dictionary(fc.constantFrom('staffId', 'startAt', 'größe', 's'), value, { maxKeys: 4 }))
  .map(([_id, fields]) => ({ _id, ...fields }));
const rows = fc.array(row, { maxLength: 8 });

const read = (bytes: Uint8Array) => {
  const { _id, ...fields } = BSON.deserialize(bytes);
  return { id: (_id as ObjectId).toHexString(), ...fields };
};

test('rows are what the driver reads, or left to it', () => {
  const reader = new RowReader();
  let left = 0;
  fc.assert(
    fc.property(rows, (documents) => {
      const answers = documents.map((document) => BSON.serialize(document));
      const found = reader.rows(answers);
      left += found.filter((one) => one === undefined).length;
      expect(found.map((one, n) => one ?? read(answers[n]!))).toEqual(answers.map(read));
      documents.forEach((document, n) => expect(found[n] === undefined).toBe(!isPlain(document)));
    }),
    { numRuns: 500 },
  );
  expect(left).toBeGreaterThan(0);
});

const others = new Set(['Long', 'DBRef']);

function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object' || value === null) return true;
  if (Object.hasOwn(value, '__proto__') || Buffer.isBuffer(value)) return false;
  if ('_bsontype' in value) return !others.has(String(value._bsontype));
  return value instanceof Date || Object.values(value).every(isPlain);
}

test('a text that is no UTF-8, and a document without an id of ours, are left to the driver', () => {
  const reader = new RowReader();
  const _id = new ObjectId();
  const torn = BSON.serialize({ _id, name: 'Ayu' });
  torn[torn.length - 3] = 0xff;
  const answers = [torn, BSON.serialize({ _id: 5 }), BSON.serialize({ a: 1 })];
  expect(reader.rows(answers)).toEqual([undefined, undefined, undefined]);
});

test('it knows no more names than it may, and reads on', () => {
  const reader = new RowReader();
  for (let n = 0; n < 1_000; n++) {
    const document = { _id: new ObjectId(), [`key${n}`]: n, name: 'Ayu' };
    expect(reader.rows([BSON.serialize(document)])).toEqual([read(BSON.serialize(document))]);
  }
});
