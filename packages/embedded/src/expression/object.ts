import { field, fieldsOf, isDoc, isNullish, namesOf, put, type Doc, type Value } from '../bson/types.ts';
import { showValue } from '../bson/show.ts';
import { fail } from '../errors.ts';
import { plain, typeName } from './arguments.ts';
import { compile, type Environment, type Operator } from './compile.ts';
import { foldable } from './fold.ts';
import { needArray, partsOf } from './operands.ts';

export function objects(): [string, Operator][] {
  return [
    ['$arrayToObject', plain(1, 1, ([list]) => (isNullish(list) ? null : arrayToObject(list)))],
    [
      '$objectToArray',
      plain(1, 1, ([doc]) => {
        if (isNullish(doc)) return null;
        return isDoc(doc)
          ? fieldsOf(doc).map(([k, v]): Doc => ({ k, v }))
          : fail(40390, `$objectToArray requires a document input, found: ${typeName(doc)}`);
      }),
    ],
    [
      '$mergeObjects',
      plain(0, Infinity, (docs) => {
        const merged: Doc = {};
        for (const doc of docs.length === 1 && Array.isArray(docs[0]) ? docs[0] : docs)
          for (const [name, value] of fieldsToMerge(doc)) put(merged, name, value);
        return merged;
      }),
    ],
    ['$getField', getField],
    ['$setField', setField],
    ['$unsetField', setField],
  ];
}

/** What $mergeObjects takes of a value: of null nothing. */
export function fieldsToMerge(value: Value | undefined, code = 40400): [name: string, value: Value][] {
  if (isNullish(value)) return [];
  return isDoc(value)
    ? fieldsOf(value)
    : fail(
        code,
        `$mergeObjects requires object inputs, but input ${showValue(value)} is of type ${typeName(value)}`,
      );
}

/** MongoDB has codes of its own for each of the two forms, and the first element says which one it is. */
function arrayToObject(list: Value | undefined): Value {
  const items = needArray(list, 40386, '$arrayToObject requires an array input, found:');
  const [first] = items;
  if (first !== undefined && !Array.isArray(first) && !isDoc(first))
    fail(40398, `Unrecognised input type format for $arrayToObject: ${typeName(first)}`);
  const entryOf = Array.isArray(first) ? entryOfPair : entryOfDocument;
  const doc: Doc = {};
  for (const item of items) {
    const [name, value] = entryOf(item);
    put(doc, name, value);
  }
  return doc;
}

const consistent =
  '$arrayToObject requires a consistent input format. Elements must all be arrays or all be objects.';

function entryOfPair(item: Value): [string, Value] {
  if (!Array.isArray(item))
    return fail(40396, `${consistent} Array was detected, now found: ${typeName(item)}`);
  if (item.length !== 2)
    fail(40397, `$arrayToObject requires an array of size 2 arrays,found array of size: ${item.length}`);
  return [
    keyOf(
      item[0],
      40395,
      'an array of key-value pairs, where the key must be of type string. Found key type:',
      4940400,
    ),
    item[1] as Value,
  ];
}

function entryOfDocument(item: Value): [string, Value] {
  if (!isDoc(item)) return fail(40391, `${consistent} Object was detected, now found: ${typeName(item)}`);
  const { length } = namesOf(item);
  if (length !== 2)
    fail(
      40392,
      `$arrayToObject requires an object keys of 'k' and 'v'. Found incorrect number of keys:${length}`,
    );
  const [key, value] = [field(item, 'k'), field(item, 'v')];
  if (key === undefined || value === undefined)
    return fail(
      40393,
      `$arrayToObject requires an object with keys 'k' and 'v'. Missing either or both keys from: ${showValue(item)}`,
    );
  return [
    keyOf(
      key,
      40394,
      "an object with keys 'k' and 'v', where the value of 'k' must be of type string. Found type:",
      4940401,
    ),
    value,
  ];
}

function keyOf(key: Value | undefined, notString: number, needs: string, nullByte: number): string {
  if (typeof key !== 'string') return fail(notString, `$arrayToObject requires ${needs} ${typeName(key)}`);
  return key.includes('\0') ? fail(nullByte, 'Key field cannot contain an embedded null byte') : key;
}

const getField: Operator = (argument, environment, name) => {
  const known = { notDocument: 3041701, unknown: 3041701, required: { field: 3041702, input: 3041703 } };
  const given: Doc =
    isDoc(argument) && !namesOf(argument)[0]?.startsWith('$')
      ? partsOf(argument, name, known)
      : { field: argument, input: '$$CURRENT' };
  const parts = [given['field'], given['input']].map((part) => compile(part as Value, environment));
  // MongoDB never evaluates it beforehand.
  return foldable([...parts, () => undefined], (scope) => {
    const [key, doc] = parts.map((part) => part(scope));
    if (typeof key !== 'string')
      return fail(3041704, `$getField requires 'field' to evaluate to type String, but got ${typeName(key)}`);
    return isDoc(doc) ? field(doc, key) : doc === null ? null : undefined;
  });
};

/** Sets or takes away a field by its name as it stands, dots and dollars included. */
const setField: Operator = (argument, environment, operator) => {
  const value = operator === '$setField' ? { value: 4161103 } : undefined;
  const required = { field: 4161102, ...value, input: 4161109 };
  const given = partsOf(argument, operator, { notDocument: 4161100, unknown: 4161101, required });
  const parts = [given['input'], value ? given['value'] : '$$REMOVE'].map((part) =>
    compile(part as Value, environment),
  );
  const name = constantName(given['field'] as Value, environment, operator);
  return foldable(parts, (scope) => {
    const [doc, set] = parts.map((part) => part(scope));
    if (isNullish(doc)) return null;
    if (!isDoc(doc))
      return fail(4161105, `${operator} requires 'input' to evaluate to type Object, not ${typeName(doc)}`);
    const result: Doc = { ...doc };
    if (set === undefined) delete result[name];
    else put(result, name, set);
    return result;
  });
};

/** A name that is given as it stands: as a text, or as the text of $literal, which is also $const. */
function constantName(given: Value, environment: Environment, operator: string): string {
  compile(given, environment);
  if (typeof given === 'string' && given.startsWith('$'))
    fail(4161108, `'${given}' is a field path reference which is not allowed in this context`);
  const literal = isDoc(given) ? (field(given, '$literal') ?? field(given, '$const')) : undefined;
  if (literal === undefined && (Array.isArray(given) || (isDoc(given) && namesOf(given).length > 0)))
    fail(4161106, `${operator} requires 'field' to evaluate to a constant`);
  const name = literal ?? given;
  if (typeof name !== 'string')
    return fail(
      4161107,
      `${operator} requires 'field' to evaluate to type String, but got ${typeName(name)}`,
    );
  return name.includes('\0') ? fail(9534700, `${operator} does not allow null bytes in 'field'`) : name;
}
