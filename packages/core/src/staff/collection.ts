import { defineCollection } from '../collections.ts';
import * as documented from '../migrations/documented.ts';
import type { Staff } from './schema.ts';

export const staffCollection = defineCollection<Staff>(
  'staff',
  [
    { key: { tenantId: 1, isActive: 1 }, name: 'tenantId_1_isActive_1' },
    { key: { tenantId: 1, role: 1 }, name: 'tenantId_1_role_1' },
    { key: { tenantId: 1, rating: -1 }, name: 'tenantId_1_rating_-1' },
    // For lists that are read page by page.
    { key: { tenantId: 1, isActive: 1, name: 1, _id: 1 }, name: 'staff_byName' },
    { key: { tenantId: 1, isActive: 1, role: 1, name: 1, _id: 1 }, name: 'staff_byRole' },
    { key: { tenantId: 1, isActive: 1, skills: 1, name: 1, _id: 1 }, name: 'staff_bySkill' },
  ],
  [documented.staff],
);
