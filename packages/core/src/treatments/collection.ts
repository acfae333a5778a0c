import { defineCollection } from '../collections.ts';
import * as documented from '../migrations/documented.ts';
import type { Treatment } from './schema.ts';

export const treatmentsCollection = defineCollection<Treatment>(
  'treatments',
  [
    { key: { tenantId: 1, category: 1 }, name: 'tenantId_1_category_1' },
    { key: { tenantId: 1, price: 1 }, name: 'tenantId_1_price_1' },
    { key: { tenantId: 1, popularity: -1 }, name: 'tenantId_1_popularity_-1' },
    { key: { tenantId: 1, name: 1 }, name: 'tenantId_1_name_1', unique: true },
    // For lists that are read page by page.
    { key: { tenantId: 1, isActive: 1, category: 1, name: 1, _id: 1 }, name: 'treatments_byCategory' },
    {
      key: { tenantId: 1, isActive: 1, sortOrder: 1, category: 1, name: 1, _id: 1 },
      name: 'treatments_priceList',
    },
    {
      key: { tenantId: 1, isActive: 1, category: 1, sortOrder: 1, name: 1, _id: 1 },
      name: 'treatments_priceListOfCategory',
    },
    {
      key: { tenantId: 1, isActive: 1, assignedStaff: 1, sortOrder: 1, category: 1, name: 1, _id: 1 },
      name: 'treatments_priceListOfStaff',
    },
  ],
  [documented.treatment],
);
