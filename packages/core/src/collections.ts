import type { CreateIndexesOptions, IndexDirection } from 'mongodb';
import type { $brand } from 'zod';

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

export interface Collection<Document extends TenantDocument> {
  readonly name: string;
  readonly indexes: readonly IndexDefinition[];
  /** Only carries the type. */
  readonly document?: Document;
}

/** The schema version that this code writes. */
export const schemaVersion = 1;

export function defineCollection<Document extends TenantDocument>(
  name: string,
  indexes: readonly IndexDefinition[],
): Collection<Document> {
  return { name, indexes };
}
