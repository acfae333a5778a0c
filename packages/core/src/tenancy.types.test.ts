// What must not compile. `tsc` fails when one of these lines begins to.
import { test } from 'vitest';
import type { BookingId } from './bookings/schema.ts';
import { bookingsCollection } from './bookings/collection.ts';
import * as bookings from './bookings/index.ts';
import type { Database } from './database.ts';
import * as patients from './patients/index.ts';
import type { PatientId } from './patients/schema.ts';
import type { StaffId } from './staff/schema.ts';
import { within, type TenantScope } from './tenancy.ts';

test('mistakes about tenants and ids do not compile', () => {
  const never = (_: () => unknown): void => undefined;
  const clinic = {} as TenantScope;
  const patientId = '' as PatientId;
  const handle = () => within(clinic, bookingsCollection);

  // @ts-expect-error no scope
  never(() => patients.findByTenant());
  // @ts-expect-error a database is no scope
  never(() => patients.get({} as Database, patientId));
  // @ts-expect-error a tenant's id is no scope
  never(() => patients.get('jakarta', patientId));
  // @ts-expect-error a patient's id is no booking's
  never(() => bookings.confirm(clinic, patientId));
  // @ts-expect-error a plain string is no id
  never(() => bookings.get(clinic, 'abc'));
  // @ts-expect-error a staff id is no patient's
  never(() => patients.incrementVisits(clinic, '' as StaffId));
  // @ts-expect-error the tenant in a filter
  never(() => handle().findOne({ tenantId: 'other' }));
  // @ts-expect-error the tenant in a nested filter
  never(() => handle().findOne({ $or: [{ tenantId: 'other' }] }));
  // @ts-expect-error the tenant in a change
  never(() => handle().update({ id: '' as BookingId }, { $set: { tenantId: 'other' } }));
  // @ts-expect-error a find without a limit
  never(() => handle().find({}));
  // @ts-expect-error a stage that writes
  never(() => handle().aggregate([{ $out: 'x' }]));
  // @ts-expect-error a raw join
  never(() => handle().aggregate([{ $lookup: { from: 'x' } }]));
  // @ts-expect-error code in a filter
  never(() => handle().findOne({ $where: 'true' }));
});
