// What every finder looks at for what it answers, in clinics of any size. Used by the test that holds it at small
// scale and by the bench that shows it at large scale.
import { type CommandStartedEvent, type Document } from 'mongodb';
import type { Actor } from '../actor.ts';
import { auditEvents } from '../audit.ts';
import * as audit from '../public-audit.ts';
import { apiTokensCollection } from '../api-tokens/collection.ts';
import * as apiTokens from '../api-tokens/index.ts';
import { bookingsArchive, bookingsCollection } from '../bookings/collection.ts';
import { holdsOf, occupied } from '../bookings/holds.ts';
import * as bookings from '../bookings/index.ts';
import { VisitId, type Booking, type BookingStatus } from '../bookings/schema.ts';
import { changesBetween } from '../changes.ts';
import type { Collection, TenantDocument } from '../collections.ts';
import type { Database } from '../connection.ts';
import { count as counted } from '../counters.ts';
import { dayClosesCollection } from '../day-closes/collection.ts';
import * as dayCloses from '../day-closes/index.ts';
import type { NewDocument } from '../handle.ts';
import * as me from '../me/index.ts';
import { patientsCollection } from '../patients/collection.ts';
import type { Page } from '../page.ts';
import * as patients from '../patients/index.ts';
import type { PatientId } from '../patients/schema.ts';
import { searchKeysOf } from '../patients/search-keys.ts';
import { countVisits } from '../patients/visits.ts';
import * as publicPage from '../public-page/index.ts';
import { sessionsCollection } from '../sessions/collection.ts';
import * as sessions from '../sessions/index.ts';
import { staffCollection } from '../staff/collection.ts';
import * as staff from '../staff/index.ts';
import { actingAs, clocked, scopeOf, within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { addDays, instantAt, localDate, localMonth, localTime, minute } from '../time.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import * as treatments from '../treatments/index.ts';
import { usersCollection } from '../users/collection.ts';
import { passwordLinks } from '../users/link-collection.ts';
import * as users from '../users/index.ts';

/** A clinic with documents that a finder may find, and others that it must not look at. */
export interface GrownClinic {
  readonly database: Database;
  readonly clinic: TenantScope;
  readonly today: string;
  readonly staffIds: readonly staff.StaffId[];
  readonly patientIds: readonly PatientId[];
  readonly treatmentIds: readonly treatments.TreatmentId[];
  readonly userId: users.UserId;
  /** Whose account the first patient's is. */
  readonly patientUserId: users.UserId;
  readonly bookingIds: readonly bookings.BookingId[];
}

type People = Pick<GrownClinic, 'staffIds' | 'patientIds' | 'treatmentIds' | 'userId' | 'patientUserId'>;

const asPatient = ({ clinic, patientUserId: id }: GrownClinic) =>
  actingAs(clinic, { kind: 'user', id, name: 'Patient 0', role: 'user' });

/** The clinic with its public page turned on, as anybody sees it. */
const asVisitor = ({ database, clinic: { tenant } }: GrownClinic) => {
  const booking = { ...tenant.config.booking, publicPage: true };
  return scopeOf(database, { ...tenant, config: { ...tenant.config, booking } }, { kind: 'public' });
};

/** Every finder of every feature, by the name under which callers know it; a list that is read by pages takes one. */
export const finders: Readonly<Record<string, (grown: GrownClinic, page?: Page) => Promise<unknown>>> = {
  'audit.find': ({ clinic }, page) => audit.find(clinic, page),
  'audit.find by somebody': ({ clinic, userId }, page) => audit.find(clinic, { ...page, actorId: userId }),
  'audit.find an act': ({ clinic }, page) => audit.find(clinic, { ...page, action: 'patients.see' }),
  'audit.find on a day': ({ clinic, today }, page) => audit.find(clinic, { ...page, from: today, to: today }),
  'apiTokens.find': ({ clinic }) => apiTokens.find(clinic, tokenHashOf(7)),
  'apiTokens.findByTenant': ({ clinic }, page) => apiTokens.findByTenant(clinic, page),
  'sessions.find': async ({ clinic }) => Object.values((await sessions.find(clinic, tokenHashOf(7))) ?? {}),
  'sessions.findByTokens': async ({ clinic }) => [
    ...(await sessions.findByTokens(clinic, [tokenHashOf(7), tokenHashOf(8)])),
    'the user',
  ],
  'sessions.findByUser': ({ clinic, userId }, page) => sessions.findByUser(clinic, userId, page),
  'bookings.findByIds': ({ clinic, bookingIds }) => bookings.findByIds(clinic, bookingIds),
  'bookings.findByPatient': ({ clinic, patientIds }, page) =>
    bookings.findByPatient(clinic, patientIds[0]!, page),
  'bookings.findByTenant': ({ clinic }, page) => bookings.findByTenant(clinic, page),
  'bookings.findByTenantAndDate': ({ clinic, today }) => bookings.findByTenantAndDate(clinic, today),
  'bookings.findByVisit': ({ clinic }) => bookings.findByVisit(clinic, visitOf(1)),
  'bookings.findLeftOpen': ({ clinic }, page) => bookings.findLeftOpen(clinic, page),
  'bookings.findPending': ({ clinic }, page) => bookings.findPending(clinic, page),
  'bookings.findTodays': ({ clinic }) => bookings.findTodays(clinic),
  'bookings.findVisitHistory': ({ clinic, patientIds }, page) =>
    bookings.findVisitHistory(clinic, patientIds[0]!, page),
  'bookings.findWalkInsByTenant': ({ clinic }, page) => bookings.findWalkInsByTenant(clinic, page),
  'dayCloses.findByTenant': ({ clinic }, page) => dayCloses.findByTenant(clinic, page),
  'me.findPast': async (grown, page) => [
    ...(await me.findPast(asPatient(grown), page)).items,
    'the user',
    'the patient',
  ],
  'me.findStaff': async (grown, page) => [
    ...(await me.findStaff(asPatient(grown), page)).items,
    'the user',
    'the patient',
  ],
  'me.findTreatments': async (grown, page) => [
    ...(await me.findTreatments(asPatient(grown), page)).items,
    ...['the user', 'the patient'],
  ],
  'me.findUpcoming': async (grown, page) => [
    ...(await me.findUpcoming(asPatient(grown), page)).items,
    ...['the user', 'the patient'],
  ],
  'publicPage.findStaff': (grown, page) => publicPage.findStaff(asVisitor(grown), page),
  'publicPage.findTreatments': (grown, page) => publicPage.findTreatments(asVisitor(grown), page),
  'patients.findByIds': ({ clinic, patientIds }) => patients.findByIds(clinic, patientIds),
  'patients.findByPhones': ({ clinic }) => patients.findByPhones(clinic, [phoneOf(7), phoneOf(8)]),
  'patients.findInactive': ({ clinic }, page) => patients.findInactive(clinic, page),
  'patients.findByTenant': ({ clinic }, page) => patients.findByTenant(clinic, page),
  'patients.search': async ({ clinic }) => (await patients.search(clinic, 'patient')).items,
  'patients.search by a part': async ({ clinic }) => (await patients.search(clinic, 'tien')).items,
  'patients.search by a phone': async ({ clinic }) => (await patients.search(clinic, '0812 1000 0007')).items,
  'patients.search by its end': async ({ clinic }) => (await patients.search(clinic, '0007')).items,
  'patients.findByTenantAndPhone': ({ clinic }) => patients.findByTenantAndPhone(clinic, phoneOf(7)),
  'staff.findAvailableForTreatment': ({ clinic }) => staff.findAvailableForTreatment(clinic, 'Treatment 0'),
  'staff.findByIds': ({ clinic, staffIds }) => staff.findByIds(clinic, staffIds),
  'staff.findInactive': ({ clinic }, page) => staff.findInactive(clinic, page),
  'staff.findByTenant': ({ clinic }, page) => staff.findByTenant(clinic, page),
  'staff.findByTenantAndRole': ({ clinic }, page) => staff.findByTenantAndRole(clinic, 'Doctor', page),
  'staff.findByTenantAndSkill': ({ clinic }, page) => staff.findByTenantAndSkill(clinic, 'Laser', page),
  'tenants.findSuspended': ({ database }, page) => tenants.findSuspended(database, page),
  'tenants.findActive': ({ database }, page) => tenants.findActive(database, page),
  'tenants.findByDomain': ({ database, clinic }) =>
    tenants.findByDomain(database, `${clinic.tenant.slug}.example`),
  'tenants.findBySlug': ({ database, clinic }) => tenants.findBySlug(database, clinic.tenant.slug),
  'treatments.findInactive': ({ clinic }, page) => treatments.findInactive(clinic, page),
  'treatments.findByTenant': ({ clinic }, page) => treatments.findByTenant(clinic, page),
  'treatments.findByTenantAndCategory': ({ clinic }, page) =>
    treatments.findByTenantAndCategory(clinic, 'Peeling', page),
  'treatments.findByTenantAndStaff': ({ clinic, staffIds }, page) =>
    treatments.findByTenantAndStaff(clinic, staffIds[0]!, page),
  'users.findByEmailAndTenant': ({ clinic }) => users.findByEmailAndTenant(clinic, 'user7@example.com'),
  'users.findByLink': async ({ clinic }) => [await users.findByLink(clinic, tokenHashOf(7)), 'and the link'],
  'users.findByPatient': async ({ clinic, patientIds }) => [
    ...(await users.findByPatient(clinic, patientIds[0]!)),
    'the patient',
  ],
  'users.findByTenant': ({ clinic }, page) => users.findByTenant(clinic, page),
  'users.findWithPassword': ({ clinic }) => users.findWithPassword(clinic, 'user7@example.com'),
};

/** Index keys that the engine looked at for a finder's queries, and how many documents the caller got. */
export async function examined(
  { client, db }: Database,
  find: () => Promise<unknown>,
): Promise<{ readonly keys: number; readonly returned: number }> {
  const sent: Document[] = [];
  const note = ({ commandName, command }: CommandStartedEvent) => {
    if (commandName === 'find' || commandName === 'aggregate') sent.push(command);
  };
  client.on('commandStarted', note);
  const found = await find().finally(() => client.off('commandStarted', note));
  let keys = 0;
  for (const command of sent) {
    const { lsid: _lsid, $db: _db, $clusterTime: _time, ...explain } = command;
    const { executionStats } = await db.command({ explain, verbosity: 'executionStats' });
    keys += Number(executionStats.totalKeysExamined);
  }
  return { keys, returned: numberOf(found) };
}

function numberOf(found: unknown): number {
  if (Array.isArray(found)) return found.length;
  if (typeof found === 'object' && found !== null && 'items' in found) return numberOf(found.items);
  return found === undefined ? 0 : 1;
}

const tokenHashOf = (n: number): string => n.toString(16).padStart(64, '0');
const phoneOf = (n: number): string => `+62812${10_000_000 + n}`;

const statuses: readonly BookingStatus[] = ['completed', 'completed', 'cancelled', 'no-show', 'completed'];

/** How many bookings of each clinic are in the archive. */
const archived = 80;

/** A number of bookings in a clinic of its own: twenty a day, as many again today, the others in the past. */
export async function grow(database: Database, slug: string, count: number): Promise<GrownClinic> {
  const system = { kind: 'system', name: 'growth' } as const;
  const platform = tenants.openPlatform(database, system);
  const clinic = scopeOf(
    database,
    await tenants.create(database, platform, { name: slug, slug, domain: `${slug}.example` }),
    system,
  );
  const closed = await tenants.create(database, platform, { name: slug, slug: `${slug}-closed` });
  await tenants.suspend(platform, closed.id, { reason: 'For the measure' });
  const known = await people(clinic);
  const today = localDate(clinic.clock(), clinic.tenant.config.timezone);
  const bookingIds: bookings.BookingId[] = [];
  const archive = await within(oneByOne(clinic), bookingsArchive).insertMany(
    Array.from({ length: archived }, (_, n) => old(booking(clinic, known, addDays(today, -500), n))),
  );
  await counting(clinic, known, archive, count);
  for (let from = 0; from < count; from += batch) {
    const some = Array.from({ length: Math.min(batch, count - from) }, (_, n) =>
      booking(clinic, known, today, from + n),
    );
    const stored = await within(oneByOne(clinic), bookingsCollection).insertMany(some);
    if (from === 0) bookingIds.push(...stored.slice(0, 50).map(({ id }) => id));
    await counting(clinic, known, stored, from);
  }
  const closes = await within(clinic, dayClosesCollection).insertMany(
    Array.from({ length: 60 }, (_, n) => closedDay(clinic, addDays(today, -n))),
  );
  await added(clinic, 'dayCloses.close', dayClosesCollection, closes);
  return { database, clinic, today, ...known, bookingIds };
}

/** What acts write beside bookings: events, how many a month has, and how often who was there. */
async function counting(
  clinic: TenantScope,
  known: People,
  stored: readonly Booking[],
  from: number,
): Promise<void> {
  await remember(clinic, known, stored, from);
  const zone = clinic.tenant.config.timezone;
  const months = Map.groupBy(stored, ({ createdAt }) => localMonth(createdAt, zone));
  for (const [month, { length }] of months) await counted(clinic, `bookings:${month}`, length);
  await countVisits(
    oneByOne(clinic),
    stored.filter(({ status }) => status === 'completed'),
  );
}

/** The events of bookings, twenty a day to this one, a tenth of them by one person, and that somebody was looked at. */
async function remember(
  clinic: TenantScope,
  { userId, patientIds }: People,
  stored: readonly Booking[],
  from: number,
): Promise<void> {
  const now = clinic.clock().getTime();
  const person = { kind: 'user', id: userId, name: 'User', role: 'staff' } as const;
  await within(clinic, auditEvents).insertMany(
    stored.flatMap((booking, at) => {
      const n = from + at;
      const when = new Date(now - (Math.floor(n / 20) * 1440 + (n % 20)) * minute);
      const by = n % 10 === 0 ? person : clinic.actor;
      const seen = { ...told(when, clinic.actor, 'patients.see', patientsCollection), changes: {} };
      return [
        { ...told(when, by, 'bookings.book', bookingsCollection), ...creation(booking) },
        ...(n % 10 === 1 ? [{ ...seen, documentId: patientIds[n % patientIds.length]! }] : []),
      ];
    }),
  );
}

const told = (at: Date, actor: Actor, action: string, { name }: Collection<TenantDocument>) => ({
  ...{ at, actor, action, collection: name, sealed: false },
});

const creation = (document: TenantDocument) => ({
  documentId: document.id,
  documentRevision: document.revision,
  changes: changesBetween({}, document),
});

/** What an act that adds something leaves in the audit. */
async function added(
  clinic: TenantScope,
  action: string,
  collection: Collection<TenantDocument>,
  stored: readonly TenantDocument[],
): Promise<void> {
  const { clock } = oneByOne(clinic);
  await within(clinic, auditEvents).insertMany(
    stored.map((one) => ({ ...told(clock(), clinic.actor, action, collection), ...creation(one) })),
  );
}

const batch = 1_000;

let made = 0;

/** The clinic in which each document is made a moment after the one before it, as by people. */
function oneByOne(clinic: TenantScope): TenantScope {
  return clocked(clinic, () => new Date(clinic.clock().getTime() - 1_000_000_000 + made++));
}

/** Thirty of everybody and everything, a third of them inactive. */
async function people(clinic: TenantScope): Promise<People> {
  const some = Array.from({ length: 30 }, (_, n) => ({ n, isActive: n % 3 !== 2 }));
  const team = await within(clinic, staffCollection).insertMany(
    some.map(({ n, isActive }) => ({
      name: `Staff ${n}`, role: n % 2 ? 'Doctor' : 'Therapist', skills: n % 2 ? ['Laser', 'Facial'] : ['Facial'],
      workingHours: [], exceptions: [], timeOff: [], rating: n % 6, isActive,
    })),
  ); // prettier-ignore
  const staffIds = team.filter(({ isActive }) => isActive).map(({ id }) => id);
  const priced = await within(clinic, treatmentsCollection).insertMany(
    some.map(({ n, isActive }) => ({
      name: `Treatment ${n}`, category: n % 2 ? 'Peeling' : 'Facial', durationMin: 60, price: 1, popularity: 0,
      assignedStaff: n % 2 ? staffIds.slice(5) : staffIds, bufferBeforeMin: 0, bufferAfterMin: 0, sortOrder: n, isActive,
    })),
  ); // prettier-ignore
  const signIns = await within(clinic, usersCollection).insertMany(
    some.map(({ n, isActive }) => ({
      email: `user${n}@example.com`, password: 'x', name: `User ${n}`, role: 'staff' as const, isActive,
    })),
  ); // prettier-ignore
  const registered = await within(oneByOne(clinic), patientsCollection).insertMany(
    some.map(({ n, isActive }) => ({
      name: `Patient ${n}`, phone: phoneOf(n), totalVisits: 0, isActive,
      searchWords: searchKeysOf({ name: `Patient ${n}`, phone: phoneOf(n) }),
    })),
  ); // prettier-ignore
  const account = await within(clinic, usersCollection).insert({
    email: 'patient@example.com', password: 'x', name: 'Patient 0', role: 'user', isActive: true,
    patientId: registered[0]!.id,
  }); // prettier-ignore
  await counted(clinic, 'users', [...signIns, account].filter(({ isActive }) => isActive).length);
  await added(clinic, 'staff.add', staffCollection, team);
  await added(clinic, 'treatments.add', treatmentsCollection, priced);
  await added(clinic, 'users.add', usersCollection, [...signIns, account]);
  await added(clinic, 'patients.register', patientsCollection, registered);
  const userId = signIns[0]!.id;
  const tomorrow = new Date(clinic.clock().getTime() + 1440 * minute);
  const tokens = await within(clinic, apiTokensCollection).insertMany(
    some.map(({ n }) => ({
      name: `Token ${n}`, tokenHash: tokenHashOf(n), scopes: [], createdBy: clinic.actor, expiresAt: tomorrow,
    })),
  ); // prettier-ignore
  await added(clinic, 'apiTokens.create', apiTokensCollection, tokens);
  await within(clinic, passwordLinks).insertMany(
    signIns.map(({ id }, n) => ({ tokenHash: tokenHashOf(n), userId: id, expiresAt: tomorrow })),
  );
  await within(clinic, sessionsCollection).insertMany(
    some.map(({ n }) => ({
      tokenHash: tokenHashOf(n), userId, expiresAt: tomorrow, lastUsedAt: clinic.clock(),
    })), // prettier-ignore
  );
  const patientIds = registered.map(({ id }) => id);
  const treatmentIds = priced.map(({ id }) => id);
  return { staffIds, patientIds, treatmentIds, userId, patientUserId: account.id };
}

function closedDay({ actor, clock }: TenantScope, date: string): NewDocument<dayCloses.DayClose> {
  const nothing = { openingCash: 0, cashOut: 0, countedCash: 0, expectedCash: 0, difference: 0 };
  const none = { total: { amount: 0, count: 0 }, byMethod: [] };
  return { date, status: 'closed', closedAt: clock(), closedBy: actor, ...nothing, ...none };
}

const visitOf = (n: number) => VisitId.parse(n.toString(16).padStart(24, '0'));

/** As it is when it is archived: done, and holding nothing. */
function old({
  holding: _,
  holds: __,
  visitId: ___,
  ...booking
}: NewDocument<Booking>): NewDocument<Booking> {
  return { ...booking, status: 'completed' };
}

function booking(
  clinic: TenantScope,
  { staffIds, patientIds, treatmentIds }: People,
  today: string,
  n: number,
): NewDocument<Booking> {
  const zone = clinic.tenant.config.timezone;
  const [day, place] = [Math.floor(n / 40), n % 40];
  const startAt = new Date(
    instantAt(addDays(today, -day), '09:00', zone).getTime() + (place >> 1) * 30 * minute,
  );
  const staffId = staffIds[place % 2]!;
  const extent = { durationMin: 15, bufferBeforeMin: 0, bufferAfterMin: 0 };
  // Half of today is still ahead.
  const ahead = day === 0 && place % 4 < 2;
  // A few of every day were never closed.
  const isLeftOpen = day > 0 && place % 16 === 3;
  // A tenth of the bookings are visits of two.
  const isVisit = n % 20 < 2;
  return {
    // The second one of a visit is of the same patient.
    patientId: patientIds[(isVisit ? n - (n % 2) : n) % patientIds.length]!,
    staffId,
    treatmentId: treatmentIds[n % treatmentIds.length]!,
    treatmentName: `Treatment ${n % treatmentIds.length}`,
    startAt,
    endAt: new Date(startAt.getTime() + extent.durationMin * minute),
    localDate: localDate(startAt, zone),
    localTime: localTime(startAt, zone),
    // A quarter of what is ahead waits to be confirmed.
    status: ahead
      ? place % 16 < 2
        ? 'pending'
        : 'confirmed'
      : isLeftOpen
        ? 'confirmed'
        : statuses[n % statuses.length]!,
    source: n % 3 === 0 ? 'walk-in' : 'online',
    paymentStatus: 'unpaid',
    price: 1,
    ...extent,
    payments: [],
    ...(isVisit && { visitId: visitOf(Math.floor(n / 20)) }),
    ...((ahead || isLeftOpen) && { holding: true, holds: holdsOf(staffId, occupied(startAt, extent)) }),
  };
}
