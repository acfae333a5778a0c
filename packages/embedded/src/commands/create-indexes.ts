import { equal } from '../bson/compare.ts';
import { toNumber } from '../bson/numbers.ts';
import { BSONRegExp, Int32, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { parseFilter } from '../query/filter.ts';
import type { Filter } from '../query/filter.ts';
import type { Collection } from '../storage/catalogue.ts';
import { collectionOf, collectionToWrite, optionalArray, type Command, type Context } from './context.ts';
import { alone } from './alone.ts';
import { Slices } from './cursor.ts';
import { buildIndex, built } from '../storage/build.ts';

const known = [
  'v',
  'key',
  'name',
  'ns',
  'unique',
  'sparse',
  'background',
  'partialFilterExpression',
  'expireAfterSeconds',
  'hidden',
];
const unsupported = [
  'collation',
  'weights',
  'default_language',
  'language_override',
  'textIndexVersion',
  '2dsphereIndexVersion',
  'bits',
  'min',
  'max',
  'bucketSize',
  'storageEngine',
  'wildcardProjection',
  'prepareUnique',
  'clustered',
  'columnstoreProjection',
];

export const createIndexes: Command = {
  fields: ['indexes', 'commitQuorum', 'ignoreUnknownIndexOptions'],
  writes: true,
  async run(context) {
    const specs = (
      optionalArray(context, 'indexes') ??
      fail(40414, "BSON field 'createIndexes.indexes' is missing but a required field")
    ).map(checkSpec);
    if (specs.length === 0) fail('BadValue', 'Must specify at least one index to create');
    const { store } = context.server;
    const existing = collectionOf(context);
    if (existing) await alone(context, existing);
    const collection = collectionToWrite(context);
    const before = collection.indexes.length;
    const slices = new Slices(context.deadline);
    for (const spec of specs) {
      await built(collection);
      if (isThere(collection, spec)) continue;
      await buildIndex(store, collection, spec, () => slices.pause());
    }
    return {
      numIndexesBefore: before,
      numIndexesAfter: collection.indexes.length,
      createdCollectionAutomatically: !existing,
      ...(collection.indexes.length === before ? { note: 'all indexes already exist' } : {}),
    };
  },
};

function checkSpec(value: Value): Doc {
  if (!isDoc(value)) return fail('TypeMismatch', 'The elements of the indexes array must be objects');
  for (const name of Object.keys(value)) {
    if (unsupported.includes(name) && !(name === 'collation' && isSimple(value[name])))
      fail('CannotCreateIndex', `the index option '${name}' is not supported`);
    if (!known.includes(name) && !unsupported.includes(name))
      fail(
        'InvalidIndexSpecificationOption',
        `The field '${name}' is not valid for an index specification. Specification: ${JSON.stringify(value)}`,
      );
  }
  const { key } = value;
  if (!isDoc(key))
    return fail('FailedToParse', "The 'key' field is a required property of an index specification");
  if (Object.keys(key).length === 0) fail('CannotCreateIndex', 'Index keys cannot be empty.');
  if (Object.keys(key).length > 32) fail('CannotCreateIndex', 'Index key pattern has too many fields');
  for (const [path, direction] of Object.entries(key)) checkField(path, direction);
  const spec: Doc = { v: new Int32(2), key, name: indexName(value, key) };
  if (spec['name'] === '_id_' && !(Object.keys(key).length === 1 && key['_id'] !== undefined))
    fail('BadValue', `The index name '_id_' is reserved for the _id index`);
  if (isTrue(value['unique'])) spec['unique'] = true;
  if (isTrue(value['sparse'])) spec['sparse'] = true;
  if (isTrue(value['hidden'])) spec['hidden'] = true;
  const partial = value['partialFilterExpression'];
  if (partial !== undefined) {
    if (!isDoc(partial))
      return fail('CannotCreateIndex', "The field 'partialFilterExpression' must be an object");
    if (spec['sparse'] === true)
      fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
    checkPartial(parseFilter(partial));
    spec['partialFilterExpression'] = partial;
  }
  const ttl = value['expireAfterSeconds'];
  if (ttl !== undefined) {
    if (!isNumeric(ttl) || toNumber(ttl) < 0 || toNumber(ttl) > 0x7fffffff)
      fail(
        'CannotCreateIndex',
        "TTL index 'expireAfterSeconds' option must be numeric, not negative and within an int32",
      );
    if (Object.keys(key).length > 1)
      fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
    if (Object.keys(key)[0] === '_id')
      fail(
        'InvalidIndexSpecificationOption',
        "The field 'expireAfterSeconds' is not valid for an _id index specification.",
      );
    spec['expireAfterSeconds'] = ttl;
  }
  return spec;
}

const isTrue = (value: Value | undefined): boolean =>
  value === true || (isNumeric(value) && toNumber(value) !== 0);
const isSimple = (collation: Value | undefined): boolean =>
  isDoc(collation) && collation['locale'] === 'simple';

function checkField(path: string, direction: Value): void {
  if (typeof direction === 'string') fail('CannotCreateIndex', `Unknown index plugin '${direction}'`);
  if (!isNumeric(direction) || toNumber(direction) === 0 || Number.isNaN(toNumber(direction)))
    fail(
      'CannotCreateIndex',
      `Values in v:2 index key pattern cannot be of type other than a number that is not 0. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  if (path === '' || path.split('.').includes(''))
    fail('CannotCreateIndex', 'Index keys cannot be an empty field.');
  if (path.split('.').some((part) => part.startsWith('$') && !['$id', '$ref', '$db'].includes(part)))
    fail('CannotCreateIndex', `Index key contains an illegal field name: field name starts with '$'.`);
}

function indexName(value: Doc, key: Doc): string {
  const { name } = value;
  if (name === undefined)
    return fail('FailedToParse', "The 'name' field is a required property of an index specification");
  if (typeof name !== 'string') return fail('TypeMismatch', "The field 'name' must be a string");
  if (name === '*') fail('BadValue', "The index name '*' is not valid.");
  if (name === '') fail('CannotCreateIndex', 'index names cannot be empty');
  return Object.keys(key).length === 1 && equalIdKey(key) ? '_id_' : name;
}

const equalIdKey = (key: Doc): boolean => isNumeric(key['_id']) && toNumber(key['_id']) === 1;

/** MongoDB takes only some operators in a partial index. */
function checkPartial(filter: Filter): void {
  switch (filter.op) {
    case 'and':
    case 'or':
      return filter.parts.forEach(checkPartial);
    case 'eq':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
    case 'exists':
    case 'type':
      return;
    case 'in':
      if (!filter.values.some((value) => value instanceof BSONRegExp)) return;
      break;
    default:
  }
  fail('CannotCreateIndex', `Expression not supported in partial index: ${filter.op}`);
}

/** Whether the index is there already; one that differs under the same name or key is an error. */
function isThere(collection: Collection, spec: Doc): boolean {
  for (const index of collection.indexes) {
    const sameKey = equal(index.key, spec['key'] as Doc);
    const sameName = index.name === spec['name'];
    if (!sameKey && !sameName) continue;
    const sameOptions = ['unique', 'sparse', 'partialFilterExpression', 'expireAfterSeconds'].every((name) =>
      name === 'unique' && index.name === '_id_' ? true : equal(index.spec[name], spec[name]),
    );
    if (sameKey && sameName && sameOptions) return true;
    if (sameKey && sameOptions)
      fail('IndexOptionsConflict', `Index already exists with a different name: ${index.name}`);
    if (sameName)
      fail(
        'IndexKeySpecsConflict',
        `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(index.spec)}`,
      );
    const samePartial =
      equal(index.spec['partialFilterExpression'], spec['partialFilterExpression']) &&
      equal(index.spec['sparse'], spec['sparse']) &&
      equal(index.spec['unique'], spec['unique']);
    if (samePartial)
      fail(
        'IndexOptionsConflict',
        `An equivalent index already exists with a different name or different options. Requested index: ${JSON.stringify(spec)}, existing index: ${JSON.stringify(index.spec)}`,
      );
  }
  return false;
}

export function indexNamed(context: Context, collection: Collection, wanted: Value): Collection['indexes'] {
  if (typeof wanted === 'string') {
    const index =
      collection.indexes.find(({ name }) => name === wanted) ??
      fail('IndexNotFound', `index not found with name [${wanted}]`);
    return [index];
  }
  if (isDoc(wanted)) {
    const index =
      collection.indexes.find(({ key }) => equal(key, wanted)) ??
      fail('IndexNotFound', `can't find index with key: ${JSON.stringify(wanted)}`);
    return [index];
  }
  if (Array.isArray(wanted)) return wanted.flatMap((one) => indexNamed(context, collection, one));
  return fail('TypeMismatch', `${context.name}.index must be a string, an object or an array`);
}
