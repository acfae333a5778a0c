import { recordChanges } from '../audit.ts';
import type { NewDocument } from '../handle.ts';
import type { Patient } from '../patients/schema.ts';
import { within, type TenantScope } from '../tenancy.ts';
import type { Treatment } from '../treatments/schema.ts';
import { bookingsCollection } from './collection.ts';
import { placed, type Place } from './place.ts';
import type { Booking, BookingSource, BookingStatus, VisitId } from './schema.ts';

/** One treatment of a patient at a place. */
export interface Placing {
  readonly patient: Patient;
  readonly treatment: Treatment;
  readonly place: Place;
}

interface Details {
  readonly source: BookingSource;
  readonly status: BookingStatus;
  readonly notes?: string | undefined;
  readonly queueNumber?: number;
  readonly visitId?: VisitId;
  readonly bookedAs?: string;
  readonly bookedHash?: string | undefined;
}

/** Writes a new booking and its audit event; the database refuses it when its time is held. */
export async function insertBooking(
  inside: TenantScope,
  action: string,
  placing: Placing,
  details: Details,
): Promise<Booking> {
  const [booking] = await insertBookings(inside, action, [placing], details);
  return booking!;
}

/** Writes new bookings and their audit events, in two round trips. */
export async function insertBookings(
  inside: TenantScope,
  action: string,
  placings: readonly Placing[],
  details: Details,
): Promise<Booking[]> {
  const documents = placings.map((placing) => documentOf(inside, placing, details));
  const made = await within(inside, bookingsCollection).insertMany(documents);
  const changed = made.map((after) => ({ before: undefined, after }));
  await recordChanges(inside, action, bookingsCollection, changed);
  return made;
}

function documentOf(
  inside: TenantScope,
  { patient, treatment, place }: Placing,
  { source, status, notes, queueNumber, visitId, bookedAs, bookedHash }: Details,
): NewDocument<Booking> {
  return {
    patientId: patient.id,
    patientName: patient.name,
    treatmentId: treatment.id,
    status,
    source,
    paymentStatus: 'unpaid',
    treatmentName: treatment.name,
    price: treatment.price,
    durationMin: treatment.durationMin,
    bufferBeforeMin: treatment.bufferBeforeMin,
    bufferAfterMin: treatment.bufferAfterMin,
    payments: [],
    ...placed(inside, treatment, place),
    notes: notes || undefined,
    queueNumber,
    visitId,
    bookedAs,
    bookedHash,
  };
}
