// A page of the log: what happened until a moment, on one line of its file, sealed together with the page before it. A
// line that does not end was being written when its process died; it counts for nothing.
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { BSON, type Timestamp } from 'mongodb';
import { z } from 'zod';
import { canonical } from '../changes.ts';
import { damaged } from './lines.ts';
import type { Store } from './store.ts';
import { storedChange, type Change, type Place } from './stream.ts';

const PageSchema = z.strictObject({
  /** The seal of the page before it; null on the first one. */
  previous: z.string().nullable(),
  /** Behind which moment it begins, and until when nothing is missing, by the clock of the database. */
  since: z.iso.datetime(),
  until: z.iso.datetime(),
  /** That moment as the database counts, as canonical extended JSON. */
  time: z.string(),
  /** Where the stream goes on behind it. */
  place: z.record(z.string(), z.unknown()),
  /** Its changes: lines of extended JSON, compressed, as base64. */
  changes: z.string(),
  sha256: z.string(),
});
export type Page = z.output<typeof PageSchema>;

/** A page and how far it and what comes before it reach. */
export type PageHead = Omit<Page, 'changes'>;

const [compressed, decompressed] = [promisify(gzip), promisify(gunzip)];

export interface Reach {
  readonly previous: string | null;
  readonly since: Date;
  readonly until: Date;
  readonly time: Timestamp;
  readonly place: Place;
}

/** @param lines the changes as canonical extended JSON */
export async function pageOf(reach: Reach, lines: readonly string[]): Promise<Page> {
  const text = lines.map((line) => `${line}\n`).join('');
  const page = {
    previous: reach.previous,
    since: reach.since.toISOString(),
    until: reach.until.toISOString(),
    time: ejson(reach.time),
    place: JSON.parse(ejson(reach.place)) as Record<string, unknown>,
    changes: (await compressed(text)).toString('base64'),
  };
  return { ...page, sha256: sealOf(page) };
}

export function ejson(value: unknown): string {
  return BSON.EJSON.stringify(value as object, { relaxed: false });
}

/** What {@link ejson} made of a moment of the database. */
export function timeOf(text: string): Timestamp {
  const time: unknown = BSON.EJSON.parse(text, { relaxed: false });
  if (time instanceof BSON.Timestamp) return time;
  throw new SyntaxError('This is no time.');
}

function sealOf(page: Omit<Page, 'sha256'>): string {
  return createHash('sha256').update(canonical(page)).digest('hex');
}

/**
 * The pages of a file in their order.
 * @throws VALIDATION when a page is not the one that was written
 */
export async function* pagesIn(store: Store, path: string): AsyncGenerator<Page> {
  const where = `${store.address}/${path}`;
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of store.read(path)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield readPage(where, line);
  }
}

function readPage(where: string, line: string): Page {
  try {
    const page = PageSchema.parse(JSON.parse(line));
    const { sha256, ...whole } = page;
    if (sealOf(whole) === sha256) return page;
  } catch {
    // What is no page is damaged too.
  }
  throw damaged(where);
}

/** The changes of a page, in their order. */
export async function changesOf({ changes }: Page): Promise<Change[]> {
  const text = (await decompressed(Buffer.from(changes, 'base64'))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => storedChange(BSON.EJSON.parse(line, { relaxed: false })));
}
