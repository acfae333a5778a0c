import { BSON, ObjectId, type Document as Bson } from 'mongodb';
import { z } from 'zod';
import { record, type AuditEvent } from '../audit.ts';
import { hashOf } from '../audit-chain.ts';
import { readLines } from '../backup/lines.ts';
import { changesBetween } from '../changes.ts';
import type { Database } from '../connection.ts';
import { duplicateIndex, translated } from '../driver-errors.ts';
import { CirceError, invalid, isCirceError } from '../errors.ts';
import { acrossTenants } from '../firewall.ts';
import { movedTo } from '../images/address.ts';
import { parsed } from '../parsed.ts';
import { moveAvatars } from '../staff/avatar.ts';
import { beside, tenantsCollection, transact, type TenantScope } from '../tenancy.ts';
import { findBySlug, tenantOf } from '../tenants/read.ts';
import { Slug } from '../tenants/schema.ts';
import { takenAddress } from '../tenants/taken.ts';
import { checkFolder, type Checked } from './check.ts';
import type { OnProgress, Transferred } from './export.ts';
import { carried, fileOf, readCarried, storeOf, tenantsName } from './folder.ts';
import { kept, newIds, type Remap } from './remap.ts';
import { begin, finish, hereAlready, isThere, undo, write, type Staging } from './staging.ts';

/** How to import a clinic; everything may be left out. */
export const ImportTenant = z.strictObject({
  /** Another address than it had. */
  slug: Slug.optional(),
  /** Other ids than it had, so that it can stand beside itself. */
  remap: z.boolean().default(false),
  /** Only looks through the folder. */
  dryRun: z.boolean().default(false),
});
export type ImportTenant = z.input<typeof ImportTenant>;

/** So many documents are written at once. */
const batch = 500;

/** A folder that was looked through and is whole. */
export interface CheckedFolder {
  readonly folder: string;
  /** The address that its clinic had. */
  readonly slug: string;
  /** @internal */
  readonly checked: Checked;
}

/**
 * Looks through a folder that `exportTenant` wrote, without a database: for whoever makes one only then.
 * @param signal by which it is given up
 * @throws NOT_FOUND when there is no clinic in the folder, or one that was not finished
 * @throws VALIDATION when a file is not as it was written, or a line is none that a clinic has, with the file and the line
 * @throws UNAVAILABLE when a newer version wrote the folder
 */
