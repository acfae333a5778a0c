import { isDoc, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { compile, type Environment } from '../expression/compile.ts';
import { scopeOf } from '../expression/scope.ts';

/** The documents that $documents begins a pipeline with: an expression that gives an array of them. */
export function givenDocuments(
  argument: Value,
  environment: Environment,
  variables: ReadonlyMap<string, Value | undefined>,
): Doc[] {
  const documents = compile(argument, environment)(scopeOf({}, variables));
  if (!Array.isArray(documents)) return fail(5858203, "an array is expected as the argument of '$documents'");
  return documents.map((document) =>
    isDoc(document) ? document : fail(40228, "'$documents' takes an array of documents"),
  );
}
