// Every function of core that takes a clinic, as a desk calls it: for tests that hold of all of them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileNameOf } from '../images/address.ts';
import { pictureOf } from '../images/picture.ts';
import * as core from '../index.ts';
import type { OfClinic } from './exports.ts';
import { daily, morning } from './index.ts';
import { aPng } from './pictures.ts';

const {
  apiTokens,
  archive,
  audit,
  availability,
  bookings,
  byLink,
  checks,
  dayCloses,
  me,
  patients,
  publicPage,
  queue,
  reports,
  quotas,
  sessions,
  staff,
  tenants,
  transfer,
  treatments,
  users,
} = core;

export const kinds = {
  patients: patients.PatientId,
  staff: staff.StaffId,
  treatments: treatments.TreatmentId,
  bookings: bookings.BookingId,
  users: users.UserId,
  apiTokens: apiTokens.ApiTokenId,
};
export type Kind = keyof typeof kinds;
export type IdOf<Name extends Kind> = ReturnType<(typeof kinds)[Name]['parse']>;

/** Who acts for a clinic, with chances of his own. */
export interface Desk {
  readonly clinic: core.TenantScope;
  readonly pick: <Value>(values: readonly Value[]) => Value;
  /** An id of this kind that the clinic has, sometimes one that the other clinic has or would have. */
  readonly id: <Name extends Kind>(kind: Name) => IdOf<Name>;
}

const names = ['Ayu', 'Ayu Lestari', 'Budi Santoso'];
const phones = Array.from({ length: 8 }, (_, n) => `0812-3456-789${n}`);
const emails = ['ayu@contoh.id', 'budi@contoh.id', 'admin@contoh.id', 'desk@contoh.id'];
const dates = ['2026-11-24', '2026-11-24', '2026-11-25'];
const times = ['09:00', '09:30', '10:00', '11:15', '13:00', '20:30'];
const tokens = ['a'.repeat(64), 'b'.repeat(64)];
const linkHashes = ['c'.repeat(64), 'd'.repeat(64)];

const aLogo = aPng(2, 1);

const at = ({ pick }: Desk) => new Date(`${pick(dates)}T${pick(times)}:00+07:00`);
const expiresAt = ({ pick }: Desk) => new Date(morning.getTime() + pick([-1, 1]) * 86_400_000);
const page = ({ pick }: Desk) => ({ limit: pick([1, 2, 50]) });
const anyOr = ({ pick, id }: Desk) => pick<'any' | core.staff.StaffId>(['any', id('staff')]);
const range = ({ pick }: Desk) => ({ from: '2026-11-23', to: pick(dates) });
const patient = ({ pick }: Desk) => {
  const email = pick([...emails, undefined]);
  return { name: pick(names), phone: pick(phones), ...(email && { email }) };
};
const booking = (desk: Desk) => ({
  patientId: desk.id('patients'),
  treatmentId: desk.id('treatments'),
  staffId: anyOr(desk),
  startAt: at(desk),
  source: 'online' as const,
  status: desk.pick(['pending', 'confirmed'] as const),
});

/** What another system kept. */
const pastBooking = (desk: Desk) => {
  const { patientId, treatmentId, startAt } = booking(desk);
  const before = new Date(startAt.getTime() - 40 * 86_400_000);
  return { patientId, treatmentId, staffId: desk.id('staff'), startAt: before, status: 'completed' as const };
};

/** A booking as somebody may have seen it. */
const seenOf = ({ id, pick }: Desk) => ({ id: id('bookings'), revision: pick([1, 2]) });

/** The steps of a visit: one or two. */
const several = (desk: Desk) =>
  desk.pick([[1], [1, 2]]).map(() => ({ treatmentId: desk.id('treatments'), staffId: anyOr(desk) }));
/** The last visit that the clinic has, or nobody's. */
const visitOf = async ({ clinic }: Desk) => {
  const { items } = await bookings.findByTenant(clinic);
  return items.flatMap(({ visitId }) => visitId ?? [])[0] ?? bookings.VisitId.parse('f'.repeat(24));
};

/** What somebody does through an account of a patient's, if it is one. */
const asPatient = <Answer>({ clinic, id }: Desk, act: (own: core.TenantScope) => Answer): Answer =>
  act(core.actingAs(clinic, { kind: 'user', id: id('users'), name: 'Ayu', role: 'user' }));

