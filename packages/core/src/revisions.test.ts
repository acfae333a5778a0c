// Nobody overwrites what he did not see: every act that changes what is there already takes the revision that its
// caller saw, or says here why it needs none.
import { expect, test } from 'vitest';
import * as bookings from './bookings/index.ts';
import * as patients from './patients/index.ts';
import * as queue from './queue/index.ts';
import type { Seen } from './revision.ts';
import * as staff from './staff/index.ts';
import type { TenantScope } from './tenancy.ts';
import * as tenants from './tenants/index.ts';
import { writes } from './testing/acts.ts';
import { aPng, codesOf, morning, newPractice, testDatabase } from './testing/index.ts';
import * as treatments from './treatments/index.ts';
import * as users from './users/index.ts';

const held = testDatabase();

type Practice = Awaited<ReturnType<typeof newPractice>>;
type Act<Id> = (clinic: TenantScope, id: Id, seen: Seen) => Promise<unknown>;

const days = { from: '2026-12-24', to: '2026-12-25' };
const later = new Date('2026-11-24T07:00:00Z');

const ofBookings: Record<string, Act<bookings.BookingId>> = {
  'bookings.arrive': bookings.arrive,
  'bookings.confirm': bookings.confirm,
  'bookings.cancel': bookings.cancel,
  'bookings.noShow': bookings.noShow,
  'bookings.complete': bookings.complete,
  'bookings.pay': (clinic, id, seen) => bookings.pay(clinic, id, { method: 'cash', amount: 1, ...seen }),
  'bookings.refund': (clinic, id, seen) =>
    bookings.refund(clinic, id, { method: 'cash', amount: 1, reason: 'R', ...seen }),
  'bookings.correctPayment': (clinic, id, seen) =>
    bookings.correctPayment(clinic, id, { payment: 0, method: 'card', reason: 'R', ...seen }),
  'bookings.reschedule': (clinic, id, seen) => bookings.reschedule(clinic, id, { startAt: later, ...seen }),
  'bookings.setDuration': (clinic, id, seen) =>
    bookings.setDuration(clinic, id, { durationMin: 90, ...seen }),
  'bookings.undo': bookings.undo,
  'bookings.rearrange': (clinic, id, { revision = 1 }) =>
    bookings.rearrange(clinic, { changes: [{ id, revision, to: 'cancelled' }] }),
  'bookings.undoRearrange': (clinic, id, { revision = 1 }) =>
    bookings.undoRearrange(clinic, { seen: [{ id, revision }] }),
  'queue.callIn': queue.callIn,
  'queue.skip': queue.skip,
  'queue.start': queue.start,
};

const ofPatients: Record<string, Act<patients.PatientId>> = {
  'patients.update': (clinic, id, seen) => patients.update(clinic, id, { name: 'Ayu', ...seen }),
  'patients.deactivate': patients.deactivate,
  'patients.restore': patients.restore,
  'patients.erase': patients.erase,
  'patients.merge': async (clinic, from, { revision }) => {
    const keep = await patients.register(clinic, { name: 'Ayu', phone: `0812 ${revision} 000 000` });
    return patients.merge(clinic, { keep: keep.id, from, fromRevision: revision });
  },
};

const ofStaff: Record<string, Act<staff.StaffId>> = {
  'staff.update': (clinic, id, seen) => staff.update(clinic, id, { name: 'Sri', ...seen }),
  'staff.deactivate': staff.deactivate,
  'staff.restore': staff.restore,
  'staff.undo': staff.undo,
  'staff.uploadAvatar': (clinic, id, seen) => staff.uploadAvatar(clinic, id, { data: aPng(2, 1), ...seen }),
  'staff.addTimeOff': (clinic, id, seen) => staff.addTimeOff(clinic, id, days, seen),
  'staff.removeTimeOff': (clinic, id, seen) => staff.removeTimeOff(clinic, id, days, seen),
  'staff.setException': (clinic, id, seen) =>
    staff.setException(clinic, id, { date: days.from, hours: [] }, seen),
  'staff.removeException': (clinic, id, seen) => staff.removeException(clinic, id, days.from, seen),
};

const ofTreatments: Record<string, Act<treatments.TreatmentId>> = {
  'treatments.update': (clinic, id, seen) => treatments.update(clinic, id, { price: 1, ...seen }),
  'treatments.deactivate': treatments.deactivate,
  'treatments.restore': treatments.restore,
  'treatments.undo': treatments.undo,
};

const ofUsers: Record<string, Act<users.UserId>> = {
  'users.update': (clinic, id, seen) => users.update(clinic, id, { name: 'Sri', ...seen }),
  'users.changeRole': (clinic, id, seen) => users.changeRole(clinic, id, { role: 'admin', ...seen }),
  'users.setPassword': (clinic, id, seen) =>
    users.setPassword(clinic, id, { passwordHash: 'x'.repeat(20), ...seen }),
  'users.deactivate': users.deactivate,
  'users.reactivate': users.reactivate,
  'users.allowReset': (clinic, id, seen) =>
    users.allowReset(clinic, id, { tokenHash: 'a'.repeat(64), expiresAt: later, ...seen }),
};

