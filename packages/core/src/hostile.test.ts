// What a program passes on without reading it: every public function answers with an error of the closed list,
// by a promise, and nothing that looks like an operator becomes one.
import { expect, test } from 'vitest';
import * as core from './index.ts';
import { aPng, newPractice, testDatabase } from './testing/index.ts';

const held = testDatabase();

const junk = [
  undefined,
  null,
  7,
  Number.NaN,
  '',
  'x',
  'x'.repeat(100_000),
  '__proto__',
  '\u202eGNP',
  '\ud800',
  { $ne: null },
  { $gt: '' },
  { $where: 'true' },
  { toString: () => '0123456789abcdef01234567' },
  [],
  [{ $ne: null }],
  JSON.parse('{"__proto__": {"admin": true}}'),
] as never[];

const {
  audit,
  bookings,
  byLink,
  dayCloses,
  me,
  patients,
  publicPage,
  queue,
  sessions,
  staff,
  treatments,
  users,
} = core;

const anyBooking = async (clinic: core.TenantScope) =>
  (await bookings.findByTenant(clinic)).items[0]?.id ?? ('0'.repeat(24) as never);
const anybody = async (clinic: core.TenantScope) => (await staff.findByTenant(clinic)).items[0]!;
const someUser = async (clinic: core.TenantScope) =>
  (await users.findByTenant(clinic)).items[0] ??
  (await users.add(clinic, { email: 'somebody@klinik.id', name: 'Somebody', passwordHash: 'x'.repeat(60) }));
const platformOf = ({ actor }: core.TenantScope) => core.tenants.openPlatform(held.database, actor);

let accounts = 0;

/** What a patient does through his account. */
const ofPatient =
  (act: (own: core.TenantScope, input: never) => Promise<unknown>) =>
  async (clinic: core.TenantScope, input: never) => {
    const { items } = await patients.findByTenant(clinic);
    const email = `ayu-${++accounts}@clinic.test`;
    const given = { email, name: 'Ayu', role: 'user', passwordHash: 'x'.repeat(60) } as const;
    const known = (await users.findByTenant(clinic)).items.find(({ patientId }) => patientId);
    const { id, name, role } = known ?? (await users.add(clinic, { ...given, patientId: items[0]!.id }));
    return act(core.actingAs(clinic, { kind: 'user', id, name, role }), input);
  };

