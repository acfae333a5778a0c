import { field, fieldsOf, isDoc, namesOf, put, type Doc, type Value } from '../bson/types.ts';
import { showValue } from '../bson/show.ts';
import { fail, within } from '../errors.ts';
import { typeName } from '../expression/arguments.ts';
import { checkPath, compile, type Environment } from '../expression/compile.ts';
import { scopeOf, type Expression, type Scope } from '../expression/scope.ts';
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

/** A field's expression: as it was written, until all fields have been found right. */
interface Leaf {
  value: Value;
  expression?: Expression;
}
type Node = Leaf | Tree;
interface Tree {
  children: Map<string, Node>;
}

function addFields(name: string) {
  return (argument: Value, environment: Environment): Shape => {
    if (!isDoc(argument))
      return fail(40272, `${name} specification stage must be an object, got ${typeName(argument)}`);
    const root: Tree = { children: new Map() };
    within(`Invalid ${name}`, () => {
      const leaves = fieldsOf(argument).flatMap(([path, value]) => parseField(root, checkPath(path), value));
      for (const leaf of leaves) leaf.expression = compile(leaf.value, environment);
    });
    return (doc, variables) => fill(doc, root.children, scopeOf(doc, variables)) as Doc;
  };
}

function parseField(root: Tree, path: string[], value: Value): Leaf[] {
  const names = isDoc(value) ? namesOf(value) : [];
  if (!isDoc(value) || names.length === 0 || names[0]?.startsWith('$')) {
    if (names.length > 1) tooMany(path);
    return [place(root, path, { value })];
  }
  return fieldsOf(value).flatMap(([name, inner]) => {
    if (name.startsWith('$')) tooMany(path);
    if (name.includes('.')) fail(40183, `cannot use dotted field name '${name}' in a sub object`);
    return parseField(root, checkPath([...path, name].join('.')), inner);
  });
}

const tooMany = (path: string[]): never =>
  fail(40181, `an expression specification must contain exactly one field at path '${path.join('.')}'`);

function place(root: Tree, path: readonly string[], leaf: Leaf): Leaf {
  let { children } = root;
  for (const [at, part] of path.entries()) {
    const last = at === path.length - 1;
    const next = children.get(part) ?? (last ? leaf : { children: new Map<string, Node>() });
    if ((last && children.has(part)) || (!last && 'value' in next))
      return fail(40176, `specification contains two conflicting paths, one of them '${path.join('.')}'`);
    children.set(part, next);
    if ('children' in next) ({ children } = next);
  }
  return leaf;
}

function fill(value: Value | undefined, children: Map<string, Node>, scope: Scope): Value {
  if (Array.isArray(value)) return value.map((item) => fill(item, children, scope));
  const result: Doc = isDoc(value) ? { ...value } : {};
  for (const [name, node] of children) {
    const made =
      'children' in node ? fill(field(result, name), node.children, scope) : node.expression?.(scope);
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