const ofClinics: Record<string, Act<tenants.Tenant['id']>> = {
  'tenants.configure': (clinic, _, seen) => tenants.configure(clinic, { name: 'Mine', ...seen }),
  'tenants.uploadLogo': (clinic, _, seen) => tenants.uploadLogo(clinic, { data: aPng(2, 1), ...seen }),
  'tenants.update': (clinic, id, seen) =>
    tenants.update(tenants.openPlatform(held.database, clinic.actor), id, { name: 'Mine', ...seen }),
  'tenants.suspend': (clinic, id, seen) =>
    tenants.suspend(tenants.openPlatform(held.database, clinic.actor), id, { reason: 'R', ...seen }),
  'tenants.activate': (clinic, id, seen) =>
    tenants.activate(tenants.openPlatform(held.database, clinic.actor), id, seen),
};

/** Several documents at once: `seen` names those that the caller saw. */
const ofVisits: Record<
  string,
  (clinic: TenantScope, id: bookings.VisitId, seen: Required<bookings.SeenSteps>['seen']) => Promise<unknown>
> = {
  'bookings.confirmVisit': (clinic, id, seen) => bookings.confirmVisit(clinic, id, { seen }),
  'bookings.cancelVisit': (clinic, id, seen) => bookings.cancelVisit(clinic, id, { seen }),
  'bookings.rescheduleVisit': (clinic, id, seen) =>
    bookings.rescheduleVisit(clinic, id, { startAt: later, seen }),
  'bookings.undoVisit': (clinic, id, seen) => bookings.undoVisit(clinic, id, { seen: seen?.at(-1) }),
};

const [makes, ends, own] = ['makes what was not there', 'takes away what is the same to everybody', 'a patient sees no revision: his rules are looked at anew']; // prettier-ignore
const [reads, counts, session] = ['changes nothing', 'adds to what is there, whatever it is', 'of one sign-in, which nobody else edits']; // prettier-ignore
const needNone: Record<string, string> = {
  actingAs: reads,
  dryRun: reads,
  once: reads,
  onCommit: reads,
  'apiTokens.create': makes,
  'apiTokens.revoke': ends,
  'apiTokens.touch': counts,
  'archive.archiveBookings': 'changes where a document is, and nothing in it',
  'bookings.book': makes,
  'bookings.bookVisit': makes,
  'bookings.countLeftOpen': reads,
  'bookings.countPending': reads,
  'bookings.importAppointments': makes,
  'bookings.importHistory': makes,
  'bookings.importPast': makes,
  'checks.repair': 'puts right what is wrong when it looks',
  'dayCloses.close': 'a day that is closed is not closed again, and a difference has to be explained',
  'dayCloses.reopen': 'a day that is open is not opened again',
  'me.appointment': reads,
  'me.book': makes,
  'me.cancel': own,
  'me.changeContact': own,
  'me.freeTimes': reads,
  'me.profile': reads,
  'me.reschedule': own,
  'me.timesToMove': reads,
  'patients.incrementVisits': counts,
  'patients.register': makes,
  'patients.registerMany': makes,
  'publicPage.book': makes,
  'publicPage.freeTimes': reads,
  'queue.join': makes,
  'quotas.usage': reads,
  'sessions.close': session,
  'sessions.closeAllOf': session,
  'sessions.open': session,
  'sessions.prolong': session,
  'sessions.revoke': session,
  'sessions.revokeAll': session,
  'sessions.signedIn': session,
  'sessions.sweep': session,
  'sessions.touch': session,
  'staff.add': makes,
  'staff.setTreatments': 'compares the treatments themselves, which are documents of their own: `seen`',
  'tenants.inviteAgain': 'makes another link for the same invitation',
  'transfer.exportTenant': reads,
  'treatments.add': makes,
  'treatments.renameCategory': 'names the old name',
  'treatments.reorder':
    'gives every treatment its place anew: the last one to arrange the list has arranged it',
  'users.add': makes,
  'users.choosePassword': 'a link is good once',
  'users.countSignIn': counts,
  'users.invite': makes,
};

test('every act takes the revision that was seen, or says why it needs none', () => {
  const take = [ofBookings, ofPatients, ofStaff, ofTreatments, ofUsers, ofClinics, ofVisits];
  expect([...take, needNone].flatMap((some) => Object.keys(some)).toSorted()).toEqual(writes.toSorted());
});

/** With an older revision it is refused and says what changed, with the newest one it is not for that. */
async function keepsTo<Id extends string>(
  act: Act<Id>,
  { clinic, get, id }: { clinic: TenantScope; id: Id; get: () => Promise<{ readonly revision: number }> },
  changes: object,
): Promise<void> {
  const before = await get();
  const seen = { revision: before.revision - 1 };
  await expect(act(clinic, id, seen)).rejects.toMatchObject({
    code: 'STALE',
    details: { expected: seen.revision, found: before.revision, changes },
  });
  expect(await get()).toEqual(before);
  expect(await codesOf([act(clinic, id, { revision: before.revision })])).not.toContain('STALE');
}

