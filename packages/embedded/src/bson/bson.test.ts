import fc from 'fast-check';
import { BSON } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { documents, numbers, values } from '../testing/arbitrary.ts';
import { decode, decodeKept } from './decode.ts';
import { encode } from './encode.ts';
import { compare } from './compare.ts';
import { encodeKey, partEnd } from './keys.ts';
import {
  BSONRegExp,
  BSONSymbol,
  Decimal128,
  Double,
  fieldsOf,
  Int32,
  Long,
  millisecondsOf,
  namesOf,
  put,
  T,
  typeOf,
  type Binary,
  type Code,
  type Doc,
  type Numeric,
  type ObjectId,
  type Timestamp,
  type Value,
} from './types.ts';

const sign = (number: number): number => Math.sign(number) + 0;
const bytesOf = (...fields: Buffer[]): Buffer => {
  const size = 5 + fields.reduce((sum, field) => sum + field.length, 0);
  const head = Buffer.alloc(4);
  head.writeInt32LE(size);
  return Buffer.concat([head, ...fields, Buffer.alloc(1)]);
};

describe('reference/bson-types', () => {
  test('values come back from their bytes as they were, types and the order of fields included', () => {
    fc.assert(
      fc.property(documents, (doc) => {
        const bytes = encode(doc);
        expect(encode(decode(bytes)).equals(bytes)).toBe(true);
        expect(namesOf(decode(bytes))).toEqual(namesOf(doc));
      }),
    );
  });

  test('values have the bytes that the official library gives them', () => {
    const official = (value: Value): unknown => {
      if (value instanceof Date) return Long.fromBigInt(millisecondsOf(value));
      if (Array.isArray(value)) return value.map(official);
      if (typeOf(value) === T.object)
        return new Map(fieldsOf(value as Doc).map(([name, inner]) => [name, official(inner)]));
      return value;
    };
    const withoutScopes = (value: Value): boolean =>
      Array.isArray(value)
        ? value.every(withoutScopes)
        : typeOf(value) === T.object
          ? Object.values(value as Doc).every(withoutScopes)
          : typeOf(value) !== T.javascriptWithScope && typeOf(value) !== T.date;
    fc.assert(
      fc.property(documents.filter(withoutScopes), (doc) => {
        expect(encode(doc).equals(Buffer.from(BSON.serialize(official(doc) as Doc)))).toBe(true);
      }),
    );
  });

  test('a double that is whole stays a double, an int32 an int32, an int64 an int64', () => {
    const back = decode(encode({ d: new Double(1), i: new Int32(1), l: Long.fromNumber(1) }));
    expect(back['d']).toBeInstanceOf(Double);
    expect(back['i']).toBeInstanceOf(Int32);
    expect(back['l']).toBeInstanceOf(Long);
  });

  test('the options of a regular expression stay in the order in which they were written', () => {
    const bytes = bytesOf(Buffer.from('\x0br\0a\0mi\0', 'latin1'));
    expect(encode(decode(bytes)).equals(bytes)).toBe(true);
  });

  test('a document that changes keeps new fields behind the others, and so does its copy', () => {
    const doc = decode(encode({ b: 1, a: 2 }));
    put(doc, '1', true);
    const copy = { ...doc };
    put(copy, '0', true);
    delete copy['b'];
    put(copy, 'b', true);
    put(copy, 'a', true);
    expect([namesOf(doc), namesOf(copy)]).toEqual([
      ['b', 'a', '1'],
      ['a', '1', '0', 'b'],
    ]);
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

  /** Reads in parts, others reading in between. */
  function inParts(bytes: Buffer): { doc: Doc; parts: number } {
    const steps = decodeKept(bytes);
    for (let parts = 0; ; parts++) {
      const { value, done } = steps.next();
      if (done) return { doc: value, parts };
      decode(encode({ other: new Int32(parts) }));
    }
  }

  test('a document that holds very much is the same when it is read in parts', () => {
    const filling = Array.from({ length: 30_000 }, (_, n) => new Int32(n));
    fc.assert(
      fc.property(fc.array(documents, { maxLength: 20 }), documents, (list, last) => {
        const given: Doc = {};
        put(given, '2', [filling, ...list]);
        put(given, 'b', { list: filling, last });
        put(given, '1', last);
        put(given, 'a', list);
        const wide = encode(given);
        const { doc, parts } = inParts(wide);
        expect(parts).toBeGreaterThan(5);
        expect(encode(doc).equals(wide)).toBe(true);
        expect(namesOf(doc)).toEqual(['2', 'b', '1', 'a']);
        expect(encode(inParts(encode(last)).doc)).toEqual(encode(last));
      }),
      { numRuns: 10 },
    );
    const field = Buffer.concat([
      Buffer.from('\x04a\0', 'latin1'),
      encode({ list: filling }).subarray(10, -1),
    ]);
    const once = bytesOf(field);
    expect(inParts(once).doc).toEqual({ a: filling });
    for (const bytes of [
      bytesOf(field, field),
      bytesOf(field.subarray(0, -1)),
      bytesOf(field, Buffer.from([9])),
    ])
      expect(() => inParts(bytes)).toThrowError(expect.objectContaining({ codeName: 'InvalidBSON' }));
  });

  const refused: [what: string, field: Buffer, field?: Buffer][] = [
    ['a field that is there twice', Buffer.from('\x0aa\0', 'latin1'), Buffer.from('\x0aa\0', 'latin1')],
    ['a text that is not UTF-8', Buffer.from('\x02a\0\x02\0\0\0\xff\0', 'latin1')],
    ['a name that is not UTF-8', Buffer.from('\x0a\xff\0', 'latin1')],
    ['the type undefined', Buffer.from('\x06a\0', 'latin1')],
  ];
  for (const [what, ...fields] of refused)
    test(`${what} is refused`, () =>
      expect(() => decode(bytesOf(...(fields as Buffer[])))).toThrowError(
        expect.objectContaining({ codeName: 'InvalidBSON' }),
      ));
});

/** A number times 2 to the 1074 and 10 to the 6176, which makes every double and decimal whole. */
function scaled(value: Numeric): bigint {
  const tens = 10n ** 6176n;
  if (value instanceof Decimal128) {
    const [digits = '0', power = '0'] = value.toString().toLowerCase().split('e');
    const [, fraction = ''] = digits.split('.');
    return (BigInt(digits.replace('.', '')) * 10n ** BigInt(6176 + Number(power) - fraction.length)) << 1074n;
  }
  if (value instanceof Long) return (value.toBigInt() * tens) << 1074n;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value.value);
  const exponent = (view.getUint16(0) >> 4) & 0x7ff;
  const mantissa = (view.getBigUint64(0) & ((1n << 52n) - 1n)) | (exponent > 0 ? 1n << 52n : 0n);
  return (value.value < 0 ? -tens : tens) * (mantissa << BigInt(Math.max(exponent, 1) - 1));
}

const bigSign = (difference: bigint): number => (difference < 0n ? -1 : difference > 0n ? 1 : 0);
const bytewise = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const firstOf = (...differences: number[]): number => differences.find((difference) => difference !== 0) ?? 0;
const inOrder = [
  [T.minKey],
  [T.undefined],
  [T.null],
  [T.int, T.long, T.double, T.decimal],
  [T.symbol, T.string],
  [T.object],
  [T.array],
  [T.binData],
  [T.objectId],
  [T.bool],
  [T.date],
  [T.timestamp],
  [T.regex],
  [T.javascript],
  [T.javascriptWithScope],
  [T.maxKey],
];
const rank = (value: Value | undefined): number =>
  inOrder.findIndex((types) => types.includes((value === undefined ? T.undefined : typeOf(value)) as never));

function byNumber(a: Numeric, b: Numeric): number {
  const [x, y] = [Number(a.toString()), Number(b.toString())];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
  const infinite = [a, b].map((value) => (/infinity/i.test(value.toString()) ? Math.sign(Number(value)) : 0));
  return infinite[0] || infinite[1]
    ? (infinite[0] ?? 0) - (infinite[1] ?? 0)
    : bigSign(scaled(a) - scaled(b));
}

/** The order of two values, as the manual tells it. */
function documented(a: Value | undefined, b: Value | undefined): number {
  if (rank(a) !== rank(b) || a === undefined || b === undefined) return rank(a) - rank(b);
  const text = (value: Value): string => (value instanceof BSONSymbol ? value.value : (value as string));
  const objects = (x: Doc, y: Doc): number => {
    const [fields, others] = [fieldsOf(x), fieldsOf(y)];
    const differences = fields.slice(0, others.length).map(([name, value], at) => {
      const [other, second] = others[at] as [string, Value];
      return firstOf(rank(value) - rank(second), bytewise(name, other), documented(value, second));
    });
    return firstOf(...differences, fields.length - others.length);
  };
  switch (rank(a)) {
    case 3:
      return byNumber(a as Numeric, b as Numeric);
    case 4:
      return bytewise(text(a), text(b));
    case 5:
      return objects(a as Doc, b as Doc);
    case 6: {
      const [items, others] = [a as Value[], b as Value[]];
      const differences = items.slice(0, others.length).map((item, at) => documented(item, others[at]));
      return firstOf(...differences, items.length - others.length);
    }
    case 7: {
      const [x, y] = [a as Binary, b as Binary];
      return firstOf(
        x.length() - y.length(),
        x.sub_type - y.sub_type,
        bytewise(x.toString('hex'), y.toString('hex')),
      );
    }
    case 8:
      return bytewise((a as ObjectId).toHexString(), (b as ObjectId).toHexString());
    case 9:
      return Number(a) - Number(b);
    case 10:
      return bigSign(millisecondsOf(a as Date) - millisecondsOf(b as Date));
    case 11: {
      const [x, y] = [a as Timestamp, b as Timestamp];
      return firstOf(x.t - y.t, x.i - y.i);
    }
    case 12: {
      const [x, y] = [a as BSONRegExp, b as BSONRegExp];
      return firstOf(bytewise(x.pattern, y.pattern), bytewise(x.options, y.options));
    }
    case 13:
    case 14: {
      const [x, y] = [a as Code, b as Code];
      return firstOf(bytewise(x.code, y.code), x.scope ? objects(x.scope as Doc, y.scope as Doc) : 0);
    }
    default:
      return 0;
  }
}

describe('reference/bson-type-comparison-order', () => {
  test('values compare as the manual says', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        expect(sign(compare(a, b))).toBe(sign(documented(a, b)));
      }),
      { numRuns: 5000 },
    );
  });

  test('numbers compare by value, exactly, whatever their types', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        expect(sign(compare(a, b))).toBe(sign(documented(a, b)));
      }),
      { numRuns: 2000 },
    );
  });

  test('the order is total: it turns round, it carries on, and equal is equal', () => {
    fc.assert(
      fc.property(values, values, values, (a, b, c) => {
        expect(compare(a, a)).toBe(0);
        expect(sign(compare(a, b))).toBe(sign(-compare(b, a)));
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });

  test('a missing value is after MinKey and before null', () => {
    expect([decode(encode({ a: null }))['a'], undefined].sort(compare as never)).toEqual([null, undefined]);
    expect(compare(undefined, null)).toBeLessThan(0);
  });
});

describe('keys', () => {
  const parts = fc.option(values, { nil: undefined, freq: 10 });
  const tuples = fc.tuple(parts, parts);
  const directions = fc.tuple(fc.boolean(), fc.boolean());
  const order = (left: (Value | undefined)[], right: (Value | undefined)[], down: boolean[]): number =>
    firstOf(...left.map((value, at) => sign(compare(value, right[at])) * (down[at] ? -1 : 1)));

  test('sort as their values compare, ascending and descending', () => {
    fc.assert(
      fc.property(tuples, tuples, directions, (a, b, down) => {
        expect(sign(Buffer.compare(encodeKey(a, down), encodeKey(b, down)))).toBe(sign(order(a, b, down)));
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(numbers, numbers, fc.boolean(), (a, b, down) => {
        expect(sign(Buffer.compare(encodeKey([a], [down]), encodeKey([b], [down])))).toBe(
          sign(order([a], [b], [down])),
        );
      }),
      { numRuns: 5000 },
    );
  });

  test('say themselves where each of their parts ends', () => {
    fc.assert(
      fc.property(parts, parts, directions, (a, b, down) => {
        const key = encodeKey([a, b], down);
        const first = partEnd(key, 0, down[0]);
        expect(key.subarray(0, first).equals(encodeKey([a], [down[0]]))).toBe(true);
        expect(partEnd(key, first, down[1])).toBe(key.length);
      }),
      { numRuns: 3000 },
    );
  });
});
