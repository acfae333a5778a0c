// The portable dialect: the part of MongoDB that core speaks, and that every engine which calls itself
// compatible has. The firewall refuses anything outside these lists, so a query that works on one engine
// works on all of them.

export const queryOperators = new Set([
  '$and', '$or', '$nor', '$not', '$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$in', '$nin',
  '$exists', '$type', '$elemMatch', '$all', '$size', '$regex', '$options', '$mod',
]); // prettier-ignore

export const updateOperators = new Set([
  '$set', '$unset', '$inc', '$mul', '$min', '$max', '$setOnInsert', '$push', '$addToSet', '$pull', '$pop', '$rename',
]); // prettier-ignore

/** What stands inside an update's operators: the conditions of `$pull` and the modifiers of `$push`. */
export const updateModifiers = new Set([...queryOperators, '$each', '$position', '$slice', '$sort']);

export const stages = new Set([
  '$match', '$project', '$set', '$unset', '$sort', '$limit', '$skip', '$group', '$unwind', '$lookup',
  '$facet', '$count', '$replaceRoot',
]); // prettier-ignore

/** Everyday expressions and accumulators. None runs code or reads another document than the one at hand. */
export const expressionOperators = new Set([
  '$sum', '$avg', '$min', '$max', '$first', '$last', '$push', '$addToSet', '$count', '$mergeObjects',
  '$add', '$subtract', '$multiply', '$divide', '$mod', '$abs', '$ceil', '$floor', '$round', '$trunc',
  '$eq', '$ne', '$gt', '$gte', '$lt', '$lte', '$cmp', '$and', '$or', '$not', '$cond', '$ifNull', '$switch',
  '$in', '$size', '$arrayElemAt', '$filter', '$map', '$reduce', '$concatArrays', '$slice', '$isArray', '$setUnion',
  '$concat', '$substrBytes', '$substrCP', '$strLenCP', '$toLower', '$toUpper', '$toString', '$toObjectId',
  '$literal', '$let', '$type',
]); // prettier-ignore

/** What runs code or leaves the collection at hand: it is in none of the lists, and does not compile either. */
export type Forbidden =
  | '$where' | '$function' | '$accumulator' | '$expr' | '$jsonSchema' | '$text' | '$out' | '$merge' | '$unionWith'
  | '$graphLookup' | '$lookup'; // prettier-ignore

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The first key, at any depth of plain objects and arrays, that a test holds for. */
export function firstKey(value: unknown, test: (key: string) => boolean): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = firstKey(item, test);
      if (found !== undefined) return found;
    }
  } else if (isPlainObject(value)) {
    // Whatever is sent comes through here and through the next one, so they make no pairs.
    for (const key of Object.keys(value)) {
      if (test(key)) return key;
      const found = firstKey(value[key], test);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** BSON's own values that hold nothing to look into. A `DBRef` and a `Code` with a scope hold documents. */
const leaves = new Set([
  'ObjectId', 'Decimal128', 'Long', 'Double', 'Int32', 'Timestamp', 'Binary', 'BSONRegExp', 'MinKey', 'MaxKey',
]); // prettier-ignore

const opaque = 'it holds a value that cannot be looked into';

/**
 * Why a part of a command may not be sent: an operator that is not allowed there, at any depth, or a value whose
 * content cannot be read here although it would be sent, such as a Map, or an object that says itself what is sent.
 */
export function foreignIn(value: unknown, operators: ReadonlySet<string>): string | undefined {
  if (typeof value === 'function') return opaque;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if ('toBSON' in value) return opaque;
    for (const item of value) {
      const foreign = foreignIn(item, operators);
      if (foreign) return foreign;
    }
    return undefined;
  }
  if (!isPlainObject(value)) return isLeaf(value) ? undefined : opaque;
  for (const key of Object.keys(value)) {
    if (key === '_bsontype') return opaque;
    if (key.startsWith('$') && !operators.has(key)) return `${key} is outside the portable dialect`;
    const foreign = foreignIn(value[key], operators);
    if (foreign) return foreign;
  }
  return undefined;
}

function isLeaf(value: object): boolean {
  if ('toBSON' in value) return false;
  if ('_bsontype' in value) return leaves.has(String(value._bsontype));
  return value instanceof Date || value instanceof Uint8Array;
}
