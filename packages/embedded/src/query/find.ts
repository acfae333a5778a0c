import { encode } from '../bson/codec.ts';
import type { Doc, Value } from '../bson/types.ts';
import { fail } from '../errors.ts';
import type { Collection, View } from '../storage/view.ts';
import { parseFilter, type Filter } from './filter.ts';
import { compileFilter, type Hit, type Matcher, type MatchOptions } from './match.ts';
import { hintedIndex, planQuery, type Plan } from './plan.ts';
import type { Project } from './projection.ts';
import { orderBy, type SortPattern } from './sort.ts';
import { PAUSE, scan, type Counted, type Found, type Pausing } from './scan.ts';

export interface FindRequest {
  filter: Doc;
  sort?: SortPattern | undefined;
  skip?: number | undefined;
  /** Undefined is no limit. */
  limit?: number | undefined;
  hint?: Value | undefined;
  match: MatchOptions;
}

/** A request with its plan: what explain shows and find runs. */
export interface Prepared {
  request: FindRequest;
  filter: Filter;
  plan: Plan;
  matches: Matcher;
  counted: Counted;
}

export function prepare(view: View, collection: Collection | undefined, request: FindRequest): Prepared {
  const filter = parseFilter(request.filter);
  const hint = hintedIndex(collection, request.hint);
  if (hint === 'unknown')
    fail(
      'BadValue',
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  const plan = planQuery(view, collection, {
    filter,
    sort: request.sort,
    hint,
    collated: request.match.strings !== undefined,
  });
  return {
    request,
    filter,
    plan,
    matches: compileFilter(filter, request.match),
    counted: { keys: 0, documents: 0, found: 0 },
  };
}

/** How much memory a sort may take before it is refused, as MongoDB's without disk. */
export const MEMORY_LIMIT = 100 * 1024 * 1024;

/** The documents of a request, in order, from where it skips to where it ends. */
export function* find(view: View, collection: Collection | undefined, prepared: Prepared): Pausing<Found> {
  const { request, plan } = prepared;
  const found = scan(view, collection, plan, prepared.matches, prepared.counted);
  const skip = request.skip ?? 0;
  const last = request.limit === undefined ? Infinity : skip + request.limit;
  const ordered = request.sort && !plan.sorted ? sorted(found, request.sort, last, request.match) : found;
  let at = 0;
  for (const item of ordered) {
    if (item === PAUSE) yield item;
    else if (at++ >= skip) yield item as Found;
    if (at >= last) return;
  }
}

function* sorted(
  source: Pausing<Found>,
  pattern: SortPattern,
  last: number,
  match: MatchOptions,
): Pausing<Found> {
  const order = orderBy(pattern, match.strings);
  let kept: { key: unknown; found: Found; bytes: number }[] = [];
  let bytes = 0;
  const byKey = (a: { key: unknown }, b: { key: unknown }): number => order.compare(a.key, b.key);
  for (const item of source) {
    if (item === PAUSE) {
      yield item;
      continue;
    }
    const found = item as Found;
    kept.push({ key: order.key(found.doc), found, bytes: found.body.length * 3 });
    bytes += found.body.length * 3;
    if (kept.length > last * 2 + 1000) {
      kept = kept.sort(byKey).slice(0, last);
      bytes = kept.reduce((sum, one) => sum + one.bytes, 0);
    }
    if (bytes > MEMORY_LIMIT)
      fail(
        'QueryExceededMemoryLimitNoDiskUseAllowed',
        `Executor error during find command :: caused by :: Sort exceeded memory limit of ${MEMORY_LIMIT} bytes, but did not opt in to external sorting.`,
      );
  }
  kept.sort(byKey);
  for (const { found } of kept) yield found;
}

/** The bytes of what a projection leaves of each document. */
export function* projected(
  source: Pausing<Found>,
  prepared: Prepared,
  project: Project | undefined,
  needsHit: boolean,
): Pausing<Buffer> {
  for (const item of source) {
    if (item === PAUSE) yield item;
    else {
      const { doc, body } = item as Found;
      if (!project) yield body;
      else {
        const hit: Hit = {};
        if (needsHit) prepared.matches(doc, hit);
        yield encode(project(doc, hit));
      }
    }
  }
}
