import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { documents, numbers, values } from '../testing/arbitrary.ts';
import { decode, encode } from './codec.ts';
import { compare } from './compare.ts';
import { encodeKey, partEnd } from './keys.ts';
import {
  Binary,
  BSONRegExp,
  Code,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Value,
} from './types.ts';

const sign = Math.sign;

describe('values', () => {
  test('come back from their bytes as they were, types included', () => {
    fc.assert(
      fc.property(documents, (doc) => {
        const bytes = encode(doc);
        expect(encode(decode(bytes)).equals(bytes)).toBe(true);
      }),
    );
  });

  test('have the bytes that the official library gives them', () => {
    fc.assert(
      fc.property(documents, (doc) => {
        expect(encode(doc).equals(Buffer.from(BSON.serialize(doc)))).toBe(true);
      }),
    );
  });

  test('a double that is whole stays a double, an int32 an int32, an int64 an int64', () => {
    const back = decode(encode({ d: new Double(1), i: new Int32(1), l: Long.fromNumber(1) }));
    expect(back['d']).toBeInstanceOf(Double);
    expect(back['i']).toBeInstanceOf(Int32);
    expect(back['l']).toBeInstanceOf(Long);
  });

  test('bytes that are cut off or wrong are refused, whatever they are', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(255), (doc, at, byte) => {
        const bytes = encode(doc);
        bytes[at % bytes.length] = byte;
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toHaveProperty('codeName');
        }
        expect(() => decode(bytes.subarray(0, at % bytes.length))).toThrow();
      }),
    );
  });
});

describe('the order of values', () => {
  test('is total: it turns round, it carries on, and equal is equal', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(sign(compare(a, b))).toBe(-sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('goes by type where types differ, in the order of the manual', () => {
    const inOrder: Value[] = [
      new MinKey(),
      null,
      new Int32(1),
      'a',
      {},
      [],
      new Binary(Buffer.alloc(1)),
      new ObjectId(),
      false,
      new Date(),
      new Timestamp({ t: 1, i: 1 }),
      new BSONRegExp('a'),
      new Code('x'),
      new MaxKey(),
    ];
    for (let at = 1; at < inOrder.length; at++) expect(compare(inOrder[at - 1], inOrder[at])).toBeLessThan(0);
  });

  test('compares numbers by value, exactly, whatever their types', () => {
    expect(compare(Long.fromString('9007199254740993'), new Double(9007199254740992))).toBeGreaterThan(0);
    expect(compare(new Int32(1), new Double(1))).toBe(0);
    fc.assert(
      fc.property(
        numbers,
        numbers,
        (a, b) => void expect(sign(compare(a, b))).toBe(-sign(compare(b, a)) + 0),
      ),
      { numRuns: 1000 },
    );
  });
});

describe('keys', () => {
  const order = (left: Value[], right: Value[], down: boolean[]): number => {
    for (let at = 0; at < left.length; at++) {
      const difference = compare(left[at], right[at]);
      if (difference !== 0) return sign(down[at] ? -difference : difference);
    }
    return 0;
  };

  test('sort as their values compare, ascending and descending', () => {
    const tuples = fc.tuple(values, values);
    fc.assert(
      fc.property(tuples, tuples, fc.tuple(fc.boolean(), fc.boolean()), (a, b, down) => {
        expect(sign(Buffer.compare(encodeKey(a, down), encodeKey(b, down)))).toBe(order(a, b, down) + 0);
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (a, b, down) => {
        expect(sign(Buffer.compare(encodeKey([a], [down]), encodeKey([b], [down])))).toBe(
          order([a], [b], [down]) + 0,
        );
      }),
      { numRuns: 5000 },
    );
  });

  test('say themselves where each of their parts ends', () => {
    fc.assert(
      fc.property(values, values, fc.tuple(fc.boolean(), fc.boolean()), (a, b, down) => {
        const key = encodeKey([a, b], down);
        const first = partEnd(key, 0, down[0]);
        expect(key.subarray(0, first).equals(encodeKey([a], [down[0]]))).toBe(true);
        expect(partEnd(key, first, down[1])).toBe(key.length);
      }),
      { numRuns: 3000 },
    );
  });
});
