import { inPart, Later, takesPause } from '../bson/bounded.ts';
import { decode } from '../bson/decode.ts';
import { partEnd } from '../bson/keys.ts';
import type { Doc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { Pace } from '../storage/pace.ts';
import type { Collection, Entry, Row, View } from '../storage/view.ts';
import { isWithin } from './stretches.ts';
import type { IndexScan, Plan } from './plan.ts';
import type { Matcher } from './match.ts';

/** Given now and then by everything that reads much, so that whoever drives it can let others run. */
export const PAUSE = Symbol('pause');
export type Pausing<V> = Generator<V | typeof PAUSE>;

/** What a plan has read, as explain reports it. */
export interface Counted {
  keys: number;
  documents: number;
  found: number;
}

/** A document that was found; it is decoded when somebody looks into it. */
export class Found implements Row {
  readonly id: number;
  readonly body: Buffer;
  #doc: Doc | undefined;

  constructor(id: number, body: Buffer, doc?: Doc) {
    this.id = id;
    this.body = body;
    this.#doc = doc;
  }

  get doc(): Doc {
    return (this.#doc ??= decode(this.body));
  }
}

/** Goes on with what was too much for one turn, others running in between. */
export function* inMoreParts<A, R>(
  action: (of: A) => R,
  of: A,
  before: Later,
): Generator<typeof PAUSE, Exclude<R, Later>> {
  for (let result: R | Later = before; ; result = inPart(action, of, result)) {
    if (!(result instanceof Later)) return result as Exclude<R, Later>;
    yield PAUSE;
  }
}

const PAUSE_EVERY = 200;
const PAUSE_BYTES = 256 * 1024;
const LOOK_EVERY = 4;
/** Milliseconds after which others are let run. */
const LONG = 5;

/**
 * The documents of a plan that a matcher accepts, each once.
 * @param wanted how many of them there will be asked for
 */
export function* scan(
  view: View,
  collection: Collection | undefined,
  plan: Plan,
  matches: Matcher,
  counted: Counted,
  wanted: number,
): Pausing<Found> {
  if (!collection) return;
  const pace = new Pace(wanted);
  let work = 0;
  let bytes = 0;
  let began = performance.now();
  /** A filter may have so much to try that a few documents take as long as others do in their hundreds. */
  const isLong = (): boolean => work % LOOK_EVERY === 0 && performance.now() - began > LONG;
  // Asked anew for each: while a cursor waits, a first array may come into the index.
  const exact = (): boolean =>
    plan.stage === 'IXSCAN' && plan.exact && plan.index.multikey.every((bits) => bits === 0);
  for (const row of rowsOf(view, collection, plan, counted, pace)) {
    if (++work >= PAUSE_EVERY || bytes >= PAUSE_BYTES || takesPause() || isLong()) {
      yield PAUSE;
      work = bytes = 0;
      began = performance.now();
    }
    if (row === PAUSE) continue;
    counted.documents++;
    bytes += row.body.length;
    const found = new Found(row.id, row.body);
    if (!exact()) {
      const matched = inPart(matches, found.doc);
      if (!(matched instanceof Later ? yield* inMoreParts(matches, found.doc, matched) : matched)) continue;
    }
    counted.found++;
    pace.found();
    yield found;
  }
}

/**
 * The first document that a plan finds, where it looks at one stretch of an index: a scan's generators take longer than
 * all else that is to be done for it.
 * @returns null where there is none, and undefined where only a scan can tell
 */
export function firstAtOnce(
  view: View,
  collection: Collection,
  plan: Plan,
  matches: Matcher,
  counted: Counted,
): Found | null | undefined {
  if (plan.stage !== 'IXSCAN' || plan.ranges.length !== 1 || !view.first) return undefined;
  const { index, ranges, checks, backwards } = plan;
  if (index.multikey.some((bits) => bits !== 0) || checks.some((check) => check !== undefined))
    return undefined;
  if (!collection.indexes.includes(index)) return undefined;
  const { low, high } = ranges[0] as IndexScan['ranges'][0];
  const row = plan.keys && index.unique ? view.unique(index, low) : view.first(index, low, high, backwards);
  if (!row) return null;
  const found = new Found(row.id, row.body);
  if (!plan.exact && inPart(matches, found.doc) !== true) return undefined;
  counted.keys++;
  counted.documents++;
  counted.found++;
  return found;
}

function rowsOf(
  view: View,
  collection: Collection,
  plan: Plan,
  counted: Counted,
  pace: Pace,
): Iterable<Row | typeof PAUSE> {
  switch (plan.stage) {
    case 'EOF':
      return [];
    case 'COLLSCAN':
      return view.documents(collection, plan.backwards, pace);
    case 'IXSCAN':
      return indexed(view, collection, plan, counted, pace);
    case 'OR':
      return union(plan.plans.map((branch) => rowsOf(view, collection, branch, counted, pace)));
  }
}

function* union(branches: Iterable<Row | typeof PAUSE>[]): Pausing<Row> {
  const seen = new Set<number>();
  for (const rows of branches) {
    for (const row of rows) {
      if (row === PAUSE || seen.has(row.id)) yield PAUSE;
      else {
        seen.add(row.id);
        yield row;
      }
    }
  }
}

/** The documents that an index scan finds; a pause stands for a key whose document is not wanted, or not again. */
function* indexed(
  view: View,
  collection: Collection,
  plan: IndexScan,
  counted: Counted,
  pace: Pace,
): Pausing<Row> {
  const { index, backwards } = plan;
  let changedAt: number | undefined;
  // While a cursor waits, or reads what comes before in an $or, its index may go, and then its entries.
  const check = (): void => {
    if (collection.changedAt === changedAt) return;
    if (!collection.indexes.some(({ id }) => id === index.id))
      fail('QueryPlanKilled', `query plan killed :: index '${index.name}' dropped`);
    ({ changedAt } = collection);
  };
  const seen = index.multikey.some((bits) => bits !== 0) ? new Set<number>() : undefined;
  const checked = plan.checks.some((check) => check !== undefined);
  for (const { low, high } of backwards ? [...plan.ranges].reverse() : plan.ranges) {
    const hits: Iterable<Hit> =
      plan.keys && index.unique
        ? [view.unique(index, low)].filter((row) => row !== undefined)
        : view.entries(index, low, high, backwards, checked, pace);
    for (const { id, key, body = view.body(id) } of hits) {
      check();
      counted.keys++;
      if (!body || seen?.has(id) || (checked && key && !passes(key, plan))) yield PAUSE;
      else {
        seen?.add(id);
        yield { id, body };
      }
    }
    check();
    yield PAUSE;
  }
}

/** The key stands only with an entry, the document not always. */
type Hit = Pick<Entry, 'id' | 'body'> & Partial<Pick<Entry, 'key'>>;

function passes(key: Buffer, plan: IndexScan): boolean {
  let at = 0;
  for (let field = 0; field < plan.checks.length; field++) {
    const end = partEnd(key, at, plan.index.descending[field] === true);
    const intervals = plan.checks[field];
    if (intervals && !isWithin(key.subarray(at, end), intervals)) return false;
    at = end;
  }
  return true;
}
