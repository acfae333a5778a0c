// A clinic is copied while it works, and what it changed meanwhile is put behind the copy: its audit names every
// document that it changed. Together that is the state of one moment.
import { mkdtemp, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { ObjectId, type Document as Bson } from 'mongodb';
import { z } from 'zod';
import { archiveAct } from '../archive/bookings.ts';
import { auditEvents, seal, type AuditEvent } from '../audit.ts';
import { assertNoLooseLink, makeFolder, tried } from '../backup/folder-store.ts';
import { writeLines } from '../backup/lines.ts';
import { typedDocument } from '../typed.ts';
import { writeManifest } from '../backup/manifest.ts';
import { schemaVersions } from '../backup/schema-versions.ts';
import { bookingsArchive } from '../bookings/collection.ts';
import type { Collection, TenantDocument } from '../collections.ts';
import { counters } from '../counters.ts';
import type { Database } from '../connection.ts';
import { invalid, notFound } from '../errors.ts';
import type { Filter, Sort } from '../handle.ts';
import { imagesCollection } from '../images/collection.ts';
import { asking, scopeOf, snapshot, tenantsCollection, within, type TenantScope } from '../tenancy.ts';
import { asPlatform } from '../tenants/platform.ts';
import { findBySlug } from '../tenants/read.ts';
import { carried, fileOf, kind, storeOf, tenantsName, type Carried } from './folder.ts';

/** What was carried. */
export interface Transferred {
  readonly tenantId: string;
  readonly slug: string;
  /** How many lines each file has: a document that changed meanwhile has two. */
  readonly lines: Readonly<Record<string, number>>;
}

/** Told now and then how many documents of a collection are done, and waited for. */
export type OnProgress = (collection: string, documents: number) => void | Promise<void>;

const page = 1_000;

/**
 * Writes all that belongs to a clinic into a new folder: a file of extended-JSON lines for each collection, and a
 * manifest. It is the state of one moment, the end of the export, although the clinic goes on working. Who is signed
 * in, and with which API token, stays here. The folder has its name only when all of it is on the disk; what a dead
 * process has left beside it goes when the same is exported again.
 * @param signal by which it is given up
 * @throws VALIDATION when there is something in the folder already
 * @throws UNAVAILABLE when the folder cannot be written; nothing is left there then
 */
export async function exportTenant(
  clinic: TenantScope,
  folder: string,
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<Transferred> {
  const path = await tried('written', folder, () => placeOf(folder));
  if ((await entriesOf(path)).length > 0) throw invalid('folder', `There is something in ${path} already.`);
  const partial = await tried('written', path, async () => {
    await makeFolder(dirname(path));
    return begunFolder(path);
  });
  try {
    const files = await written(clinic, partial, onProgress, signal);
    const { tenantId, tenant } = clinic;
    const content = { at: clinic.clock().toISOString(), tenantId, slug: tenant.slug, schema: schemaVersions };
    await writeManifest(storeOf(partial), kind, { ...content, files } satisfies Carried);
    await rename(partial, path);
    const lines = files.map(({ name, file }) => [name, file.lines] as const);
    return { tenantId, slug: tenant.slug, lines: Object.fromEntries(lines) };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

/**
 * The same of a clinic by its slug, suspended or not: whoever runs the installation can hand over what is a clinic's,
 * also when it has left.
 * @param platform the scope of `openPlatform`
 * @param signal by which it is given up
 * @throws NOT_FOUND when there is no such clinic
 * @throws FORBIDDEN in a clinic's own scope
 * @throws VALIDATION when there is something in the folder already
 * @throws UNAVAILABLE when the folder cannot be written; nothing is left there then
 */
export async function exportBySlug(
  database: Database,
  platform: TenantScope,
  slug: string,
  folder: string,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<Transferred> {
  const { actor } = asPlatform(platform);
  const tenant = await findBySlug(database, slug);
  if (!tenant) throw notFound('clinic');
  return exportTenant(scopeOf(database, tenant, actor), folder, onProgress, signal);
}

/** Where it is written until it is whole. What an export to the same place has left that died goes. */
async function begunFolder(path: string): Promise<string> {
  const [parent, begins] = [dirname(path), `.unfinished-${basename(path)}-`];
  const isLeft = (name: string) => name.startsWith(begins) && !name.slice(begins.length).includes('-');
  for (const name of (await readdir(parent)).filter(isLeft))
    await rm(join(parent, name), { recursive: true, force: true });
  return mkdtemp(join(parent, begins));
}

/** A folder that is there by a link is written where it is: nothing could take the place of the link. */
async function placeOf(folder: string): Promise<string> {
  const path = resolve(folder);
  await assertNoLooseLink(path);
  return realpath(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return path;
    throw error;
  });
}

async function entriesOf(path: string): Promise<string[]> {
  return readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function written(
  clinic: TenantScope,
  folder: string,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Promise<Carried['files']> {
  const sealing = asking(clinic, { dryRun: false });
  const from = await seal(sealing);
  const end = Promise.withResolvers<Map<string, Bson[]>>();
  // Who waits for the end is told of an error by the files that wait too.
  end.promise.catch(() => undefined);
  const later: Record<string, number> = {};
  const write = async (name: string, copied: AsyncIterable<Bson>, done: () => void) => {
    const documents = async function* () {
      let count = 0;
      for await (const document of copied) {
        signal?.throwIfAborted();
        yield document;
        if (++count % page === 0) await onProgress(name, count);
      }
      if (!isOfTheEnd(name)) await onProgress(name, count);
      done();
      const rest = (await end.promise).get(name) ?? [];
      yield* rest;
      if (isOfTheEnd(name)) await onProgress(name, rest.length);
      later[name] = writtenOnce.has(name) ? 0 : rest.length;
    };
    return { name, file: await writeLines(storeOf(folder), fileOf(name), documents()), later: 0 };
  };
  const files: Promise<Carried['files'][number]>[] = [];
  try {
    for (const { name, copied } of copies(clinic, from)) {
      const copy = Promise.withResolvers<void>();
      const file = write(name, copied, copy.resolve);
      files.push(file);
      // One after the other; a file that could not be written ends the wait.
      await Promise.race([copy.promise, file]);
    }
    await seal(sealing);
    signal?.throwIfAborted();
    end.resolve(await changedSince(clinic, from));
  } catch (error) {
    end.reject(error);
    await Promise.allSettled(files);
    throw error;
  }
  return (await Promise.all(files)).map((file) => ({ ...file, later: later[file.name] ?? 0 }));
}

/** Of these no earlier form comes first. */
const writtenOnce: ReadonlySet<string> = new Set([
  tenantsName,
  imagesCollection.name,
  auditEvents.name,
  counters.name,
]);

/** Of these nothing comes before the end: pictures and counters, and the clinic that names the pictures. */
const isOfTheEnd = (name: string) =>
  name === tenantsName || name === counters.name || name === imagesCollection.name;

/** What is copied first, in its order. */
function copies(clinic: TenantScope, from: number): { name: string; copied: AsyncIterable<Bson> }[] {
  return [
    { name: tenantsName, copied: none() },
    ...carried.map((collection) => {
      const { name } = collection;
      if (isOfTheEnd(name)) return { name, copied: none() };
      if (name === auditEvents.name) return { name, copied: sealedEvents(clinic, from) };
      return { name, copied: everyDocument(clinic, collection) };
    }),
  ];
}

async function* none(): AsyncGenerator<Bson> {
  // Nothing comes before the end.
}

/** However many there are, and of a filter those that fit. */
async function* everyDocument<Document extends TenantDocument>(
  clinic: TenantScope,
  collection: Collection<Document>,
  wanted: Filter<Document> = {},
): AsyncGenerator<Bson> {
  for (let after: string | undefined; ;) {
    const filter = { ...wanted, ...(after !== undefined && { id: { $gt: after } }) } as Filter<Document>;
    const found = await within(clinic, collection).stored(filter, {
      sort: { id: 1 } as Sort<Document>,
      limit: page,
    });
    yield* found;
    if (found.length < page) return;
    after = (found.at(-1)!['_id'] as ObjectId).toHexString();
  }
}

async function* sealedEvents(clinic: TenantScope, upTo: number, from = 0): AsyncGenerator<Bson> {
  for (let seq = from; seq < upTo; seq += page) {
    const filter: Filter<AuditEvent> = { sealed: true, seq: { $gt: seq, $lte: Math.min(seq + page, upTo) } };
    yield* await within(clinic, auditEvents).stored(filter, { sort: { seq: 1 }, limit: page });
  }
}

/** The events behind a number, and what they changed as it is now: all of it at one moment. */
function changedSince(clinic: TenantScope, from: number): Promise<Map<string, Bson[]>> {
  return snapshot(clinic, async (inside) => {
    const upTo = (await within(inside, counters).findOne({ name: 'audit' }))?.value ?? 0;
    const events = [
      ...(await Array.fromAsync(sealedEvents(inside, upTo, from))),
      ...(await Array.fromAsync(everyDocument(inside, auditEvents, { sealed: false }))),
    ];
    const { raw, options } = tenantsCollection(inside);
    const _id = new ObjectId(inside.tenantId);
    const [tenant] = await raw.find({ _id }, { ...options, raw: true }).toArray();
    const changed: [string, Bson[]][] = [];
    for (const collection of carried)
      changed.push([collection.name, await changedOf(inside, collection, events)]);
    return new Map<string, Bson[]>([
      [tenantsName, [typedDocument(tenant as unknown as Uint8Array)]],
      ...changed,
      [imagesCollection.name, await Array.fromAsync(everyDocument(inside, imagesCollection))],
      [auditEvents.name, events],
      [counters.name, await Array.fromAsync(everyDocument(inside, counters))],
    ]); // prettier-ignore
  });
}

/** Bookings are recorded by one name wherever they are kept. */
async function changedOf(
  inside: TenantScope,
  collection: Collection<TenantDocument>,
  events: readonly Bson[],
): Promise<Bson[]> {
  const recordedAs = carried.find(({ archive }) => archive?.name === collection.name) ?? collection;
  const ids = new Set(
    events
      .filter((event) => event['collection'] === recordedAs.name)
      .map(({ documentId }) => String(documentId)),
  );
  // Copied at different times, what moved may be in the file of bookings, or in both.
  if (collection === bookingsArchive) for (const id of movedBy(events)) ids.add(id);
  const found: Bson[] = [];
  for (let at = 0, all = [...ids]; at < all.length; at += page) {
    const some = { id: { $in: all.slice(at, at + page) } };
    found.push(...(await within(inside, collection).stored(some, { sort: { id: 1 }, limit: page })));
  }
  return found;
}

/** Which bookings these events say were moved to the archive. */
function movedBy(events: readonly Bson[]): string[] {
  return events
    .filter(({ action }) => action === archiveAct)
    .flatMap(({ changes }) => Moved.parse(changes).bookingIds.to);
}

const Moved = z.object({ bookingIds: z.object({ to: z.array(z.string()) }) });
