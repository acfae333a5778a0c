import { inPart, Later } from '../bson/bounded.ts';
import { decode } from '../bson/decode.ts';
import { running } from '../errors.ts';
import type { Doc, Value } from '../bson/types.ts';
import type { Environment } from '../expression/compile.ts';
import { find, prepare, type Prepared } from '../query/find.ts';
import type { Hit } from '../query/match.ts';
import { Found, PAUSE, type Pausing } from '../query/scan.ts';
import type { SortPattern } from '../query/sort.ts';
import type { Collection } from '../storage/catalogue.ts';
import { Blocked } from '../storage/writer.ts';
import { compileUpdate, type Update } from '../update/compile.ts';
import { seedOf } from '../update/seed.ts';
import { updatePipeline } from '../aggregate/update-pipeline.ts';
import {
  noteWrite,
  collectionOf,
  collectionToWrite,
  environmentOf,
  matchOptions,
  variablesOf,
  type Context,
} from './context.ts';
import type { Slices } from './cursor.ts';
import { placeOf } from './planned.ts';
import { encodeChecked, insertDocument, slicesOf, whenFree, withId, type Version } from './writing.ts';

export interface UpdateRequest {
  filter: Doc;
  update: Doc | Doc[];
  /** Variables of an update that is a pipeline. */
  constants?: Doc | undefined;
  multi: boolean;
  upsert: boolean;
  collation: Value | undefined;
  arrayFilters: Doc[] | undefined;
  hint: Value | undefined;
  sort: SortPattern | undefined;
  /** What is shown of the one document, as it was and as it is, found out before anything is written. */
  show?: Show | undefined;
}

export type Show = (before: Doc | undefined, after: Doc) => Doc | undefined;

export interface UpdateResult {
  matched: number;
  modified: number;
  upserted?: Value | undefined;
  /** The one document that was updated or inserted, as it was and as it is. */
  before?: Version | undefined;
  after?: Version | undefined;
  shown?: Doc | undefined;
}

/** Runs what a write does once it is understood. */
export const executing = <R>(context: Context, action: () => R | Promise<R>): R | Promise<R> =>
  running(`Plan executor error during ${context.name.replace('findandmodify', 'findAndModify')}`, action);

/** Finds and updates one or many documents, or inserts one. */
export function updateDocuments(context: Context, request: UpdateRequest): Promise<UpdateResult> {
  const environment = environmentOf(context, request.collation);
  const update = compileUpdate(request.update, {
    environment,
    multi: request.multi,
    arrayFilters: request.arrayFilters,
    constants: request.constants,
    time: context.server.time,
    pipeline: (stages) => pipelineOf(context, environment, stages, request.constants),
  });
  const match = matchOptions(context, environment);
  const prepareNow = (): { prepared: Prepared; collection: Collection | undefined } => {
    const collection = collectionOf(context);
    const prepared = prepare(context.data, collection, {
      filter: request.filter,
      sort: request.sort,
      hint: request.hint,
      limit: request.multi ? undefined : 1,
      match: request.upsert ? { strings: match.strings } : match,
    });
    return { prepared, collection };
  };
  const onNone = request.upsert ? upserting(context, request, update) : () => ({ matched: 0, modified: 0 });
  if (request.multi) {
    const prepared = prepareNow();
    return Promise.resolve(executing(context, () => updateMany(context, update, prepared, onNone)));
  }
  return whenFree(context, () => {
    const { prepared, collection } = prepareNow();
    return executing(context, () =>
      onFirst<UpdateResult>(
        context,
        collection,
        prepared,
        (found, there, before) => applyTo(context, there, found, prepared, update, before, request.show),
        onNone,
      ),
    );
  });
}

function pipelineOf(context: Context, environment: Environment, stages: Doc[], constants: Doc = {}) {
  const variables = new Map([...variablesOf(context), ...Object.entries(constants)]);
  return updatePipeline(stages, { ...placeOf(context), environment }, variables);
}

/** Something done with a document; or what it has found out so far, to be called with again when others have run. */
type Act<R> = (found: Found, before?: Later) => R | Later;

/**
 * Acts on the first document of a request as it is at this moment, or on none. Nobody runs between the finding and the
 * act: whoever waits for the same document would else act on what it was before.
 */
export function onFirst<R>(
  context: Context,
  collection: Collection | undefined,
  prepared: Prepared,
  act: (found: Found, collection: Collection, before?: Later) => R | Later,
  onNone: () => R,
): R | Promise<R> {
  if (!collection) return onNone();
  const actHere: Act<R> = (found, before) => act(found, collection, before);
  const rows = find(context.data, collection, prepared);
  const first = rows.next();
  if (first.done) return onNone();
  const goOn = (begun?: Later): Promise<R> =>
    onFirstInParts(context, collection, prepared, actHere, onNone, resumed(first.value, rows), begun);
  if (first.value === PAUSE) return goOn();
  const result = actHere(first.value);
  return result instanceof Later ? goOn(result) : result;
}

/** What has given its first item already. */
function* resumed<V>(first: V, rest: Iterable<V>): Generator<V> {
  yield first;
  yield* rest;
}

/**
 * The same with what takes a while to find, or to act on.
 * @param begun what the act has found out of the first document that is found
 */
