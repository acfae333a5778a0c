import { defineCollection, type Collection, type IndexDefinition } from '../collections.ts';
import * as documented from '../migrations/documented.ts';
import type { Booking } from './schema.ts';

/** For lists that are read page by page, for money and for visits, wherever bookings lie. */
const listIndexes = (place: string): IndexDefinition[] => [
  { key: { tenantId: 1, startAt: 1, _id: 1 }, name: `${place}_latest` },
  { key: { tenantId: 1, source: 1, createdAt: -1, _id: -1 }, name: `${place}_walkIns` },
  { key: { tenantId: 1, patientId: 1, startAt: 1, _id: 1 }, name: `${place}_ofPatient` },
  // For what was received or given back on a day, by bookings of any day; nothing is left where all was given back.
  {
    key: { tenantId: 1, 'payments.localDate': 1 },
    name: `${place}_payments`,
    partialFilterExpression: { paymentAmount: { $gte: 0 } },
  },
  {
    key: { tenantId: 1, patientId: 1, status: 1, startAt: 1, _id: 1 },
    name: `${place}_visits`,
    partialFilterExpression: { status: 'completed' },
  },
  {
    key: { tenantId: 1, visitId: 1, startAt: 1 },
    name: `${place}_ofVisit`,
    partialFilterExpression: { visitId: { $exists: true } },
  },
];

/** Final bookings of more than a year ago, as they were. Nothing here holds time, so no index has to refuse any. */
export const bookingsArchive = defineCollection<Booking>('bookingsArchive', listIndexes('bookingsArchive'), [
  documented.booking,
]);

const current = defineCollection<Booking>(
  'bookings',
  [
    { key: { tenantId: 1, startAt: 1 }, name: 'tenantId_1_startAt_1' },
    { key: { tenantId: 1, staffId: 1, startAt: 1 }, name: 'tenantId_1_staffId_1_startAt_1' },
    { key: { tenantId: 1, patientId: 1 }, name: 'tenantId_1_patientId_1' },
    { key: { tenantId: 1, status: 1 }, name: 'tenantId_1_status_1' },
    { key: { tenantId: 1, source: 1, createdAt: -1 }, name: 'tenantId_1_source_1_createdAt_-1' },
    // As documented, for what holds time. It refuses the very same appointment twice, the last index every overlap.
    {
      key: { tenantId: 1, staffId: 1, startAt: 1, endAt: 1, status: 1 },
      name: 'tenantId_1_staffId_1_startAt_1_endAt_1_status_1',
      unique: true,
      partialFilterExpression: { holding: true },
    },
    // The documented ones cannot tell two bookings of the same instant apart.
    ...listIndexes('bookings'),
    // For what is still to come of a day.
    {
      key: { tenantId: 1, startAt: 1, _id: 1 },
      name: 'bookings_ahead',
      partialFilterExpression: { status: { $in: ['pending', 'confirmed'] } },
    },
    // For what waits to be confirmed.
    {
      key: { tenantId: 1, status: 1, startAt: 1, _id: 1 },
      name: 'bookings_pending',
      partialFilterExpression: { status: 'pending' },
    },
    // For whoever comes by a secret: those of a visit have it in common.
    {
      key: { tenantId: 1, bookedHash: 1, startAt: 1 },
      name: 'bookings_bookedBy',
      partialFilterExpression: { bookedHash: { $exists: true } },
    },
    {
      key: { tenantId: 1, linkHash: 1, startAt: 1 },
      name: 'bookings_ofLink',
      partialFilterExpression: { linkHash: { $exists: true } },
    },
    {
      key: { tenantId: 1, 'holds.r': 1, 'holds.t': 1 },
      name: 'bookings_holds',
      unique: true,
      partialFilterExpression: { holding: true },
    },
  ],
  [documented.booking],
);

/** With its archive beside it: what is old is found by the functions of everywhere.ts. */
export const bookingsCollection: Collection<Booking> = { ...current, archive: bookingsArchive };
