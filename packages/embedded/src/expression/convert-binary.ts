import { Binary, Decimal128, Double, Int32, isNumeric, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from './arguments.ts';

/** How a conversion from or to binary data is to be done. */
export interface BinaryForm {
  subtype: number;
  format: string | undefined;
  bigEndian: boolean;
}

const TEXT_LIMIT = 16 * 1024 * 1024;

interface Format {
  write(bytes: Buffer): string;
  /** What a text of this format looks like. */
  text: RegExp;
  read(text: string): Buffer;
}

const formats: Record<string, Format> = {
  base64: {
    write: (bytes) => bytes.toString('base64'),
    text: /^(?:[a-z\d+/]{4})*(?:[a-z\d+/]{2}==|[a-z\d+/]{3}=)?$/i,
    read: (text) => Buffer.from(text, 'base64'),
  },
  base64url: {
    write: (bytes) => bytes.toString('base64url'),
    text: /^(?:[\w-]{4})*(?:[\w-]{2}(?:==)?|[\w-]{3}=?)?$/,
    read: (text) => Buffer.from(text, 'base64url'),
  },
  hex: {
    write: (bytes) => bytes.toString('hex').toUpperCase(),
    text: /^(?:[\da-f]{2})*$/i,
    read: (text) => Buffer.from(text, 'hex'),
  },
  utf8: {
    write: (bytes) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    text: /^/,
    read: (text) => Buffer.from(text),
  },
  uuid: {
    write: (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    text: /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i,
    read: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
  },
};

const broken = (what: string): never => fail(241, `${what} in $convert with no onError value`);
const missing = (from: string, to: string): never =>
  fail(4341115, `Format must be speficied when converting from '${from}' to '${to}'`);

export function formatOf(value: Value): string {
  if (typeof value !== 'string')
    return fail(4341114, `$convert requires that 'format' be a string, found: ${typeName(value)}`);
  return value === 'auto' || Object.hasOwn(formats, value)
    ? value
    : fail(4341125, `Invalid 'format' argument for $convert: ${value}`);
}

export const bytesOf = (value: Binary): Buffer => Buffer.from(value.buffer.subarray(0, value.position));

/** Only what is marked as a UUID is written as one. */
export function binaryText(value: Binary, { format }: BinaryForm): string {
  if (format === undefined) return missing('binData', 'string');
  const bytes = bytesOf(value);
  const isUuid = value.sub_type === Binary.SUBTYPE_UUID && bytes.length === 16;
  const name = format === 'auto' ? (isUuid ? 'uuid' : 'base64') : format;
  if (name === 'uuid' && !isUuid) broken('Only a UUID is written in the uuid format');
  try {
    const text = (formats[name] as Format).write(bytes);
    if (Buffer.byteLength(text) < TEXT_LIMIT) return text;
  } catch {
    return broken('BinData is not valid UTF-8');
  }
  return name === 'utf8'
    ? fail(16493, 'Tried to create string longer than 16MB')
    : broken('Text is too long');
}

export function toBinary(value: Value, { subtype, format, bigEndian }: BinaryForm): Binary {
  if (value instanceof Binary)
    return value.sub_type === subtype
      ? value
      : broken('Conversions between binData subtypes are not supported');
  if (typeof value === 'string') {
    const { text, read } =
      formats[format ?? missing('string', 'binData')] ?? broken('No text is in auto format');
    if ((format === 'uuid') !== (subtype === Binary.SUBTYPE_UUID))
      broken('The uuid format and the UUID subtype go together');
    return text.test(value) ? new Binary(read(value), subtype) : broken(`Input is not valid ${format}`);
  }
  if (!isNumeric(value) || value instanceof Decimal128)
    return broken(`Unsupported conversion from ${typeName(value)} to binData`);
  const bytes = Buffer.alloc(value instanceof Int32 ? 4 : 8);
  if (value instanceof Int32) bytes.writeInt32LE(value.value);
  else if (value instanceof Double) bytes.writeDoubleLE(value.value);
  else bytes.writeBigInt64LE(value.toBigInt());
  return new Binary(bigEndian ? bytes.reverse() : bytes, subtype);
}

/** The bytes of a number, the least first, where there are as many as one of its sizes. */
function littleEndian(value: Binary, sizes: number[], { bigEndian }: BinaryForm): Buffer {
  const bytes = bytesOf(value);
  if (!sizes.includes(bytes.length)) broken(`Failed to convert binData of ${bytes.length} bytes to a number`);
  return bigEndian ? bytes.reverse() : bytes;
}

export function wholeOfBinary(value: Binary, sizes: number[], form: BinaryForm): bigint {
  const bytes = littleEndian(value, sizes, form);
  return bytes.length === 8 ? bytes.readBigInt64LE() : BigInt(bytes.readIntLE(0, bytes.length));
}

export function doubleOfBinary(value: Binary, form: BinaryForm): number {
  const bytes = littleEndian(value, [4, 8], form);
  return bytes.length === 8 ? bytes.readDoubleLE() : bytes.readFloatLE();
}
