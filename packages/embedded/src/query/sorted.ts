import { Packed } from './packed.ts';
import { fail } from '../errors.ts';
import { merged } from '../storage/merged.ts';
import { Spill, type Run } from '../storage/spill.ts';
import { Found, PAUSE, type Pausing } from './scan.ts';
import type { DocumentOrder } from './sort.ts';

/** What one sort, group or facet may hold in memory, and whether it may go on in a temporary file. */
export interface Memory {
  bytes: number;
  disk: boolean;
}

/** As much as MongoDB allows. */
export const MEMORY_LIMIT = 100 * 1024 * 1024;

/** What a row costs beside its bytes. */
const OVERHEAD = 200;
/** So many rows are sorted at a time: few enough not to hold the event loop. */
const RUN = 1000;

interface Keyed<Key> {
  key: Key;
  id: number;
  body: Buffer;
}

/**
 * Sorts in short runs that are merged, so that others can run in between. When memory is full, the runs so
 * far become one on disk. Equal rows stay in the order in which they came.
 *
 * @param last how many of the first rows are wanted
 */
export function* sorted<Key>(
  source: Pausing<Found>,
  order: DocumentOrder<Key>,
  last: number,
  memory: Memory,
): Pausing<Found> {
  const byKey = (a: Keyed<Key>, b: Keyed<Key>): number => order.compare(a.key, b.key);
  const few = last <= RUN;
  let full: Iterable<Keyed<Key>>[] = [];
  let run: Keyed<Key>[] = [];
  let bytes = 0;
  let spill: Spill | undefined;
  const onDisk: Iterable<Keyed<Key>>[] = [];

  const inMemory = (): Iterable<Keyed<Key>> => {
    const runs = [...full, run.sort(byKey)];
    [full, run, bytes] = [[], [], 0];
    return merged(runs, byKey);
  };
  try {
    for (const item of source) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      const { id, body, doc } = item as Found;
      run.push({ key: order.key(doc), id, body });
      bytes += body.length + OVERHEAD;
      if (few && run.length >= last + RUN) {
        run = run.sort(byKey).slice(0, last);
        bytes = run.reduce((sum, one) => sum + one.body.length + OVERHEAD, 0);
      } else if (!few && run.length >= RUN) {
        full.push(packed(run.sort(byKey), order));
        run = [];
      }
      if (bytes <= memory.bytes) continue;
      if (!memory.disk)
        fail(
          'QueryExceededMemoryLimitNoDiskUseAllowed',
          `Sort exceeded memory limit of ${memory.bytes} bytes, but did not opt in to external sorting.`,
        );
      spill ??= new Spill();
      const from = spill.next;
      for (const row of paced(inMemory())) {
        if (row === PAUSE) yield row;
        else spill.add(row as Keyed<Key>);
      }
      onDisk.push(keyed(spill, { from, to: spill.next }, order));
    }
    for (const row of paced(merged([...onDisk, inMemory()], byKey))) {
      if (row === PAUSE) yield row;
      else yield new Found((row as Keyed<Key>).id, (row as Keyed<Key>).body);
    }
  } finally {
    spill?.close();
  }
}

/** A run in few objects: many small ones cost the garbage collector long pauses. */
function packed<Key>(run: Keyed<Key>[], order: DocumentOrder<Key>): Iterable<Keyed<Key>> {
  const ids = Float64Array.from(run, ({ id }) => id);
  const keys = order.keep(run.map(({ key }) => key));
  const bodies = new Packed(run.map(({ body }) => body));
  return {
    *[Symbol.iterator]() {
      for (const [at, id] of ids.entries()) yield { id, key: keys.at(at), body: bodies.at(at) };
    },
  };
}

/** The rows of a run on disk, their keys made anew. */
function* keyed<Key>(spill: Spill, run: Run, order: DocumentOrder<Key>): Generator<Keyed<Key>> {
  for (const { id, body } of spill.rows(run)) yield { key: order.key(new Found(id, body).doc), id, body };
}

/** Gives what is there, with a pause now and then. */
export function* paced<V>(items: Iterable<V>): Pausing<V> {
  let work = 0;
  for (const item of items) {
    if (++work % 500 === 0) yield PAUSE;
    yield item;
  }
}