/** Functions that take one id, text or input beside the clinic. */
const acts = {
  'bookings.get': bookings.get,
  'bookings.arrive': bookings.arrive,
  'bookings.confirm': bookings.confirm,
  'bookings.cancel': bookings.cancel,
  'bookings.noShow': bookings.noShow,
  'bookings.complete': bookings.complete,
  'bookings.undo': bookings.undo,
  'bookings.undoVisit': bookings.undoVisit,
  'bookings.bookVisit': bookings.bookVisit,
  'bookings.confirmVisit': bookings.confirmVisit,
  'bookings.cancelVisit': bookings.cancelVisit,
  'bookings.rearrange': bookings.rearrange,
  'bookings.rearrange to': async (clinic, to) =>
    bookings.rearrange(clinic, { changes: [{ id: await anyBooking(clinic), revision: 1, to }] }),
  'bookings.undoRearrange': bookings.undoRearrange,
  'availability.searchMoves': core.availability.searchMoves,
  'availability.explainVisit': core.availability.explainVisit,
  'availability.explainDuration': core.availability.explainDuration,
  'bookings.setDuration': (clinic, id) => bookings.setDuration(clinic, id, { durationMin: 45 }),
  'bookings.setDuration with': async (clinic, input) =>
    bookings.setDuration(clinic, await anyBooking(clinic), input),
  'bookings.book': bookings.book,
  'bookings.giveLink': (clinic, id) => bookings.giveLink(clinic, id, { tokenHash: 'a'.repeat(64) }),
  'bookings.giveLink with': async (clinic, link) =>
    bookings.giveLink(clinic, (await bookings.findByTenant(clinic)).items[0]!.id, link),
  'bookings.importPast': bookings.importPast,
  'bookings.importHistory': bookings.importHistory,
  'bookings.importAppointments': bookings.importAppointments,
  'byLink.get': byLink.get,
  'byLink.get by': (clinic, tokenHash) => byLink.get(clinic, { tokenHash }),
  'byLink.timesToMove': byLink.timesToMove,
  'byLink.reschedule': byLink.reschedule,
  'byLink.cancel': byLink.cancel,
  'bookings.pay': (clinic, id) => bookings.pay(clinic, id, { method: 'cash', amount: 1 }),
  'bookings.refund': (clinic, id) => bookings.refund(clinic, id, { method: 'cash', amount: 1, reason: 'R' }),
  'bookings.refund with': async (clinic, input) => bookings.refund(clinic, await anyBooking(clinic), input),
  'bookings.correctPayment': (clinic, id) =>
    bookings.correctPayment(clinic, id, { payment: 0, method: 'card', reason: 'R' }),
  'bookings.correctPayment with': async (clinic, input) =>
    bookings.correctPayment(clinic, await anyBooking(clinic), input),
  'bookings.reschedule': (clinic, id) => bookings.reschedule(clinic, id, { startAt: clinic.clock() }),
  'bookings.findByIds': bookings.findByIds,
  'bookings.findByPatient': bookings.findByPatient,
  'bookings.findByTenant': (clinic, page) => bookings.findByTenant(clinic, page ?? 7),
  'bookings.findByTenantAndDate': bookings.findByTenantAndDate,
  'bookings.findVisitHistory': bookings.findVisitHistory,
  'dayCloses.close': dayCloses.close,
  'dayCloses.reopen': dayCloses.reopen,
  'dayCloses.till': dayCloses.till,
  'me.appointment': ofPatient(me.appointment),
  'me.book': ofPatient(me.book),
  'me.cancel': ofPatient(me.cancel),
  'me.changeContact': ofPatient(me.changeContact),
  'me.freeTimes': ofPatient(me.freeTimes),
  'me.reschedule': ofPatient((own, id) => me.reschedule(own, id, { startAt: own.clock() })),
  'me.timesToMove': ofPatient((own, id) => me.timesToMove(own, id, { from: '2026-11-26' })),
  'publicPage.book': publicPage.book,
  'publicPage.freeTimes': publicPage.freeTimes,
  'users.findByPatient': users.findByPatient,
  'queue.join': queue.join,
  'queue.callIn': queue.callIn,
  'queue.skip': queue.skip,
  'queue.start': queue.start,
  'availability.search': core.availability.search,
  'patients.get': patients.get,
  'patients.register': patients.register,
  'patients.registerMany': patients.registerMany,
  'patients.findByPhones': patients.findByPhones,
  'patients.update': (clinic, id) => patients.update(clinic, id, { notes: 'x' }),
  'patients.incrementVisits': (clinic, id) => patients.incrementVisits(clinic, id),
  'patients.findByIds': patients.findByIds,
  'patients.findByTenantAndPhone': patients.findByTenantAndPhone,
  'patients.search': patients.search,
  'patients.merge': patients.merge,
  'patients.deactivate': patients.deactivate,
  'patients.erase': patients.erase,
  'patients.restore': patients.restore,
  'patients.history': patients.history,
  'patients.suggestDuplicates': patients.suggestDuplicates,
  'staff.get': staff.get,
  'staff.add': staff.add,
  'staff.findByIds': staff.findByIds,
  'staff.findByTenantAndRole': staff.findByTenantAndRole,
  'staff.findByTenantAndSkill': staff.findByTenantAndSkill,
  'staff.findAvailableForTreatment': staff.findAvailableForTreatment,
  'staff.update': (clinic, id) => staff.update(clinic, id, { role: 'Doctor' }),
  'staff.update with': async (clinic, input) => staff.update(clinic, (await anybody(clinic)).id, input),
  'staff.getAvatar': core.staff.getAvatar,
  'staff.uploadAvatar': (clinic, id) => staff.uploadAvatar(clinic, id, { data: aPng(2, 1) }),
  'staff.uploadAvatar of': async (clinic, data) =>
    staff.uploadAvatar(clinic, (await anybody(clinic)).id, { data }),
  'staff.addTimeOff': (clinic, id) => staff.addTimeOff(clinic, id, { from: '2026-12-01', to: '2026-12-02' }),
  'staff.addTimeOff of': async (clinic, input) => staff.addTimeOff(clinic, (await anybody(clinic)).id, input),
  'staff.removeTimeOff': async (clinic, input) =>
    staff.removeTimeOff(clinic, (await anybody(clinic)).id, input),
  'staff.setException': async (clinic, input) =>
    staff.setException(clinic, (await anybody(clinic)).id, input),
  'staff.removeException': async (clinic, date) =>
    staff.removeException(clinic, (await anybody(clinic)).id, date),
  'staff.setTreatments': async (clinic, input) =>
    staff.setTreatments(clinic, (await anybody(clinic)).id, input),
  'staff.findUncovered': staff.findUncovered,
  'staff.undo': staff.undo,
  'treatments.undo': treatments.undo,
  'staff.deactivate': staff.deactivate,
  'staff.restore': staff.restore,
  'treatments.update': (clinic, id) => treatments.update(clinic, id, { price: 1 }),
  'treatments.reorder': treatments.reorder,
  'treatments.renameCategory': treatments.renameCategory,
  'treatments.deactivate': treatments.deactivate,
  'treatments.restore': treatments.restore,
  'treatments.get': treatments.get,
  'treatments.add': treatments.add,
  'treatments.findByTenantAndCategory': treatments.findByTenantAndCategory,
  'treatments.findByTenantAndStaff': treatments.findByTenantAndStaff,
  'users.update': (clinic, id) => users.update(clinic, id, { name: 'x' }),
  'users.changeRole': (clinic, id) => users.changeRole(clinic, id, { role: 'user' }),
  'users.setPassword': (clinic, id) => users.setPassword(clinic, id, { passwordHash: 'x'.repeat(60) }),
  'users.invite': users.invite,
  'users.allowReset': (clinic, id) =>
    users.allowReset(clinic, id, { tokenHash: 'a'.repeat(64), expiresAt: clinic.clock() }),
  'users.allowReset with': async (clinic, link) =>
    users.allowReset(clinic, (await someUser(clinic)).id, link),
  'users.findByLink': users.findByLink,
  'users.choosePassword': users.choosePassword,
  'users.choosePassword by': (clinic, tokenHash) =>
    users.choosePassword(clinic, { tokenHash, passwordHash: 'x'.repeat(60) }),
  'users.countSignIn': (clinic, email) => users.countSignIn(clinic, email).then(() => undefined),
  'users.forgetSignIns': users.forgetSignIns,
  'users.deactivate': users.deactivate,
  'users.reactivate': users.reactivate,
  'users.get': users.get,
  'users.add': users.add,
  'users.findByEmailAndTenant': users.findByEmailAndTenant,
  'audit.eventsAfter': (clinic, seq) => audit.eventsAfter(clinic, seq ?? 'x'),
  'audit.find': (clinic, search) => audit.find(clinic, search ?? 'x'),
  'audit.find by': (clinic, actorId) => audit.find(clinic, { actorId: actorId ?? 'x' }),
  'audit.find of': (clinic, action) => audit.find(clinic, { action: action ?? 7 }),
  'audit.historyOf': (clinic, id) => audit.historyOf(clinic, 'patients', id),
  'sessions.open': sessions.open,
  'sessions.find': sessions.find,
  'sessions.findByTokens': sessions.findByTokens,
  'sessions.findByUser': sessions.findByUser,
  'sessions.signedIn': sessions.signedIn,
  'sessions.prolong': (clinic, hash) => sessions.prolong(clinic, hash, clinic.clock()),
  'sessions.close': sessions.close,
  'sessions.touch': sessions.touch,
  'sessions.revoke': (clinic, id) => sessions.revoke(clinic, id, '0'.repeat(24)),
  'sessions.revoke one': async (clinic, id) => sessions.revoke(clinic, (await someUser(clinic)).id, id),
  'sessions.revokeAll': (clinic, id) => sessions.revokeAll(clinic, id),
  'apiTokens.create': core.apiTokens.create,
  'apiTokens.find': core.apiTokens.find,
  'apiTokens.touch': core.apiTokens.touch,
  'apiTokens.revoke': core.apiTokens.revoke,
  'sessions.closeAllOf': sessions.closeAllOf,
  'tenants.configure': core.tenants.configure,
  'tenants.getLogo': core.tenants.getLogo,
  'tenants.uploadLogo': core.tenants.uploadLogo,
  'tenants.uploadLogo of': (clinic, data) => core.tenants.uploadLogo(clinic, { data }),
  'tenants.update': (clinic, id) => core.tenants.update(platformOf(clinic), id, { name: 'x' }),
  'tenants.suspend': (clinic, id) => core.tenants.suspend(platformOf(clinic), id, { reason: 'x' }),
  'tenants.activate': (clinic, id) => core.tenants.activate(platformOf(clinic), id),
  'tenants.get': (clinic, id) => core.tenants.get(platformOf(clinic), id),
  'tenants.inviteAgain': (clinic, id) =>
    core.tenants.inviteAgain(platformOf(clinic), id, {
      tokenHash: 'a'.repeat(64),
      expiresAt: clinic.clock(),
    }),
  'tenants.search': (clinic, search) => core.tenants.search(platformOf(clinic), search ?? 7),
  'tenants.openTenant': (clinic, id) => core.tenants.openTenant(held.database, id, clinic.actor),
  'tenants.openTenantByDomain': (clinic, domain) =>
    core.tenants.openTenantByDomain(held.database, domain, clinic.actor),
  'tenants.openTenantBySlug': (clinic, slug) =>
    core.tenants.openTenantBySlug(held.database, slug, clinic.actor),
} satisfies Record<string, (clinic: core.TenantScope, input: never) => Promise<unknown>>;

