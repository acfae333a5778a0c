import { field, fieldsOf, isDoc, namesOf, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Environment } from '../expression/compile.ts';
import { scopeOf, type Scope } from '../expression/scope.ts';
import { parseProjection, type Finding, type Tree } from './projection-tree.ts';

export interface Project {
  (doc: Doc, variables?: Scope['variables']): Doc;
  /** The names of the document's own fields that stay as they are, when that is all there is to it. */
  readonly names?: ReadonlySet<string> | undefined;
}

/** A projection of find, or without `find` of the $project stage. */
export function compileProjection(spec: Doc, environment: Environment, find?: Finding): Project {
  if (Object.keys(spec).length === 0) {
    if (!find) fail(51272, 'projection specification must have at least one field');
    return (doc) => doc;
  }
  return compileFields(fieldsOf(spec), environment, find);
}

export function compileFields(
  fields: readonly (readonly [name: string, value: Value])[],
  environment: Environment,
  find?: Finding,
): Project {
  const { root, including, positional } = parseProjection(fields, environment, find);
  const position = positional && find?.position();
  const project = (doc: Doc, variables?: Scope['variables']): Doc => {
    const shown = apply(doc, root, including, scopeOf(doc, variables)) as Doc;
    if (positional) showFound(shown, positional, position?.(doc));
    return shown;
  };
  return Object.assign(project, { names: including && !positional ? namesIn(root) : undefined });
}

function namesIn({ children }: Tree): ReadonlySet<string> | undefined {
  const fields = [...children];
  if (fields.some(([, { kind }]) => kind !== 'in' && kind !== 'out')) return undefined;
  return new Set(fields.flatMap(([name, { kind }]) => (kind === 'in' ? [name] : [])));
}

function apply(value: Value | undefined, tree: Tree, including: boolean, scope: Scope): Value | undefined {
  if (Array.isArray(value))
    return value.map((item) => apply(item, tree, including, scope)).filter((item) => item !== undefined);
  if (!isDoc(value)) {
    if (!including) return value;
    return hasComputed(tree) ? computedOnly(tree, scope) : undefined;
  }
  const result: Doc = {};
  const show = (name: string, shown: Value | undefined): void => {
    if (shown !== undefined) put(result, name, shown);
  };
  for (const name of namesOf(value)) {
    const node = tree.children.get(name);
    const old = value[name] as Value;
    if (!node) show(name, including ? undefined : old);
    else if (node.kind === 'in') show(name, old);
    else if (node.kind === 'edit') show(name, node.edit(old));
    else if (node.kind === 'tree') show(name, apply(old, node, including, scope));
    else if (node.kind === 'pick' && !including) show(name, node.pick(old));
  }
  for (const [name, node] of tree.children) {
    if (node.kind === 'compute') show(name, node.expression(scope));
    else if (node.kind === 'pick' && including) show(name, node.pick(field(value, name)));
    else if (node.kind === 'tree' && field(value, name) === undefined && hasComputed(node))
      show(name, computedOnly(node, scope));
  }
  return result;
}

const hasComputed = (tree: Tree): boolean =>
  [...tree.children.values()].some(
    (node) => node.kind === 'compute' || (node.kind === 'tree' && hasComputed(node)),
  );

function computedOnly(tree: Tree, scope: Scope): Doc {
  const result: Doc = {};
  for (const [name, node] of tree.children) {
    const value =
      node.kind === 'compute'
        ? node.expression(scope)
        : node.kind === 'tree' && hasComputed(node)
          ? computedOnly(node, scope)
          : undefined;
    if (value !== undefined) put(result, name, value);
  }
  return result;
}

/** Leaves of the first array on a path only the element that the query has found. */
function showFound(shown: Doc, path: readonly string[], position: number | undefined): void {
  const [name = '', ...rest] = path;
  const value = field(shown, name);
  if (isDoc(value)) {
    if (rest.length > 0) showFound(value, rest, position);
    return;
  }
  if (!Array.isArray(value)) return;
  if (position === undefined)
    return fail(51246, "positional operator '.$' couldn't find a matching element in the array");
  const item = value[position];
  if (item === undefined) return fail(51247, "positional operator '.$' element mismatch");
  put(shown, name, [item]);
}
