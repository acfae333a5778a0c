import type { StringOrder } from '../bson/compare.ts';
import { encodeKey } from '../bson/keys.ts';
import type { Collection, Index, View } from '../storage/view.ts';
import { boundsOf, everything, isExact, listOf } from './bounds.ts';
import { descending, type Bounds, type Interval, type Stretch } from './stretches.ts';
import { branchesOf } from './branches.ts';
import { conditionsOf, hasText, type Condition } from './conditions.ts';
import { MANY, type Filter } from './filter.ts';
import type { Hint } from './hint.ts';
import { implies } from './implies.ts';
import { boundsFor, rangesOf } from './index-bounds.ts';
import { FEW_VALUES, orderedList, patternsOf } from './lists.ts';
import type { SortPattern } from './sort.ts';

export interface IndexScan {
  stage: 'IXSCAN';
  index: Index;
  /** The stretches of the index that are read, in its order. */
  ranges: Stretch[];
  /** Whether each stretch is one whole key, which in a unique index one document has. */
  keys: boolean;
  /** For fields behind the stretches: what their part of a key must lie in before the document is fetched. */
  checks: (Interval[] | undefined)[];
  /** The bounds of each field, for explain. */
  bounds: Interval[][];
  backwards: boolean;
  /** Whether what lies in the bounds is what the filter finds, so that no document need be looked at. */
  exact: boolean;
  /** Whether the order of the index is the order that was asked for. */
  sorted: boolean;
  /** What would have served too. */
  rejected?: IndexScan[];
}

export type Plan =
  | { stage: 'COLLSCAN'; backwards: boolean; sorted: boolean }
  | { stage: 'EOF'; sorted: boolean }
  | { stage: 'OR'; plans: Plan[]; sorted: false }
  | IndexScan;

export interface PlanRequest {
  filter: Filter;
  sort?: SortPattern | undefined;
  hint?: Hint | undefined;
  /** How many documents are asked for, where not all are. */
  wanted?: number | undefined;
  /** With a collation an index, which knows only bytes, says nothing about strings. */
  strings?: StringOrder | undefined;
}

interface Candidate {
  plan: IndexScan;
  points: number;
  score: number;
}

/** Chooses how to find the documents of a filter, in parts: there may be very much in it. */
export function* planning(
  view: View,
  collection: Collection | undefined,
  request: PlanRequest,
): Generator<void, Plan> {
  if (!collection) return { stage: 'EOF', sorted: true };
  yield* readying(request.filter, request.strings);
  for (;;) {
    const { changedAt } = collection;
    const plan = yield* planQuery(view, collection, request);
    // Between two parts an index may go.
    if (collection.changedAt === changedAt) return plan;
  }
}

/** Does in parts what long lists and many branches want once, for the planner and for the matcher. */
function* readying(filter: Filter, strings: StringOrder | undefined): Generator<void> {
  if (filter.op === 'in') {
    if (filter.values.length > MANY) yield* patternsOf(filter).parts(undefined);
    if (!strings || !hasText(filter)) yield* listOf(filter).parts(undefined);
    else if (filter.values.length > FEW_VALUES) yield* orderedList(filter, strings).parts(undefined);
  }
  if ('part' in filter) yield* readying(filter.part, strings);
  if (!('parts' in filter)) return;
  for (const part of filter.parts) yield* readying(part, strings);
  if (filter.op === 'or' || filter.op === 'nor')
    yield* branchesOf(filter, strings !== undefined).parts(undefined);
}

/** The cheapest of the usable indexes, or the whole collection. */
function* planQuery(view: View, collection: Collection, request: PlanRequest): Generator<void, Plan> {
  const { hint } = request;
  if (hint === 'forward' || hint === 'backward')
    return { stage: 'COLLSCAN', backwards: hint === 'backward', sorted: !request.sort };
  const conditions = conditionsOf(request.filter).filter(({ leaf }) => !request.strings || !hasText(leaf));
  const candidates: Candidate[] = [];
  for (const index of hint ? [hint] : collection.indexes) {
    if (index.hidden) continue;
    const candidate = consider(index, conditions, request, hint !== undefined);
    if (!candidate) continue;
    candidates.push(candidate);
    if (isLong(candidate)) yield;
  }
  const best = yield* cheapest(view, candidates, request);
  if (best && candidates.length > 1)
    best.plan.rejected = candidates.flatMap((other) => (other === best ? [] : [other.plan]));
  if (
    best &&
    (best.points > 0 || best.plan.ranges.length !== 1 || best.plan.bounds[0] !== everything.intervals || hint)
  )
    return best.plan;
  const union = yield* unionOf(view, collection, request);
  return union ?? best?.plan ?? { stage: 'COLLSCAN', backwards: false, sorted: !request.sort };
}