const nothingFound = (answer: unknown): boolean => {
  if (typeof answer === 'object' && answer !== null && 'items' in answer) return nothingFound(answer.items);
  return answer === undefined || (Array.isArray(answer) && !answer.length);
};

test.each(Object.entries(acts))('%s', async (_, act) => {
  const { clinic, ayu, facial, sari } = await newPractice(held.database, { booking: { publicPage: true } });
  const booking = await bookings.book(clinic, {
    patientId: ayu.id,
    treatmentId: facial.id,
    staffId: sari.id,
    startAt: new Date('2026-11-24T03:00:00Z'),
    source: 'online',
  });
  for (const input of junk) {
    const answered = act(clinic, input).then(
      (answer) => (nothingFound(answer) ? 'nothing' : answer),
      (error: unknown) => (core.isCirceError(error) ? error.code : error),
    );
    expect(['nothing', 'NOT_FOUND', 'VALIDATION'], JSON.stringify(input)).toContain(await answered);
  }
  expect(await bookings.get(clinic, booking.id)).toEqual(booking);
  expect(await patients.get(clinic, ayu.id)).toEqual(ayu);
});

test.each([0, -1, 1.5, Number.NaN, 201, Infinity, '10', null, { $gt: 0 }])(
  'a limit of %j is refused',
  async (limit) => {
    const { clinic, ayu } = await newPractice(held.database);
    for (const asked of [
      () => bookings.findVisitHistory(clinic, ayu.id, { limit: limit as number }),
      () => patients.search(clinic, 'ayu', { limit: limit as number }),
      () => patients.findByTenant(clinic, { limit: limit as number }),
    ]) {
      await expect(asked()).rejects.toMatchObject({ code: 'VALIDATION' });
    }
  },
);

test.each([new Date(8.64e15), new Date(-8.64e15), new Date(Number.NaN)])(
  'a time outside of any calendar is refused: %s',
  async (startAt) => {
    const { clinic, ayu, facial } = await newPractice(held.database);
    const given = { patientId: ayu.id, treatmentId: facial.id, staffId: 'any', source: 'online' } as const;
    await expect(bookings.book(clinic, { ...given, startAt })).rejects.toMatchObject({ code: 'VALIDATION' });
  },
);
