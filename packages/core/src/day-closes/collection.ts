import { defineCollection } from '../collections.ts';
import type { DayClose } from './schema.ts';

export const dayClosesCollection = defineCollection<DayClose>('dayCloses', [
  { key: { tenantId: 1, date: 1 }, name: 'dayCloses_date', unique: true },
  // For the list that is read page by page.
  { key: { tenantId: 1, date: -1, _id: -1 }, name: 'dayCloses_latest' },
]);
