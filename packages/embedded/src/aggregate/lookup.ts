import { isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { someValue } from '../bson/path.ts';
import { fail } from '../errors.ts';
import { checkPath, compile, scopeOf } from '../expression/compile.ts';
import { PAUSE } from '../query/scan.ts';
import { withValue, type StageMaker } from './stage.ts';

const options = ['from', 'localField', 'foreignField', 'as', 'let', 'pipeline'];

export const lookup: StageMaker = (argument, pipeline) => {
  if (!isDoc(argument)) return fail('FailedToParse', 'the $lookup specification must be an Object');
  for (const name of Object.keys(argument))
    if (!options.includes(name)) fail('FailedToParse', `unknown argument to $lookup: ${name}`);
  const { from, localField, foreignField, as } = argument;
  if (typeof from !== 'string')
    return fail(
      'FailedToParse',
      from === undefined
        ? "must specify 'from' field for a $lookup"
        : '$lookup from of another database is not supported',
    );
  if (typeof as !== 'string') return fail('FailedToParse', "must specify 'as' field for a $lookup");
  if ((localField === undefined) !== (foreignField === undefined))
    fail(
      'FailedToParse',
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  const inner = argument['pipeline'];
  if (inner === undefined && localField === undefined)
    fail(
      'FailedToParse',
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  if (inner !== undefined && !Array.isArray(inner))
    return fail('TypeMismatch', "'pipeline' option must be specified as an array");
  if (localField !== undefined && (typeof localField !== 'string' || typeof foreignField !== 'string'))
    return fail('FailedToParse', '$lookup argument localField and foreignField must be strings');
  const given = argument['let'];
  if (given !== undefined && !isDoc(given))
    return fail('FailedToParse', '$lookup argument let must be an object');
  if (given !== undefined && inner === undefined)
    fail('FailedToParse', "$lookup with a 'let' argument must also specify 'pipeline'");
  const lets = Object.entries((given ?? {}) as Doc).map(
    ([name, value]) => [name, compile(value, pipeline.environment)] as const,
  );
  const path = checkPath(as);
  const local = typeof localField === 'string' ? checkPath(localField) : undefined;
  if (typeof foreignField === 'string') checkPath(foreignField);
  // Compiled once for its errors: a wrong pipeline is refused even when there is nothing to join.
  pipeline.run(
    from,
    [...((inner ?? []) as Value[])],
    new Map([...pipeline.variables, ...lets.map(([name]) => [name, null] as const)]),
  );
  return function* (source) {
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      const doc = item as Doc;
      const scope = scopeOf(doc, pipeline.variables);
      const variables = new Map(pipeline.variables);
      for (const [name, expression] of lets) variables.set(name, expression(scope));
      const stages: Value[] = local
        ? [{ $match: joinFilter(doc, local, foreignField as string) }, ...((inner ?? []) as Value[])]
        : (inner as Value[]);
      const found: Value[] = [];
      for (const other of pipeline.run(from, stages, variables)) {
        if (other === PAUSE) yield other;
        else found.push(other as Doc);
      }
      yield withValue(doc, path, found);
    }
  };
};

/** What the foreign field must equal: the local value, each element of a local array, null when there is none. */
function joinFilter(doc: Doc, local: readonly string[], foreign: string): Doc {
  const values: Value[] = [];
  let arrayItself = false;
  someValue(doc, local, (value) => {
    if (Array.isArray(value)) arrayItself = true;
    values.push(value ?? null);
    return false;
  });
  const wanted = arrayItself && values.length > 1 ? values.filter((value) => !Array.isArray(value)) : values;
  const filter: Doc = {};
  put(filter, foreign, { $in: arrayItself && values.length === 1 ? [] : wanted });
  return filter;
}
