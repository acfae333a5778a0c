import { field, fieldsOf, isDoc, isNullish, Long, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkPath } from '../expression/compile.ts';
import { spread, withValue, type StageMaker } from './stage.ts';

interface Spec {
  path: readonly string[];
  index: readonly string[] | undefined;
  keep: boolean;
}

export const unwind: StageMaker = (argument) => {
  const { path, index, keep } = parse(argument);
  const numbered = (doc: Doc, at: Value): Doc => (index ? withValue(doc, index, at) : doc);
  return spread(function* (doc) {
    let value: Value | undefined = doc;
    for (const part of path) value = isDoc(value) ? field(value, part) : undefined;
    if (!Array.isArray(value)) {
      if (keep || !isNullish(value)) yield numbered(doc, null);
    } else if (value.length === 0) {
      if (keep) yield numbered(withValue(doc, path, undefined), null);
    } else {
      for (let at = 0; at < value.length; at++)
        yield numbered(withValue(doc, path, value[at]), Long.fromNumber(at));
    }
  });
};

function parse(argument: Value): Spec {
  if (typeof argument !== 'string' && !isDoc(argument))
    return fail(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(argument)}`,
    );
  const spec: Doc = isDoc(argument) ? argument : { path: argument };
  for (const [name, value] of fieldsOf(spec)) checkOption(name, value);
  const { path, includeArrayIndex: index } = spec as Record<string, string>;
  if (!path) return fail(28812, 'no path specified to $unwind stage');
  if (!path.startsWith('$'))
    fail(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  if (path.includes('\0')) fail(16419, 'field path must not contain embedded null characters');
  if (index?.startsWith('$'))
    fail(28822, `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${index}`);
  return {
    path: checkPath(path.slice(1)),
    index: index === undefined ? undefined : checkPath(index),
    keep: spec['preserveNullAndEmptyArrays'] === true,
  };
}

function checkOption(name: string, value: Value): void {
  switch (name) {
    case 'path':
      if (typeof value !== 'string')
        fail(28808, `expected a string as the path for $unwind stage, got ${typeName(value)}`);
      return;
    case 'includeArrayIndex':
      if (typeof value !== 'string' || value === '')
        fail(28810, 'expected a non-empty string for the includeArrayIndex option to $unwind stage');
      return;
    case 'preserveNullAndEmptyArrays':
      if (typeof value !== 'boolean')
        fail(28809, 'expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage');
      return;
    default:
      fail(28811, `unrecognized option to $unwind stage: ${name}`);
  }
}
