// Every procedure there is: whom it is for, and what it is called with when all is well.
import {
  addDays,
  bookings,
  dayCloses,
  patients,
  queue,
  sessions,
  staff,
  tenants,
  treatments,
  users,
  type Database,
  type TenantScope,
} from '@paper-circe/core';
import { aPng, newClinic } from '@paper-circe/core/testing';
import { createToken } from '../api-tokens/index.ts';
import { giveLink } from '../appointment-links.ts';
import { allowReset, provision } from '../links.ts';
import { startSession } from '../sessions/index.ts';
import type { PlatformScope, TokenScope } from '../shared/scopes.ts';
import { newAccount, newPlatformAccount, password, type Account, type StaffedPractice } from './accounts.ts';

export interface Row {
  readonly for: 'anybody' | 'signed in' | 'patient' | 'staff' | 'admin' | 'platform';
  /** What it is called with when all is well; none when it takes nothing. */
  readonly input?: (practice: StaffedPractice, platform: Account) => Promise<object> | object;
  /** Taking nothing is fine as well. */
  readonly optional?: true;
  /** A token in the answer is in the first one only. */
  readonly shownOnce?: true;
  /** Who calls it, where the call signs him out: somebody of his own. */
  readonly account?: (practice: StaffedPractice) => Promise<Account>;
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

async function aPaidBooking(practice: StaffedPractice) {
  const { id } = await aBooking(practice);
  await bookings.pay(practice.clinic, id, { method: 'cash', amount: 50_000 });
  return { id };
}

let ownHour = 0;

/** A time of the patient's own, within what he may book ahead and beside what anybody else is booked for. */
const ownTime = () => new Date(Date.UTC(2027, 0, 2 + Math.floor(ownHour / 4), 8 + (ownHour++ % 4)));

/** A confirmed booking of the patient who has an account, as the input that names it. */
export async function anOwnBooking({
  clinic,
  maya,
  quick,
}: StaffedPractice): Promise<{ id: bookings.BookingId }> {
  const booking = await bookings.book(clinic, {
    patientId: maya.id, treatmentId: quick.id, staffId: 'any', startAt: ownTime(), source: 'online', status: 'confirmed',
  }); // prettier-ignore
  return { id: booking.id };
}

/** A booking's link, as the input that holds its token. */
export async function aBookingsLink(practice: StaffedPractice): Promise<{ token: string }> {
  const { token = '' } = await giveLink(practice.clinic, (await anOwnBooking(practice)).id);
  return { token };
}

/** A visit of one step at a time of its own, as the input that names it. */
export async function aVisit({
  clinic,
  ayu,
  facial,
}: StaffedPractice): Promise<{ visitId: bookings.VisitId }> {
  const steps = [{ treatmentId: facial.id }];
  const startAt = new Date(Date.UTC(2026, 11, 1 + Math.floor(hour / 10), 2 + (hour++ % 10)));
  const [booking] = await bookings.bookVisit(clinic, {
    patientId: ayu.id, steps, startAt, source: 'online', status: 'pending',
  }); // prettier-ignore
  return { visitId: bookings.VisitId.parse(booking?.visitId) };
}

/** A walk-in of today, which is always confirmed, as the input that names it. */
async function aWalkIn({ clinic, ayu, quick }: StaffedPractice): Promise<{ id: bookings.BookingId }> {
  const { id } = await queue.join(clinic, { patientId: ayu.id, treatmentId: quick.id });
  return { id };
}

/** A confirmed appointment of today, after closing time, where it takes no walk-in's room, as the input that names it. */
async function anAppointment({
  clinic,
  ayu,
  quick,
  sari,
}: StaffedPractice): Promise<{ id: bookings.BookingId }> {
  const { id } = await bookings.book(clinic, {
    ...{ patientId: ayu.id, treatmentId: quick.id, staffId: sari.id, startAt: new Date('2026-11-24T15:00Z') },
    ...{ source: 'online', status: 'confirmed', override: { reason: 'One at a time after closing' } },
  });
  return { id };
}

let free = 0;

/** A time that nobody has been booked for yet, at noon of a day of its own. */
const freeTime = () => new Date(Date.UTC(2026, 11, 20 + free++, 5));
let past = 0;
/** A time of another system, before everything else. */
const pastTime = () => new Date(Date.UTC(2025, 0, 1, past++));
/** What another system kept. */
const aPastBooking = ({ ayu, facial, sari }: StaffedPractice) => ({
  patientId: ayu.id,
  treatmentId: facial.id,
  staffId: sari.id,
  startAt: pastTime(),
  status: 'completed',
});
const aRange = () => ({ from: '2026-11-01', to: '2026-11-24' });

let daysAgo = 0;
/** A day that nobody has closed yet. */
const anotherDay = () => addDays('2026-11-24', -++daysAgo);

const name = () => `Name ${++counter}`;
export const phone = () => `+6281299${String(100_000 + ++counter)}`;

/** A patient whom nobody else in the tests knows, as the input that names him. */
async function aPatient({ clinic }: StaffedPractice): Promise<{ id: patients.PatientId }> {
  const { id } = await patients.register(clinic, { name: name(), phone: phone() });
  return { id };
}

/** Somebody of whom nothing is booked, as the input that names him. */
async function aTherapist({ clinic }: StaffedPractice): Promise<{ id: staff.StaffId }> {
  const { id } = await staff.add(clinic, { name: name(), role: 'Therapist' });
  return { id };
}

async function aTreatment({
  clinic,
}: StaffedPractice): Promise<{ id: treatments.TreatmentId; category: string }> {
  const { id, category } = await treatments.add(clinic, {
    name: name(),
    category: name(),
    durationMin: 30,
    price: 1,
  });
  return { id, category };
}

async function aUser({ clinic }: StaffedPractice): Promise<{ id: users.UserId }> {
  const { user } = await newAccount(clinic, 'user');
  return { id: user.id };
}

/** Somebody else who runs the installation, as the input that names him. */
async function anAdministrator({ database }: StaffedPractice): Promise<{ id: users.UserId }> {
  const email = `admin-${++counter}@circe.test`;
  const passwordHash = 'a hash that nobody signs in with';
  const { id } = await users.add(platformOf(database), { email, name: name(), role: 'platform_admin', passwordHash }); // prettier-ignore
  return { id };
}

/** A clinic that nobody works at, as the input that names it. */
async function aClinic({ database }: StaffedPractice): Promise<{ id: tenants.TenantId }> {
  const { tenant } = await newClinic(database);
  return { id: tenant.id };
}

/** A one-time link of somebody of his own, as the input that names it. */
async function aLink(clinic: TenantScope, role: users.Role): Promise<{ token: string }> {
  const { user } = await newAccount(clinic, role);
  const { token = '' } = await allowReset(clinic, user.id, {});
  return { token };
}

const platformOf = (database: Database) => tenants.openPlatform(database, { kind: 'system', name: 'test' });
const another = 'another battery horse';

/** A clinic that is not there yet, and who shall run it. */
const aNewClinic = () => ({
  clinic: tenants.NewTenant.parse({ name: name(), slug: `new-${process.pid}-${++counter}` }),
  administrator: { name: name(), email: `new-${counter}@clinic.test` },
});

const byPlatform = (id: tenants.TenantId, { database }: StaffedPractice) =>
  [platformOf(database), id] as const;

/** Another session of somebody, as the input that names it. */
export async function aSession(clinic: TenantScope, id: users.UserId): Promise<{ id: string }> {
  await startSession(clinic, id);
  const { items } = await sessions.findByUser(clinic, id, { limit: 200 });
  return { id: items[0]?.id ?? '' };
}

function ofOwnSessions(
  whose: (practice: StaffedPractice, platform: Account) => [TenantScope, Account],
): Record<string, Row> {
  return {
    'auth.sessions': { for: 'signed in', input: () => ({ limit: 10 }), optional: true },
    'auth.revokeSession': {
      for: 'signed in',
      input: (practice, platform) => {
        const [clinic, { user }] = whose(practice, platform);
        return aSession(clinic, user.id);
      },
    },
    'auth.revokeOtherSessions': { for: 'signed in' },
  };
}

/** A token that may do this, as the input that names it and as a program sends it. */
export async function aToken(
  clinic: TenantScope,
  ...scopes: (TokenScope | PlatformScope)[]
): Promise<{ id: string; token: string }> {
  const { made, token = '' } = await createToken(clinic, { name: name(), scopes });
  return { id: made.id, token };
}

export const ofClinics: Record<string, Row> = {
  'auth.login': { for: 'anybody', input: ({ accounts }) => ({ email: accounts.staff.email, password }) },
  'auth.me': { for: 'signed in' },
  'auth.passwordLink': { for: 'anybody', input: ({ clinic }) => aLink(clinic, 'user') },
  'auth.choosePassword': {
    for: 'anybody',
    input: async ({ clinic }) => ({ ...(await aLink(clinic, 'user')), password: another }),
  },
  'auth.changePassword': {
    for: 'signed in',
    account: ({ clinic }) => newAccount(clinic, 'staff'),
    input: () => ({ currentPassword: password, password: another }),
  },
  ...ofOwnSessions(({ clinic, accounts }) => [clinic, accounts.staff]),
  'auth.logout': { for: 'anybody' },
  'clinic.current': { for: 'anybody' },
  'clinic.settings': { for: 'admin' },
  'clinic.usage': { for: 'admin' },
  'clinic.configure': { for: 'admin', input: () => ({ config: { locale: 'id' } }) },
  'clinic.uploadLogo': { for: 'admin', input: () => ({ image: aPng(2, 1).toString('base64') }) },
  'patients.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'patients.findByTenantAndPhone': { for: 'staff', input: ({ ayu }) => ({ phone: ayu.phone }) },
  'patients.findByPhones': { for: 'staff', input: ({ ayu }) => ({ phones: [ayu.phone] }) },
  'patients.findByIds': { for: 'staff', input: ({ ayu }) => ({ ids: [ayu.id] }) },
  'patients.findInactive': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'patients.search': { for: 'staff', input: () => ({ text: 'ayu', limit: 10 }) },
  'patients.suggestDuplicates': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id }) },
  'patients.history': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id, limit: 10 }) },
  'patients.get': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id }) },
  'patients.register': { for: 'staff', input: () => ({ name: name(), phone: phone() }) },
  'patients.registerMany': {
    for: 'staff',
    input: () => ({ patients: [{ name: name(), phone: phone() }] }),
  },
  'patients.update': { for: 'staff', input: ({ ayu }) => ({ id: ayu.id, notes: 'Allergic to nuts' }) },
  'patients.merge': {
    for: 'admin',
    input: async (practice) => {
      const [keep, from] = [await aPatient(practice), await aPatient(practice)];
      return { keep: keep.id, from: from.id, take: ['name'], keepRevision: 1, fromRevision: 1 };
    },
  },
  'patients.deactivate': {
    for: 'admin',
    input: async (practice) => ({ ...(await aPatient(practice)), revision: 1 }),
  },
  'patients.erase': {
    for: 'admin',
    input: async (practice) => ({ ...(await aPatient(practice)), revision: 1 }),
  },
  'patients.restore': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aPatient(practice);
      return { id, revision: (await patients.deactivate(practice.clinic, id)).revision };
    },
  },
  'staff.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'staff.findByTenantAndRole': { for: 'staff', input: () => ({ role: 'Therapist' }) },
  'staff.findByTenantAndSkill': { for: 'staff', input: () => ({ skill: 'Laser' }) },
  'staff.findAvailableForTreatment': {
    for: 'staff',
    input: ({ facial }) => ({ treatmentName: facial.name }),
  },
  'staff.get': { for: 'staff', input: ({ sari }) => ({ id: sari.id }) },
  'staff.add': { for: 'admin', input: () => ({ name: name(), role: 'Doctor' }) },
  'staff.findInactive': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'staff.findUncovered': { for: 'staff', input: ({ sari }) => ({ id: sari.id }) },
  'staff.update': {
    for: 'admin',
    input: async (practice) => ({ ...(await aTherapist(practice)), role: 'Doctor', revision: 1 }),
  },
  'staff.uploadAvatar': {
    for: 'admin',
    input: async (practice) => ({ ...(await aTherapist(practice)), image: aPng(2, 1).toString('base64') }),
  },
  'staff.addTimeOff': {
    for: 'admin',
    input: async (practice) => ({
      ...(await aTherapist(practice)),
      timeOff: { from: '2026-12-01', to: '2026-12-02' },
    }),
  },
  'staff.removeTimeOff': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTherapist(practice);
      const days = { from: '2026-12-01', to: '2026-12-02' };
      await staff.addTimeOff(practice.clinic, id, days);
      return { id, ...days };
    },
  },
  'staff.setException': {
    for: 'admin',
    input: async (practice) => ({
      ...(await aTherapist(practice)),
      date: '2026-12-01',
      hours: ['09:00-10:00'],
    }),
  },
  'staff.removeException': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTherapist(practice);
      await staff.setException(practice.clinic, id, { date: '2026-12-01', hours: [] });
      return { id, date: '2026-12-01' };
    },
  },
  'staff.undo': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTherapist(practice);
      return { id, revision: (await staff.update(practice.clinic, id, { role: 'Doctor' })).revision };
    },
  },
  'staff.setTreatments': {
    for: 'admin',
    input: async (practice) => ({ ...(await aTherapist(practice)), treatmentIds: [practice.quick.id] }),
  },
  'staff.deactivate': {
    for: 'admin',
    input: async (practice) => ({ ...(await aTherapist(practice)), revision: 1 }),
  },
  'staff.restore': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTherapist(practice);
      return { id, revision: (await staff.deactivate(practice.clinic, id)).revision };
    },
  },
  'treatments.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'treatments.findByTenantAndCategory': { for: 'staff', input: () => ({ category: 'Facial' }) },
  'treatments.findByTenantAndStaff': { for: 'staff', input: ({ sari }) => ({ staffId: sari.id }) },
  'treatments.get': { for: 'staff', input: ({ facial }) => ({ id: facial.id }) },
  'treatments.add': {
    for: 'admin',
    input: () => ({ name: name(), category: 'Laser', durationMin: 30, price: 500_000 }),
  },
  'treatments.findInactive': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'treatments.findCategories': { for: 'staff' },
  'treatments.update': {
    for: 'admin',
    input: async (practice) => ({ ...(await aTreatment(practice)), price: 1, revision: 1 }),
  },
  'treatments.undo': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTreatment(practice);
      return { id, revision: (await treatments.update(practice.clinic, id, { price: 2 })).revision };
    },
  },
  'treatments.reorder': {
    for: 'admin',
    input: async (practice) => ({ ids: [(await aTreatment(practice)).id] }),
  },
  'treatments.renameCategory': {
    for: 'admin',
    input: async (practice) => ({ from: (await aTreatment(practice)).category, to: name() }),
  },
  'treatments.deactivate': {
    for: 'admin',
    input: async (practice) => ({ id: (await aTreatment(practice)).id, revision: 1 }),
  },
  'treatments.restore': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aTreatment(practice);
      return { id, revision: (await treatments.deactivate(practice.clinic, id)).revision };
    },
  },
  'bookings.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.findByTenantAndDate': { for: 'staff', input: () => ({ date: '2026-11-24' }) },
  'bookings.findTodays': { for: 'staff' },
  'bookings.findLeftOpen': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.findPending': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.countLeftOpen': { for: 'staff' },
  'bookings.countPending': { for: 'staff' },
  'bookings.findWalkInsByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'bookings.findVisitHistory': { for: 'staff', input: ({ ayu }) => ({ patientId: ayu.id }) },
  'bookings.findByPatient': { for: 'staff', input: ({ ayu }) => ({ patientId: ayu.id }) },
  'bookings.findByIds': {
    for: 'staff',
    input: async (practice) => ({ ids: [(await aBooking(practice)).id] }),
  },
  'bookings.get': { for: 'staff', input: aBooking },
  'bookings.book': {
    for: 'staff',
    input: ({ ayu, facial, dewi }) => ({
      patientId: ayu.id, treatmentId: facial.id, staffId: dewi.id, source: 'online', notes: 'By phone',
      startAt: freeTime(),
    }), // prettier-ignore
  },
  'bookings.importPast': { for: 'admin', input: aPastBooking },
  'bookings.importHistory': {
    for: 'admin',
    input: (practice) => ({ bookings: [aPastBooking(practice)] }),
  },
  'bookings.importAppointments': {
    for: 'staff',
    input: ({ ayu, facial, dewi }) => ({
      bookings: [
        {
          patientId: ayu.id,
          treatmentId: facial.id,
          staffId: dewi.id,
          source: 'online',
          startAt: freeTime(),
        },
      ],
    }),
  },
  'bookings.reschedule': {
    for: 'staff',
    input: async (practice) => ({ ...(await aBooking(practice)), startAt: freeTime() }),
  },
  'bookings.setDuration': {
    for: 'staff',
    input: async (practice) => ({ ...(await aBooking(practice)), durationMin: 45, revision: 1 }),
  },
  'bookings.findByVisit': { for: 'staff', input: aVisit },
  'bookings.bookVisit': {
    for: 'staff',
    input: ({ ayu, facial, quick }) => ({
      patientId: ayu.id,
      steps: [{ treatmentId: facial.id }, { treatmentId: quick.id }],
      startAt: freeTime(),
      source: 'online',
    }),
  },
  'bookings.rescheduleVisit': {
    for: 'staff',
    input: async (practice) => ({ ...(await aVisit(practice)), startAt: freeTime() }),
  },
  'bookings.rearrange': {
    for: 'staff',
    input: async (practice) => ({
      changes: [{ ...(await aBooking(practice)), revision: 1, to: 'cancelled' }],
    }),
  },
  'bookings.undoRearrange': {
    for: 'staff',
    input: async (practice) => {
      const { id } = await aBooking(practice);
      await bookings.rearrange(practice.clinic, { changes: [{ id, revision: 1, to: 'cancelled' }] });
      return { seen: [{ id, revision: 3 }] };
    },
  },
  'bookings.giveLink': { for: 'staff', shownOnce: true, input: aBooking },
  'bookings.confirmVisit': { for: 'staff', input: aVisit },
  'bookings.cancelVisit': { for: 'staff', input: aVisit },
  'bookings.undoVisit': {
    for: 'staff',
    input: async (practice) => {
      const { visitId } = await aVisit(practice);
      const [booking] = await bookings.cancelVisit(practice.clinic, visitId);
      return { visitId, seen: { id: booking?.id, revision: booking?.revision } };
    },
  },
  'bookings.confirm': { for: 'staff', input: aBooking },
  'bookings.arrive': { for: 'staff', input: anAppointment },
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
  'bookings.refund': {
    for: 'staff',
    input: async (practice) => ({
      ...(await aPaidBooking(practice)),
      method: 'cash',
      amount: 20_000,
      reason: 'Paid twice',
    }),
  },
  'bookings.correctPayment': {
    for: 'staff',
    input: async (practice) => ({
      ...(await aPaidBooking(practice)),
      payment: 0,
      method: 'qris',
      reason: 'It was QRIS',
    }),
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
  'queue.numbers': { for: 'staff' },
  'queue.join': { for: 'staff', input: ({ ayu, facial }) => ({ patientId: ayu.id, treatmentId: facial.id }) },
  'queue.callIn': { for: 'staff', input: aWalkIn },
  'queue.skip': {
    for: 'staff',
    input: async (practice) => {
      const { id } = await aWalkIn(practice);
      await queue.callIn(practice.clinic, id);
      return { id };
    },
  },
  'queue.start': { for: 'staff', input: aWalkIn },
  'availability.search': {
    for: 'staff',
    input: ({ facial }) => ({ treatmentId: facial.id, staffId: 'any', from: '2026-11-25', days: 2 }),
  },
  'availability.explain': {
    for: 'staff',
    input: ({ facial }) => ({ treatmentId: facial.id, startAt: new Date('2026-11-25T03:00:00Z') }),
  },
  'availability.nextFree': { for: 'staff', input: () => ({ minutes: 30 }), optional: true },
  'availability.searchMoves': {
    for: 'staff',
    input: ({ sari }) => ({ staffId: sari.id, date: '2026-11-25' }),
  },
  'availability.visits': {
    for: 'staff',
    input: ({ facial, quick }) => ({
      steps: [{ treatmentId: facial.id }, { treatmentId: quick.id }],
      from: '2026-11-25',
    }),
  },
  'availability.explainDuration': {
    for: 'staff',
    input: async (practice) => ({ bookingId: (await aBooking(practice)).id, durationMin: 90 }),
  },
  'availability.explainVisit': {
    for: 'staff',
    input: ({ facial, quick }) => ({
      steps: [{ treatmentId: facial.id }, { treatmentId: quick.id }],
      startAt: new Date('2026-11-25T03:00:00Z'),
    }),
  },
  'dayCloses.till': { for: 'staff', input: () => ({ date: '2026-11-24' }) },
  'dayCloses.findByTenant': { for: 'staff', input: () => ({ limit: 10 }), optional: true },
  'dayCloses.close': {
    for: 'staff',
    input: () => ({ date: anotherDay(), countedCash: 10, openingCash: 5, cashOut: 0, notes: 'Coins' }),
  },
  'dayCloses.reopen': {
    for: 'admin',
    input: async ({ clinic }) => {
      const { date } = await dayCloses.close(clinic, { date: anotherDay(), countedCash: 0 });
      return { date, reason: 'Counted anew' };
    },
  },
  'reports.revenue': { for: 'admin', input: aRange },
  'reports.receipts': { for: 'admin', input: aRange },
  'reports.occupancy': { for: 'admin', input: aRange },
  'reports.outcomes': { for: 'admin', input: aRange },
  'reports.newAndReturning': { for: 'admin', input: aRange },
  'reports.busiestHours': { for: 'admin', input: aRange },
  'sessions.findByUser': { for: 'admin', input: ({ accounts }) => ({ userId: accounts.staff.user.id }) },
  'sessions.revoke': {
    for: 'admin',
    input: async ({ clinic }) => {
      const { user } = await newAccount(clinic, 'user');
      return { userId: user.id, ...(await aSession(clinic, user.id)) };
    },
  },
  'sessions.revokeAll': {
    for: 'admin',
    input: async (practice) => ({ userId: (await aUser(practice)).id }),
  },
  'apiTokens.findByTenant': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'apiTokens.create': {
    for: 'admin',
    shownOnce: true,
    input: () => ({ name: name(), scopes: ['bookings:read'], expiresAt: new Date('2027-11-24T00:00:00Z') }),
  },
  'apiTokens.revoke': {
    for: 'admin',
    input: async ({ clinic }) => ({ id: (await aToken(clinic, 'bookings:read')).id }),
  },
  'users.findByTenant': { for: 'admin', input: () => ({ limit: 10 }), optional: true },
  'users.findByPatient': { for: 'admin', input: ({ maya }) => ({ patientId: maya.id }) },
  'users.signedIn': { for: 'admin', input: async (practice) => ({ ids: [(await aUser(practice)).id] }) },
  'users.add': {
    for: 'admin',
    input: () => ({ email: `new-${++counter}@clinic.test`, name: name(), role: 'staff', password }),
  },
  'users.invite': {
    for: 'admin',
    shownOnce: true,
    input: () => ({ email: `new-${++counter}@clinic.test`, name: name(), role: 'staff' }),
  },
  'users.allowReset': {
    for: 'admin',
    shownOnce: true,
    input: async (practice) => ({ ...(await aUser(practice)), revision: 1 }),
  },
  'users.get': { for: 'admin', input: aUser },
  'users.update': { for: 'admin', input: async (practice) => ({ ...(await aUser(practice)), name: name() }) },
  'users.changeRole': {
    for: 'admin',
    input: async (practice) => ({ ...(await aUser(practice)), role: 'staff', revision: 1 }),
  },
  'users.setPassword': {
    for: 'admin',
    input: async (practice) => ({ ...(await aUser(practice)), password: another }),
  },
  'users.deactivate': {
    for: 'admin',
    input: async (practice) => ({ ...(await aUser(practice)), revision: 1 }),
  },
  'users.reactivate': {
    for: 'admin',
    input: async (practice) => {
      const { id } = await aUser(practice);
      return { id, revision: (await users.deactivate(practice.clinic, id)).revision };
    },
  },
  'audit.find': { for: 'admin', input: () => ({ action: 'users.add', limit: 10 }), optional: true },
  'audit.firstBrokenLink': { for: 'admin' },
  'audit.historyOf': { for: 'admin', input: ({ ayu }) => ({ collection: 'patients', documentId: ayu.id }) },
  'me.profile': { for: 'patient' },
  'me.changeContact': {
    for: 'patient',
    input: () => ({ email: `maya-${++counter}@contoh.id`, locale: 'en' }),
  },
  'me.findUpcoming': { for: 'patient', input: () => ({ limit: 10 }), optional: true },
  'me.findPast': { for: 'patient', input: () => ({ limit: 10 }), optional: true },
  'me.appointment': { for: 'patient', input: anOwnBooking },
  'me.findTreatments': { for: 'patient', input: () => ({ limit: 10 }), optional: true },
  'me.findStaff': { for: 'patient', input: () => ({ limit: 10 }), optional: true },
  'me.freeTimes': {
    for: 'patient',
    input: ({ facial }) => ({ steps: [{ treatmentId: facial.id }], from: '2026-11-25', days: 2 }),
  },
  'me.timesToMove': {
    for: 'patient',
    input: async (practice) => ({ ...(await anOwnBooking(practice)), from: '2026-11-25', days: 2 }),
  },
  'me.book': {
    for: 'patient',
    input: ({ quick, dewi }) => ({
      ...{ steps: [{ treatmentId: quick.id, staffId: dewi.id }], notes: 'After work', startAt: ownTime() },
    }),
  },
  'me.reschedule': {
    for: 'patient',
    input: async (practice) => ({ ...(await anOwnBooking(practice)), startAt: ownTime() }),
  },
  'me.cancel': { for: 'patient', input: anOwnBooking },
  'publicPage.findTreatments': { for: 'anybody', input: () => ({ limit: 10 }), optional: true },
  'publicPage.findStaff': { for: 'anybody', input: () => ({ limit: 10 }), optional: true },
  'publicPage.freeTimes': {
    for: 'anybody',
    input: ({ facial, quick }) => ({
      ...{ steps: [{ treatmentId: facial.id }, { treatmentId: quick.id }], from: '2026-11-25', days: 2 },
    }),
  },
  'publicPage.book': {
    for: 'anybody',
    input: ({ quick }) => ({
      ...{ name: name(), phone: phone(), locale: 'en', notes: 'After work' },
      ...{ steps: [{ treatmentId: quick.id }], startAt: ownTime() },
    }),
  },
  'byLink.get': { for: 'anybody', input: aBookingsLink },
  'byLink.timesToMove': {
    for: 'anybody',
    input: async (practice) => ({ ...(await aBookingsLink(practice)), from: '2026-11-25', days: 2 }),
  },
  'byLink.reschedule': {
    for: 'anybody',
    input: async (practice) => ({ ...(await aBookingsLink(practice)), startAt: ownTime() }),
  },
  'byLink.cancel': { for: 'anybody', input: aBookingsLink },
  'live.position': { for: 'staff' },
  'live.events': { for: 'staff', input: () => ({ lastEventId: '0' }), optional: true },
};