function consider(
  index: Index,
  conditions: Condition[],
  request: PlanRequest,
  forced: boolean,
): Candidate | undefined {
  if (!forced && !request.sort && !conditions.some(({ path }) => path === index.names[0])) return undefined;
  if (!forced && leavesOut(index, request, conditions)) return undefined;
  const bounds = boundsFor(index, conditions);
  const sortDirection = request.sort && !request.strings ? sortedBy(index, bounds, request.sort) : undefined;
  if (!forced && bounds[0] === everything && sortDirection === undefined && !isList(index, conditions))
    return undefined;
  const stored = bounds.map(({ intervals }, at) =>
    index.descending[at] ? descending(intervals) : intervals,
  );
  const { ranges, used } = rangesOf(stored);
  const checks = stored.map((intervals, at) =>
    at < used || bounds[at] === everything ? undefined : intervals,
  );
  const points = bounds.findIndex(({ intervals }) => !intervals.every(({ point }) => point));
  const equalities = points < 0 ? bounds.length : points;
  const tight = bounds.filter((field) => field !== everything).length;
  const plan: IndexScan = {
    stage: 'IXSCAN',
    index,
    ranges,
    keys: bounds.every(({ intervals }) => intervals.every(({ point }) => point)) && used === bounds.length,
    checks,
    bounds: stored,
    exact: answers(index, request.filter, conditions),
    backwards: sortDirection === 'backward',
    sorted: !request.sort || sortDirection !== undefined,
  };
  return { plan, points: equalities, score: equalities * 10 + tight * 2 + (plan.sorted ? 1 : 0) };
}

/** Whether a sparse index is the list of the documents that have a field, which is what is asked for. */
const isList = (index: Index, conditions: Condition[]): boolean =>
  index.sparse && conditions.some(({ path, leaf }) => path === index.names[0] && leaf.op === 'exists');

/** Whether the bounds of an index say all that a filter says. */
function answers(index: Index, filter: Filter, conditions: Condition[]): boolean {
  const leaves = partsOf(filter);
  if (leaves.length !== conditions.length) return false;
  return conditions.every(({ path, leaf, groups }) => {
    const at = index.names.indexOf(path);
    return (
      at >= 0 && groups.length === 0 && leaves.includes(leaf) && index.multikey[at] === 0 && isExact(leaf)
    );
  });
}

/** What has to hold together, however it is nested. */
const partsOf = (filter: Filter): Filter[] =>
  filter.op === 'and' ? filter.parts.flatMap(partsOf) : [filter];

/** Whether an index may lack documents that are looked for. A hint takes it nevertheless. */
function leavesOut(index: Index, { filter, strings }: PlanRequest, conditions: Condition[]): boolean {
  if (index.sparse && !provesPresence(index, conditions)) return true;
  if (!index.partialFilter) return false;
  // What is in the index was decided without a collation.
  const plain = conditions.flatMap(({ leaf, groups }) => (groups.length ? [] : [leaf]));
  return !implies(strings ? { op: 'and', parts: plain } : filter, index.partialFilter);
}

/** A sparse index leaves out documents that have none of its fields: the filter must want at least one. */
const provesPresence = (index: Index, conditions: Condition[]): boolean => {
  const missing = encodeKey([null]);
  return conditions.some(({ path, leaf }) => {
    if (!Object.hasOwn(index.key, path)) return false;
    if (leaf.op === 'exists' || leaf.op === 'type' || leaf.op === 'size') return true;
    const bounds = boundsOf(leaf);
    return (
      bounds !== undefined &&
      !bounds.intervals.some(
        ({ low, high }) => Buffer.compare(low, missing) <= 0 && Buffer.compare(missing, high) < 0,
      )
    );
  });
};

