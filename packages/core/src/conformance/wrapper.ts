import { once } from '../act.ts';
import * as availability from '../availability/index.ts';
import * as bookings from '../bookings/index.ts';
import type { Page, Paged } from '../page.ts';
import * as patients from '../patients/index.ts';
import type { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import type { TreatmentId } from '../treatments/schema.ts';
import * as users from '../users/index.ts';

interface Made {
  readonly id: string;
}

/**
 * What is examined, for one clinic: an embedder's own functions. They take what core's take, may answer more than is
 * asked for here, and refuse by throwing. What they answer must not hold the moment of asking: answers are compared.
 * `key` is an idempotency key.
 */
export interface Wrapper {
  registerPatient(input: patients.NewPatient, key?: string): Promise<Made>;
  getPatient(id: patients.PatientId): Promise<unknown>;
  findPatientByPhone(phone: string): Promise<unknown>;
  searchPatients(text: string): Promise<unknown>;
  listPatients(page: Page): Promise<Paged<unknown>>;
  addUser(input: users.NewUser): Promise<Made>;
  listUsers(page: Page): Promise<Paged<unknown>>;
  /** The free times of one local day. */
  freeTimes(
    date: string,
    treatmentId: TreatmentId,
    staffId: StaffId | 'any',
  ): Promise<readonly { readonly startAt: Date }[]>;
  book(input: bookings.NewBooking, key?: string): Promise<Made>;
  reschedule(id: bookings.BookingId, startAt: Date): Promise<unknown>;
  cancel(id: bookings.BookingId): Promise<unknown>;
  getBooking(id: bookings.BookingId): Promise<unknown>;
  listBookings(page: Page): Promise<Paged<unknown>>;
  /** What starts on a local day of the clinic. */
  bookingsOn(date: string): Promise<readonly Made[]>;
  /** What starts on the clinic's today and is pending or confirmed. */
  bookingsToday(): Promise<readonly Made[]>;
}

/** Core by itself, for whatever an embedder does not wrap. */
export function coreItself(clinic: TenantScope): Wrapper {
  const keyed = (key: string | undefined) => (key === undefined ? clinic : once(clinic, key));
  return {
    registerPatient: async (input, key) => patients.register(keyed(key), input),
    getPatient: (id) => patients.get(clinic, id),
    findPatientByPhone: (phone) => patients.findByTenantAndPhone(clinic, phone),
    searchPatients: (text) => patients.search(clinic, text),
    listPatients: (page) => patients.findByTenant(clinic, page),
    addUser: (input) => users.add(clinic, input),
    listUsers: (page) => users.findByTenant(clinic, page),
    freeTimes: async (date, treatmentId, staffId) => {
      const [day] = await availability.search(clinic, { from: date, treatmentId, staffId });
      return day?.slots ?? [];
    },
    book: async (input, key) => bookings.book(keyed(key), input),
    reschedule: (id, startAt) => bookings.reschedule(clinic, id, { startAt }),
    cancel: (id) => bookings.cancel(clinic, id),
    getBooking: (id) => bookings.get(clinic, id),
    listBookings: (page) => bookings.findByTenant(clinic, page),
    bookingsOn: (date) => bookings.findByTenantAndDate(clinic, date),
    bookingsToday: () => bookings.findTodays(clinic),
  };
}
