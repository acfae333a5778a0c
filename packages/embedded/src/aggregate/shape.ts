import { field, fieldsOf, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import {
  checkPath,
  compile,
  scopeOf,
  type Environment,
  type Expression,
  type Scope,
} from '../expression/compile.ts';
import { compileProjection } from '../query/projection.ts';

type Variables = Scope['variables'];
export type Shape = (doc: Doc, variables?: Variables) => Doc;

/** Stages that give each document another shape; a pipeline that updates is made of these alone. */
export const shapes: ReadonlyMap<string, (argument: Value, environment: Environment) => Shape> = new Map([
  ['$project', project],
  ['$set', addFields('$set')],
  ['$addFields', addFields('$addFields')],
  ['$unset', unset],
  ['$replaceRoot', replaceRoot],
  ['$replaceWith', replaceWith],
]);

function project(argument: Value, environment: Environment): Shape {
  if (!isDoc(argument)) return fail(15969, '$project specification must be an object');
  const run = compileProjection(argument, environment);
  return (doc, variables) => run(doc, undefined, variables);
}

type Node = { expression: Expression } | { children: Map<string, Node> };

function addFields(name: string) {
  return (argument: Value, environment: Environment): Shape => {
    if (!isDoc(argument))
      return fail(40272, `${name} specification stage must be an object, got ${typeName(argument)}`);
    if (Object.keys(argument).length === 0)
      fail(40177, `Invalid ${name} :: caused by :: specification must have at least one field`);
    const root: { children: Map<string, Node> } = { children: new Map() };
    const parse = (parts: string[], value: Value, path: string): void => {
      const [first] = isDoc(value) ? Object.keys(value) : [];
      if (isDoc(value) && first !== undefined && !first.startsWith('$')) {
        for (const [inner, innerValue] of fieldsOf(value))
          parse([...parts, ...checkPath(inner)], innerValue, `${path}.${inner}`);
        return;
      }
      let node = root;
      for (const part of parts.slice(0, -1)) {
        let next = node.children.get(part);
        if (!next) node.children.set(part, (next = { children: new Map() }));
        if ('expression' in next)
          return fail(
            40176,
            `Invalid ${name} :: caused by :: specification contains two conflicting paths. Cannot specify both '${path}' and '${part}'`,
          );
        node = next;
      }
      const last = parts.at(-1) as string;
      if (node.children.has(last))
        fail(
          40176,
          `Invalid ${name} :: caused by :: specification contains two conflicting paths. Cannot specify both '${path}' and '${path}'`,
        );
      node.children.set(last, { expression: compile(value, environment) });
    };
    for (const [path, value] of fieldsOf(argument)) parse(checkPath(path), value, path);
    return (doc, variables) => fill(doc, root.children, scopeOf(doc, variables)) as Doc;
  };
}

function fill(value: Value | undefined, children: Map<string, Node>, scope: Scope): Value {
  if (Array.isArray(value)) return value.map((item) => fill(item, children, scope));
  const result: Doc = isDoc(value) ? { ...value } : {};
  for (const [name, node] of children) {
    const made =
      'expression' in node ? node.expression(scope) : fill(field(result, name), node.children, scope);
    if (made === undefined) delete result[name];
    else put(result, name, made);
  }
  return result;
}

function unset(argument: Value, environment: Environment): Shape {
  const names = Array.isArray(argument) ? argument : [argument];
  if (names.length === 0)
    fail(31119, '$unset specification must be a string or an array with at least one field');
  for (const name of names)
    if (typeof name !== 'string') fail(31002, '$unset specification must be a string or an array');
  const spec: Doc = {};
  for (const name of names) put(spec, name as string, false);
  const run = compileProjection(spec, environment);
  return (doc) => run(doc);
}

function replaceRoot(argument: Value, environment: Environment): Shape {
  if (!isDoc(argument))
    return fail(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(argument)}`,
    );
  for (const name of Object.keys(argument))
    if (name !== 'newRoot') fail(40415, `BSON field '$replaceRoot.${name}' is an unknown field.`);
  if (argument['newRoot'] === undefined)
    fail(40414, "BSON field '$replaceRoot.newRoot' is missing but a required field");
  return replacing(compile(argument['newRoot'] as Value, environment));
}

function replaceWith(argument: Value, environment: Environment): Shape {
  return replacing(compile(argument, environment));
}

const replacing =
  (expression: Expression): Shape =>
  (doc, variables) => {
    const root = expression(scopeOf(doc, variables));
    return isDoc(root)
      ? root
      : fail(
          40228,
          `'newRoot' expression must evaluate to an object, but resulting value was: ${root === undefined ? 'MISSING' : JSON.stringify(root)}. Type of resulting value: '${typeName(root)}'.`,
        );
  };
