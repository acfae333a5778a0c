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

export const stages = new Set([
  '$match', '$project', '$set', '$unset', '$sort', '$limit', '$skip', '$group', '$unwind', '$lookup',
  '$facet', '$count', '$replaceRoot',
]); // prettier-ignore

/** Expressions that run code, or that read past the tenant. Everything else an engine lacks, it refuses itself. */
export const forbiddenAnywhere = new Set(['$where', '$function', '$accumulator', '$expr', '$jsonSchema', '$text', '$out', '$merge', '$unionWith', '$graphLookup']); // prettier-ignore

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The first operator of a filter that the dialect does not have, at any depth. */
export function foreignQueryOperator(filter: unknown): string | undefined {
  return firstKey(filter, (key) => key.startsWith('$') && !queryOperators.has(key));
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
    // Every command walks through here several times, so it makes no pairs.
    for (const key of Object.keys(value)) {
      if (test(key)) return key;
      const found = firstKey(value[key], test);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/**
 * Whether a value holds, at any depth, something whose content cannot be read here although it would be sent: a Map,
 * an object of a class, or one that says itself what is sent of it.
 */
export function isOpaque(value: unknown): boolean {
  if (typeof value === 'function') return true;
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(isOpaque);
  if (isPlainObject(value)) return Object.values(value).some(isOpaque);
  return !('_bsontype' in value || value instanceof Date || value instanceof Uint8Array);
}
