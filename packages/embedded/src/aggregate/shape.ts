import { field, fieldsOf, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { showValue } from '../bson/show.ts';
import { fail, within } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import {
  checkName,
  checkPath,
  compile,
  scopeOf,
  type Environment,
  type Expression,
  type Scope,
} from '../expression/compile.ts';
import { checked } from '../fields.ts';
import { compileFields, compileProjection } from '../query/projection.ts';

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
  return within('Invalid $project', () => compileProjection(argument, environment));
}

type Node = { expression: Expression } | Tree;
interface Tree {
  children: Map<string, Node>;
}

function addFields(name: string) {
  return (argument: Value, environment: Environment): Shape => {
    if (!isDoc(argument))
      return fail(40272, `${name} specification stage must be an object, got ${typeName(argument)}`);
    const root: Tree = { children: new Map() };
    within(`Invalid ${name}`, () => {
      for (const [path, value] of fieldsOf(argument)) parseField(root, checkPath(path), value, environment);
    });
    return (doc, variables) => fill(doc, root.children, scopeOf(doc, variables)) as Doc;
  };
}

function parseField(root: Tree, path: string[], value: Value, environment: Environment): void {
  const [first, ...more] = isDoc(value) ? Object.keys(value) : [];
  if (!isDoc(value) || first === undefined) return place(root, path, compile(value, environment));
  if (first.startsWith('$')) {
    if (more.length > 0)
      fail(40181, `an expression specification must contain exactly one field at path '${path.join('.')}'`);
    return place(root, path, compile(value, environment));
  }
  for (const [name, inner] of fieldsOf(value)) {
    if (name.includes('.')) fail(40183, `cannot use dotted field name '${name}' in a sub object`);
    parseField(root, [...path, checkName(name)], inner, environment);
  }
}

function place(root: Tree, path: readonly string[], expression: Expression): void {
  let { children } = root;
  for (const [at, part] of path.entries()) {
    const last = at === path.length - 1;
    const next = children.get(part) ?? (last ? { expression } : { children: new Map<string, Node>() });
    if ((last && children.has(part)) || (!last && 'expression' in next))
      return fail(40176, `specification contains two conflicting paths, one of them '${path.join('.')}'`);
    children.set(part, next);
    if ('children' in next) ({ children } = next);
  }
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
  const paths = names.map((name) =>
    typeof name === 'string'
      ? name
      : fail(
          Array.isArray(argument) ? 31120 : 31002,
          `$unset specification must be a string or an array${Array.isArray(argument) ? ' containing only string values' : ''}`,
        ),
  );
  if (paths.some((path) => path.includes('\0'))) fail(9527900, 'field paths must not contain null bytes');
  return within('Invalid $unset', () =>
    compileFields(
      paths.map((path) => [path, false]),
      environment,
    ),
  );
}

function replaceRoot(argument: Value, environment: Environment): Shape {
  if (!isDoc(argument))
    return fail(
      40229,
      `expected an object as specification for $replaceRoot stage, got ${typeName(argument)}`,
    );
  const { newRoot } = checked('$replaceRoot', argument, { newRoot: 'any' } as const, ['newRoot']);
  return replacing(compile(newRoot, environment));
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
          `'newRoot' expression must evaluate to an object, but resulting value was: ${showValue(root)}. Type of resulting value: '${typeName(root)}'. Input document: ${showValue(doc)}`,
        );
  };
