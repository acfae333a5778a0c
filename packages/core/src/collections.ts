import type { CreateIndexesOptions, Document as Bson, IndexDirection } from 'mongodb';
import type { $brand } from 'zod';
import { RowReader } from './rows.ts';

/** The hex of a document's `_id`, told apart by collection: a patient's id is no staff id. */
export type Id<Collection extends string> = string & $brand<Collection>;

/** What every document of a tenant carries. In the database `id` is `_id`, an ObjectId. */
export interface TenantDocument {
  readonly id: string;
  readonly tenantId: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** The version of the schema that wrote it. */
  readonly version: number;
  /** Goes up by one with every change. */
  readonly revision: number;
}

export interface IndexDefinition extends CreateIndexesOptions {
  readonly key: Readonly<Record<string, IndexDirection>>;
}

/** What an upgrade may know of the clinic whose document it is. */
export interface ClinicSettings {
  readonly timezone: string;
}

/** What a document of one version is in the next; a pure function, which leaves the older one as it is. */
export type Upgrade = (document: Bson, settings: ClinicSettings) => Bson;

export interface Collection<Document extends TenantDocument> {
  readonly name: string;
  readonly indexes: readonly IndexDefinition[];
  /** One for each version, the first from what has none; so their number is the version that this code writes. */
  readonly upgrades: readonly Upgrade[];
  /** @internal */
  readonly reader: RowReader;
  /** Where its old documents are moved to, as they are. */
  readonly archive?: Collection<Document>;
  /** Only carries the type. */
  readonly document?: Document;
}

/** @param upgrades by which an older document becomes what this code works with; see versions.ts */
export function defineCollection<Document extends TenantDocument>(
  name: string,
  indexes: readonly IndexDefinition[],
  upgrades: readonly Upgrade[] = [(document) => document],
): Collection<Document> {
  return { name, indexes, upgrades, reader: new RowReader() };
}