export const ofPlatform: Record<string, Row> = {
  'auth.login': { for: 'anybody', input: (_, { email }) => ({ email, password }) },
  'auth.me': { for: 'signed in' },
  'auth.passwordLink': {
    for: 'anybody',
    input: ({ database }) => aLink(platformOf(database), 'platform_admin'),
  },
  'auth.choosePassword': {
    for: 'anybody',
    input: async ({ database }) => ({
      ...(await aLink(platformOf(database), 'platform_admin')),
      password: another,
    }),
  },
  'auth.changePassword': {
    for: 'signed in',
    account: ({ database }) => newPlatformAccount(database),
    input: () => ({ currentPassword: password, password: another }),
  },
  ...ofOwnSessions(({ database }, account) => [platformOf(database), account]),
  'auth.logout': { for: 'anybody' },
  'tenants.findActive': { for: 'platform', input: () => ({ limit: 10 }), optional: true },
  'tenants.findSuspended': { for: 'platform', input: () => ({ limit: 10 }), optional: true },
  'tenants.create': {
    for: 'platform',
    input: () => ({ name: name(), slug: `made-${process.pid}-${++counter}` }),
  },
  'tenants.update': {
    for: 'platform',
    input: async (practice) => ({
      ...(await aClinic(practice)),
      config: { features: { maxUsers: 7 } },
      revision: 1,
    }),
  },
  'tenants.suspend': {
    for: 'platform',
    input: async (practice) => ({ ...(await aClinic(practice)), reason: 'Unpaid', revision: 1 }),
  },
  'tenants.activate': {
    for: 'platform',
    input: async (practice) => {
      const { id } = await aClinic(practice);
      const { revision } = await tenants.suspend(...byPlatform(id, practice), { reason: 'Unpaid' });
      return { id, reason: 'Paid', revision };
    },
  },
  'tenants.search': {
    for: 'platform',
    input: () => ({ text: 'clinic', isActive: true, limit: 10 }),
    optional: true,
  },
  'tenants.get': { for: 'platform', input: aClinic },
  'tenants.provision': { for: 'platform', shownOnce: true, input: aNewClinic },
  'tenants.inviteAgain': {
    for: 'platform',
    shownOnce: true,
    input: async ({ database }) => {
      const { tenant } = await provision(database, platformOf(database), aNewClinic());
      return { id: tenant.id };
    },
  },
  'users.findByTenant': { for: 'platform', input: () => ({ limit: 10 }), optional: true },
  'users.signedIn': { for: 'platform', input: (_, { user }) => ({ ids: [user.id] }) },
  'users.get': { for: 'platform', input: anAdministrator },
  'users.invite': {
    for: 'platform',
    shownOnce: true,
    input: () => ({ email: `new-${++counter}@circe.test`, name: name() }),
  },
  'users.allowReset': {
    for: 'platform',
    shownOnce: true,
    input: async (practice) => ({ ...(await anAdministrator(practice)), revision: 1 }),
  },
  'users.update': {
    for: 'platform',
    input: async (practice) => ({ ...(await anAdministrator(practice)), name: name() }),
  },
  'users.deactivate': {
    for: 'platform',
    input: async (practice) => ({ ...(await anAdministrator(practice)), revision: 1 }),
  },
  'users.reactivate': {
    for: 'platform',
    input: async (practice) => {
      const { id } = await anAdministrator(practice);
      const { revision } = await users.deactivate(platformOf(practice.database), id);
      return { id, revision };
    },
  },
  'sessions.findByUser': { for: 'platform', input: (_, { user }) => ({ userId: user.id }) },
  'sessions.revoke': {
    for: 'platform',
    input: async (practice) => {
      const { id } = await anAdministrator(practice);
      return { userId: id, ...(await aSession(platformOf(practice.database), id)) };
    },
  },
  'sessions.revokeAll': {
    for: 'platform',
    input: async (practice) => ({ userId: (await anAdministrator(practice)).id }),
  },
  'apiTokens.findByTenant': { for: 'platform', input: () => ({ limit: 10 }), optional: true },
  'apiTokens.create': {
    for: 'platform',
    shownOnce: true,
    input: () => ({ name: name(), scopes: ['tenants:read'], expiresAt: new Date('2027-11-24T00:00:00Z') }),
  },
  'apiTokens.revoke': {
    for: 'platform',
    input: async ({ database }) => ({ id: (await aToken(platformOf(database), 'tenants:read')).id }),
  },
  'audit.find': { for: 'platform', input: () => ({ action: 'tenants.create', limit: 10 }), optional: true },
};
