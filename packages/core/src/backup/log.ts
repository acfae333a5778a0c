// The log: a folder for each history of the database, in it a file for each process that held the lease and each of its
// days. Nobody writes to another one's file. See docs/decisions/backup.md.
import { mkdir, open, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Timestamp } from 'mongodb';
import { namesOf } from './folder.ts';
import { damaged, syncedFolder } from './lines.ts';
import { changesOf, pageOf, pagesIn, timeOf, type Page, type PageHead, type Reach } from './page.ts';
import type { Change } from './stream.ts';

/** Where the log of a history lies in the folder of backups. */
export function logFolder(folder: string, history: string): string {
  return join(folder, 'log', history);
}

const fileName = /^\d{10}-\d{4}-\d\d-\d\d\.log$/;

/** The files of a log, in the order in which they were begun. */
async function filesOf(log: string): Promise<string[]> {
  const names = await namesOf(log);
  return names
    .filter((name) => fileName.test(name))
    .sort()
    .map((name) => join(log, name));
}

/** The last page that was written, or undefined where there is none. */
export async function lastPage(log: string): Promise<PageHead | undefined> {
  for (const file of (await filesOf(log)).reverse()) {
    let last: PageHead | undefined;
    for await (const page of pagesIn(file)) last = page;
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
 * The pages that count, in their order, without their changes. Where a process wrote on after another one had taken
 * the lease over, its last pages are left out: the other one has written the same.
 * @throws VALIDATION when a page is damaged or missing
 */
export async function pagesOf(log: string): Promise<Found[]> {
  const found: Found[] = [];
  for (const file of await filesOf(log)) {
    for await (const { changes: _, ...page } of pagesIn(file)) {
      const last = found.at(-1)?.page.sha256;
      // What comes before the first page that is kept was pruned.
      if (last !== undefined && page.previous !== last) {
        const at = found.findLastIndex((one) => one.page.sha256 === page.previous);
        if (at < 0) throw damaged(file);
        found.length = at + 1;
      }
      found.push({ file, page });
    }
  }
  return found;
}

/** Between two moments of the database, the first one not included; of changes that follow these, by the wall clock. */
export interface Span {
  readonly after: Timestamp;
  readonly upTo: Timestamp;
  readonly at: Date;
}

/** The changes of some pages that lie in a span; those of one transaction are all in it, or none is. */
export async function* changesIn(found: readonly Found[], { after, upTo, at }: Span): AsyncGenerator<Change> {
  const wanted = new Set(found.map(({ page }) => page.sha256));
  let time: Timestamp | undefined;
  for (const file of new Set(found.map((one) => one.file))) {
    for await (const page of pagesIn(file)) {
      if (!wanted.has(page.sha256) || timeOf(page.time).lessThan(after)) continue;
      for (const change of await changesOf(page)) {
        if (change.time.lessThanOrEqual(after)) continue;
        if (change.time.greaterThan(upTo)) return;
        if (!time?.equals(change.time) && change.wall > at) return;
        time = change.time;
        yield change;
      }
    }
  }
}

/** Writes pages, each on the disk before the next one. */
export class LogWriter {
  readonly #log: string;
  readonly #token: number;
  #previous: string | null;
  #file: { readonly path: string; readonly handle: FileHandle; size: number } | undefined;

  /** @param token of the lease, so that no other process writes the same file */
  constructor(log: string, token: number, previous: string | null) {
    this.#log = log;
    this.#token = token;
    this.#previous = previous;
  }

  /** @returns the seal of the page */
  async append(reach: Omit<Reach, 'previous'>, lines: readonly string[]): Promise<string> {
    const page: Page = await pageOf({ ...reach, previous: this.#previous }, lines);
    const file = await this.#fileOf(reach.until);
    const bytes = Buffer.from(`${JSON.stringify(page)}\n`);
    try {
      await file.handle.appendFile(bytes);
      await file.handle.sync();
    } catch (error) {
      // Half a line would run into the next one.
      await file.handle.truncate(file.size);
      throw error;
    }
    file.size += bytes.length;
    return (this.#previous = page.sha256);
  }

  async #fileOf(until: Date) {
    const name = `${String(this.#token).padStart(10, '0')}-${until.toISOString().slice(0, 10)}.log`;
    const path = join(this.#log, name);
    if (this.#file?.path === path) return this.#file;
    await this.close();
    await mkdir(this.#log, { recursive: true, mode: 0o700 });
    const handle = await open(path, 'a', 0o600);
    await syncedFolder(this.#log);
    const { size } = await handle.stat();
    return (this.#file = { path, handle, size });
  }

  async close(): Promise<void> {
    await this.#file?.handle.close();
    this.#file = undefined;
  }
}

/** Removes the files of every log whose days had ended before a moment. */
export async function pruneLogs(folder: string, before: Date): Promise<void> {
  for (const history of await namesOf(join(folder, 'log'))) {
    const log = logFolder(folder, history);
    const files = await filesOf(log);
    const old = files.filter((file) => dayEnd(file) <= before);
    for (const file of old) await rm(file);
    if (old.length > 0 && old.length === files.length) await rmdir(log);
  }
}

function dayEnd(file: string): Date {
  const day = new Date(file.slice(-'2026-11-24.log'.length, -'.log'.length));
  return new Date(day.getTime() + 24 * 60 * 60_000);
}
