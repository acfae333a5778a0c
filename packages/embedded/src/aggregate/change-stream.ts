import { decode } from '../bson/decode.ts';
import { encode, type Answer } from '../bson/encode.ts';
import { encodeKey } from '../bson/keys.ts';
import { isDoc, type Doc, type Timestamp, type Value } from '../bson/types.ts';
import { show } from '../bson/show.ts';
import { fail, MongoError } from '../errors.ts';
import { checked, type Checked } from '../fields.ts';
import { PAUSE, type Pausing } from '../query/scan.ts';
import type { Event } from '../storage/oplog.ts';
import type { Store } from '../storage/store.ts';
import { parseToken, tokenOf } from './resume-token.ts';
import type { Stage } from './stage.ts';
import { paced } from '../query/sorted.ts';

/** What a stream watches: a collection, a database, or with neither everything. */
export interface Watched {
  db: string | undefined;
  collection: string | undefined;
}

const fields = {
  fullDocument: 'string',
  fullDocumentBeforeChange: 'string',
  resumeAfter: 'object',
  startAfter: 'object',
  startAtOperationTime: 'timestamp',
  allChangesForCluster: 'optionalBool',
  showExpandedEvents: 'optionalBool',
} as const;
type Spec = Checked<typeof fields>;
const modes = {
  fullDocument: ['default', 'updateLookup', 'whenAvailable', 'required'],
  fullDocumentBeforeChange: ['off', 'whenAvailable', 'required'],
} as const;
const CHUNK = 200;
/** After so many times as many events others may run. */
const PAUSE_EVERY = 5;

export function parseStream(argument: Value): Spec {
  if (!isDoc(argument))
    return fail(
      6188500,
      `$changeStream must take a nested object but found: $changeStream: ${show(argument)}`,
    );
  const { startAtOperationTime: time, ...rest } = argument;
  const spec: Spec = checked('$changeStream', time === null ? rest : argument, fields);
  for (const name of ['fullDocument', 'fullDocumentBeforeChange'] as const) {
    const mode = spec[name];
    if (mode !== undefined && !modes[name].some((known) => known === mode))
      fail('BadValue', `Enumeration value '${mode}' for field '$changeStream.${name}' is not a valid value.`);
  }
  if (spec.resumeAfter && spec.startAfter)
    fail(50865, "Do not specify both 'resumeAfter' and 'startAfter' in a $changeStream stage");
  if (spec.startAtOperationTime && (spec.resumeAfter ?? spec.startAfter))
    fail(40674, 'Only one type of resume option is allowed, but multiple were found.');
  if (spec.showExpandedEvents) fail(40415, "BSON field '$changeStream.showExpandedEvents' is not supported");
  return spec;
}

/** A change stream: the events after a place, as documents, through the stages behind $changeStream. */
export class ChangeStream {
  readonly #store: Store;
  readonly #watched: Watched;
  readonly #stages: Stage[];
  readonly #spec: Spec;
  /** The event that was read last: the place to resume from. */
  #at: number;
  /** The event that was given last. */
  #given: number | undefined;
  /** The event of the token that it resumes from, until something is given. */
  #resumed: Event | undefined;
  #over = false;
  readonly #gone = new AbortController();

  constructor(store: Store, watched: Watched, spec: Spec, stages: Stage[]) {
    this.#store = store;
    this.#watched = watched;
    this.#stages = stages;
    this.#spec = spec;
    store.oplog.begin();
    this.#at = this.#place();
  }

  #place(): number {
    const { oplog } = this.#store;
    const { resumeAfter, startAfter, startAtOperationTime: time } = this.#spec;
    if (time) {
      if (time.compare(oplog.since()) < 0) lost();
      return oplog.at(time) - 1;
    }
    const token = resumeAfter ?? startAfter;
    if (!token) return oplog.committed;
    const { seq, kind } = parseToken(token);
    if (kind === 'invalidate' && resumeAfter)
      fail(
        'InvalidResumeToken',
        "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
      );
    if (seq > oplog.committed || seq < oplog.first() - 1) lost();
    if (kind === 'event') {
      [this.#resumed] = oplog.after(seq - 1, 1);
      this.#given = seq;
    }
    return seq;
  }

