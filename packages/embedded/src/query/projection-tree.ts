import { fieldsOf, isDoc, isNumeric, namesOf, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkPath, compile, references, type Environment } from '../expression/compile.ts';
import type { Expression } from '../expression/scope.ts';
import { isTrue } from '../expression/boolean.ts';
import { findSlice } from './slice.ts';

/** What only find's projection has: $elemMatch and the positional operator, and its own $slice. */
export interface Finding {
  accepts(condition: Doc): (item: Value) => boolean;
  /** Tells where in an array the query has found what it looked for. */
  position(): (doc: Doc) => number | undefined;
}

export type Node =
  | { kind: 'in' | 'out' }
  | { kind: 'compute'; expression: Expression }
  | { kind: 'edit'; edit: (value: Value) => Value }
  /** A field that an inclusion puts behind the others, and an exclusion leaves at its place. */
  | { kind: 'pick'; pick: (value: Value | undefined) => Value | undefined }
  | Tree;

export interface Tree {
  kind: 'tree';
  children: Map<string, Node>;
}

export interface ProjectionTree {
  root: Tree;
  including: boolean;
  /** Where the array stands of which only the element is shown that the query has found. */
  positional: string[] | undefined;
}

interface Parsing {
  root: Tree;
  environment: Environment;
  find: Finding | undefined;
  including?: boolean;
  /** What was said of the whole _id, which may stand in an inclusion and in an exclusion. */
  id?: boolean;
  slices?: boolean;
  picks?: boolean;
  positional?: string[];
}

export function parseProjection(
  fields: readonly (readonly [name: string, value: Value])[],
  environment: Environment,
  find: Finding | undefined,
): ProjectionTree {
  const root: Tree = { kind: 'tree', children: new Map() };
  const parsing: Parsing = { root, environment, find };
  for (const [name, value] of fields) parseField(parsing, [], name, value);
  const including = parsing.including ?? ((parsing.picks && !parsing.slices) || parsing.id === true);
  if (including && !root.children.has('_id')) root.children.set('_id', { kind: 'in' });
  if (!including && parsing.id) root.children.delete('_id');
  return { root, including, positional: parsing.positional };
}

function parseField(parsing: Parsing, before: readonly string[], name: string, value: Value): void {
  const positional = name.endsWith('.$');
  if (positional && !parsing.find) fail(31324, 'Cannot use positional projection in aggregation projection');
  // The missing space is MongoDB's.
  if (name.includes('.$.'))
    fail(
      31394,
      "As of 4.4, it's illegal to specify positional operator in the middle of a path.Positional projection may only be used at the end, for example: a.b.$. If the query previously used a form like a.b.$.d, remove the parts following the '$' and the results will be equivalent.",
    );
  if (positional) return parsePositional(parsing, before, name, value);
  if (!isDoc(value) && !isFlag(value)) return parseLiteral(parsing, before, name, value);
  const path = [...before, ...checkPath(name)];
  if (isDoc(value)) return parseDocument(parsing, path, value);
  const included = isTrue(value);
  place(parsing, path, { kind: included ? 'in' : 'out' });
  if (path.length === 1 && name === '_id') parsing.id = included;
  else if (included)
    include(parsing, true, 31253, `Cannot do inclusion on field ${name} in exclusion projection`);
  else include(parsing, false, 31254, `Cannot do exclusion on field ${name} in inclusion projection`);
}

const isFlag = (value: Value): boolean => typeof value === 'boolean' || isNumeric(value);

/** Settles whether the projection says what stays or what goes; it cannot say both. */
function include(parsing: Parsing, included: boolean, code: number, message: string): void {
  parsing.including ??= included;
  if (parsing.including !== included) fail(code, message);
}

function parseLiteral(parsing: Parsing, before: readonly string[], name: string, value: Value): void {
  const expression = compile(value, parsing.environment);
  const path = [...before, ...checkPath(name)];
  place(parsing, path, { kind: 'compute', expression });
  include(parsing, true, 31310, `Cannot use an expression ${path.join('.')} in an exclusion projection`);
}

function parsePositional(parsing: Parsing, before: readonly string[], name: string, value: Value): void {
  if (isDoc(value)) fail(31271, 'positional projection cannot be used with an expression or sub object');
  if (!isFlag(value)) fail(31308, 'positional projection cannot be used with a literal');
  if (!isTrue(value)) fail(31395, 'positional projection cannot be used with exclusion');
  if (parsing.positional) fail(31276, 'Cannot specify more than one positional projection per query.');
  if (parsing.picks) fail(31256, 'Cannot specify positional operator and $elemMatch.');
  if (name === '.$') fail(5392900, 'Projection on field .$ is invalid');
  const path = [...before, ...checkPath(name.slice(0, -2))];
  place(parsing, path, { kind: 'in' });
  parsing.positional = path;
  include(parsing, true, 31253, `Cannot do inclusion on field ${name} in exclusion projection`);
}

function parseDocument(parsing: Parsing, path: string[], value: Doc): void {
  const [first, ...others] = namesOf(value);
  if (first === undefined)
    return fail(51270, 'An empty sub-projection is not a valid value. Found empty object at path');
  if (!first.startsWith('$') || others.length > 0 || references.includes(first)) {
    for (const [name, inner] of fieldsOf(value)) parseField(parsing, path, name, inner);
    return;
  }
  const argument = value[first] as Value;
  if (parsing.find && first === '$elemMatch') return parseElemMatch(parsing, parsing.find, path, argument);
  // Where the positional operator stands, $slice can only be the expression.
  const sliced = parsing.find && first === '$slice' && path.join('.') !== parsing.positional?.join('.');
  const slice = sliced ? findSlice(argument) : undefined;
  if (slice) {
    parsing.slices = true;
    return place(parsing, path, { kind: 'edit', edit: slice });
  }
  if (!parsing.find && first === '$elemMatch') fail(168, 'Cannot use $elemMatch in this context');
  if (!parsing.environment.operators.has(first)) fail(31325, `Unknown expression ${first}`);
  include(parsing, true, 31252, 'Cannot use expression other than $meta in exclusion projection');
  place(parsing, path, { kind: 'compute', expression: compile(value, parsing.environment) });
}

function parseElemMatch(parsing: Parsing, find: Finding, path: string[], condition: Value | undefined): void {
  if (!isDoc(condition))
    return fail(31274, `elemMatch: Invalid argument, object required, but got ${typeName(condition)}`);
  if (parsing.positional) fail(31255, 'Cannot specify positional operator and $elemMatch.');
  if (path.length > 1) fail(31275, 'Cannot use $elemMatch projection on a nested field.');
  const accepts = find.accepts(condition);
  parsing.picks = true;
  place(parsing, path, {
    kind: 'pick',
    pick: (value) => {
      const found = Array.isArray(value) ? value.find(accepts) : undefined;
      return found === undefined ? undefined : [found];
    },
  });
}

function place(parsing: Parsing, path: readonly string[], leaf: Node): void {
  let tree = parsing.root;
  for (const [depth, part] of path.slice(0, -1).entries()) {
    let next = tree.children.get(part);
    if (!next) tree.children.set(part, (next = { kind: 'tree', children: new Map() }));
    if (next.kind !== 'tree')
      return fail(
        31249,
        `Path collision at ${path.join('.')} remaining portion ${path.slice(depth + 1).join('.')}`,
      );
    tree = next;
  }
  const last = path.at(-1) as string;
  if (tree.children.has(last)) fail(31250, `Path collision at ${path.join('.')}`);
  tree.children.set(last, leaf);
}
