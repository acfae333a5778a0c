import {
  BSONRegExp,
  BSONSymbol,
  Code,
  Double,
  fieldsOf,
  millisecondsOf,
  T,
  typeOf,
  type Binary,
  type Doc,
  type Timestamp,
  type Value,
} from './types.ts';

/** A double as C's %g prints it with so many digits, halves to even. */
export function general(number: number, digits = 6): string {
  if (Number.isNaN(number)) return 'nan';
  const sign = number < 0 || Object.is(number, -0) ? '-' : '';
  const size = Math.abs(number);
  if (size === Infinity) return `${sign}inf`;
  const half = new RegExp(`^(\\d\\.\\d{${digits - 2}}[02468])50*(e.*)$`).exec(size.toExponential(100));
  const [mantissa = 0, power = 0] = (half ? `${half[1]}${half[2]}` : size.toExponential(digits - 1))
    .split('e')
    .map(Number);
  if (power >= -4 && power < digits) return `${sign}${Number(`${mantissa}e${power}`)}`;
  return `${sign}${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** A value as MongoDB prints it in messages that speak of what was written: a specification, a key, a document. */
export function show(value: Value): string {
  if (typeof value === 'string') return `"${value}"`;
  if (value instanceof BSONSymbol) return `"${value.value}"`;
  if (Array.isArray(value)) return value.length ? `[ ${value.map(show).join(', ')} ]` : '[]';
  switch (typeOf(value)) {
    case T.objectId:
      return `ObjectId('${String(value)}')`;
    case T.date:
      return `new Date(${millisecondsOf(value as Date)})`;
    case T.object: {
      const fields = fieldsOf(value as Doc).map(([name, inner]) => `${name}: ${show(inner)}`);
      return fields.length ? `{ ${fields.join(', ')} }` : '{}';
    }
    case T.double: {
      const text = general((value as Double).value, 16);
      return /^-?\d+$/.test(text) ? `${text}.0` : text;
    }
    case T.binData:
      return `BinData(${(value as Binary).sub_type}, ${hexOf(value as Binary)})`;
    default:
      return (value instanceof Code ? value.code : undefined) ?? simple(value);
  }
}

/** A value as MongoDB prints it in messages that speak of what was computed. */
export function showValue(value: Value | undefined): string {
  if (value === undefined) return 'MISSING';
  if (typeof value === 'string') return `"${value}"`;
  if (value instanceof BSONSymbol) return `Symbol("${value.value}")`;
  if (value instanceof Double) return general(value.value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Code) return `Code("${value.code}")`;
  if (Array.isArray(value)) return `[${value.map(showValue).join(', ')}]`;
  if (typeOf(value) === T.binData)
    return `BinData(${(value as Binary).sub_type}, "${hexOf(value as Binary)}")`;
  if (typeOf(value) !== T.object) return simple(value);
  return `{${fieldsOf(value as Doc)
    .map(([name, inner]) => `${name}: ${showValue(inner)}`)
    .join(', ')}}`;
}

const hexOf = (value: Binary): string =>
  Buffer.from(value.buffer.subarray(0, value.position)).toString('hex').toUpperCase();

/** What both print alike. */
function simple(value: Value): string {
  if (value instanceof BSONRegExp) return `/${value.pattern}/${value.options}`;
  switch (typeOf(value)) {
    case T.timestamp:
      return `Timestamp(${(value as Timestamp).t}, ${(value as Timestamp).i})`;
    case T.minKey:
      return 'MinKey';
    case T.maxKey:
      return 'MaxKey';
    default:
      return String(value);
  }
}