export async function check(
  folder: string,
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<CheckedFolder> {
  const checked = await checkFolder(folder, onProgress, signal);
  return { folder, slug: checked.slug, checked };
}

/**
 * Makes a clinic of a folder that `exportTenant` wrote, here or in another installation. Every line and every reference
 * is checked before anything is written; the clinic appears in one moment, with all that it has, or not at all. Its
 * own domain stays with it only where ids and slug do. See docs/decisions/tenant-transfer.md.
 * @param platform the scope of `openPlatform`, for the administrator who does it
 * @param from the folder, or what {@link check} has read of it, which is not looked through again
 * @param signal by which it is given up: what was written by then is taken away again
 * @throws NOT_FOUND when there is no clinic in the folder, or one that was not finished
 * @throws VALIDATION when a file is not as it was written, or a line is none that a clinic has, with the file and the line
 * @throws CONFLICT_DUPLICATE when the slug, the domain or the clinic is here already
 * @throws UNAVAILABLE when a newer version wrote the folder, or the database does not answer
 */
export async function importTenant(
  database: Database,
  platform: TenantScope,
  from: string | CheckedFolder,
  options: ImportTenant = {},
  onProgress: OnProgress = () => undefined,
  signal?: AbortSignal,
): Promise<Transferred> {
  const { slug, remap, dryRun } = parsed(ImportTenant, options);
  // Of a large clinic that is read for minutes: what can be refused at once is.
  const known = typeof from === 'string' ? await readCarried(from) : from.checked;
  await assertFree(database, slug ?? known.slug);
  if (!remap && (await isThere(database, known.tenantId))) throw hereAlready();
  const { folder, checked } = typeof from === 'string' ? await check(from, onProgress, signal) : from;
  const ids = remap ? newIds() : kept;
  const tenant = asItWillBe(checked, ids, slug);
  const tenantId = (tenant['_id'] as ObjectId).toHexString();
  const said = {
    tenantId,
    slug: String(tenant['slug']),
    lines: Object.fromEntries(checked.files.map(({ name, file }) => [name, file.lines])),
  };
  const { formerSlugs } = tenantOf(tenant);
  for (const slug of [said.slug, ...(formerSlugs ?? [])]) await assertFree(database, slug);
  if (dryRun) return said;
  await acrossTenants('import of a clinic', async () => {
    const staging = await begin(database, tenantId);
    try {
      await written(database, staging, folder, checked, ids, async (name, done) => {
        signal?.throwIfAborted();
        await onProgress(name, done);
      });
      await appear(platform, staging, checked, tenant);
    } catch (error) {
      // What cannot be taken away now is by whoever looks next.
      await undo(database, staging).catch(() => undefined);
      throw refusal(error);
    }
  });
  return said;
}

/** @throws CONFLICT_DUPLICATE */
async function assertFree(database: Database, slug: string): Promise<void> {
  if (!(await findBySlug(database, slug))) return;
  throw new CirceError('CONFLICT_DUPLICATE', `Another clinic is at ${slug} already.`, { field: 'slug' });
}

function asItWillBe({ tenant, slug: before }: Checked, ids: Remap, slug = before): Bson {
  const { domain, formerSlugs, ...rest } = ids(tenant);
  const config = atSlug(rest['config'] as Bson, slug);
  if (ids !== kept || slug !== before) return { ...rest, slug, config };
  return {
    ...rest,
    slug,
    ...(domain !== undefined && { domain }),
    ...(formerSlugs !== undefined && { formerSlugs }),
  };
}

/** The settings, with the logo where it is found then. */
function atSlug(config: Bson, slug: string): Bson {
  const { logo } = config;
  return typeof logo === 'string' ? { ...config, logo: movedTo(slug, logo) } : config;
}

async function written(
  database: Database,
  staging: Staging,
  folder: string,
  { files, later }: Checked,
  ids: Remap,
  onProgress: OnProgress,
): Promise<void> {
  const links = new Links();
  for (const { name, file, later: laterLines } of files) {
    if (name === tenantsName) continue;
    const archive = carried.find((collection) => collection.name === name)?.archive?.name;
    let [line, done] = [0, 0];
    let documents: Bson[] = [];
    const flush = async () => {
      await write(database, staging, name, documents);
      done += documents.length;
      documents = [];
      await onProgress(name, done);
    };
    for await (const read of readLines(storeOf(folder), fileOf(name), file)) {
      const isLater = ++line > file.lines - laterLines;
      const id = (read['_id'] as ObjectId).toHexString();
      const moved = archive !== undefined && later.get(archive)?.has(id);
      if (moved || (!isLater && later.get(name)?.has(id))) continue;
      documents.push(ids === kept ? read : links.again(name, ids(read)));
      if (documents.length >= batch) await flush();
    }
    await flush();
  }
}

/** Chains the audit anew when what it says has other ids; its old chain was checked before. */
class Links {
  #seq = 0;
  #hash = '';

  again(name: string, document: Bson): Bson {
    if (name === 'counters' && document['name'] === 'audit') return { ...document, hash: this.#hash };
    if (name !== 'auditEvents' || document['sealed'] !== true) return document;
    const { _id, ...event } = BSON.deserialize(BSON.serialize(document));
    const loaded = { ...event, id: (_id as ObjectId).toHexString() } as AuditEvent;
    this.#hash = hashOf(loaded, ++this.#seq, this.#hash);
    return { ...document, hash: this.#hash };
  }
}

/** Makes the clinic of what is written: from here on it is there. */
async function appear(
  platform: TenantScope,
  staging: Staging,
  checked: Checked,
  document: Bson,
): Promise<void> {
  const { config, domain, formerSlugs } = checked.tenant;
  const before = tenantOf({
    ...document,
    config,
    slug: checked.slug,
    domain,
    ...(formerSlugs !== undefined && { formerSlugs }),
  });
  const isChanged =
    document['slug'] !== checked.slug ||
    document['domain'] !== domain ||
    !document['formerSlugs'] !== !formerSlugs;
  const revision = Number(checked.tenant['revision']) + (isChanged ? 1 : 0);
  const whole = { ...document, revision };
  const after = tenantOf(whole);
  const subject = { collection: tenantsName, id: after.id, revision: after.revision };
  await transact(platform, async (inside) => {
    await finish(inside, staging);
    const { raw, options } = tenantsCollection(inside);
    await raw.insertOne(whole, options);
    const from = { from: { from: checked.tenantId, to: after.id } };
    await record(inside, 'tenants.import', { ...subject, revision: 0 }, from);
    if (isChanged)
      await record(beside(inside, after), 'tenants.import', subject, changesBetween(before, after));
    if (after.slug !== checked.slug) await moveAvatars(beside(inside, after), 'tenants.import', after.slug);
  });
}

function refusal(error: unknown): unknown {
  if (isCirceError(error)) return error;
  const taken = takenAddress(error);
  if (taken) return taken;
  const index = duplicateIndex(error);
  if (index === '_id_') {
    const message =
      'Something of this clinic is here already. With other ids (--remap) it can stand beside it.';
    return new CirceError('CONFLICT_DUPLICATE', message, { field: 'id' });
  }
  if (index !== undefined)
    return invalid(index, `Two documents of the folder have what only one can (${index}).`);
  return translated(error);
}
