// The log: a folder for each history of the database, in it a file for each process that held the lease and each of its
// days; where nothing can be added to a file, one for each page. Nobody writes to another one's file. See
// docs/decisions/backup.md.
import type { Timestamp } from 'mongodb';
import { isCirceError } from '../errors.ts';
import { dayMs } from '../time.ts';
import { damaged } from './lines.ts';
import { changesOf, pageOf, pagesIn, timeOf, type Page, type PageHead, type Reach } from './page.ts';
import type { Store } from './store.ts';
import type { Change } from './stream.ts';

/** Where the logs of all histories lie in the place of backups. */
const logs = 'log';

/** Where the log of a history lies in the place of backups. */
export function logOf(store: Store, history: string): Store {
  return store.in(`${logs}/${history}`);
}

/** The moment of a backup: by the wall clock, and as the database counts, which goes on while a clock is put back. */
export interface Moment {
  readonly at: Date;
  readonly time: Timestamp;
}

const fileName = /^\d{10}-(?<day>\d{4}-\d\d-\d\d)(-\d{8})?\.log$/;

/** The files of a log, in the order in which they were begun. */
async function filesOf(log: Store): Promise<string[]> {
  return (await log.list('')).filter((name) => fileName.test(name)).sort();
}

/** The last page that was written, or undefined where there is none. */
export async function lastPage(log: Store): Promise<PageHead | undefined> {
  for (const file of (await filesOf(log)).reverse()) {
    let last: PageHead | undefined;
    for await (const page of pagesIn(log, file)) last = page;
    if (last) return last;
  }
  return undefined;
}

/** A page that counts, and the file that it is in. */
interface Found {
  readonly file: string;
  readonly page: PageHead;
}

/**
 * The pages that count and reach beyond a moment, in their order, without their changes; none where they begin only
 * later. Where a process wrote on after another one had taken the lease over, its last pages are left out: the other one
 * has written the same.
 * @throws VALIDATION when a page is damaged or missing
 */
export async function pagesOf(log: Store, { at, time }: Moment): Promise<Found[]> {
  const files = await filesOf(log);
  const ends = endsOf(files);
  // The last file that ends before the moment says what the next one follows; what is older is not read.
  const first = Math.max(
    0,
    ends.findLastIndex((end) => end <= at),
  );
  let found = await linked(log, files.slice(first)).catch((error: unknown) => {
    // It follows an older one, where a process wrote on for a day after another one had taken over.
    if (first > 0 && isCirceError(error, 'VALIDATION')) return linked(log, files);
    throw error;
  });
  const isBefore = ({ page }: Found) => timeOf(page.time).lessThanOrEqual(time);
  // By a clock that was ahead the moment is later than the days of what followed it.
  if (first > 0 && !found.some(isBefore)) found = await linked(log, files);
  const follows = found.findIndex((one) => !isBefore(one));
  if (follows < 0) return [];
  const isWhole = follows > 0 || new Date(found[0]!.page.since) <= at;
  return isWhole ? found.slice(follows) : [];
}

async function linked(log: Store, files: readonly string[]): Promise<Found[]> {
  const found: Found[] = [];
  for (const file of files) {
    for await (const { changes: _, ...page } of pagesIn(log, file)) {
      const last = found.at(-1)?.page.sha256;
      // What comes before the first page that is kept was pruned.
      if (last !== undefined && page.previous !== last) {
        const at = found.findLastIndex((one) => one.page.sha256 === page.previous);
        if (at < 0) throw damaged(`${log.address}/${file}`);
        found.length = at + 1;
      }
      found.push({ file, page });
    }
  }
  return found;
}

/**
 * Between two moments of the database, the first one not included. A page that ends before the moment that is wanted is
 * in it, whatever a clock said meanwhile that was ahead; behind the last such page it goes by the wall clock.
 */
export interface Span {
  readonly after: Timestamp;
  readonly upTo: Timestamp;
  /** Undefined for everything. */
  readonly at: Date | undefined;
}

/** Until when every change is of a page that ended before the moment that is wanted. */
function sureOf(found: readonly Found[], { after, upTo, at }: Span): Timestamp {
  if (!at) return upTo;
  const last = found.findLast(({ page }) => new Date(page.until) <= at);
  return last ? timeOf(last.page.time) : after;
}

/** The changes of some pages that lie in a span; those of one transaction are all in it, or none is. */
export async function* changesIn(log: Store, found: readonly Found[], span: Span): AsyncGenerator<Change> {
  const { after, upTo, at } = span;
  const sure = sureOf(found, span);
  const wanted = new Set(found.map(({ page }) => page.sha256));
  let time: Timestamp | undefined;
  for (const file of new Set(found.map((one) => one.file))) {
    for await (const page of pagesIn(log, file)) {
      if (!wanted.has(page.sha256) || timeOf(page.time).lessThan(after)) continue;
      for (const change of await changesOf(page)) {
        if (change.time.lessThanOrEqual(after)) continue;
        if (change.time.greaterThan(upTo)) return;
        if (at && change.time.greaterThan(sure) && !time?.equals(change.time) && change.wall > at) return;
        time = change.time;
        yield change;
      }
    }
  }
}

/** Writes pages, each there for good before the next one. */
export class LogWriter {
  readonly #log: Store;
  readonly #token: number;
  #previous: string | null;
  #pages = 0;
  /** Of the last file: where a clock is put back it goes on in that one, so that files stand in the order of their pages. */
  #day = '';

  /** @param token of the lease, so that no other process writes the same file */
  constructor(log: Store, token: number, previous: string | null) {
    this.#log = log;
    this.#token = token;
    this.#previous = previous;
  }

  /** @returns the seal of the page */
  async append(reach: Omit<Reach, 'previous'>, lines: readonly string[]): Promise<string> {
    const page: Page = await pageOf({ ...reach, previous: this.#previous }, lines);
    const bytes = Buffer.from(`${JSON.stringify(page)}\n`);
    const day = reach.until.toISOString().slice(0, 10);
    if (day > this.#day) this.#day = day;
    const name = `${String(this.#token).padStart(10, '0')}-${this.#day}`;
    if (this.#log.append) await this.#log.append(`${name}.log`, bytes);
    else await this.#log.keep(`${name}-${String(this.#pages++).padStart(8, '0')}.log`, [bytes]);
    return (this.#previous = page.sha256);
  }
}

/**
 * Removes the files of every log whose days had ended before a moment.
 * @param held of which histories it is an earlier moment
 */
export async function pruneLogs(
  store: Store,
  before: Date,
  held: ReadonlyMap<string | undefined, Date> = new Map(),
): Promise<void> {
  for (const history of await store.list(logs)) {
    const log = logOf(store, history);
    const files = await filesOf(log);
    const from = Math.min(before.getTime(), held.get(history)?.getTime() ?? Infinity);
    const ends = endsOf(files);
    const old = files.filter((_, n) => ends[n]!.getTime() <= from);
    for (const file of old) await log.remove(file);
    if (old.length > 0 && old.length === files.length) await log.removeAll('');
  }
}

/** When the days of files had ended: no later than those that follow, by whatever clock a file was named. */
function endsOf(files: readonly string[]): Date[] {
  const ends = files.map(dayEnd);
  for (let n = ends.length - 2; n >= 0; n--) if (ends[n + 1]! < ends[n]!) ends[n] = ends[n + 1]!;
  return ends;
}

function dayEnd(file: string): Date {
  const day = new Date(fileName.exec(file)?.groups?.['day'] ?? '');
  return new Date(day.getTime() + dayMs);
}
