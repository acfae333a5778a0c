import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDecimals,
  decimalOfText,
  divideDecimals,
  multiplyDecimals,
  nearest,
  takeApart,
} from './decimal.ts';
import { compareNumbers } from './numbers.ts';
import { Decimal128 } from './types.ts';

const decimals = fc
  .record({
    negative: fc.boolean(),
    coefficient: fc.bigInt(0n, 10n ** 34n - 1n),
    exponent: fc.oneof(fc.integer({ min: -40, max: 40 }), fc.integer({ min: -6176, max: 6111 })),
  })
  .map((parts) => nearest(parts));

describe('reference/bson-types: a decimal', () => {
  test('comes back from its parts, and from its text', () => {
    fc.assert(
      fc.property(decimals, (value) => {
        expect(nearest(takeApart(value)).bytes).toEqual(value.bytes);
        expect(decimalOfText(value.toString())?.bytes).toEqual(value.bytes);
        expect(Buffer.from(Decimal128.fromString(value.toString()).bytes)).toEqual(Buffer.from(value.bytes));
      }),
    );
  });

  test('is what is added to it and taken away again, when nothing is rounded', () => {
    const small = fc.tuple(fc.integer(), fc.integer({ min: -9, max: 9 })).map(([a, b]) => `${a}E${b}`);
    fc.assert(
      fc.property(small, small, (left, right) => {
        const [a, b] = [Decimal128.fromString(left), Decimal128.fromString(right)];
        const minus = Decimal128.fromString('-1');
        expect(compareNumbers(addDecimals(addDecimals(a, b), multiplyDecimals(minus, b)), a)).toBe(0);
        if (Number(right) !== 0) expect(compareNumbers(divideDecimals(multiplyDecimals(a, b), b), a)).toBe(0);
      }),
    );
  });

  test('of a text that is none, too large or too small is none', () => {
    for (const text of ['', '.', '1e', '0x1', '1 ', '1E+6145', '1E-6177', `1${'0'.repeat(7000)}`])
      expect(decimalOfText(text)).toBeUndefined();
  });
});
