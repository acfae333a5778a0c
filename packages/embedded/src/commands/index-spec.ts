import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import { BSONRegExp, Int32, fieldsOf, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { checked, type Fields } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import { parseFilter, type Filter } from '../query/filter.ts';
import { show } from '../storage/duplicate.ts';

const fields = {
  v: 'number',
  key: 'object',
  name: 'string',
  ns: 'string',
  unique: 'flag',
  sparse: 'flag',
  background: 'any',
  hidden: 'bool',
  partialFilterExpression: 'object',
  expireAfterSeconds: 'any',
  collation: 'object',
} as const satisfies Fields;
/** What an index on _id may have. */
const idFields = ['v', 'key', 'name', 'ns', 'collation'];
const versions = [1, 2];
const MOST_FIELDS = 32;
const INT_MAX = 0x7fffffff;

/** The specification of an index as it is stored, once it has been found right. */
export function readIndexSpec(given: Doc): Doc {
  checkNames(given, Object.keys(fields), '');
  const wrong = fieldsOf(given).find(([name, value]) => value === null && name !== 'expireAfterSeconds');
  if (wrong) fail('TypeMismatch', `The field '${wrong[0]}' must not be null`);
  const { v, key, name, collation, partialFilterExpression, expireAfterSeconds, ...flags } = checked(
    'createIndexes.indexes',
    given,
    fields,
  );
  if (!key) return fail('FailedToParse', "The 'key' field is a required property of an index specification");
  if (name === undefined)
    return fail('FailedToParse', "The 'name' field is a required property of an index specification");
  const version = v ? toNumber(v) : 2;
  if (!versions.includes(version))
    fail('CannotCreateIndex', `Invalid index specification: version ${version}`);
  if (collation && collation['locale'] !== 'simple')
    fail('InvalidIndexSpecificationOption', "The field 'collation' is not valid for an index specification.");
  checkKey(key);
  const isId = isIdKey(key);
  if (isId) checkNames(given, idFields, ' for an _id index');
  const spec: Doc = { v: new Int32(version), key, name: isId ? '_id_' : checkedName(name) };
  for (const flag of ['unique', 'sparse', 'hidden'] as const) if (isTrue(flags[flag])) spec[flag] = true;
  if (partialFilterExpression) {
    if (spec['sparse'])
      fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
    checkPartial(parseFilter(partialFilterExpression));
    spec['partialFilterExpression'] = partialFilterExpression;
  }
  if (expireAfterSeconds !== undefined) spec['expireAfterSeconds'] = secondsOf(key, expireAfterSeconds);
  return spec;
}

function checkNames(given: Doc, allowed: readonly string[], where: string): void {
  const name = Object.keys(given).find((one) => !allowed.includes(one));
  if (name !== undefined)
    fail(
      'InvalidIndexSpecificationOption',
      `The field '${name}' is not valid${where}. Specification: ${show(given)}`,
    );
}

function checkKey(key: Doc): void {
  const parts = fieldsOf(key);
  if (parts.length === 0) fail('CannotCreateIndex', 'Index keys cannot be empty.');
  if (parts.length > MOST_FIELDS) fail(13103, `Index key pattern has too many fields: ${parts.length}`);
  for (const [path, direction] of parts) {
    if (typeof direction === 'string') fail('CannotCreateIndex', `Unknown index plugin '${direction}'`);
    if (!isNumeric(direction) || !isTrue(direction) || Number.isNaN(toNumber(direction)))
      fail(
        'CannotCreateIndex',
        'Values in v:2 index key pattern cannot be of type other than a number that is not 0. Only numbers > 0, numbers < 0, and strings are allowed.',
      );
    const names = path.split('.');
    if (names.includes('')) fail('CannotCreateIndex', 'Index keys cannot be an empty field.');
    if (names.some((one) => one.startsWith('$') && !['$id', '$ref', '$db'].includes(one)))
      fail('CannotCreateIndex', "Index key contains an illegal field name: field name starts with '$'.");
  }
}

/** Whether it is the key of the index that every collection has. */
function isIdKey(key: Doc): boolean {
  const [[path, direction] = [], ...others] = fieldsOf(key);
  if (path !== '_id' || others.length > 0) return false;
  if (isNumeric(direction) && toNumber(direction) === 1) return true;
  return fail('BadValue', `The field 'key' for an _id index must be {_id: 1}, but got ${show(key)}`);
}

function checkedName(name: string): string {
  if (name === '*' || name === '_id_') fail('BadValue', `The index name '${name}' is not valid.`);
  if (name === '') fail('CannotCreateIndex', 'index names cannot be empty');
  return name;
}

function secondsOf(key: Doc, seconds: Value): Int32 {
  const number = isNumeric(seconds) ? toNumber(seconds) : NaN;
  if (!(number >= 0 && number <= INT_MAX))
    fail('CannotCreateIndex', "TTL index 'expireAfterSeconds' option must be within an acceptable range");
  if (Object.keys(key).length > 1)
    fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
  return new Int32(safeLong(seconds as Int32));
}

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
    case 'expr':
      return fail('QueryFeatureNotAllowed', '$expr is not allowed in a partial index');
    default:
  }
  fail('CannotCreateIndex', `Expression not supported in partial index: ${filter.op}`);
}
