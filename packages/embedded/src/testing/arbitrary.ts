import fc from 'fast-check';
import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  dateAt,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  put,
  Timestamp,
  type Doc,
  type Value,
} from '../bson/types.ts';

const text = fc.oneof(
  fc.constantFrom('', 'a', 'b', 'ab', 'a\0b', '\uffff', '😀', 'é'),
  fc.string({ maxLength: 4 }),
  fc.string({ unit: 'binary', maxLength: 3 }).map((raw) => raw.toWellFormed()),
);
const edges = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  5,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 53),
  2 ** 63,
  -(2 ** 63),
  1e308,
  5e-324,
  -5e-324,
  Infinity,
  -Infinity,
  NaN,
  0.1,
];
const decimals = [
  '0',
  '-0',
  '0.1',
  '1',
  '1.0',
  '-1',
  '1.5',
  '5',
  'NaN',
  'Infinity',
  '-Infinity',
  '9007199254740993',
  '9223372036854775807',
  '1E+400',
  '-1E+400',
  '1E-400',
  '-1E-400',
  '0.1000000000000000055511151231257827',
  '123456789012345678901234567890.1234',
];
const longs = [
  '0',
  '1',
  '-1',
  '5',
  '9007199254740992',
  '9007199254740993',
  '-9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '4611686018427387905',
];

export const numbers: fc.Arbitrary<Value> = fc.oneof(
  fc
    .oneof(fc.constantFrom(0, 1, -1, 5, 2147483647, -2147483648), fc.integer({ min: -20, max: 20 }))
    .map((value) => new Int32(value)),
  fc.oneof(fc.constantFrom(...edges), fc.double()).map((value) => new Double(value)),
  fc
    .oneof(fc.constantFrom(...longs), fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }).map(String))
    .map((value) => Long.fromString(value)),
  fc
    .oneof(
      fc.constantFrom(...decimals),
      fc
        .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: -30, max: 30 }))
        .map(([digits, power]) => `${digits}E${power}`),
    )
    .map((value) => Decimal128.fromString(value)),
);

const scalars: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: numbers },
  { weight: 3, arbitrary: text },
  fc.boolean(),
  fc.constant(null),
  fc
    .oneof(
      fc.bigInt({ min: -3n, max: 3n }),
      fc.constantFrom(8_640_000_000_000_001n, 2n ** 63n - 2n, 2n ** 63n - 1n, -(2n ** 63n), 1n - 2n ** 63n),
    )
    .map(dateAt),
  fc
    .constantFrom('000000000000000000000000', '00000000000000000000000a', 'ffffffffffffffffffffffff')
    .map((hex) => new ObjectId(hex)),
  fc
    .tuple(fc.uint8Array({ maxLength: 3 }), fc.constantFrom(0, 1, 3, 4, 5, 128, 255))
    .map(([bytes, type]) => new Binary(Buffer.from(bytes), type)),
  fc
    .tuple(fc.constantFrom('a', 'b', '^a', 'é'), fc.constantFrom('', 'i', 'im'))
    .map(([pattern, options]) => new BSONRegExp(pattern, options)),
  fc
    .tuple(fc.constantFrom(0, 1, 2 ** 31, 2 ** 32 - 1), fc.constantFrom(0, 5, 2 ** 31))
    .map(([t, i]) => new Timestamp({ t, i })),
  text.map((code) => new Code(code)),
  text.map((symbol) => new BSONSymbol(symbol)),
  fc.constant(null).map(() => new MinKey()),
  fc.constant(null).map(() => new MaxKey()),
);

const names = [
  'a',
  'b',
  'ab',
  'x.y',
  'é',
  '',
  '0',
  '1',
  '10',
  '01',
  '4294967295',
  '__proto__',
  'constructor',
];

export const { value: values, doc: documents } = fc.letrec<{ value: Value; doc: Doc; list: Value[] }>(
  (tie) => ({
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 2 },
      { weight: 6, arbitrary: scalars },
      tie('doc'),
      tie('list'),
      fc
        .tuple(fc.constantFrom('x', 'y', ''), tie('doc') as fc.Arbitrary<Doc>)
        .map(([code, scope]) => new Code(code, scope)),
      tie('value').map((id) => ({ $ref: 'c', $id: id })),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    doc: fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), tie('value')), {
        maxLength: 4,
        selector: ([name]) => name,
      })
      .map((fields) => {
        const doc: Doc = {};
        for (const [name, value] of fields) put(doc, name, value);
        return doc;
      }),
  }),
);
