import { act } from '../act.ts';
import { count } from '../counters.ts';
import { CirceError, notFound, type SlotReason } from '../errors.ts';
import { duplicateIndex } from '../driver-errors.ts';
import { get as getPatient } from '../patients/read.ts';
import type { Patient, PatientId } from '../patients/schema.ts';
import type { StaffId } from '../staff/schema.ts';
import { inLane, within, type TenantScope } from '../tenancy.ts';
import { localDate, localMonth, localTime, minute } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import type { Treatment, TreatmentId } from '../treatments/schema.ts';
import { holdsOf, occupied, type Extent } from './holds.ts';
import type { Overridden } from './schema.ts';

/** Where and when a booking is. */
export interface Place {
  readonly staffId: StaffId;
  readonly startAt: Date;
  readonly override?: Overridden;
}

/** The fields that follow from where and when a booking is: its holds, or that it overlaps. */
export function placed(clinic: TenantScope, extent: Extent, { staffId, startAt, override }: Place) {
  const zone = clinic.tenant.config.timezone;
  const overlapping = override?.against.some(({ code }) => code === 'BUSY') ?? false;
  return {
    staffId,
    startAt,
    endAt: new Date(startAt.getTime() + extent.durationMin * minute),
    localDate: localDate(startAt, zone),
    localTime: localTime(startAt, zone),
    override,
    ...(overlapping
      ? { overlapping: true as const, holding: undefined, holds: undefined }
      : {
          overlapping: undefined,
          holding: true as const,
          holds: holdsOf(staffId, occupied(startAt, extent)),
        }),
  };
}

export function slotTaken(reasons: readonly SlotReason[]): CirceError<'CONFLICT_SLOT'> {
  return new CirceError('CONFLICT_SLOT', 'This time is not free.', { reasons });
}

/** Whether a write was refused because somebody else holds the time. */
export function isTaken(error: unknown): boolean {
  const index = duplicateIndex(error);
  return index === 'bookings_holds' || index === 'tenantId_1_staffId_1_startAt_1_endAt_1_status_1';
}

/** How often a booking is tried again after another one took the time between our look and our write. */
const attempts = 5;

/**
 * Runs work that takes time on the calendar. When another booking wins the race, the work runs again and then
 * finds the other one in its plans, so that it can choose somebody else or name what is in the way.
 */
export async function takingTime<Result>(
  clinic: TenantScope,
  action: string,
  given: unknown,
  work: (inside: TenantScope) => Promise<Result>,
): Promise<Result> {
  return inLane(clinic, 'bookings', async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await act(clinic, action, given, work);
      } catch (error) {
        if (!isTaken(error)) throw error;
        if (attempt === attempts) throw slotTaken([{ code: 'BUSY' }]);
      }
    }
  });
}

/** Counts more bookings of this month, and refuses them when the clinic has had as many as it may. */
export async function countAgainstQuota(inside: TenantScope, bookings = 1): Promise<void> {
  const { timezone, features } = inside.tenant.config;
  const month = localMonth(inside.clock(), timezone);
  if ((await count(inside, `bookings:${month}`, bookings)) <= features.maxBookings) return;
  throw new CirceError('QUOTA_EXCEEDED', `This clinic can make ${features.maxBookings} bookings a month.`, {
    quota: 'maxBookings',
    limit: features.maxBookings,
  });
}

/**
 * Makes this transaction and every one that gives somebody a booking see each other: of two at once one starts over,
 * and finds what the other did. For acts after which a patient or a staff member cannot be booked. What they meet on
 * is the month's counter, which every new booking writes; around the turn of a month both months', since clocks differ.
 */
export async function besideNewBookings(inside: TenantScope): Promise<void> {
  const now = inside.clock().getTime();
  const day = 24 * 60 * minute;
  const months = [now - day, now, now + day].map((at) =>
    localMonth(new Date(at), inside.tenant.config.timezone),
  );
  for (const month of new Set(months)) await count(inside, `bookings:${month}`, 0);
}

/** The patient and the treatment of a new booking, read where they are referred to. */
export async function referred(
  inside: TenantScope,
  patientId: PatientId,
  treatmentId: TreatmentId,
): Promise<{ patient: Patient; treatment: Treatment }> {
  const patient = await getPatient(inside, patientId);
  if (!patient.isActive) throw notFound('patient');
  const treatment = await within(inside, treatmentsCollection).findOne({ id: treatmentId, isActive: true });
  if (!treatment) throw notFound('treatment');
  return { patient, treatment };
}