/** Every function of core that takes a clinic, as a desk calls it. What is new belongs in here before it compiles. */
export const acts: Record<OfClinic, (desk: Desk) => unknown> = {
  actingAs: (desk) => patients.register(core.actingAs(desk.clinic, { kind: 'public' }), patient(desk)),
  'apiTokens.create': (desk) =>
    apiTokens.create(desk.clinic, {
      name: desk.pick(names),
      tokenHash: desk.pick(tokens),
      scopes: ['patients:read'],
      expiresAt: expiresAt(desk),
    }),
  'apiTokens.find': ({ clinic, pick }) => apiTokens.find(clinic, pick(tokens)),
  'apiTokens.findByTenant': (desk) => apiTokens.findByTenant(desk.clinic, page(desk)),
  'apiTokens.revoke': ({ clinic, id }) => apiTokens.revoke(clinic, id('apiTokens')),
  'apiTokens.touch': ({ clinic, pick }) => apiTokens.touch(clinic, pick(tokens)),
  'archive.archiveBookings': ({ clinic }) => archive.archiveBookings(clinic),
  'audit.eventsAfter': ({ clinic, pick }) => audit.eventsAfter(clinic, pick([0, 3]), pick([2, 500])),
  'audit.find': (desk) =>
    audit.find(desk.clinic, { ...page(desk), action: desk.pick([undefined, 'bookings.book']) }),
  'audit.firstBrokenLink': ({ clinic }) => audit.firstBrokenLink(clinic),
  'audit.historyOf': (desk) => audit.historyOf(desk.clinic, 'bookings', desk.id('bookings'), page(desk)),
  'checks.findWrong': ({ clinic, pick }) =>
    Array.fromAsync(checks.findWrong(clinic, pick(checks.Aspect.options))),
  'checks.repair': (desk) => checks.repair(desk.clinic, { kind: 'VISITS', id: desk.id('patients') }),
  'audit.replay': ({ clinic }) => Array.fromAsync(audit.replay(clinic)),
  'audit.seal': ({ clinic }) => audit.seal(clinic),
  'availability.explain': (desk) =>
    availability.explain(desk.clinic, {
      treatmentId: desk.id('treatments'),
      staffId: anyOr(desk),
      startAt: at(desk),
    }),
  'availability.explainDuration': ({ clinic, id, pick }) =>
    availability.explainDuration(clinic, { bookingId: id('bookings'), durationMin: pick([30, 120]) }),
  'availability.explainVisit': (desk) =>
    availability.explainVisit(desk.clinic, { steps: several(desk), startAt: at(desk) }),
  'availability.nextFree': ({ clinic }) => availability.nextFree(clinic, { days: 2 }),
  'availability.search': (desk) =>
    availability.search(desk.clinic, {
      treatmentId: desk.id('treatments'),
      staffId: anyOr(desk),
      from: desk.pick(dates),
      days: 2,
    }),
  'availability.searchMoves': (desk) =>
    availability.searchMoves(desk.clinic, { staffId: desk.id('staff'), date: desk.pick(dates) }),
  'availability.visits': (desk) =>
    availability.visits(desk.clinic, { steps: several(desk), from: desk.pick(dates), days: 2 }),
  'bookings.book': (desk) => bookings.book(desk.clinic, booking(desk)),
  'bookings.importPast': (desk) => bookings.importPast(desk.clinic, pastBooking(desk)),
  'bookings.importHistory': (desk) =>
    bookings.importHistory(desk.clinic, { bookings: [pastBooking(desk), pastBooking(desk)] }),
  'bookings.importAppointments': (desk) =>
    bookings.importAppointments(desk.clinic, { bookings: [booking(desk), booking(desk)] }),
  'bookings.bookVisit': (desk) => {
    const { patientId, startAt, source } = booking(desk);
    return bookings.bookVisit(desk.clinic, { patientId, startAt, source, steps: several(desk) });
  },
  'bookings.cancel': ({ clinic, id }) => bookings.cancel(clinic, id('bookings')),
  'bookings.confirmVisit': async (desk) => bookings.confirmVisit(desk.clinic, await visitOf(desk)),
  'bookings.cancelVisit': async (desk) => bookings.cancelVisit(desk.clinic, await visitOf(desk)),
  'bookings.complete': ({ clinic, id }) => bookings.complete(clinic, id('bookings')),
  'bookings.arrive': ({ clinic, id }) => bookings.arrive(clinic, id('bookings')),
  'bookings.confirm': ({ clinic, id }) => bookings.confirm(clinic, id('bookings')),
  'bookings.findByIds': ({ clinic, id }) => bookings.findByIds(clinic, [id('bookings'), id('bookings')]),
  'bookings.findByPatient': (desk) => bookings.findByPatient(desk.clinic, desk.id('patients'), page(desk)),
  'bookings.findByTenant': (desk) => bookings.findByTenant(desk.clinic, page(desk)),
  'bookings.findByTenantAndDate': ({ clinic, pick }) => bookings.findByTenantAndDate(clinic, pick(dates)),
  'bookings.findByVisit': async (desk) => bookings.findByVisit(desk.clinic, await visitOf(desk)),
  'bookings.countLeftOpen': ({ clinic }) => bookings.countLeftOpen(clinic),
  'bookings.countPending': ({ clinic }) => bookings.countPending(clinic),
  'bookings.findLeftOpen': (desk) => bookings.findLeftOpen(desk.clinic, page(desk)),
  'bookings.findPending': (desk) => bookings.findPending(desk.clinic, page(desk)),
  'bookings.findTodays': ({ clinic }) => bookings.findTodays(clinic),
  'bookings.findVisitHistory': (desk) =>
    bookings.findVisitHistory(desk.clinic, desk.id('patients'), page(desk)),
  'bookings.findWalkInsByTenant': (desk) => bookings.findWalkInsByTenant(desk.clinic, page(desk)),
  'bookings.findWrongHolds': (desk) => bookings.findWrongHolds(desk.clinic, page(desk)),
  'bookings.get': ({ clinic, id }) => bookings.get(clinic, id('bookings')),
  'bookings.noShow': ({ clinic, id }) => bookings.noShow(clinic, id('bookings')),
  'bookings.pay': ({ clinic, id, pick }) =>
    bookings.pay(clinic, id('bookings'), { method: 'cash', amount: pick([50_000, 300_000]) }),
  'bookings.refund': ({ clinic, id, pick }) =>
    bookings.refund(clinic, id('bookings'), { method: 'cash', amount: pick([20_000, 50_000]), reason: 'R' }),
  'bookings.correctPayment': ({ clinic, id, pick }) =>
    bookings.correctPayment(clinic, id('bookings'), {
      payment: 0,
      method: pick(['card', 'qris']),
      reason: 'R',
    }),
  'bookings.reschedule': (desk) =>
    bookings.reschedule(desk.clinic, desk.id('bookings'), { startAt: at(desk) }),
  'bookings.rearrange': (desk) =>
    bookings.rearrange(desk.clinic, {
      changes: [
        { ...seenOf(desk), to: 'cancelled' as const },
        { ...seenOf(desk), to: { staffId: desk.id('staff'), startAt: at(desk) } },
      ].slice(0, desk.pick([1, 2])),
    }),
  'bookings.undoRearrange': (desk) => bookings.undoRearrange(desk.clinic, { seen: [seenOf(desk)] }),
  'bookings.rescheduleVisit': async (desk) =>
    bookings.rescheduleVisit(desk.clinic, await visitOf(desk), { startAt: at(desk) }),
  'bookings.setDuration': ({ clinic, id, pick }) =>
    bookings.setDuration(clinic, id('bookings'), { durationMin: pick([30, 90, 120]) }),
  'bookings.undo': ({ clinic, id }) => bookings.undo(clinic, id('bookings')),
  'bookings.undoVisit': async (desk) => bookings.undoVisit(desk.clinic, await visitOf(desk)),
  'bookings.giveLink': (desk) =>
    bookings.giveLink(desk.clinic, desk.id('bookings'), { tokenHash: desk.pick(linkHashes) }),
  'byLink.cancel': (desk) => byLink.cancel(desk.clinic, { tokenHash: desk.pick(linkHashes) }),
  'byLink.get': (desk) => byLink.get(desk.clinic, { tokenHash: desk.pick(linkHashes) }),
  'byLink.reschedule': (desk) =>
    byLink.reschedule(desk.clinic, { tokenHash: desk.pick(linkHashes), startAt: at(desk) }),
  'byLink.timesToMove': (desk) =>
    byLink.timesToMove(desk.clinic, { tokenHash: desk.pick(linkHashes), from: desk.pick(dates) }),
  'dayCloses.close': ({ clinic, pick }) =>
    dayCloses.close(clinic, { date: pick(dates), countedCash: pick([0, 50_000]), notes: 'Coins' }),
  'dayCloses.findByTenant': (desk) => dayCloses.findByTenant(desk.clinic, page(desk)),
  'dayCloses.reopen': ({ clinic, pick }) =>
    dayCloses.reopen(clinic, { date: pick(dates), reason: 'Counted twice' }),
  'dayCloses.till': ({ clinic, pick }) => dayCloses.till(clinic, pick(dates)),
  dryRun: (desk) => bookings.book(core.dryRun(desk.clinic), booking(desk)),
  'me.appointment': (desk) => asPatient(desk, (own) => me.appointment(own, desk.id('bookings'))),
  'me.book': (desk) => {
    const { startAt } = booking(desk);
    return asPatient(desk, (own) => me.book(own, { steps: several(desk), startAt }));
  },
  'me.cancel': (desk) => asPatient(desk, (own) => me.cancel(own, desk.id('bookings'))),
  'me.changeContact': (desk) => asPatient(desk, (own) => me.changeContact(own, { email: desk.pick(emails) })),
  'me.findPast': (desk) => asPatient(desk, (own) => me.findPast(own, page(desk))),
  'me.findStaff': (desk) => asPatient(desk, (own) => me.findStaff(own, page(desk))),
  'me.findTreatments': (desk) => asPatient(desk, (own) => me.findTreatments(own, page(desk))),
  'me.findUpcoming': (desk) => asPatient(desk, (own) => me.findUpcoming(own, page(desk))),
  'me.freeTimes': (desk) =>
    asPatient(desk, (own) => me.freeTimes(own, { steps: several(desk), from: desk.pick(dates) })),
  'me.profile': (desk) => asPatient(desk, me.profile),
  'me.reschedule': (desk) =>
    asPatient(desk, (own) => me.reschedule(own, desk.id('bookings'), { startAt: at(desk) })),
  'me.timesToMove': (desk) =>
    asPatient(desk, (own) => me.timesToMove(own, desk.id('bookings'), { from: desk.pick(dates) })),
  // Heard from the first act to the last; see below.
  onCommit: () => undefined,
  once: (desk) => patients.register(core.once(desk.clinic, desk.pick(['key-1', 'key-2'])), patient(desk)),
  'patients.deactivate': ({ clinic, id }) => patients.deactivate(clinic, id('patients')),
  'patients.erase': ({ clinic, id }) => patients.erase(clinic, id('patients')),
  'patients.findByIds': ({ clinic, id }) => patients.findByIds(clinic, [id('patients'), id('patients')]),
  'patients.findByTenant': (desk) => patients.findByTenant(desk.clinic, page(desk)),
  'patients.findByTenantAndPhone': ({ clinic, pick }) => patients.findByTenantAndPhone(clinic, pick(phones)),
  'patients.findInactive': (desk) => patients.findInactive(desk.clinic, page(desk)),
  'patients.findWrongVisits': ({ clinic }) => Array.fromAsync(patients.findWrongVisits(clinic)),
  'patients.get': ({ clinic, id }) => patients.get(clinic, id('patients')),
  'patients.history': ({ clinic, id }) => patients.history(clinic, id('patients')),
  'patients.incrementVisits': ({ clinic, id }) => patients.incrementVisits(clinic, id('patients')),
  'patients.merge': ({ clinic, id }) =>
    patients.merge(clinic, { keep: id('patients'), from: id('patients'), take: ['name'] }),
  'patients.findByPhones': ({ clinic, pick }) =>
    patients.findByPhones(clinic, [pick(phones), pick(phones), '1']),
  'patients.registerMany': (desk) =>
    patients.registerMany(desk.clinic, { patients: [patient(desk), patient(desk)] }),
  'patients.register': (desk) => patients.register(desk.clinic, patient(desk)),
  'patients.restore': ({ clinic, id }) => patients.restore(clinic, id('patients')),
  'patients.search': ({ clinic, pick }) =>
    patients.search(clinic, pick(['ayu', 'san', '0812', 'budi s', '7891'])),
  'patients.suggestDuplicates': ({ clinic, id }) => patients.suggestDuplicates(clinic, id('patients')),
  'patients.update': (desk) => patients.update(desk.clinic, desk.id('patients'), patient(desk)),
  'publicPage.book': (desk) =>
    publicPage.book(desk.clinic, {
      ...{ name: desk.pick(names), phone: desk.pick(phones), steps: several(desk), startAt: at(desk) },
      tokenHash: desk.pick(linkHashes),
    }),
  'publicPage.findStaff': (desk) => publicPage.findStaff(desk.clinic, page(desk)),
  'publicPage.findTreatments': (desk) => publicPage.findTreatments(desk.clinic, page(desk)),
  'publicPage.freeTimes': (desk) =>
    publicPage.freeTimes(desk.clinic, { steps: several(desk), from: desk.pick(dates), days: 2 }),
  'queue.callIn': ({ clinic, id }) => queue.callIn(clinic, id('bookings')),
  'queue.findToday': ({ clinic }) => queue.findToday(clinic),
  'queue.join': ({ clinic, id }) =>
    queue.join(clinic, { patientId: id('patients'), treatmentId: id('treatments') }),
  'queue.queueOf': async (desk) => queue.queueOf(desk.clinic, await bookings.findTodays(desk.clinic), []),
  'queue.skip': ({ clinic, id }) => queue.skip(clinic, id('bookings')),
  'queue.start': ({ clinic, id }) => queue.start(clinic, id('bookings')),
  'reports.busiestHours': (desk) => reports.busiestHours(desk.clinic, range(desk)),
  'reports.newAndReturning': (desk) => reports.newAndReturning(desk.clinic, range(desk)),
  'reports.occupancy': (desk) => reports.occupancy(desk.clinic, range(desk)),
  'reports.outcomes': (desk) => reports.outcomes(desk.clinic, range(desk)),
  'reports.receipts': (desk) => reports.receipts(desk.clinic, range(desk)),
  'reports.revenue': (desk) => reports.revenue(desk.clinic, range(desk)),
  'quotas.findWrongCounts': ({ clinic }) => quotas.findWrongCounts(clinic),
  'quotas.usage': ({ clinic }) => quotas.usage(clinic),
  'sessions.close': ({ clinic, pick }) => sessions.close(clinic, pick(tokens)),
  'sessions.closeAllOf': ({ clinic, id }) => sessions.closeAllOf(clinic, id('users')),
  'sessions.find': ({ clinic, pick }) => sessions.find(clinic, pick(tokens)),
  'sessions.findByUser': (desk) => sessions.findByUser(desk.clinic, desk.id('users'), page(desk)),
  'sessions.findByTokens': ({ clinic }) => sessions.findByTokens(clinic, tokens),
  'sessions.open': (desk) =>
    sessions.open(desk.clinic, {
      tokenHash: desk.pick(tokens),
      userId: desk.id('users'),
      expiresAt: expiresAt(desk),
    }),
  'sessions.prolong': (desk) => sessions.prolong(desk.clinic, desk.pick(tokens), expiresAt(desk)),
  'sessions.signedIn': ({ clinic, id }) => sessions.signedIn(clinic, [id('users'), id('users')]),
  'sessions.revoke': async (desk) => {
    const userId = desk.id('users');
    const { items } = await sessions.findByUser(desk.clinic, userId);
    return sessions.revoke(desk.clinic, userId, items[0]?.id ?? 'f'.repeat(24));
  },
  'sessions.revokeAll': ({ clinic, id, pick }) => sessions.revokeAll(clinic, id('users'), pick(tokens)),
  'sessions.sweep': ({ clinic }) => sessions.sweep(clinic),
  'sessions.touch': ({ clinic, pick }) => sessions.touch(clinic, pick(tokens)),
  'staff.add': ({ clinic, pick }) =>
    staff.add(clinic, { name: pick(names), role: 'Therapist', workingHours: daily('09:00-17:00') }),
  'staff.addTimeOff': ({ clinic, id, pick }) => {
    const day = pick(dates);
    return staff.addTimeOff(clinic, id('staff'), { from: day, to: day });
  },
  'staff.deactivate': ({ clinic, id }) => staff.deactivate(clinic, id('staff')),
  'staff.findAvailableForTreatment': ({ clinic, pick }) =>
    staff.findAvailableForTreatment(clinic, pick(['Facial', 'Peeling'])),
  'staff.findByIds': ({ clinic, id }) => staff.findByIds(clinic, [id('staff'), id('staff')]),
  'staff.findByTenant': (desk) => staff.findByTenant(desk.clinic, page(desk)),
  'staff.findByTenantAndRole': (desk) => staff.findByTenantAndRole(desk.clinic, 'Therapist', page(desk)),
  'staff.findByTenantAndSkill': (desk) => staff.findByTenantAndSkill(desk.clinic, 'Laser', page(desk)),
  'staff.findInactive': (desk) => staff.findInactive(desk.clinic, page(desk)),
  'staff.findUncovered': ({ clinic, id }) => staff.findUncovered(clinic, id('staff')),
  'staff.get': ({ clinic, id }) => staff.get(clinic, id('staff')),
  'staff.removeException': ({ clinic, id, pick }) => staff.removeException(clinic, id('staff'), pick(dates)),
  'staff.removeTimeOff': ({ clinic, id, pick }) => {
    const day = pick(dates);
    return staff.removeTimeOff(clinic, id('staff'), { from: day, to: day });
  },
  'staff.restore': ({ clinic, id }) => staff.restore(clinic, id('staff')),
  'staff.setException': ({ clinic, id, pick }) =>
    staff.setException(clinic, id('staff'), { date: pick(dates), hours: ['10:00-18:00'] }),
  'staff.setTreatments': ({ clinic, id }) =>
    staff.setTreatments(clinic, id('staff'), { treatmentIds: [id('treatments')] }),
  'staff.undo': ({ clinic, id }) => staff.undo(clinic, id('staff')),
  'staff.update': ({ clinic, id, pick }) => staff.update(clinic, id('staff'), { name: pick(names) }),
  'staff.getAvatar': ({ clinic, pick }) =>
    staff.getAvatar(clinic, pick([fileNameOf(pictureOf(aLogo)), 'x.png'])),
  'staff.uploadAvatar': ({ clinic, id }) => staff.uploadAvatar(clinic, id('staff'), { data: aLogo }),
  'tenants.activate': ({ clinic }) => tenants.activate(clinic, clinic.tenant.id),
  'tenants.configure': ({ clinic, pick }) =>
    tenants.configure(clinic, { config: { booking: { gridMin: pick([15, 30]) } } }),
  'tenants.getLogo': ({ clinic, pick }) =>
    tenants.getLogo(clinic, pick([fileNameOf(pictureOf(aLogo)), 'x.png'])),
  'tenants.uploadLogo': ({ clinic }) => tenants.uploadLogo(clinic, { data: aLogo }),
  'tenants.get': ({ clinic }) => tenants.get(clinic, clinic.tenant.id),
  'tenants.inviteAgain': (desk) =>
    tenants.inviteAgain(desk.clinic, desk.clinic.tenant.id, {
      tokenHash: desk.pick(tokens),
      expiresAt: expiresAt(desk),
    }),
  'tenants.search': (desk) => tenants.search(desk.clinic, page(desk)),
  'tenants.suspend': ({ clinic }) => tenants.suspend(clinic, clinic.tenant.id, { reason: 'Mine' }),
  'tenants.update': ({ clinic }) => tenants.update(clinic, clinic.tenant.id, { name: 'Mine' }),
  'transfer.exportTenant': async ({ clinic }) => {
    const folder = await mkdtemp(join(tmpdir(), 'circe-isolation-'));
    try {
      return await transfer.exportTenant(clinic, join(folder, 'clinic'));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
  'treatments.add': ({ clinic, pick, id }) =>
    treatments.add(clinic, {
      name: pick(['Facial', 'Peeling', 'Laser']),
      category: 'Skin',
      durationMin: 30,
      price: 100_000,
      assignedStaff: [id('staff')],
    }),
  'treatments.deactivate': ({ clinic, id }) => treatments.deactivate(clinic, id('treatments')),
  'treatments.findByTenant': (desk) => treatments.findByTenant(desk.clinic, page(desk)),
  'treatments.findByTenantAndCategory': (desk) =>
    treatments.findByTenantAndCategory(desk.clinic, 'Skin', page(desk)),
  'treatments.findByTenantAndStaff': (desk) =>
    treatments.findByTenantAndStaff(desk.clinic, desk.id('staff'), page(desk)),
  'treatments.findCategories': ({ clinic }) => treatments.findCategories(clinic),
  'treatments.findInactive': (desk) => treatments.findInactive(desk.clinic, page(desk)),
  'treatments.get': ({ clinic, id }) => treatments.get(clinic, id('treatments')),
  'treatments.renameCategory': ({ clinic, pick }) =>
    treatments.renameCategory(clinic, { from: pick(['Skin', 'Care']), to: pick(['Skin', 'Care']) }),
  'treatments.reorder': ({ clinic, id }) => treatments.reorder(clinic, { ids: [id('treatments')] }),
  'treatments.restore': ({ clinic, id }) => treatments.restore(clinic, id('treatments')),
  'treatments.undo': ({ clinic, id }) => treatments.undo(clinic, id('treatments')),
  'treatments.update': ({ clinic, id, pick }) =>
    treatments.update(clinic, id('treatments'), { price: pick([100_000, 200_000]) }),
  'users.add': ({ clinic, pick, id }) => {
    const given = { email: pick(emails), name: pick(names), passwordHash: 'x'.repeat(20) };
    const whose = pick([{}, { role: 'user' as const, patientId: id('patients') }]);
    return users.add(clinic, { ...given, ...whose });
  },
  'users.allowReset': (desk) =>
    users.allowReset(desk.clinic, desk.id('users'), {
      tokenHash: desk.pick(tokens),
      expiresAt: expiresAt(desk),
    }),
  'users.changeRole': ({ clinic, id, pick }) =>
    users.changeRole(clinic, id('users'), { role: pick(['admin', 'staff', 'user']) }),
  'users.choosePassword': ({ clinic, pick }) =>
    users.choosePassword(clinic, { tokenHash: pick(tokens), passwordHash: 'z'.repeat(20) }),
  'users.deactivate': ({ clinic, id }) => users.deactivate(clinic, id('users')),
  'users.findByEmailAndTenant': ({ clinic, pick }) => users.findByEmailAndTenant(clinic, pick(emails)),
  'users.findByPatient': ({ clinic, id }) => users.findByPatient(clinic, id('patients')),
  'users.findByLink': ({ clinic, pick }) => users.findByLink(clinic, pick(tokens)),
  'users.findByTenant': (desk) => users.findByTenant(desk.clinic, page(desk)),
  'users.findWithPassword': ({ clinic, pick }) => users.findWithPassword(clinic, pick(emails)),
  'users.get': ({ clinic, id }) => users.get(clinic, id('users')),
  'users.invite': (desk) =>
    users.invite(desk.clinic, {
      email: desk.pick(emails),
      name: desk.pick(names),
      tokenHash: desk.pick(tokens),
      expiresAt: expiresAt(desk),
    }),
  'users.reactivate': ({ clinic, id }) => users.reactivate(clinic, id('users')),
  'users.setPassword': ({ clinic, id }) =>
    users.setPassword(clinic, id('users'), { passwordHash: 'y'.repeat(20) }),
  'users.countSignIn': ({ clinic, pick }) => users.countSignIn(clinic, pick(emails)),
  'users.forgetSignIns': ({ clinic, pick }) => users.forgetSignIns(clinic, pick(emails)),
  'users.update': ({ clinic, id, pick }) => {
    const whose = pick([{}, { patientId: id('patients') }]);
    return users.update(clinic, id('users'), { email: pick(emails), ...whose });
  },
};

export const all = Object.keys(acts) as OfClinic[];
export const reads = all.filter((name) =>
  /find|get|search|explain|nextFree|\.visits|eventsAfter|history|suggest|queueOf|reports|replay|seal|till|Link/.test(
    name,
  ),
);

export const writes = all.filter((name) => !reads.includes(name));

/** Chances that repeat themselves: the same acts in the other database get the same ones. */
export function chances(seed: number): <Value>(values: readonly Value[]) => Value {
  let state = seed;
  return (values) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return values[state % values.length]!;
  };
}
