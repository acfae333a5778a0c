import { Binary, Decimal128, Double, Long, ObjectId, Timestamp } from 'mongodb';
import { examine, refused, type Row } from '../testing/expressions.ts';

const decimal = (text: string): Decimal128 => Decimal128.fromString(text);
const long = (text: string): Long => Long.fromString(text);
const convert = (input: unknown, to: unknown, more = {}): object => ({ $convert: { input, to, ...more } });
const bytes = (hex: string, subtype = 0): Binary => new Binary(Buffer.from(hex, 'hex'), subtype);
const uuid = '00112233-4455-6677-8899-aabbccddeeff';
const uuidBytes = bytes(uuid.replaceAll('-', ''), 4);

const texts: Row[] = [
  [{ $toString: 1.5 }, '1.5'],
  [{ $toString: new Double(1e16) }, '1e+16'],
  [{ $toString: 0.00009 }, '9e-05'],
  [{ $toString: new Date('2026-03-01T17:30:15.123Z') }, '2026-03-01T17:30:15.123Z'],
  [{ $toString: bytes('68656c6c6f') }, 'aGVsbG8='],
  [{ $toString: uuidBytes }, uuid],
  [{ $toString: new Date(253402300800000) }, refused(18537)],
];

examine({
  toDouble: [
    [{ $toDouble: '1e3' }, 'double 1000'],
    [{ $toDouble: '-0x1.8p1' }, 'double -3'],
    [{ $toDouble: '-inf' }, 'double -Infinity'],
    [{ $toDouble: bytes('0000c03f') }, 'double 1.5'],
    [{ $toDouble: '0x1' }, refused(241)],
    [{ $toDouble: '1e309' }, refused(241)],
    [{ $toDouble: '1e-400' }, refused(241)],
    [{ $toDouble: decimal('1E+400') }, refused(241)],
    [{ $toDouble: new Timestamp({ t: 1, i: 1 }) }, refused(241)],
  ],
  toDecimal: [
    [{ $toDecimal: new Double(0.1) }, 'decimal 0.100000000000000'],
    [{ $toDecimal: new Double(1000000000000.125) }, 'decimal 1000000000000.12'],
    [{ $toDecimal: new Double(-0) }, 'decimal -0'],
    [{ $toDecimal: '1.00' }, 'decimal 1.00'],
    [{ $toDecimal: `1.${'0'.repeat(33)}9` }, `decimal 1.${'0'.repeat(33)}`],
    [{ $toDecimal: '1E+6145' }, refused(241)],
    [{ $toDecimal: '1E-6177' }, refused(241)],
  ],
  toInt: [
    [{ $toInt: '42' }, 42],
    [{ $toInt: -3.9 }, -3],
    [{ $toInt: bytes('ff7f') }, 32767],
    [{ $toInt: bytes('ffffff') }, refused(241)],
    [{ $toInt: 'x' }, refused(241)],
    [{ $toInt: long('2147483648') }, refused(241)],
    [{ $toInt: [1, 2] }, refused(50723)],
  ],
  toLong: [
    [{ $toLong: decimal('9223372036854775807.9') }, 'long 9223372036854775807'],
    [{ $toLong: bytes('ff') }, 'long -1'],
    [{ $toLong: new Double(2 ** 63) }, refused(241)],
  ],
  toBool: [
    [{ $toBool: decimal('1E-6176') }, true],
    [{ $toBool: new Timestamp(0n) }, true],
    [{ $toBool: decimal('-0') }, false],
  ],
  toDate: [
    [{ $toDate: new Double(1.9) }, new Date(1)],
    [{ $toDate: new Timestamp({ t: 0xffffffff, i: 0 }) }, new Date(0xffffffff * 1000)],
    [{ $toDate: new Double(NaN) }, refused(241)],
    [{ $toDate: 1 }, refused(241)],
    [{ $toDate: '+012345-02-03T04:05:06Z' }, new Date('+012345-02-03T04:05:06Z')],
    [{ $toDate: '-000001-12-31' }, new Date('-000001-12-31')],
    [{ $toDate: '+12345-02-30' }, refused(241)],
    [{ $toLong: { $toDate: '+1000000-01-01' } }, 'long 31494784780800000'],
    [{ $toDate: '+9999999999999-01-01' }, refused(241)],
  ],
  toObjectId: [
    [{ $toObjectId: '000000000000000000000001' }, new ObjectId('000000000000000000000001')],
    [{ $toObjectId: 'x' }, refused(241)],
  ],
  toString: texts,
  convert: [
    [convert('x', 'int', { onError: -1 }), -1],
    [convert('x', 'int', { onNull: 0 }), refused(241)],
    [convert('$missing', 'int', { onNull: 0 }), 0],
    [convert('1', null, { onNull: 0 }), null],
    [convert(1, 2), '1'],
    [convert(1, { type: 'string' }), '1'],
    [convert(1, 'array'), refused(241)],
    [convert(1, 'integer'), refused(2)],
    [convert(1, 99), refused(9)],
    [convert(1, true), refused(9)],
    [convert(1, 'string', { into: 1 }), refused(9)],
    [convert(1, 'string', { onError: { $divide: [1, 0] } }), refused(2)],
    [convert(258, 'binData'), bytes('02010000')],
    [convert(258, 'binData', { byteOrder: 'big' }), bytes('00000102')],
    [convert(1, { type: 'binData', subtype: 5 }), bytes('01000000', 5)],
    [convert('Pj4-Pg', 'binData', { format: 'base64url' }), bytes('3e3e3e3e')],
    [convert(uuid, { type: 'binData', subtype: 4 }, { format: 'uuid' }), uuidBytes],
    [convert(uuidBytes, 'string', { format: 'uuid' }), uuid],
    [convert(bytes('ab'), 'string', { format: 'hex' }), 'AB'],
    [convert(bytes('80'), 'string', { format: 'utf8' }), refused(241)],
    [convert('abc', 'binData', { format: 'hex' }), refused(241)],
    [convert('abc', 'binData', { format: 'auto' }), refused(241)],
    [convert(bytes('01', 3), 'binData'), refused(241)],
    [convert('abc', 'binData'), refused(4341115)],
    [convert(1, { type: 'binData', subtype: 1.5 }), refused(4341106)],
    [convert(1, { type: 'binData', subtype: 10 }), refused(4341107)],
    [convert(1, { type: 'binData', subtype: 'x' }), refused(4341108)],
    [convert('abc', 'binData', { format: 1 }), refused(4341114)],
    [convert('abc', 'binData', { format: 'xml' }), refused(4341125)],
    [convert(1, 'binData', { byteOrder: 1 }), refused(9130001)],
    [convert(1, 'binData', { byteOrder: 'middle' }), refused(9130002)],
  ],
  type: [
    [{ $type: '$missing' }, 'missing'],
    [{ $type: new Timestamp(0n) }, 'timestamp'],
  ],
  isNumber: [
    [{ $isNumber: long('1') }, true],
    [{ $isNumber: new Timestamp(0n) }, false],
  ],
});
