import { decode } from '../bson/decode.ts';
import { encode } from '../bson/encode.ts';
import { firstNot } from '../bson/halves.ts';
import { Timestamp, type Doc, type Value } from '../bson/types.ts';
import type { Collection } from './catalogue.ts';
import type { DataFile } from './file.ts';
import type { Group } from './group.ts';
import { difference } from './difference.ts';

/** Something that happened, for change streams. */
export type Change =
  | {
      kind: 'insert' | 'update' | 'replace' | 'delete';
      collection: Collection;
      before: Doc | undefined;
      after: Doc | undefined;
    }
  | { kind: 'drop'; collection: Collection }
  | { kind: 'rename'; collection: Collection; to: string }
  | { kind: 'dropDatabase'; db: string };

export interface Event {
  seq: number;
  event: Doc;
}

/** How many events are kept. A stream that was left further behind cannot be resumed. */
const KEPT = 100_000;

/**
 * What has happened, in order, written in the group that it happened in. It begins when a first change
 * stream is opened on the file: nobody can want to resume before that, and others do not pay for it.
 */
export class Oplog {
  on = false;
  /** The newest event that is committed. */
  committed = 0;
  readonly #file: DataFile;
  readonly #group: Group;
  #next = 1;
  #clock = new Timestamp({ t: 0, i: 0 });
  /** Before this time something may have been written of which nothing is kept. */
  #since = new Timestamp({ t: Math.floor(Date.now() / 1000), i: 1 });
  #waiting: (() => void)[] = [];

  constructor(file: DataFile, group: Group) {
    this.#file = file;
    this.#group = group;
    this.load();
    group.onCommit(() => {
      this.committed = this.#next - 1;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    });
  }

  load(): void {
    this.on = this.#file.writer.meta('oplog') !== undefined;
    this.committed = this.#file.writer.eventBounds().last;
    this.#next = this.committed + 1;
    const last = this.after(this.committed - 1, 1)[0]?.event['ts'] as Timestamp | undefined;
    if (last && last.compare(this.#clock) > 0) this.#clock = last;
  }

  begin(): void {
    if (this.on) return;
    this.#group.write(() => {
      this.#file.writer.putMeta('oplog', Buffer.from([1]));
      this.#add({ ts: this.#since, op: 'noop' });
    });
    this.on = true;
  }

  /** The logical time of now. */
  time(): Timestamp {
    const t = Math.floor(Date.now() / 1000);
    if (t > this.#clock.t) this.#clock = new Timestamp({ t, i: 1 });
    return this.#clock;
  }

  /** Every write has a time of its own, which those of a transaction share, also when nobody keeps what it was. */
  record(changes: readonly Change[], origin?: Doc): void {
    for (const _part of this.recordInParts(changes, origin));
  }

  /** The same, a change at a time. */
  *recordInParts(changes: readonly Change[], origin?: Doc): Generator<void> {
    const ts = (this.#clock = after(this.time()));
    if (!this.on) this.#since = after(ts);
    else
      for (const change of changes) {
        this.#add({ ts, wall: new Date(), ...describe(change), ...origin });
        yield;
      }
  }

  #add(event: Doc): void {
    this.#file.writer.addEvent(this.#next++, encode(event));
  }

  first(): number {
    return this.#file.writer.eventBounds().first;
  }

  /** From which time on everything is kept. */
  since(): Timestamp {
    const [oldest] = this.#file.writer.events(this.first() - 1, 1);
    return oldest ? (decode(oldest.event)['ts'] as Timestamp) : this.#since;
  }

  /** The number of the first event of a time or later, one beyond the last when there is none. */
  at(time: Timestamp): number {
    const isBefore = (number: number): boolean => {
      const [event] = this.after(number - 1, 1);
      return event !== undefined && (event.event['ts'] as Timestamp).compare(time) < 0;
    };
    return firstNot(isBefore, this.committed + 1, this.first());
  }

  /** Committed events after a number. */
  after(seq: number, limit: number): Event[] {
    return this.#file.writer
      .events(seq, limit)
      .filter((event) => event.seq <= this.committed)
      .map(({ seq: number, event }) => ({ seq: number, event: decode(event) }));
  }

  /** Resolves at the next commit, after some milliseconds, or when whoever waits has gone. */
  news(milliseconds: number, gone: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        gone.removeEventListener('abort', stop);
        resolve();
      };
      const stop = (): void => {
        this.#waiting = this.#waiting.filter((one) => one !== wake);
        wake();
      };
      const timer = setTimeout(stop, milliseconds);
      gone.addEventListener('abort', stop);
      this.#waiting.push(wake);
    });
  }

  sweep(): void {
    const old = this.committed - KEPT;
    if (old > 0) this.#group.write(() => this.#file.writer.removeEventsUpTo(old));
  }
}

const after = ({ t, i }: Timestamp): Timestamp => new Timestamp({ t, i: i + 1 });

function describe(change: Change): Record<string, Value> {
  if (change.kind === 'dropDatabase') return { op: change.kind, db: change.db };
  const { kind, collection } = change;
  const where = { op: kind, db: collection.db, coll: collection.name };
  switch (kind) {
    case 'drop':
      return where;
    case 'rename':
      return { ...where, to: change.to };
    default: {
      const { before, after } = change;
      const id = (after ?? before)?.['_id'] ?? null;
      if (kind === 'delete') return { ...where, id };
      if (kind === 'update') return { ...where, id, update: difference(before as Doc, after as Doc) };
      return { ...where, id, doc: after as Doc };
    }
  }
}
