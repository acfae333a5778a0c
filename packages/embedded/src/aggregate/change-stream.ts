import { encode } from '../bson/codec.ts';
import type { Answer } from '../bson/codec.ts';
import { decode } from '../bson/codec.ts';
import { encodeKey } from '../bson/keys.ts';
import { isDoc, Timestamp, type Doc, type Value } from '../bson/types.ts';
import { fail, MongoError } from '../errors.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import type { Event } from '../storage/oplog.ts';
import type { Store } from '../storage/store.ts';
import type { Stage } from './stage.ts';
import { paced } from '../query/sorted.ts';

/** What a stream watches: a collection, a database, or with neither everything. */
export interface Watched {
  db: string | undefined;
  collection: string | undefined;
}

const options = [
  'fullDocument',
  'fullDocumentBeforeChange',
  'resumeAfter',
  'startAfter',
  'startAtOperationTime',
  'allChangesForCluster',
  'showExpandedEvents',
];
const CHUNK = 200;

/** A change stream: the events after a place, as documents, through the stages behind $changeStream. */
export class ChangeStream {
  readonly #store: Store;
  readonly #watched: Watched;
  readonly #stages: Stage[];
  readonly #lookup: boolean;
  /** The event that was given last: the place to resume from. */
  #at: number;
  #over = false;
  readonly #gone = new AbortController();

  constructor(store: Store, watched: Watched, spec: Value, stages: Stage[]) {
    this.#store = store;
    this.#watched = watched;
    this.#stages = stages;
    if (!isDoc(spec)) throw new MongoError(50808, '$changeStream stage expects a document as argument');
    for (const name of Object.keys(spec))
      if (!options.includes(name)) fail(40415, `BSON field '$changeStream.${name}' is an unknown field.`);
    const full = spec['fullDocument'] ?? 'default';
    if (full !== 'default' && full !== 'updateLookup')
      fail('BadValue', `$changeStream fullDocument '${String(full)}' is not supported`);
    if ((spec['fullDocumentBeforeChange'] ?? 'off') !== 'off')
      fail('BadValue', 'fullDocumentBeforeChange is not supported');
    if (spec['showExpandedEvents'] === true) fail('BadValue', 'showExpandedEvents is not supported');
    this.#lookup = full === 'updateLookup';
    store.oplog.begin();
    this.#at = this.#placeOf(spec);
  }

