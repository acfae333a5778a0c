import type { IndexDefinition, Upgrade } from '../collections.ts';
import * as documented from '../migrations/documented.ts';

/** `tenants` belongs to the installation, not to a tenant, so it has no `tenantId`. */
export const tenantIndexes: readonly IndexDefinition[] = [
  { key: { slug: 1 }, name: 'slug_1', unique: true },
  // One domain leads to one clinic. As documented it may be missing, and by hand it may be empty.
  {
    key: { domain: 1 },
    name: 'tenants_domain',
    unique: true,
    partialFilterExpression: { domain: { $gt: '' } },
  },
  // For the addresses that clinics had before.
  {
    key: { formerSlugs: 1 },
    name: 'tenants_formerSlugs',
    unique: true,
    partialFilterExpression: { formerSlugs: { $exists: true } },
  },
  { key: { isActive: 1 }, name: 'isActive_1' },
  // For the list that is read page by page.
  { key: { isActive: 1, name: 1, _id: 1 }, name: 'tenants_byName' },
];

export const tenantUpgrades: readonly Upgrade[] = [documented.tenant];
