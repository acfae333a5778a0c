import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';

/**
 * A BSON value as this server holds it: every number keeps its type (an Int32 is never a Double), and a
 * document is a plain object. `undefined` is never a value: it means that a field is missing.
 */
export type Value =
  | string
  | boolean
  | null
  | Date
  | Int32
  | Double
  | Long
  | Decimal128
  | ObjectId
  | Binary
  | BSONRegExp
  | Timestamp
  | Code
  | BSONSymbol
  | MinKey
  | MaxKey
  | Value[]
  | Doc;

export interface Doc {
  [field: string]: Value;
  [ORDER]?: Order;
}

/**
 * JavaScript moves names that are whole numbers before their siblings, so a document that has a name
 * which begins with a digit also keeps the order of its fields. A copy shares it until it is written to.
 */
const ORDER = Symbol('order');
interface Order {
  of: object;
  names: Set<string>;
}
type Fields<V> = { [field: string]: V; [ORDER]?: Order };

export type Numeric = Int32 | Double | Long | Decimal128;

/** The numbers that BSON gives its types; -1 and 127 are MinKey and MaxKey. */
export const T = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
} as const;

export const typeNames = new Map<number, string>(Object.entries(T).map(([name, code]) => [code, name]));

/** A date that int64 milliseconds reach and JavaScript's do not; its time is rounded. */
class FarDate extends Date {
  readonly milliseconds: bigint;
  constructor(milliseconds: bigint) {
    super(NaN);
    this.milliseconds = milliseconds;
  }
  override getTime(): number {
    return Number(this.milliseconds);
  }
}

export function dateAt(milliseconds: bigint): Date {
  const time = Number(milliseconds);
  return Math.abs(time) <= 8.64e15 ? new Date(time) : new FarDate(milliseconds);
}

export const millisecondsOf = (date: Date): bigint =>
  date instanceof FarDate ? date.milliseconds : BigInt(date.getTime());

const byPrototype = new Map<object | null, number>([
  [Object.prototype, T.object],
  [Array.prototype, T.array],
  [Int32.prototype, T.int],
  [Double.prototype, T.double],
  [Long.prototype, T.long],
  [Decimal128.prototype, T.decimal],
  [ObjectId.prototype, T.objectId],
  [Date.prototype, T.date],
  [FarDate.prototype, T.date],
  [Binary.prototype, T.binData],
  [BSONRegExp.prototype, T.regex],
  [Timestamp.prototype, T.timestamp],
  [Code.prototype, T.javascript],
  [BSONSymbol.prototype, T.symbol],
  [MinKey.prototype, T.minKey],
  [MaxKey.prototype, T.maxKey],
]);

/** The BSON type of a value. */
export function typeOf(value: Value): number {
  if (typeof value === 'string') return T.string;
  if (value === null) return T.null;
  if (typeof value === 'boolean') return T.bool;
  const type = byPrototype.get(Object.getPrototypeOf(value) as object) ?? T.object;
  return type === T.javascript && (value as Code).scope ? T.javascriptWithScope : type;
}

/** MongoDB's order of types when values of different types meet; the gaps are MongoDB's own. */
const order: Record<number, number> = {
  [T.minKey]: 1,
  [T.undefined]: 3,
  [T.null]: 5,
  [T.double]: 10,
  [T.int]: 10,
  [T.long]: 10,
  [T.decimal]: 10,
  [T.string]: 15,
  [T.symbol]: 15,
  [T.object]: 20,
  [T.array]: 25,
  [T.binData]: 30,
  [T.objectId]: 35,
  [T.bool]: 40,
  [T.date]: 45,
  [T.timestamp]: 47,
  [T.regex]: 50,
  [T.dbPointer]: 55,
  [T.javascript]: 60,
  [T.javascriptWithScope]: 65,
  [T.maxKey]: 127,
};

/** Where a missing field and an empty array sort in an index: before null. */
export const missingOrder = 3;

export function orderOf(value: Value | undefined): number {
  return value === undefined ? missingOrder : (order[typeOf(value)] as number);
}

export const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** A Timestamp is a Long to JavaScript, and no number to MongoDB. */
export const isNumeric = (value: unknown): value is Numeric =>
  value instanceof Int32 ||
  value instanceof Double ||
  (value instanceof Long && !(value instanceof Timestamp)) ||
  value instanceof Decimal128;

export const isNullish = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Sets a field, a new one behind the others, even when its name is one that JavaScript treats specially. */
export function put(doc: Doc, field: string, value: Value): void {
  if (isDigit(field.charCodeAt(0)) || doc[ORDER]) keepOrder(doc, field);
  if (field === '__proto__') {
    Object.defineProperty(doc, field, { value, enumerable: true, configurable: true, writable: true });
  } else {
    doc[field] = value;
  }
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function keepOrder(doc: Doc, field: string): void {
  if (Object.hasOwn(doc, field)) return;
  let order = doc[ORDER];
  if (order?.of !== doc) doc[ORDER] = order = { of: doc, names: new Set(namesOf(doc)) };
  order.names.delete(field);
  order.names.add(field);
}

/** The names of a document's fields, in their order. */
export function namesOf(doc: Fields<unknown>): string[] {
  const names = Object.keys(doc);
  const order = doc[ORDER]?.names;
  if (!order) return names;
  const kept = [...order].filter((name) => Object.hasOwn(doc, name));
  return kept.length === names.length ? kept : [...kept, ...names.filter((name) => !order.has(name))];
}

/** A document's fields, in their order. */
export const fieldsOf = <V>(doc: Fields<V>): [name: string, value: V][] =>
  namesOf(doc).map((name) => [name, doc[name] as V]);

/** A field of a document, never something inherited; undefined when it is missing. */
export const field = (doc: Doc, name: string): Value | undefined =>
  Object.hasOwn(doc, name) ? doc[name] : undefined;

export * from 'bson';