  #placeOf(spec: Doc): number {
    const token = spec['resumeAfter'] ?? spec['startAfter'];
    const time = spec['startAtOperationTime'];
    if ([spec['resumeAfter'], spec['startAfter'], time].filter((one) => one !== undefined).length > 1)
      fail('BadValue', 'Only one type of resume option is allowed, but multiple were found.');
    const { oplog } = this.#store;
    if (token !== undefined) {
      const { seq, invalid } = parseToken(token);
      if (invalid && spec['resumeAfter'] !== undefined)
        fail(
          'InvalidOptions',
          "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
        );
      if (seq > oplog.committed || seq < oplog.first() - 1) historyLost();
      return seq;
    }
    if (time === undefined) return oplog.committed;
    if (!(time instanceof Timestamp))
      return fail(
        'TypeMismatch',
        "BSON field '$changeStream.startAtOperationTime' is the wrong type, expected type 'timestamp'",
      );
    if (time.compare(oplog.since()) < 0) historyLost();
    for (let seq = oplog.first() - 1; ;) {
      const events = oplog.after(seq, CHUNK);
      for (const event of events) {
        if ((event.event['ts'] as Timestamp).compare(time) >= 0) return event.seq - 1;
        seq = event.seq;
      }
      if (events.length < CHUNK) return Math.max(seq, 0);
    }
  }

  async next(
    size: number,
    _deadline: number | undefined,
    wait = 0,
  ): Promise<{ documents: Buffer[]; done: boolean; more: Record<string, Answer> }> {
    const documents: Buffer[] = [];
    const until = performance.now() + wait;
    const most = size === Infinity ? 1000 : size;
    while (documents.length < most && !this.#over && !this.#gone.signal.aborted) {
      const events = this.#store.oplog.after(this.#at, CHUNK);
      for (const event of events) {
        documents.push(...this.#give(event));
        this.#at = event.seq;
        if (documents.length >= most || this.#over) break;
      }
      const left = until - performance.now();
      if (events.length > 0) {
        if (documents.length > 0 && events.length < CHUNK) break;
        continue;
      }
      if (documents.length > 0 || left <= 0) break;
      await this.#store.oplog.news(left, this.#gone.signal);
    }
    return {
      documents,
      done: this.#over,
      more: { postBatchResumeToken: tokenOf(this.#at, this.#over) as Answer },
    };
  }

  close(): void {
    this.#gone.abort();
  }

  #give({ seq, event }: Event): Buffer[] {
    if (!this.#concerns(event)) return [];
    const found = this.#through([this.#document(seq, event)]);
    if (this.#watched.collection !== undefined && (event['op'] === 'drop' || event['op'] === 'rename'))
      return [...found, ...this.#invalidate(seq, event)];
    if (this.#watched.db !== undefined && event['op'] === 'dropDatabase')
      return [...found, ...this.#invalidate(seq, event)];
    return found;
  }

  #invalidate(seq: number, event: Doc): Buffer[] {
    this.#over = true;
    return this.#through([
      {
        _id: tokenOf(seq, true),
        operationType: 'invalidate',
        clusterTime: event['ts'] as Value,
        wallTime: event['wall'] as Value,
      },
    ]);
  }

  #through(documents: Doc[]): Buffer[] {
    const out: Buffer[] = [];
    for (const item of this.#stages.reduce<Pausing<Doc>>((input, stage) => stage(input), paced(documents))) {
      if (item === PAUSE) continue;
      if ((item as Doc)['_id'] === undefined)
        nonResumable(
          'ChangeStreamFatalError',
          'Encountered an event whose _id field, which contains the resume token, was modified by the pipeline.',
        );
      out.push(encode(item as Doc));
    }
    return out;
  }

  #concerns(event: Doc): boolean {
    if (event['op'] === 'noop') return false;
    const { db, collection } = this.#watched;
    if (db !== undefined && event['db'] !== db) return false;
    if (collection === undefined) return true;
    return event['coll'] === collection || event['to'] === collection;
  }

  #document(seq: number, event: Doc): Doc {
    const { op, db, coll, id, to } = event as Record<string, string> & Doc;
    const doc: Doc = {
      _id: tokenOf(seq),
      operationType: op as string,
      clusterTime: event['ts'] as Value,
      wallTime: event['wall'] as Value,
    };
    if (event['doc'] !== undefined) doc['fullDocument'] = event['doc'];
    if (op === 'update' && this.#lookup)
      doc['fullDocument'] = this.#current(db as string, coll as string, id as Value) ?? null;
    doc['ns'] = coll === undefined ? { db: db as string } : { db: db as string, coll };
    if (to !== undefined) doc['to'] = { db: db as string, coll: to };
    if (id !== undefined) doc['documentKey'] = { _id: id };
    if (event['update'] !== undefined) doc['updateDescription'] = event['update'];
    return doc;
  }

  #current(db: string, name: string, id: Value): Doc | undefined {
    const index = this.#store.catalogue.find(db, name)?.indexes[0];
    const at = index && this.#store.uniqueId(index, encodeKey([id]));
    const body = at === undefined ? undefined : this.#store.body(at);
    return body && decode(body);
  }
}

/** A resume token: the number of the event, and whether the stream ended with it. */
const tokenOf = (seq: number, invalid = false): Doc => ({
  _data: `82${seq.toString(16).padStart(14, '0').toUpperCase()}${invalid ? '01' : '00'}`,
});

function parseToken(token: Value): { seq: number; invalid: boolean } {
  const data = isDoc(token) ? token['_data'] : undefined;
  const match = typeof data === 'string' ? /^82([0-9A-F]{14})(0[01])$/.exec(data) : null;
  if (!match) return fail('FailedToParse', 'the resume token is not one of this server');
  return { seq: parseInt(match[1] as string, 16), invalid: match[2] === '01' };
}

const historyLost = (): never =>
  nonResumable(
    'ChangeStreamHistoryLost',
    'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
  );

/** An error that a driver must not answer by resuming. */
function nonResumable(code: 'ChangeStreamHistoryLost' | 'ChangeStreamFatalError', message: string): never {
  const error = new MongoError(code, message);
  error.labels.push('NonResumableChangeStreamError');
  throw error;
}
