import { tenantCollections } from '../database.ts';
import { all } from '../migrations/all.ts';
import { tenantUpgrades } from '../tenants/collection.ts';
import type { SchemaVersions } from './manifest.ts';

/** What this version of the code writes. */
export const schemaVersions: SchemaVersions = {
  collections: {
    tenants: tenantUpgrades.length,
    ...Object.fromEntries(tenantCollections.map(({ name, upgrades }) => [name, upgrades.length])),
  },
  migrations: all.map(({ number }) => number),
};
