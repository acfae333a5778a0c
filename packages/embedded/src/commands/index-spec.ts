import { toNumber } from '../bson/numbers.ts';
import { safeLong } from '../bson/safe-long.ts';
import { BSONRegExp, Int32, fieldsOf, isDoc, isNumeric, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError, placed, within } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import type { Checked, Fields } from '../fields.ts';
import { isTrue } from '../expression/boolean.ts';
import { parseFilter, type Filter } from '../query/filter.ts';
import { show } from '../bson/show.ts';

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
export const readIndexSpec = (given: Doc): Doc =>
  within(`Error in specification ${show(given)}`, () => specOf(given));

function specOf(given: Doc): Doc {
  checkNames(given, Object.keys(fields), 'index');
  checkTypes(given);
  const { v, key, name, collation, partialFilterExpression, expireAfterSeconds, ...flags } = given as Checked<
    typeof fields
  >;
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
  if (isId) checkNames(given, idFields, '_id index');
  const spec: Doc = { v: new Int32(version), key, name: isId ? '_id_' : checkedName(name) };
  for (const flag of ['unique', 'sparse', 'hidden'] as const) if (isTrue(flags[flag])) spec[flag] = true;
  // Says nothing any more, and is kept as it was given.
  if (flags.background !== undefined) spec['background'] = flags.background;
  if (partialFilterExpression) {
    if (spec['sparse'])
      fail('CannotCreateIndex', 'cannot mix "partialFilterExpression" and "sparse" options');
    checkPartial(parseFilter(partialFilterExpression));
    spec['partialFilterExpression'] = partialFilterExpression;
  }
  if (expireAfterSeconds !== undefined) spec['expireAfterSeconds'] = secondsOf(given, expireAfterSeconds);
  return spec;
}

function checkNames(given: Doc, allowed: readonly string[], what: string): void {
  const name = Object.keys(given).find((one) => !allowed.includes(one));
  if (name !== undefined)
    fail(
      'InvalidIndexSpecificationOption',
      `The field '${name}' is not valid for an ${what} specification. Specification: ${show(given)}`,
    );
}

/** What each option has to be, as MongoDB says it; a null is never right. */
function checkTypes(given: Doc): void {
  for (const [name, value] of fieldsOf(given)) {
    if (name === 'expireAfterSeconds') continue;
    const kind = fields[name as keyof typeof fields];
    const no = (what: string): never =>
      fail('TypeMismatch', `The field '${name}' must be ${what}, but got ${typeName(value)}`);
    if (kind === 'flag') {
      if (typeof value !== 'boolean' && !isNumeric(value))
        fail(
          'TypeMismatch',
          `The field '${name} has value ${name}: ${show(value)}, which is not convertible to bool`,
        );
    } else if (kind === 'object' && !isDoc(value)) no('an object');
    else if (kind === 'string' && typeof value !== 'string') no('a string');
    else if (kind === 'number' && !isNumeric(value)) no('a number');
    else if (kind === 'bool' && typeof value !== 'boolean') no('a boolean');
    else if (value === null) no('another value');
  }
}

function checkKey(key: Doc): void {
  const parts = fieldsOf(key);
  if (parts.length === 0) fail('CannotCreateIndex', 'Index keys cannot be empty.');
  if (parts.length > MOST_FIELDS) fail(13103, `Index key pattern has too many fields: ${parts.length}`);
  for (const [path, direction] of parts) {
    if (typeof direction === 'string') fail('CannotCreateIndex', `Unknown index plugin '${direction}'`);
    if (!isNumeric(direction))
      return fail(
        'CannotCreateIndex',
        `Values in v:2 index key pattern cannot be of type ${typeName(direction)}. Only numbers > 0, numbers < 0, and strings are allowed.`,
      );
    if (Number.isNaN(toNumber(direction)))
      fail('CannotCreateIndex', 'Values in the index key pattern cannot be NaN.');
    if (!isTrue(direction)) fail('CannotCreateIndex', 'Values in the index key pattern cannot be 0.');
    const names = path.split('.');
    if (names.includes('')) fail('CannotCreateIndex', 'Index keys cannot be an empty field.');
    if (names.some((one, at) => one.startsWith('$') && !(at > 0 && ['$id', '$ref', '$db'].includes(one))))
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
  if (name === '') fail('CannotCreateIndex', 'index name cannot be empty');
  if (name.includes('\0')) fail('CannotCreateIndex', 'index name cannot contain NUL bytes');
  return name;
}

function secondsOf(given: Doc, seconds: Value): Int32 {
  if (!isNumeric(seconds))
    // The quote that does not end and the dot before all of it are MongoDB's.
    throw placed(
      new MongoError(
        'CannotCreateIndex',
        `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeName(seconds)}`,
      ),
      `. Index spec: ${show(given)}`,
    );
  const number = toNumber(seconds);
  if (!(number >= 0 && number <= INT_MAX))
    fail('CannotCreateIndex', "TTL index 'expireAfterSeconds' option must be within an acceptable range");
  if (Object.keys(given['key'] as Doc).length > 1)
    fail('CannotCreateIndex', 'TTL indexes are single-field indexes, compound indexes do not support TTL.');
  return new Int32(safeLong(seconds));
}

/** What MongoDB calls some parts of a filter. */
const said: Record<string, string> = {
  regex: 'regex',
  elemMatchValue: '$elemMatch (value)',
  elemMatchObject: '$elemMatch (obj)',
};

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
  const where = 'path' in filter ? `${filter.path.join('.')} ` : '';
  const what = said[filter.op] ?? `$${filter.op}`;
  fail('CannotCreateIndex', `Expression not supported in partial index: ${where}${what}`);
}
