import { isPosition } from '../bson/path.ts';
import { field, isDoc, put, type Doc, type Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Hit } from '../query/match.ts';
import { show } from '../bson/show.ts';
import type { ArrayFilter } from './array-filters.ts';
import { NOTHING, type Modify } from './modify.ts';
import { isEach } from './paths.ts';

/** What the paths of an update mean in one document. */
export interface Targets {
  /** The document before the update: what stands in it says which elements are meant. */
  before: Doc;
  filters: ReadonlyMap<string, ArrayFilter>;
  hit: Hit;
  /** Notes each place that is changed, and refuses one that is changed twice. */
  claim?: ((path: readonly string[]) => void) | undefined;
}

/** The places that a path of an update means, without `$`, `$[]` and `$[name]`. */
export function placesOf(path: readonly string[], targets: Targets): (readonly string[])[] {
  return elementsOf(path.includes('$') ? positioned(path, targets.hit) : path, targets);
}

function positioned(path: readonly string[], { position }: Hit): string[] {
  if (position === undefined)
    return fail('BadValue', 'The positional operator did not find the match needed from the query.');
  return path.map((part) => (part === '$' ? String(position) : part));
}

function elementsOf(path: readonly string[], targets: Targets): (readonly string[])[] {
  const at = path.findIndex(isEach);
  if (at < 0) return [path];
  const holder = path.slice(0, at);
  const items = holder.reduce<Value | undefined>(inside, targets.before);
  if (items === undefined)
    return fail(
      'BadValue',
      `The path '${holder.join('.')}' must exist in the document in order to apply array updates.`,
    );
  if (!Array.isArray(items))
    return fail(
      'BadValue',
      `Cannot apply array updates to non-array element ${holder.at(-1) ?? ''}: ${show(items)}`,
    );
  const wanted = targets.filters.get((path[at] as string).slice(2, -1)) ?? (() => true);
  return items.flatMap((item, index) =>
    wanted(item) ? elementsOf(path.with(at, String(index)), targets) : [],
  );
}

function inside(value: Value | undefined, part: string): Value | undefined {
  if (Array.isArray(value)) return isPosition(part) ? value[Number(part)] : undefined;
  return isDoc(value) ? field(value, part) : undefined;
}

/** Modifies what stands at a place, making what is missing on the way if the operator does so. */
export function applyAt(root: Doc, path: readonly string[], modify: Modify): void {
  let holder: Doc | Value[] = root;
  for (const [at, part] of path.entries()) {
    if (Array.isArray(holder) && !isPosition(part)) return refuseWay(path, at, holder, modify);
    const old = inside(holder, part);
    if (at === path.length - 1) return replace(holder, part, modify.change(old, { path, root }));
    if (isDoc(old) || Array.isArray(old)) holder = old;
    else if (old !== undefined) return refuseWay(path, at + 1, old, modify);
    else if (modify.missing !== 'make') return;
    else return make(root, holder, path, at, modify);
  }
}

/** A path that leads through a value that has no such field. */
function refuseWay(path: readonly string[], at: number, value: Value, { missing }: Modify): void {
  if (missing === 'ignore') return;
  const [holder = '', part = ''] = path.slice(at - 1);
  const element = `{${holder}: ${show(value)}}`;
  fail(
    'PathNotViable',
    missing === 'seek'
      ? `cannot use the part (${holder} of ${path.join('.')}) to traverse the element (${element})`
      : `Cannot create field '${part}' in element ${element}`,
  );
}

/** Puts new documents where a path ends too early, unless there is nothing to put into them. */
function make(root: Doc, holder: Doc | Value[], path: readonly string[], at: number, modify: Modify): void {
  let value = modify.change(undefined, { path, root });
  if (value === NOTHING) return;
  for (const part of path.slice(at + 1).reverse()) {
    const made: Doc = {};
    put(made, part, value);
    value = made;
  }
  replace(holder, path[at] as string, value);
}

const MAX_PADDING = 1_500_000;

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
