import { int64Of } from '../bson/arithmetic.ts';
import { toNumber } from '../bson/numbers.ts';
import { BSONRegExp, fieldsOf, isDoc, isNumeric, T, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { show } from '../bson/show.ts';
import { naturalNumber, wholeNumber } from '../bson/whole.ts';
import { compileRegex, type Pattern } from '../bson/regex.ts';
import { isTrue } from '../expression/boolean.ts';
import { references } from '../expression/compile.ts';

/**
 * A query's filter, parsed: every operator is known here or refused here. The matcher runs it over
 * documents, the planner reads index bounds from it.
 */
export type Filter =
  | { op: 'and' | 'or' | 'nor'; parts: Filter[] }
  | { op: 'not'; part: Filter }
  | Leaf
  | { op: 'elemMatchObject'; path: string[]; part: Filter }
  | { op: 'elemMatchValue'; path: string[]; parts: Filter[] }
  | { op: 'expr'; expression: Value }
  | { op: 'always'; value: boolean };

export type Comparison = 'eq' | 'gt' | 'gte' | 'lt' | 'lte';

export type Leaf =
  | { op: Comparison; path: string[]; value: Value }
  | { op: 'in'; path: string[]; values: Value[] }
  | { op: 'exists'; path: string[] }
  | { op: 'type'; path: string[]; types: Set<number> }
  | { op: 'regex'; path: string[]; regex: Pattern; source: BSONRegExp }
  | { op: 'mod'; path: string[]; divisor: bigint; remainder: bigint }
  | { op: 'size'; path: string[]; size: number };

const everything: Filter = { op: 'and', parts: [] };

/** Inside an $elemMatch there is no document for $expr to look at. */
export function parseFilter(filter: Doc, inArray = false): Filter {
  const parts: Filter[] = [];
  for (const [name, value] of fieldsOf(filter)) {
    if (name.startsWith('$')) parts.push(parseTop(name, value, inArray));
    else parts.push(...parseField(name.split('.'), value));
  }
  return parts.length === 1 ? (parts[0] as Filter) : parts.length === 0 ? everything : { op: 'and', parts };
}

function parseTop(name: string, value: Value, inArray: boolean): Filter {
  switch (name) {
    case '$and':
    case '$nor':
      return { op: name === '$and' ? 'and' : 'nor', parts: clauses(name, value, inArray) };
    case '$or':
      return anyOf(clauses(name, value, inArray));
    case '$expr':
      if (inArray) fail('BadValue', '$expr can only be applied to the top-level document');
      return { op: 'expr', expression: value };
    case '$comment':
      return everything;
    case '$alwaysTrue':
    case '$alwaysFalse':
      if (wholeNumber(name, value, 'FailedToParse') !== 1n)
        fail('FailedToParse', `${name} must be an integer value of 1`);
      return { op: 'always', value: name === '$alwaysTrue' };
    case '$ref':
    case '$id':
    case '$db':
      return { op: 'eq', path: [name], value };
    default:
      return fail(
        'BadValue',
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

/** Several values or patterns of one field are an $in: of an array it finds the first element that is any of them. */
function anyOf(parts: Filter[]): Filter {
  const [first] = parts;
  const values = parts.map((part) => wantedBy(part, first));
  return parts.length < 2 || values.includes(undefined)
    ? { op: 'or', parts }
    : { op: 'in', path: (first as Leaf).path, values: (values as Value[][]).flat() };
}

function wantedBy(part: Filter, first: Filter | undefined): Value[] | undefined {
  if (!first || !('path' in part && 'path' in first) || part.path.join('.') !== first.path.join('.'))
    return undefined;
  if (part.op === 'in') return part.values;
  if (part.op === 'regex') return [part.source];
  return part.op === 'eq' && !(part.value instanceof BSONRegExp) ? [part.value] : undefined;
}

function clauses(name: string, value: Value, inArray: boolean): Filter[] {
  if (!Array.isArray(value)) return fail('BadValue', `${name} must be an array`);
  if (value.length === 0) return fail('BadValue', '$and/$or/$nor must be a nonempty array');
  return value.map((clause) =>
    isDoc(clause)
      ? parseFilter(clause, inArray)
      : fail('BadValue', '$or/$and/$nor entries need to be full objects'),
  );
}

/** Whether a document holds operators: one that is a reference ($ref and $id) is a value. */
const isOperators = (value: Value): value is Doc =>
  isDoc(value) &&
  Object.keys(value)[0]?.startsWith('$') === true &&
  !(value['$ref'] !== undefined && value['$id'] !== undefined);

function parseField(path: string[], value: Value): Filter[] {
  if (value instanceof BSONRegExp) return [regexLeaf(path, value)];
  if (!isOperators(value)) return [{ op: 'eq', path, value }];
  return parseOperators(path, value);
}

function parseOperators(path: string[], operators: Doc): Filter[] {
  const parts: Filter[] = [];
  for (const [name, value] of fieldsOf(operators)) {
    const parse = fieldOperators.get(name) ?? fail('BadValue', `unknown operator: ${name}`);
    const part = parse(path, value, operators, name);
    if (part) parts.push(part);
  }
  return parts;
}

const not = (part: Filter): Filter => ({ op: 'not', part });

type Parse = (path: string[], value: Value, siblings: Doc, name: string) => Filter | undefined;

const compared: Parse = (path, value, _siblings, name) => {
  if (value instanceof BSONRegExp)
    fail('BadValue', `Can't have RegEx as arg to predicate over field '${path.join('.')}'.`);
  return { op: name.slice(1) as Comparison, path, value };
};

/** Every operator on a field. */
export const fieldOperators: ReadonlyMap<string, Parse> = new Map<string, Parse>([
  ['$eq', (path, value) => ({ op: 'eq', path, value })],
  [
    '$ne',
    (path, value) =>
      value instanceof BSONRegExp
        ? fail('BadValue', "Can't have regex as arg to $ne.")
        : not({ op: 'eq', path, value }),
  ],
  ['$gt', compared],
  ['$gte', compared],
  ['$lt', compared],
  ['$lte', compared],
  ['$in', (path, value) => inLeaf(path, '$in', value)],
  ['$nin', (path, value) => not(inLeaf(path, '$nin', value))],
  ['$exists', (path, value) => (isTrue(value) ? { op: 'exists', path } : not({ op: 'exists', path }))],
  ['$type', (path, value) => ({ op: 'type', path, types: parseTypes(value) })],
  ['$size', (path, value) => ({ op: 'size', path, size: parseSize(value) })],
  ['$mod', parseMod],
  ['$regex', (path, value, siblings) => parseRegex(path, value, siblings)],
  [
    '$options',
    (_path, _value, siblings) =>
      siblings['$regex'] === undefined ? fail('BadValue', '$options needs a $regex') : undefined,
  ],
  ['$not', parseNot],
  ['$all', parseAll],
  ['$elemMatch', parseElemMatch],
]);

/** Whether a document says by its first name that it is a condition, where one that only begins with a dollar is a value. */
export function isCondition(value: Doc): boolean {
  const [first = ''] = Object.keys(value);
  return first !== '$not' && fieldOperators.has(first);
}

/** Every operator that stands beside the fields. */
export const topOperators = ['$and', '$or', '$nor', '$expr', '$comment'];

/** More values of a list than that are made ready in parts, by the planner. */
export const MANY = 1000;

function inLeaf(path: string[], name: string, value: Value): Leaf {
  if (!Array.isArray(value)) return fail('BadValue', `${name} needs an array`);
  for (const item of value) {
    if (!(item instanceof BSONRegExp)) {
      if (isOperators(item)) fail('BadValue', `cannot nest $ under ${name}`);
    } else if (value.length <= MANY) compileRegex(item);
  }
  return { op: 'in', path, values: value };
}

function regexLeaf(path: string[], source: BSONRegExp): Leaf {
  return { op: 'regex', path, regex: compileRegex(source), source };
}

function parseRegex(path: string[], value: Value, siblings: Doc): Leaf {
  const options = siblings['$options'];
  if (options !== undefined && typeof options !== 'string') fail('BadValue', '$options has to be a string');
  if (value instanceof BSONRegExp) {
    if (options !== undefined && value.options) {
      const [first] = Object.keys(siblings).filter((name) => name === '$regex' || name === '$options');
      fail(first === '$options' ? 51074 : 51075, 'options set in both $regex and $options');
    }
    return regexLeaf(path, new BSONRegExp(value.pattern, options ?? value.options));
  }
  if (typeof value !== 'string') return fail('BadValue', '$regex has to be a string');
  const letters = options ?? '';
  const bad = /[^imsxu]/.exec(letters);
  if (bad) fail(51108, `invalid flag in regex options: ${bad[0]}`);
  if (value.includes('\0')) fail('BadValue', 'Regular expression cannot contain an embedded null byte');
  return regexLeaf(path, new BSONRegExp(value, letters));
}

function parseNot(path: string[], value: Value): Filter {
  if (value instanceof BSONRegExp) return not(regexLeaf(path, value));
  if (!isDoc(value)) return fail('BadValue', '$not needs a regex or a document');
  if (Object.keys(value).length === 0) fail('BadValue', '$not cannot be empty');
  for (const name of Object.keys(value))
    if (!name.startsWith('$')) fail('BadValue', `unknown operator: ${name}`);
  return not({ op: 'and', parts: parseOperators(path, value) });
}

function parseAll(path: string[], value: Value): Filter {
  if (!Array.isArray(value)) return fail('BadValue', '$all needs an array');
  if (value.length === 0) return { op: 'always', value: false };
  const nested = value.filter((item) => isDoc(item) && Object.keys(item)[0] === '$elemMatch').length;
  if (nested > 0 && nested < value.length) fail('BadValue', '$all/$elemMatch has to be consistent');
  const parts = value.map((item): Filter => {
    if (nested) return parseElemMatch(path, (item as Doc)['$elemMatch'] as Value);
    if (item instanceof BSONRegExp) return regexLeaf(path, item);
    if (isDoc(item) && isCondition(item)) return fail('BadValue', 'no $ expressions in $all');
    return { op: 'eq', path, value: item };
  });
  return parts.length === 1 ? (parts[0] as Filter) : { op: 'and', parts };
}

function parseElemMatch(path: string[], value: Value): Filter {
  if (!isDoc(value)) return fail('BadValue', '$elemMatch needs an Object');
  const [first] = Object.keys(value);
  const logical = [...topOperators, '$alwaysTrue', '$alwaysFalse', '$where'].includes(first ?? '');
  const reference = references.some((name) => value[name] !== undefined);
  if (first === undefined || !first.startsWith('$') || logical || reference)
    return { op: 'elemMatchObject', path, part: parseFilter(value, true) };
  for (const name of Object.keys(value))
    if (!name.startsWith('$')) fail('BadValue', `unknown operator: ${name}`);
  return { op: 'elemMatchValue', path, parts: parseOperators([], value) };
}

function parseSize(value: Value): number {
  const before = 'Failed to parse $size. ';
  const size = wholeNumber('$size', value, 'BadValue', before);
  if (size !== BigInt.asIntN(32, size))
    fail('BadValue', `${before}Cannot represent $size: ${show(value)} in an int`);
  return Number(naturalNumber('$size', value, 'BadValue', before));
}

function parseMod(path: string[], value: Value): Leaf {
  if (!Array.isArray(value)) return fail('BadValue', 'malformed mod, needs to be an array');
  if (value.length < 2) fail('BadValue', 'malformed mod, not enough elements');
  if (value.length > 2) fail('BadValue', 'malformed mod, too many elements');
  const [divisor, remainder] = value.map((item, at) => {
    if (!isNumeric(item))
      return fail(
        'BadValue',
        at === 0 ? 'malformed mod, divisor not a number' : 'malformed mod, remainder not a number',
      );
    return (
      int64Of(item) ??
      fail(
        'BadValue',
        `malformed mod, ${at === 0 ? 'divisor' : 'remainder'} value is invalid :: caused by :: Out of bounds coercing to integral value`,
      )
    );
  }) as [bigint, bigint];
  if (divisor === 0n) fail('BadValue', 'divisor cannot be 0');
  return { op: 'mod', path, divisor, remainder };
}

const typeAliases: Record<string, number[]> = {
  ...Object.fromEntries(Object.entries(T).map(([name, code]) => [name, [code]])),
  number: [T.int, T.double, T.long, T.decimal],
};

function parseTypes(value: Value): Set<number> {
  const wanted = Array.isArray(value) ? value : [value];
  if (wanted.length === 0) fail('FailedToParse', 'must match at least one type');
  return new Set(
    wanted.flatMap((item) => {
      if (typeof item === 'string')
        return typeAliases[item] ?? fail('BadValue', `Unknown type name alias: ${item}`);
      if (!isNumeric(item)) return fail('TypeMismatch', 'type must be represented as a number or a string');
      const code = toNumber(item);
      if (!Object.values(T).includes(code as never)) fail('BadValue', `Invalid numerical type code: ${code}`);
      return [code];
    }),
  );
}