async function onFirstInParts<R>(
  context: Context,
  collection: Collection,
  prepared: Prepared,
  act: Act<R>,
  onNone: () => R,
  found: Pausing<Found>,
  begun?: Later,
): Promise<R> {
  const slices = slicesOf(context);
  for (let [rows, before] = [found, begun]; ; rows = find(context.data, collection, prepared)) {
    let paused = false;
    let stale = false;
    for (const item of rows) {
      if (item === PAUSE) {
        paused = true;
        await slices.pause();
        continue;
      }
      const one = item as Found;
      const fresh = paused ? again(context, one, prepared) : one;
      const done = await onFound(context, slices, fresh, prepared, act, before);
      if (done) return done.result;
      before = undefined;
      stale = true;
    }
    // Somebody has changed the one that was found, and only one was looked for: there may be another.
    if (!stale) return onNone();
  }
}

/**
 * Acts on a document; undefined when it does not match any more by the time that the act is ready.
 * @param begun what the act has found out of it already
 */
async function onFound<R>(
  context: Context,
  slices: Slices,
  first: Found | undefined,
  prepared: Prepared,
  act: Act<R>,
  begun?: Later,
): Promise<{ result: R } | undefined> {
  let found = first;
  let result = begun ?? (found && act(found));
  while (found) {
    if (!(result instanceof Later)) return { result: result as R };
    await slices.pause();
    const now = again(context, found, prepared);
    result = now && act(now, now === found ? result : undefined);
    found = now;
  }
  return undefined;
}

/** A document that was found a while ago: the very same when it is as it was, another if it still matches. */
function again(context: Context, found: Found, prepared: Prepared): Found | undefined {
  const body = context.data.body(found.id);
  return body?.equals(found.body) ? found : reread(context, found.id, prepared);
}

/** A document whose id was found a while ago, if it still matches. */
export function reread(context: Context, id: number, prepared: Prepared): Found | undefined {
  const body = context.data.body(id);
  if (!body) return undefined;
  const doc = decode(body);
  return prepared.matches(doc) ? new Found(id, body, doc) : undefined;
}

interface Changed {
  doc: Doc;
  shown: Doc | undefined;
}

function applyTo(
  context: Context,
  collection: Collection,
  found: Found,
  prepared: Prepared,
  update: Update,
  before?: Later,
  show?: Show,
): UpdateResult | Later {
  const change = (old: Doc): Changed => {
    const hit: Hit = {};
    prepared.matches(old, hit);
    const doc = update.apply(old, hit, false);
    return { doc, shown: show?.(old, doc) };
  };
  const changed = inPart(change, found.doc, before);
  if (changed instanceof Later) return changed;
  const { doc, shown } = changed;
  const body = encodeChecked(doc);
  if (doc === found.doc || (update.kind === 'modify' && body.equals(found.body)))
    return { matched: 1, modified: 0, before: found, after: found, shown };
  const kind = update.kind === 'replace' ? 'replace' : 'update';
  context.data.update(collection, found.id, found.doc, doc, body, kind);
  noteWrite(context);
  return { matched: 1, modified: 1, before: found, after: { doc, body }, shown };
}

/** Finds all first, so that no document is met again where its own update has moved it in an index. */
async function updateMany(
  context: Context,
  update: Update,
  { prepared, collection }: { prepared: Prepared; collection: Collection | undefined },
  onNone: () => UpdateResult,
): Promise<UpdateResult> {
  let matched = 0;
  let modified = 0;
  if (collection) {
    const slices = slicesOf(context);
    for (const id of await idsOf(context, find(context.data, collection, prepared))) {
      const done = await whenFree(context, () =>
        onFound<UpdateResult>(context, slices, reread(context, id, prepared), prepared, (found, before) =>
          applyTo(context, collection, found, prepared, update, before),
        ),
      );
      matched += done?.result.matched ?? 0;
      modified += done?.result.modified ?? 0;
      if (matched % 100 === 0) await slices.pause();
    }
  }
  return matched > 0 ? { matched, modified } : whenFree(context, onNone);
}

export async function idsOf(context: Context, source: Pausing<Found>): Promise<number[]> {
  const slices = slicesOf(context);
  const ids: number[] = [];
  for (const item of source) {
    if (item === PAUSE) await slices.pause();
    else ids.push((item as Found).id);
  }
  return ids;
}

/** Inserts what an update makes of its filter. What takes long is begun anew, knowing what it had found, when others have run. */
function upserting(context: Context, { filter, show }: UpdateRequest, update: Update): () => UpdateResult {
  const make = (old: Doc): Changed => {
    const doc = update.apply(old, {}, true);
    if (!show) return { doc, shown: undefined };
    const whole = withId(doc);
    return { doc: whole, shown: show(undefined, whole) };
  };
  let before: Later | undefined;
  return () => {
    const seed = seedOf(filter, update.kind === 'replace');
    const made = inPart(make, seed, before);
    if (made instanceof Later) {
      before = made;
      throw new Blocked({ ended: new Promise((resolve) => void setImmediate(resolve)) });
    }
    const after = insertDocument(context, collectionToWrite(context), made.doc);
    return { matched: 1, modified: 0, upserted: after.doc['_id'], after, shown: made.shown };
  };
}
