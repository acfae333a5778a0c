import { inPart, Later } from '../bson/bounded.ts';
import { encode } from '../bson/encode.ts';
import { keeping } from '../bson/keep.ts';
import type { Doc, Value } from '../bson/types.ts';
import type { Collection, View } from '../storage/view.ts';
import { parseFilter, type Filter } from './filter.ts';
import { Gradual } from '../gradual.ts';
import { hinted } from './hint.ts';
import { compileFilter, type Matcher, type MatchOptions } from './match.ts';
import { planning, type Plan } from './plan.ts';
import type { Project } from './projection.ts';
import { orderBy, type SortPattern } from './sort.ts';
import { MEMORY_LIMIT, sorted, type Memory } from './sorted.ts';
import { firstAtOnce, inMoreParts, PAUSE, scan, type Counted, type Found, type Pausing } from './scan.ts';

export interface FindRequest {
  filter: Doc;
  sort?: SortPattern | undefined;
  skip?: number | undefined;
  /** Undefined is no limit. */
  limit?: number | undefined;
  hint?: Value | undefined;
  memory?: Memory | undefined;
  match: MatchOptions;
}

/** A request with its plan: what explain shows and find runs. */
export interface Prepared {
  request: FindRequest;
  filter: Filter;
  /** Made when it is first asked for. */
  plan: Gradual<Plan>;
  matches: Matcher;
  counted: Counted;
}

export function prepare(view: View, collection: Collection | undefined, request: FindRequest): Prepared {
  const filter = parseFilter(request.filter);
  const plan = planning(view, collection, {
    filter,
    sort: request.sort,
    hint: hinted(collection, request.hint),
    wanted: request.limit,
    strings: request.match.strings,
  });
  return {
    request,
    filter,
    plan: new Gradual(plan),
    matches: compileFilter(filter, collection ? { ...request.match, planned: true } : request.match),
    counted: { keys: 0, documents: 0, found: 0 },
  };
}

const usual: Memory = { bytes: MEMORY_LIMIT, disk: true };

/** The documents of a request, in order, from where it skips to where it ends. */
export function* find(view: View, collection: Collection | undefined, prepared: Prepared): Pausing<Found> {
  const { request } = prepared;
  const plan = prepared.plan.atOnce ?? (yield* prepared.plan.parts<typeof PAUSE>(PAUSE));
  const skip = request.skip ?? 0;
  const last = request.limit === undefined ? Infinity : skip + request.limit;
  const sorts = request.sort && !plan.sorted ? request.sort : undefined;
  if (last === 1 && skip === 0 && !sorts && collection) {
    const first = firstAtOnce(view, collection, plan, prepared.matches, prepared.counted);
    if (first) yield first;
    if (first !== undefined) return;
  }
  const found = scan(view, collection, plan, prepared.matches, prepared.counted, sorts ? Infinity : last);
  const ordered = sorts
    ? sorted(found, orderBy(sorts, request.match.strings), last, request.memory ?? usual)
    : found;
  yield* skip === 0 && last === Infinity ? ordered : between(ordered, skip, last);
}

function* between(source: Pausing<Found>, skip: number, last: number): Pausing<Found> {
  let at = 0;
  for (const item of source) {
    if (item === PAUSE) yield item;
    else if (at++ >= skip) yield item;
    if (at >= last) return;
  }
}

/** The bytes of what a projection leaves of each document. */
export function* projected(source: Pausing<Found>, project: Project | undefined): Pausing<Buffer> {
  const keep = project?.names && keeping(project.names);
  for (const item of source) {
    if (item === PAUSE) yield item;
    else if (keep) yield keep((item as Found).body);
    else if (!project) yield (item as Found).body;
    else {
      const { doc } = item as Found;
      const shown = inPart(project, doc);
      yield encode(shown instanceof Later ? yield* inMoreParts(project, doc, shown) : shown);
    }
  }
}
