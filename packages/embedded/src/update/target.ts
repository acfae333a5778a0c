import { isPosition } from '../bson/path.ts';
import { isDoc, put, field, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Hit } from '../query/match.ts';
import type { ArrayFilter } from './array-filters.ts';
import { NOTHING, type Modify } from './modifiers.ts';
import { show } from '../storage/duplicate.ts';

export interface Targets {
  filters: ReadonlyMap<string, ArrayFilter>;
  hit: Hit;
  root: Doc;
}

const MAX_PADDING = 1_500_000;

/** Finds what a path of an update means in a document, making what is missing, and modifies it there. */
export function applyAt(doc: Doc, path: readonly string[], modify: Modify, targets: Targets): void {
  descend(doc, path, 0, modify, targets);
}

function descend(
  holder: Doc | Value[],
  path: readonly string[],
  at: number,
  modify: Modify,
  targets: Targets,
): void {
  const part = path[at] as string;
  if (part.startsWith('$') && (part === '$' || part.startsWith('$[')))
    return descendMany(holder, path, at, modify, targets);
  if (Array.isArray(holder) && !isPosition(part)) {
    if (modify.onlyExisting) return;
    fail(
      'PathNotViable',
      `Cannot create field '${part}' in element {${path[at - 1] ?? ''}: ${show(holder)}}`,
    );
  }
  const old = Array.isArray(holder) ? holder[Number(part)] : field(holder, part);
  if (at === path.length - 1) return replace(holder, part, modify.apply(old, { path, root: targets.root }));
  if (isDoc(old) || Array.isArray(old)) return descend(old, path, at + 1, modify, targets);
  if (modify.onlyExisting) return;
  if (old !== undefined)
    fail('PathNotViable', `Cannot create field '${path[at + 1] ?? ''}' in element {${part}: ${show(old)}}`);
  const next = path[at + 1] as string;
  if (next.startsWith('$')) {
    fail(
      'BadValue',
      `The path '${path.slice(0, at + 1).join('.')}' must exist in the document in order to apply array updates.`,
    );
  }
  const made: Doc = {};
  descend(made, path, at + 1, modify, targets);
  if (Object.keys(made).length > 0) replace(holder, part, made);
}

function descendMany(
  holder: Doc | Value[],
  path: readonly string[],
  at: number,
  modify: Modify,
  targets: Targets,
): void {
  const part = path[at] as string;
  if (part === '$') {
    if (targets.hit.position === undefined)
      fail('BadValue', 'The positional operator did not find the match needed from the query.');
    const concrete = [...path];
    concrete[at] = String(targets.hit.position);
    return descend(holder, concrete, at, modify, targets);
  }
  if (!Array.isArray(holder))
    return fail(
      'BadValue',
      `Cannot apply array updates to non-array element ${path[at - 1] ?? ''}: ${show(holder)}`,
    );
  const wanted = part === '$[]' ? () => true : targets.filters.get(part.slice(2, -1));
  for (let index = 0; index < holder.length; index++) {
    if (!wanted?.(holder[index] as Value)) continue;
    const concrete = [...path];
    concrete[at] = String(index);
    descend(holder, concrete, at, modify, targets);
  }
}

function replace(holder: Doc | Value[], part: string, value: Value | typeof NOTHING): void {
  if (!Array.isArray(holder)) {
    if (value === NOTHING) delete holder[part];
    else put(holder, part, value);
    return;
  }
  const index = Number(part);
  if (value === NOTHING) {
    if (index < holder.length) holder[index] = null;
    return;
  }
  if (index - holder.length > MAX_PADDING)
    fail('BadValue', `can't backfill more than ${MAX_PADDING} elements`);
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}
