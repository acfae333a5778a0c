// The folder that one clinic is carried in: a file of lines for each of its collections, and a manifest.
import { resolve } from 'node:path';
import { z } from 'zod';
import { auditEvents } from '../audit.ts';
import { FolderStore } from '../backup/folder-store.ts';
import { LinesSchema, readManifest, SchemaVersions } from '../backup/manifest.ts';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import type { Collection, TenantDocument } from '../collections.ts';
import { counters } from '../counters.ts';
import { dayClosesCollection } from '../day-closes/collection.ts';
import { imagesCollection } from '../images/collection.ts';
import { patientsCollection } from '../patients/collection.ts';
import { staffCollection } from '../staff/collection.ts';
import { tenantUpgrades } from '../tenants/collection.ts';
import type { Tenant } from '../tenants/schema.ts';
import { IdText } from '../text.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import { usersCollection } from '../users/collection.ts';

export const kind = 'tenant';

/**
 * What belongs to a clinic wherever it is, each behind what it refers to. Sessions, links, API tokens and idempotency
 * keys belong to the installation that gave them: nobody should be signed in to another one.
 */
export const carried: readonly Collection<TenantDocument>[] = [
  patientsCollection,
  usersCollection,
  staffCollection,
  treatmentsCollection,
  bookingsCollection,
  bookingsArchive,
  dayClosesCollection,
  imagesCollection,
  auditEvents,
  counters,
];

/** The clinic's own document is a line of a file too. */
export const tenantsName = 'tenants';

const FileSchema = z.strictObject({
  name: z.enum([tenantsName, ...carried.map(({ name }) => name)]),
  file: LinesSchema,
  /** So many of the last lines are later forms of documents that changed while the others were written. */
  later: z.int().min(0),
});

export const CarriedSchema = z.strictObject({
  at: z.iso.datetime(),
  tenantId: IdText,
  slug: z.string(),
  schema: SchemaVersions,
  files: z
    .array(FileSchema)
    .refine((files) => {
      const wanted = [tenantsName, ...carried.map(({ name }) => name)];
      return files.length === wanted.length && files.every(({ name }, n) => name === wanted[n]);
    }, 'A file is missing.')
    .refine((files) => files.every(({ file, later }) => later <= file.lines), 'More is later than there is.'),
});
export type Carried = z.output<typeof CarriedSchema>;

export function fileOf(collection: string): string {
  return `${collection}.jsonl.gz`;
}

export function storeOf(folder: string): FolderStore {
  return new FolderStore(resolve(folder));
}

/**
 * Reads what a folder says of itself.
 * @throws NOT_FOUND when there is no clinic in it, or one that was not finished
 * @throws VALIDATION when its manifest is damaged
 * @throws UNAVAILABLE when a newer version wrote it
 */
export function readCarried(folder: string): Promise<Carried> {
  return readManifest(storeOf(folder), kind, CarriedSchema);
}

/** The version that this code writes a document of a file in. */
export function versionOfFile(name: string): number {
  return carried.find((collection) => collection.name === name)?.upgrades.length ?? tenantUpgrades.length;
}

/** The clinic of a folder, as it will be. */
export type ToBe = Pick<Tenant, 'id' | 'slug' | 'name'>;
