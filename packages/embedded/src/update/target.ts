import { isPosition } from '../bson/path.ts';
import { field, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Hit } from '../query/match.ts';
import { show } from '../storage/duplicate.ts';
import type { ArrayFilter } from './array-filters.ts';
import { NOTHING, type Modify } from './modify.ts';
import { isEach } from './paths.ts';

/** What the paths of an update mean in one document. */
export interface Targets {
  filters: ReadonlyMap<string, ArrayFilter>;
  hit: Hit;
  /** Notes each place that is changed, and refuses one that is changed twice. */
  claim?: ((path: readonly string[]) => void) | undefined;
}

const MAX_PADDING = 1_500_000;

/** Finds what a path of an update means in a document, making what is missing, and modifies it there. */
export function applyAt(root: Doc, path: readonly string[], modify: Modify, targets: Targets): void {
  const walk: Walk = { root, modify, targets };
  descend(walk, root, path.includes('$') ? positioned(path, targets.hit) : path, 0);
}

interface Walk {
  root: Doc;
  modify: Modify;
  targets: Targets;
}

function positioned(path: readonly string[], { position }: Hit): string[] {
  if (position === undefined)
    return fail('BadValue', 'The positional operator did not find the match needed from the query.');
  return path.map((part) => (part === '$' ? String(position) : part));
}

function descend(walk: Walk, holder: Doc | Value[], path: readonly string[], at: number): void {
  const part = path[at] as string;
  if (isEach(part)) return descendEach(walk, holder, path, at);
  if (Array.isArray(holder) && !isPosition(part)) return nowhere(walk, holder, path, at);
  const old = Array.isArray(holder) ? holder[Number(part)] : field(holder, part);
  if (at === path.length - 1) return change(walk, holder, path, old);
  if (isDoc(old) || Array.isArray(old)) return descend(walk, old, path, at + 1);
  if (old !== undefined) return nowhere(walk, old, path, at + 1);
  refuseEach(path, at + 1);
  if (walk.modify.missing !== 'make') return;
  const made: Doc = {};
  descend(walk, made, path, at + 1);
  if (Object.keys(made).length > 0) replace(holder, part, made);
}

/** Each element that `$[]` or `$[name]` means. */
function descendEach(walk: Walk, holder: Doc | Value[], path: readonly string[], at: number): void {
  const name = (path[at] as string).slice(2, -1);
  if (!Array.isArray(holder))
    return fail(
      'BadValue',
      `Cannot apply array updates to non-array element ${path[at - 1] ?? ''}: ${show(holder)}`,
    );
  const wanted = name === '' ? () => true : walk.targets.filters.get(name);
  for (let index = 0; index < holder.length; index++)
    if (wanted?.(holder[index] as Value)) descend(walk, holder, path.with(at, String(index)), at);
}

/** A path that leads through a value that has no such field. */
function nowhere({ modify }: Walk, value: Value, path: readonly string[], at: number): void {
  if (isEach(path[at] as string))
    fail('BadValue', `Cannot apply array updates to non-array element ${path[at - 1] ?? ''}: ${show(value)}`);
  refuseEach(path, at);
  if (modify.missing !== 'ignore')
    fail(
      'PathNotViable',
      `Cannot create field '${path[at] ?? ''}' in element {${path[at - 1] ?? ''}: ${show(value)}}`,
    );
}

function refuseEach(path: readonly string[], from: number): void {
  const each = path.findIndex((part, at) => at >= from && isEach(part));
  if (each >= 0)
    fail(
      'BadValue',
      `The path '${path.slice(0, each).join('.')}' must exist in the document in order to apply array updates.`,
    );
}

function change(walk: Walk, holder: Doc | Value[], path: readonly string[], old: Value | undefined): void {
  walk.targets.claim?.(path);
  replace(holder, path.at(-1) as string, walk.modify.apply(old, { path, root: walk.root }));
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
    fail('CannotBackfillArray', `can't backfill more than ${MAX_PADDING} elements`);
  while (holder.length < index) holder.push(null);
  holder[index] = value;
}
