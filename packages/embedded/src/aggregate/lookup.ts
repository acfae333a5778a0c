import { BSONRegExp, fieldsOf, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { someValue } from '../bson/path.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkPath, checkVariable, compile, type Environment } from '../expression/compile.ts';
import { scopeOf } from '../expression/scope.ts';
import { checked } from '../fields.ts';
import { PAUSE } from '../query/scan.ts';
import { spread, withValue, type StageMaker } from './stage.ts';

const fields = {
  from: 'any',
  localField: 'string',
  foreignField: 'string',
  as: 'string',
  let: 'object',
  pipeline: 'pipeline',
} as const;

export const lookup: StageMaker = (argument, pipeline) => {
  if (!isDoc(argument))
    return fail(
      'FailedToParse',
      `the $lookup stage specification must be an object, but found ${typeName(argument)}`,
    );
  const { pipeline: stages } = argument;
  const given = Array.isArray(stages) && isDoc(stages[0]) && stages[0]['$documents'] !== undefined;
  if (argument['from'] === undefined && !given)
    fail('FailedToParse', "must specify 'pipeline' when 'from' is empty");
  const spec = checked('$lookup', argument, fields, ['as']);
  const from = argument['from'] === undefined ? undefined : collectionOf(spec.from ?? null);
  const { pipeline: inner } = spec;
  const path = checkPath(spec.as);
  const join = joinOf(spec.localField, spec.foreignField);
  if (!inner && !join)
    fail(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  if (spec.let && !inner) fail('FailedToParse', "$lookup with a 'let' argument must also specify 'pipeline'");
  const lets = compileLets(spec.let ?? {}, pipeline.environment);
  // Compiled once for its errors: a wrong pipeline is refused even when there is nothing to join.
  pipeline.run(
    from,
    inner ?? [],
    new Map([...pipeline.variables, ...lets.map(([name]) => [name, null] as const)]),
  );
  return spread(function* (doc) {
    const scope = scopeOf(doc, pipeline.variables);
    const variables = new Map(pipeline.variables);
    for (const [name, expression] of lets) variables.set(name, expression(scope));
    const joined = (inner ?? []).toSpliced(
      given ? 1 : 0,
      0,
      ...(join ? [{ $match: joinFilter(doc, join) }] : []),
    );
    const found: Value[] = [];
    for (const other of pipeline.run(from, joined, variables)) {
      if (other === PAUSE) yield other;
      else found.push(other as Doc);
    }
    yield withValue(doc, path, found);
  });
};

function collectionOf(from: Value): string {
  if (isDoc(from)) {
    checked('$lookup.from', from, { db: 'string', coll: 'string' });
    return fail('FailedToParse', '$lookup from a collection of another database is not supported');
  }
  if (typeof from !== 'string') return fail('FailedToParse', "$lookup argument 'from' must be a string");
  if (from === '' || from.startsWith('.') || from.includes('\0'))
    fail('InvalidNamespace', `Invalid namespace specified for $lookup: '${from}'`);
  return from;
}

interface Join {
  local: readonly string[];
  foreign: string;
}

function joinOf(local: string | undefined, foreign: string | undefined): Join | undefined {
  if (!local && !foreign) return undefined;
  if (!local || !foreign)
    return fail(
      'FailedToParse',
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  checkPath(foreign);
  return { local: checkPath(local), foreign };
}

const compileLets = (lets: Doc, environment: Environment) =>
  fieldsOf(lets).map(([name, value]) => [checkVariable(name), compile(value, environment)] as const);

/** What the foreign field must equal: any of the values at the local path, of an array each, or null where there is none. */
function joinFilter(doc: Doc, { local, foreign }: Join): Doc {
  const values: Value[] = [];
  someValue(
    doc,
    local,
    (value) => {
      if (Array.isArray(value)) values.push(...value);
      else if (value !== undefined) values.push(value);
      return false;
    },
    false,
  );
  if (values.length === 0) values.push(null);
  const equals = (condition: Doc): Doc => {
    const filter: Doc = {};
    put(filter, foreign, condition);
    return filter;
  };
  // A pattern in $in would match strings, but it only joins with its equal.
  return values.some((value) => value instanceof BSONRegExp)
    ? { $or: values.map((value) => equals({ $eq: value })) }
    : equals({ $in: values });
}
