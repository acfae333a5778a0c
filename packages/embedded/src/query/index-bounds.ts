import { BOTTOM, TOP } from '../storage/connection.ts';
import type { Index } from '../storage/view.ts';
import { boundsOf, everything } from './bounds.ts';
import { intersect, Prefix, type Bounds, type Interval, type Stretch } from './stretches.ts';
import type { Condition, Group } from './conditions.ts';

/** What conditions say of an index: the bounds of its fields, and the stretches of it that lie in them. */

const MAX_RANGES = 4096;

/**
 * The bounds of each field of an index. On a path with arrays two conditions may be met by different
 * elements, so they only narrow each other inside one $elemMatch; the best such choice is taken.
 */
export function boundsFor(index: Index, conditions: Condition[]): Bounds[] {
  const { names } = index;
  const relevant = conditions.filter(({ path }) => names.includes(path));
  if (index.multikey.every((bits) => bits === 0))
    return names.map((name) => together(relevant.filter(({ path }) => path === name)));
  const groups = [undefined, ...new Set(relevant.flatMap((condition) => condition.groups.slice(0, 1)))];
  const variants = groups.map((group) => {
    // What one condition on an array has narrowed already, or the group will, cannot be narrowed by another one.
    const ofGroup = relevant.filter((condition) => group && condition.groups[0] === group);
    const taken = ofGroup.map(({ path }) => rootOf(path));
    const joined: Condition[] = [];
    return names.map((name, at) => {
      const here = relevant.filter(({ path }) => path === name);
      const bits = index.multikey[at] ?? 0;
      if (bits === 0) return together(here);
      const mine = ofGroup.filter(({ path }) => path === name);
      if (mine.length > 0) {
        const goes = mine.filter((one) => joined.every((other) => meet(one, other, bits)));
        const chosen = goes.every((one) => goes.every((other) => meet(one, other, bits)))
          ? goes
          : goes.toSorted((a, b) => weighField(together([b])) - weighField(together([a]))).slice(0, 1);
        joined.push(...chosen);
        return together(chosen);
      }
      const root = rootOf(name);
      if (taken.includes(root)) return everything;
      const chosen = tightest(here.map((one) => together([one])));
      if (chosen !== everything) taken.push(root);
      return chosen;
    });
  });
  // Of equals the later one: conditions on one element have narrowed each other there.
  return variants.reduce((best, variant) => (weigh(variant) >= weigh(best) ? variant : best));
}

/**
 * Whether two conditions speak of the same elements of all arrays that both paths lead through.
 * @param bits which parts of the first one's path are arrays
 */
function meet(one: Condition, other: Condition, bits: number): boolean {
  const common = Math.max(0, ...one.groups.filter((group) => other.groups.includes(group)).map(depthOf));
  const [parts, others] = [one.path.split('.'), other.path.split('.')];
  for (let depth = 1; depth <= parts.length && parts[depth - 1] === others[depth - 1]; depth++)
    if (depth > common && bits & (1 << depth)) return false;
  return true;
}

const depthOf = ({ depth }: Group): number => depth;

const rootOf = (path: string): string => path.split('.')[0] as string;

/** The bounds of several conditions on one value. */
export const together = (conditions: Condition[]): Bounds => {
  let bounds: Bounds | undefined;
  for (const { leaf } of conditions) {
    const own = boundsOf(leaf);
    if (own) bounds = bounds ? intersect(bounds, own) : own;
  }
  return bounds ?? everything;
};

const tightest = (choices: Bounds[]): Bounds =>
  choices.reduce((best, next) => (weighField(next) > weighField(best) ? next : best), everything);

function weighField(bounds: Bounds): number {
  if (bounds === everything) return 0;
  const { intervals } = bounds;
  if (intervals.every(({ point }) => point)) return 100 - Math.min(intervals.length, 50);
  return 10 - Math.min(intervals.length, 5);
}

const weigh = (fields: Bounds[]): number =>
  fields.reduce((sum, field, at) => sum + weighField(field) / 3 ** at, 0);

/** As many as were asked for are not too many, but what several fields make of theirs may be. */
const isTooMany = (prefixes: Stretch[], intervals: Interval[]): boolean =>
  prefixes.length > 1 && prefixes.length * intervals.length > MAX_RANGES;

const behind = (prefix: Buffer, part: Buffer): Buffer =>
  prefix.length ? Buffer.concat([prefix, part]) : part;

const isAll = ([first]: Interval[]): boolean => first?.low === BOTTOM && first.high === TOP;

/** The stretches of the index: equal parts first, then one field's ranges. */
export function rangesOf(fields: Interval[][]): { ranges: Stretch[]; used: number } {
  let prefixes: Stretch[] = [new Prefix(BOTTOM)];
  let used = 0;
  for (const intervals of fields) {
    if (!intervals.every(({ point }) => point) || isTooMany(prefixes, intervals)) break;
    // What stands first is a key already, however many.
    if (used === 0) prefixes = intervals;
    else
      prefixes = prefixes.flatMap(({ low: prefix }) =>
        intervals.map(({ low }) => new Prefix(Buffer.concat([prefix, low]))),
      );
    used++;
  }
  const next = fields[used];
  if (!next || isAll(next) || isTooMany(prefixes, next)) return { ranges: prefixes, used };
  const ranges = prefixes.flatMap((prefix) =>
    next.map(({ low, high }) => ({
      low: behind(prefix.low, low),
      high: high === TOP ? prefix.high : behind(prefix.low, high),
    })),
  );
  return { ranges, used: used + 1 };
}
