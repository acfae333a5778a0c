// Every procedure there is: whom it is for, and what it is called with when all is well.
import { bookings, queue } from '@paper-circe/core';
import { password, type Account, type StaffedPractice } from './accounts.ts';

export interface Row {
  readonly for: 'anybody' | 'signed in' | 'staff' | 'admin' | 'platform';
  /** What it is called with when all is well; none when it takes nothing. */
  readonly input?: (practice: StaffedPractice, platform: Account) => Promise<object> | object;
  /** Taking nothing is fine as well. */
  readonly optional?: true;
}

let hour = 0;
let counter = 0;

/** A booking at a time of its own, as the input that names it. */
export async function aBooking({
  clinic,
  ayu,
  facial,
}: StaffedPractice): Promise<{ id: bookings.BookingId }> {
  const startAt = new Date(Date.UTC(2026, 10, 25 + Math.floor(hour / 10), 2 + (hour++ % 10)));
  const booking = await bookings.book(clinic, {
    patientId: ayu.id, treatmentId: facial.id, staffId: 'any', startAt, source: 'online', status: 'pending',
  }); // prettier-ignore
  return { id: booking.id };
}

/** A walk-in of today, which is always confirmed, as the input that names it. */
async function aWalkIn({ clinic, ayu, quick }: StaffedPractice): Promise<{ id: bookings.BookingId }> {
  const { id } = await queue.join(clinic, { patientId: ayu.id, treatmentId: quick.id });
  return { id };
}

const name = () => `Name ${++counter}`;
export const phone = () => `+6281299${String(100_000 + ++counter)}`;

export const ofClinics: Record<string, Row> = {
  'auth.login': { for: 'anybody', input: ({ accounts }) => ({ email: accounts.staff.email, password }) },
  'auth.me': { for: 'signed in' },
  'auth.logout': { for: 'anybody' },
  'clinic.current': { for: 'anybody' },
  'patients.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'patients.findByTenantAndPhone': { for: 'staff', input: ({ ayu }) => ({ phone: ayu.phone }) },
  'patients.findByIds': { for: 'staff', input: ({ ayu }) => ({ ids: [ayu.id] }) },
  'patients.search': { for: 'staff', input: () => ({ text: 'ayu' }) },
  'patients.get': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id }) },
  'patients.register': { for: 'staff', input: () => ({ name: name(), phone: phone() }) },
  'patients.update': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id, notes: 'Allergic to nuts' }) },
  'staff.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'staff.findByTenantAndRole': { for: 'staff', input: () => ({ role: 'Therapist' }) },
  'staff.findByTenantAndSkill': { for: 'staff', input: () => ({ skill: 'Laser' }) },
  'staff.findAvailableForTreatment': {
    for: 'staff',
    input: ({ facial }) => ({ treatmentName: facial.name }),
  },
  'staff.get': { for: 'staff', input: ({ sari }) => ({ id: sari.id }) },
  'staff.add': { for: 'admin', input: () => ({ name: name(), role: 'Doctor' }) },
  'treatments.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'treatments.findByTenantAndCategory': { for: 'staff', input: () => ({ category: 'Facial' }) },
  'treatments.findByTenantAndStaff': { for: 'staff', input: ({ sari }) => ({ staffId: sari.id }) },
  'treatments.get': { for: 'staff', input: ({ facial }) => ({ id: facial.id }) },
  'treatments.add': {
    for: 'admin',
    input: () => ({ name: name(), category: 'Laser', durationMin: 30, price: 500_000 }),
  },
  'bookings.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.findByTenantAndDate': { for: 'staff', input: () => ({ date: '2026-11-24' }) },
  'bookings.findTodays': { for: 'staff' },
  'bookings.findWalkInsByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.findVisitHistory': { for: 'staff', input: ({ ayu }) => ({ patientId: ayu.id }) },
  'bookings.findByPatient': { for: 'staff', input: ({ ayu }) => ({ patientId: ayu.id }) },
  'bookings.get': { for: 'staff', input: aBooking },
  'bookings.book': {
    for: 'staff',
    input: ({ ayu, facial, dewi }) => ({
      patientId: ayu.id, treatmentId: facial.id, staffId: dewi.id, source: 'online', notes: 'By phone',
      startAt: new Date('2026-12-20T03:00:00Z'),
    }), // prettier-ignore
  },
  'bookings.reschedule': {
    for: 'staff',
    input: async (practice) => ({ ...(await aBooking(practice)), startAt: new Date('2026-12-21T03:00:00Z') }),
  },
  'bookings.confirm': { for: 'staff', input: aBooking },
  'bookings.cancel': { for: 'staff', input: aBooking },
  'bookings.complete': {
    for: 'staff',
    input: async (practice) => ({ ...(await aWalkIn(practice)), method: 'qris' }),
  },
  'bookings.noShow': { for: 'staff', input: aWalkIn },
  'bookings.pay': {
    for: 'staff',
    input: async (practice) => ({ ...(await aBooking(practice)), method: 'cash', amount: 50_000 }),
  },
  'bookings.undo': {
    for: 'staff',
    input: async (practice) => {
      const { id } = await aBooking(practice);
      const { revision } = await bookings.confirm(practice.clinic, id);
      return { id, revision };
    },
  },
  'queue.findToday': { for: 'staff' },
  'queue.join': { for: 'staff', input: ({ ayu, facial }) => ({ patientId: ayu.id, treatmentId: facial.id }) },
  'queue.callIn': { for: 'staff', input: aWalkIn },
  'queue.start': { for: 'staff', input: aWalkIn },
  'availability.search': {
    for: 'staff',
    input: ({ facial }) => ({ treatmentId: facial.id, staffId: 'any', from: '2026-11-25', days: 2 }),
  },
  'users.findByTenant': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'users.add': {
    for: 'admin',
    input: () => ({ email: `new-${++counter}@clinic.test`, name: name(), role: 'staff', password }),
  },
  'audit.historyOf': { for: 'admin', input: ({ ayu }) => ({ collection: 'patients', documentId: ayu.id }) },
  'live.position': { for: 'staff' },
  'live.events': { for: 'staff', input: () => ({ lastEventId: '0' }), optional: true },
};

export const ofPlatform: Record<string, Row> = {
  'auth.login': { for: 'anybody', input: (_, { email }) => ({ email, password }) },
  'auth.me': { for: 'signed in' },
  'auth.logout': { for: 'anybody' },
  'tenants.findActive': { for: 'platform', input: () => ({ limit: 10 }), optional: true },
  'tenants.create': {
    for: 'platform',
    input: () => ({ name: name(), slug: `made-${process.pid}-${++counter}` }),
  },
};
