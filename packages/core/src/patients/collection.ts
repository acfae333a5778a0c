import { defineCollection } from '../collections.ts';
import * as documented from '../migrations/documented.ts';
import type { Patient } from './schema.ts';

export const patientsCollection = defineCollection<Patient>(
  'patients',
  [
    { key: { tenantId: 1, phone: 1 }, name: 'tenantId_1_phone_1', unique: true },
    // As documented. Compound and sparse, it holds every document that has a tenantId: harmless.
    { key: { tenantId: 1, email: 1 }, name: 'tenantId_1_email_1', sparse: true },
    { key: { tenantId: 1, createdAt: -1 }, name: 'tenantId_1_createdAt_-1' },
    { key: { tenantId: 1, isActive: 1, createdAt: -1, _id: -1 }, name: 'patients_newest' },
    { key: { tenantId: 1, isActive: 1, searchWords: 1 }, name: 'patients_search' },
    {
      key: { tenantId: 1, mergedInto: 1 },
      name: 'patients_merged',
      partialFilterExpression: { mergedInto: { $exists: true } },
    },
  ],
  [documented.patient],
);