function sortedBy(index: Index, bounds: Bounds[], sort: SortPattern): 'forward' | 'backward' | undefined {
  const { names } = index;
  const fixed = (at: number): boolean =>
    bounds[at]?.intervals.length === 1 && bounds[at].intervals[0]?.point === true && index.multikey[at] === 0;
  let direction: boolean | undefined;
  let at = 0;
  for (const { name, descending: down } of sort.fields) {
    const position = names.indexOf(name);
    if (position >= 0 && fixed(position)) continue;
    while (at < names.length && names[at] !== name && fixed(at)) at++;
    if (names[at] !== name || index.multikey[at] !== 0) return undefined;
    const backwards = down !== index.descending[at];
    if (direction !== undefined && direction !== backwards) return undefined;
    direction = backwards;
    at++;
  }
  return direction ? 'backward' : 'forward';
}

const SAMPLE = 100;
/** After how many branches of an $or others may run. */
const PAUSE_EVERY = 16;

/** Others may run after something of very many parts, and need not after anything else: who paused must look again. */
const isLong = ({ plan }: Candidate): boolean => plan.ranges.length > SAMPLE;
/** Where all have more than that, and all that is found is read. */
const LARGER_SAMPLE = 1000;

/** Counts a little of what each candidate would read, where more than one could serve. */
function* cheapest(
  view: View,
  candidates: Candidate[],
  request: PlanRequest,
): Generator<void, Candidate | undefined> {
  const exact = candidates.find(
    ({ plan, points }) => plan.index.unique && points === plan.bounds.length && plan.ranges.length === 1,
  );
  if (exact) return exact;
  if (candidates.length < 2) return candidates[0];
  function* pricedBy(sample: number): Generator<void, { candidate: Candidate; cost: number }[]> {
    const priced = [];
    for (const candidate of candidates) {
      priced.push({ candidate, cost: priceOf(view, candidate, request, sample) });
      if (isLong(candidate)) yield;
    }
    return priced;
  }
  let priced = yield* pricedBy(SAMPLE);
  if (request.wanted === undefined && priced.every(({ cost }) => cost >= SAMPLE))
    priced = yield* pricedBy(LARGER_SAMPLE);
  // Where a little of both is as much, an index that leaves documents out reads no more than one that has them all.
  const isPartial = ({ plan }: Candidate) => Number(plan.index.partialFilter !== undefined);
  priced.sort(
    (a, b) =>
      a.cost - b.cost ||
      b.candidate.score - a.candidate.score ||
      isPartial(b.candidate) - isPartial(a.candidate),
  );
  return priced[0]?.candidate;
}

function priceOf(view: View, { plan }: Candidate, { sort }: PlanRequest, sample: number): number {
  let cost = 0;
  for (const { low, high } of plan.ranges) {
    if (cost >= sample) break;
    cost += 1 + view.countEntries(plan.index, low, high, sample - cost);
  }
  return sort && !plan.sorted ? cost * 1.2 + 1 : cost;
}

/** An $or whose every branch has an index: the branches one after another. */
function* unionOf(
  view: View,
  collection: Collection,
  request: PlanRequest,
): Generator<void, Plan | undefined> {
  const or =
    request.filter.op === 'or'
      ? request.filter
      : request.filter.op === 'and'
        ? request.filter.parts.find(({ op }) => op === 'or')
        : undefined;
  if (or?.op !== 'or') return undefined;
  const rest = request.filter.op === 'and' ? request.filter.parts.filter((part) => part !== or) : [];
  const plans: Plan[] = [];
  for (const part of or.parts) {
    const filter: Filter = { op: 'and', parts: [part, ...rest] };
    const plan = yield* planQuery(view, collection, { filter, strings: request.strings });
    if (plan.stage === 'COLLSCAN') return undefined;
    if (plans.push(plan) % PAUSE_EVERY === 0) yield;
  }
  return { stage: 'OR', plans, sorted: false };
}
