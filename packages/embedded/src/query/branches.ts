import { encodeKey } from '../bson/keys.ts';
import { isPosition } from '../bson/path.ts';
import type { Doc, Value } from '../bson/types.ts';
import { tuplesOf, type KeyPattern } from '../storage/keys-of.ts';
import { everything } from './bounds.ts';
import { countUpTo, sorting, type Bounds, type Stretch } from './stretches.ts';
import { conditionsOf, hasText } from './conditions.ts';
import type { Filter } from './filter.ts';
import { Gradual } from '../gradual.ts';
import { together } from './index-bounds.ts';

/** Up to so many branches are tried one after another: to look for those that may find a document takes as long. */
export const FEW = 16;

const PAUSE_EVERY = 100;

/**
 * Many branches of an $or or a $nor, as indexes have them: what a document holds on a path tells which may find it.
 * Else each of many documents would be tried against each of many branches.
 */
export interface Branches {
  onPaths: readonly OnPath[];
  /** Of which no path tells enough. */
  others: readonly number[];
}

/** Whether any branch finds a document: those that may are tried. */
export const someBranch = ({ onPaths, others }: Branches, doc: Doc, finds: Finds): boolean =>
  others.some(finds) || onPaths.some((onPath) => onPath.some(doc, finds));

type Finds = (branch: number) => boolean;

interface Entry extends Stretch {
  branch: number;
}

class OnPath {
  readonly #pattern: KeyPattern;
  /** In the order in which they begin, and for each how far it and those before it reach. */
  readonly #entries: readonly Entry[];
  readonly #reach: Buffer[] = [];
  /** All its branches, where their bounds say nothing of the values in an array. */
  readonly #ofArrays: readonly number[] | undefined;

  constructor(path: string, entries: readonly Entry[], ofArrays: readonly number[] | undefined) {
    this.#pattern = { paths: [path.split('.')], descending: [false] };
    this.#entries = entries;
    for (const { high } of entries) {
      const before = this.#reach.at(-1);
      this.#reach.push(before && Buffer.compare(before, high) > 0 ? before : high);
    }
    this.#ofArrays = ofArrays;
  }

  some(doc: Doc, finds: Finds): boolean {
    const { tuples, multikey } = tuplesOf(doc, this.#pattern);
    if (multikey[0] !== 0 && this.#ofArrays) return this.#ofArrays.some(finds);
    return tuples.some((tuple) => this.#someAt(tuple, finds));
  }

  #someAt(tuple: (Value | undefined)[], finds: Finds): boolean {
    const key = encodeKey(tuple);
    for (let at = countUpTo(this.#entries, key) - 1; at >= 0; at--) {
      if (Buffer.compare(key, this.#reach[at] as Buffer) >= 0) return false;
      const { high, branch } = this.#entries[at] as Entry;
      if (Buffer.compare(key, high) < 0 && finds(branch)) return true;
    }
    return false;
  }
}

const made = new WeakMap<Filter, Gradual<Branches>[]>();

/** @param collated whether strings have another order than that of their bytes */
export function branchesOf(filter: Filter & { parts: Filter[] }, collated: boolean): Gradual<Branches> {
  const both = made.get(filter) ?? [];
  made.set(filter, both);
  return (both[Number(collated)] ??= new Gradual(building(filter.parts, collated)));
}

/** What a branch says of a path. */
interface Told {
  path: string;
  bounds: Bounds;
  /** Whether one condition says it, so that one value of an array must meet it. */
  single: boolean;
}

function* building(parts: Filter[], collated: boolean): Generator<void, Branches> {
  if (parts.length <= FEW) return { onPaths: [], others: [...parts.keys()] };
  const told: Told[][] = [];
  const values = new Map<string, Set<string>>();
  for (const part of parts) {
    const known = toldBy(part, collated);
    for (const { path, bounds } of known) {
      const own = values.get(path) ?? new Set();
      values.set(path, own);
      for (const { low } of bounds.intervals) own.add(low.toString('latin1'));
    }
    if (told.push(known) % PAUSE_EVERY === 0) yield;
  }
  const onPaths = new Map<string, Map<number, Told>>();
  const others: number[] = [];
  const countOf = ({ path }: Told): number => values.get(path)?.size ?? 0;
  for (const [branch, known] of told.entries()) {
    // That which tells most branches apart.
    const [best] = known.sort((a, b) => countOf(b) - countOf(a));
    if (!best) others.push(branch);
    else onPaths.set(best.path, (onPaths.get(best.path) ?? new Map<number, Told>()).set(branch, best));
  }
  yield;
  const made: OnPath[] = [];
  for (const [path, branches] of onPaths) {
    if (branches.size <= FEW) {
      others.push(...branches.keys());
      continue;
    }
    const entries = [...branches].flatMap(([branch, { bounds }]) =>
      bounds.intervals.map(({ low, high }) => ({ low, high, branch })),
    );
    const forArrays = [...branches.values()].every(({ single }) => single);
    made.push(new OnPath(path, yield* sorting(entries), forArrays ? undefined : [...branches.keys()]));
  }
  return { onPaths: made, others };
}

function toldBy(part: Filter, collated: boolean): Told[] {
  const byPath = Map.groupBy(conditionsOf(part), ({ path }) => path);
  return [...byPath].flatMap(([path, all]) => {
    // A place in an array may also be a name, for which a document may have no key.
    if (path.split('.').some(isPosition)) return [];
    const conditions = collated ? all.filter(({ leaf }) => !hasText(leaf)) : all;
    const bounds = together(conditions);
    return bounds === everything ? [] : [{ path, bounds, single: conditions.length === 1 }];
  });
}