  async next(
    size: number,
    _deadline: number | undefined,
    wait = 0,
  ): Promise<{ documents: Buffer[]; done: boolean; more: Record<string, Answer> }> {
    const documents = this.#resumed ? this.#endOf(this.#resumed) : [];
    const until = performance.now() + wait;
    const most = size === Infinity ? 1000 : size;
    for (let chunk = 1; documents.length < most && !this.#over && !this.#gone.signal.aborted; chunk++) {
      if (chunk % PAUSE_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
      const events = this.#store.oplog.after(this.#at, CHUNK);
      for (const event of events) {
        const found = this.#give(event);
        if (found.length > 0) this.#given = event.seq;
        documents.push(...found);
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
    const kind = this.#over ? 'invalidate' : this.#given === this.#at ? 'event' : 'mark';
    return { documents, done: this.#over, more: { postBatchResumeToken: tokenOf(this.#at, kind) as Answer } };
  }

  close(): void {
    this.#gone.abort();
  }

  #give(event: Event): Buffer[] {
    if (!this.#concerns(event.event)) return [];
    if (this.#resumed && !this.#concerns(this.#resumed.event))
      nonResumable('ChangeStreamFatalError', 'cannot resume stream; the resume token was not found.');
    this.#resumed = undefined;
    return [...this.#through([this.#document(event)]), ...this.#endOf(event)];
  }

  /** What ends the stream: that what it watches is gone. */
  #endOf({ seq, event }: Event): Buffer[] {
    const ending = this.#watched.collection === undefined ? ['dropDatabase'] : ['drop', 'rename'];
    if (this.#watched.db === undefined || !this.#concerns(event) || !ending.includes(String(event['op'])))
      return [];
    this.#over = true;
    return this.#through([
      {
        _id: tokenOf(seq, 'invalidate'),
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
    const { startAtOperationTime: from } = this.#spec;
    if (from && (event['ts'] as Timestamp).compare(from) < 0) return false;
    if (db !== undefined && event['db'] !== db) return false;
    if (collection === undefined) return true;
    return event['coll'] === collection || event['to'] === collection;
  }

  #document({ seq, event }: Event): Doc {
    const { op, db, coll, id, to } = event as Record<string, string> & Doc;
    const doc: Doc = {
      _id: tokenOf(seq, 'event'),
      operationType: op as string,
      clusterTime: event['ts'] as Value,
      wallTime: event['wall'] as Value,
    };
    for (const name of ['txnNumber', 'lsid']) if (event[name] !== undefined) doc[name] = event[name];
    if (event['doc'] !== undefined) doc['fullDocument'] = event['doc'];
    if (op === 'update' && (this.#spec.fullDocument ?? 'default') !== 'default')
      doc['fullDocument'] = this.#after(db as string, coll as string, id as Value);
    doc['ns'] = coll === undefined ? { db: db as string } : { db: db as string, coll };
    if (to !== undefined) doc['to'] = { db: db as string, coll: to };
    if (id !== undefined) doc['documentKey'] = { _id: id };
    if (event['update'] !== undefined) doc['updateDescription'] = event['update'];
    const { fullDocumentBeforeChange: before = 'off' } = this.#spec;
    if (before !== 'off' && ['update', 'replace', 'delete'].includes(op as string))
      doc['fullDocumentBeforeChange'] = image(before);
    return doc;
  }

  #after(db: string, coll: string, id: Value): Doc | null {
    const { fullDocument: mode = 'default' } = this.#spec;
    return mode === 'updateLookup' ? (this.#current(db, coll, id) ?? null) : image(mode);
  }

  #current(db: string, name: string, id: Value): Doc | undefined {
    const index = this.#store.catalogue.find(db, name)?.indexes[0];
    const at = index && this.#store.uniqueId(index, encodeKey([id]));
    const body = at === undefined ? undefined : this.#store.body(at);
    return body && decode(body);
  }
}

/** A document as it was at a change: no collection keeps these images. */
function image(mode: string): null {
  if (mode === 'required')
    fail(
      'NoMatchingDocument',
      'Change stream was configured to require an image of the document, but there is none.',
    );
  return null;
}

const lost = (): never =>
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