const booked = ({ clinic, ayu, facial, sari }: Practice, status: 'pending' | 'confirmed') =>
  bookings.book(clinic, {
    ...{ patientId: ayu.id, treatmentId: facial.id, staffId: sari.id, status },
    ...{ startAt: new Date(morning.getTime() + 3_600_000), source: 'online' as const },
  });

test.each(Object.entries(ofBookings))('%s keeps to the revision that was seen', async (_, act) => {
  const practice = await newPractice(held.database);
  const { clinic, sari } = practice;
  const { id, startAt } = await booked(practice, 'pending');
  await bookings.reschedule(clinic, id, { startAt: new Date(startAt.getTime() + 3_600_000) });
  const get = () => bookings.get(clinic, id);
  await keepsTo(act, { clinic, id, get }, { startAt: { from: startAt } });
  expect((await get()).staffId).toBe(sari.id);
});

test.each(Object.entries(ofPatients))('%s keeps to the revision that was seen', async (_, act) => {
  const { clinic, ayu } = await newPractice(held.database);
  await patients.update(clinic, ayu.id, { notes: 'Allergic to latex' });
  const get = () => patients.get(clinic, ayu.id);
  await keepsTo(act, { clinic, id: ayu.id, get }, { notes: { to: 'Allergic to latex' } });
});

test.each(Object.entries(ofStaff))('%s keeps to the revision that was seen', async (_, act) => {
  const { clinic, sari } = await newPractice(held.database);
  await staff.update(clinic, sari.id, { skills: ['Laser'] });
  const get = () => staff.get(clinic, sari.id);
  await keepsTo(act, { clinic, id: sari.id, get }, { skills: { to: ['Laser'] } });
});

test.each(Object.entries(ofTreatments))('%s keeps to the revision that was seen', async (_, act) => {
  const { clinic, facial } = await newPractice(held.database);
  await treatments.update(clinic, facial.id, { price: 300_000 });
  const get = () => treatments.get(clinic, facial.id);
  await keepsTo(act, { clinic, id: facial.id, get }, { price: { from: 250_000, to: 300_000 } });
});

test.each(Object.entries(ofUsers))('%s keeps to the revision that was seen', async (_, act) => {
  const { clinic } = await newPractice(held.database);
  const given = { email: 'sri@contoh.id', passwordHash: 'x'.repeat(20), name: 'Sri' };
  const { id } = await users.add(clinic, given);
  await users.update(clinic, id, { name: 'Sri Rahayu' });
  await keepsTo(act, { clinic, id, get: () => users.get(clinic, id) }, { name: { to: 'Sri Rahayu' } });
});

test.each(Object.entries(ofClinics))('%s keeps to the revision that was seen', async (_, act) => {
  const { clinic } = await newPractice(held.database);
  await tenants.configure(clinic, { config: { timezone: 'Asia/Makassar' } });
  const platform = tenants.openPlatform(held.database, clinic.actor);
  const { id } = clinic.tenant;
  const changes = { config: { to: { timezone: 'Asia/Makassar' } } };
  await keepsTo(act, { clinic, id, get: () => tenants.get(platform, id) }, changes);
});

test.each(Object.entries(ofVisits))('%s keeps to the bookings that were seen', async (_, act) => {
  const practice = await newPractice(held.database);
  const { clinic, ayu, facial } = practice;
  const [step, other] = await bookings.bookVisit(clinic, {
    ...{ patientId: ayu.id, startAt: new Date(morning.getTime() + 3_600_000), source: 'online' },
    steps: [{ treatmentId: facial.id }, { treatmentId: facial.id }],
  });
  const visitId = step!.visitId!;
  await bookings.pay(clinic, other!.id, { method: 'qris', amount: 50_000 });
  const before = await bookings.findByVisit(clinic, visitId);
  const seen = before.map(({ id, revision }) => ({ id, revision }));
  const stale = [seen[0]!, { ...seen[1]!, revision: 1 }];
  await expect(act(clinic, visitId, stale)).rejects.toMatchObject({
    code: 'STALE',
    details: { expected: 1, found: 2, changes: { paymentAmount: { to: 50_000 } } },
  });
  const stranger = await booked(await newPractice(held.database), 'confirmed');
  expect(await codesOf([act(clinic, visitId, [{ id: stranger.id, revision: 1 }])])).toEqual(['NOT_FOUND']);
  expect(await bookings.findByVisit(clinic, visitId)).toEqual(before);
  expect(await codesOf([act(clinic, visitId, seen)])).not.toContain('STALE');
});

test('of two desks that act on the same state at once one is done and the other one is told', async () => {
  const practice = await newPractice(held.database);
  const { clinic } = practice;
  const { id, revision } = await booked(practice, 'pending');
  const both = [bookings.cancel(clinic, id, { revision }), bookings.confirm(clinic, id, { revision })];
  expect((await codesOf(both)).toSorted()).toEqual(['STALE', 'done']);
  expect((await bookings.get(clinic, id)).revision).toBe(revision + 1);
});
