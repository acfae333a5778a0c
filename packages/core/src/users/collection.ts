import { defineCollection } from '../collections.ts';
import * as documented from '../migrations/documented.ts';
import type { StoredUser } from './schema.ts';

export const usersCollection = defineCollection<StoredUser>(
  'users',
  [
    { key: { email: 1, tenantId: 1 }, name: 'email_1_tenantId_1', unique: true },
    // The one that a cluster sharded by tenantId can enforce.
    { key: { tenantId: 1, email: 1 }, name: 'tenantId_1_email_1', unique: true },
    { key: { tenantId: 1 }, name: 'tenantId_1' },
    // For the list by email, which is read page by page.
    { key: { tenantId: 1, email: 1, _id: 1 }, name: 'users_byEmail' },
    {
      key: { tenantId: 1, patientId: 1 },
      name: 'users_ofPatient',
      unique: true,
      partialFilterExpression: { patientId: { $exists: true } },
    },
  ],
  [documented.user],
);
