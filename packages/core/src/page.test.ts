import { ObjectId } from 'mongodb';
import { expect, test } from 'vitest';
import { apiTokensCollection } from './api-tokens/collection.ts';
import { auditEvents } from './audit.ts';
import { bookingsCollection } from './bookings/collection.ts';
import type { Collection, TenantDocument } from './collections.ts';
import { dayClosesCollection } from './day-closes/collection.ts';
import { isCirceError } from './errors.ts';
import type { NewDocument } from './handle.ts';
import * as core from './index.ts';
import { every, type Page, type Paged } from './page.ts';
import { patientsCollection } from './patients/collection.ts';
import { sessionsCollection } from './sessions/collection.ts';
import { staffCollection } from './staff/collection.ts';
import { scopeOf, within } from './tenancy.ts';
import type { OfPages, OfWholeLists } from './testing/exports.ts';
import { morning, newClinic, newPractice, testDatabase } from './testing/index.ts';
import { addDays } from './time.ts';
import { treatmentsCollection } from './treatments/collection.ts';
import { usersCollection } from './users/collection.ts';

const held = testDatabase();
const {
  apiTokens,
  audit,
  bookings,
  dayCloses,
  me,
  patients,
  publicPage,
  sessions,
  staff,
  tenants,
  treatments,
  users,
} = core;

type Practice = Awaited<ReturnType<typeof newPractice>>;
type Item = string | { readonly id: string };

interface List {
  /** Puts one more item into the list; every third one sorts alike. */
  readonly add: (n: number) => Promise<unknown>;
  readonly remove: (id: string) => Promise<unknown>;
  readonly read: (page: Page) => Promise<Paged<Item>>;
}

function listOf<Document extends TenantDocument>(
  { clinic }: Practice,
  collection: Collection<Document>,
  document: (n: number) => object,
  read: (page: Page) => Promise<Paged<Item>>,
): List {
  const handle = within(clinic, collection);
  return {
    add: (n) => handle.insert(document(n) as NewDocument<Document>),
    remove: (id) => handle.delete({ id } as Parameters<typeof handle.delete>[0]),
    read,
  };
}

const third = (n: number) => n % 3;
const at = (n: number) => new Date(morning.getTime() + third(n));

const booked =
  (more: object, read: (practice: Practice, page: Page) => Promise<Paged<Item>>) =>
  (practice: Practice): List => {
    const { ayu, facial } = practice;
    const ids = { patientId: ayu.id, treatmentId: facial.id };
    const document = (n: number) => {
      const given = { ...ids, staffId: `${n}`, startAt: at(n), endAt: at(n), status: 'cancelled', source: 'online' };
      return { ...given, ...more };
    }; // prettier-ignore
    return listOf(practice, bookingsCollection, document, (page) => read(practice, page));
  };

const employed =
  (read: (practice: Practice, page: Page) => Promise<Paged<Item>>, isActive = true) =>
  (practice: Practice): List => {
    const document = (n: number) => ({ name: `S${third(n)}`, role: 'Doctor', skills: ['Laser'], isActive });
    return listOf(practice, staffCollection, document, (page) => read(practice, page));
  }; // prettier-ignore

const offered =
  (read: (practice: Practice, page: Page) => Promise<Paged<Item>>, more: object = {}) =>
  (practice: Practice): List => {
    const { sari } = practice;
    const of = { assignedStaff: [sari.id], sortOrder: 7, isActive: true, ...more };
    const document = (n: number) => ({ ...of, name: `T${n}`, category: `Laser` });
    return listOf(practice, treatmentsCollection, document, (page) => read(practice, page));
  };

const accounts = new Map<Practice, Promise<core.TenantScope>>();

/** The clinic as the account of its patient sees it. */
function accountOf(practice: Practice): Promise<core.TenantScope> {
  const { clinic, ayu } = practice;
  const given = { email: 'ayu@clinic.test', name: 'Ayu', passwordHash: 'x'.repeat(60) };
  const added =
    accounts.get(practice) ??
    users
      .add(clinic, { ...given, role: 'user', patientId: ayu.id })
      .then(({ id, name, role }) => core.actingAs(clinic, { kind: 'user', id, name, role }));
  accounts.set(practice, added);
  return added;
}

const ownBooked =
  (more: object, read: (clinic: core.TenantScope, page: Page) => Promise<Paged<Item>>) =>
  (practice: Practice): List => {
    const asked = accountOf(practice);
    return booked(more, async (_, page) => read(await asked, page))(practice);
  };

/** Later than all that a test's clock shows. */
const noon = new Date('2026-11-24T05:00:00Z');

const yesterday = new Date('2026-11-23T05:00:00Z');

/** The clinic with its public page turned on. */
function open({ tenant }: core.TenantScope): core.TenantScope {
  const booking = { ...tenant.config.booking, publicPage: true };
  return scopeOf(held.database, { ...tenant, config: { ...tenant.config, booking } }, { kind: 'public' });
}

const platformOf = () => tenants.openPlatform(held.database, { kind: 'system', name: 'test' });

/** Every list of core that is read page by page. */
const lists: Record<OfPages, (practice: Practice) => List> = {
  'apiTokens.findByTenant': (practice) =>
    listOf(
      practice,
      apiTokensCollection,
      (n) => ({ tokenHash: `${n}`, name: 'Export', scopes: [], expiresAt: morning }),
      (page) => apiTokens.findByTenant(practice.clinic, page),
    ),
  'audit.find': (practice) => {
    // An act of its own: the practice has events already.
    const action = 'patients.see';
    return listOf(
      practice,
      auditEvents,
      (n) => ({ action, at: at(n), sealed: false }),
      (page) => audit.find(practice.clinic, { ...page, action }),
    );
  },
  'audit.historyOf': (practice) => {
    const subject = { collection: 'patients', documentId: practice.ayu.id };
    const document = (n: number) => ({ ...subject, at: at(n), sealed: false });
    return listOf(practice, auditEvents, document, (page) =>
      audit.historyOf(practice.clinic, 'patients', practice.ayu.id, page),
    );
  },
  'bookings.findByPatient': booked({}, ({ clinic, ayu }, page) =>
    bookings.findByPatient(clinic, ayu.id, page),
  ),
  'bookings.findByTenant': booked({}, ({ clinic }, page) => bookings.findByTenant(clinic, page)),
  'bookings.findLeftOpen': booked(
    { status: 'confirmed', startAt: yesterday, endAt: yesterday },
    ({ clinic }, page) => bookings.findLeftOpen(clinic, page),
  ),
  'bookings.findPending': booked({ status: 'pending', startAt: noon }, ({ clinic }, page) =>
    bookings.findPending(clinic, page),
  ),
  'bookings.findVisitHistory': booked({ status: 'completed' }, ({ clinic, ayu }, page) =>
    bookings.findVisitHistory(clinic, ayu.id, page),
  ),
  'bookings.findWalkInsByTenant': booked({ source: 'walk-in' }, ({ clinic }, page) =>
    bookings.findWalkInsByTenant(clinic, page),
  ),
  'bookings.findWrongHolds': booked({ holds: [] }, ({ clinic }, page) =>
    bookings.findWrongHolds(clinic, page),
  ),
  'dayCloses.findByTenant': (practice) =>
    listOf(
      practice,
      dayClosesCollection,
      (n) => ({ date: addDays('2026-11-24', -n), status: 'closed' }),
      (page) => dayCloses.findByTenant(practice.clinic, page),
    ),
  'me.findPast': ownBooked({ startAt: new Date('2026-11-20T03:00:00Z') }, me.findPast),
  'me.findStaff': (practice) => {
    const asked = accountOf(practice);
    return employed(async (_, page) => me.findStaff(await asked, page))(practice);
  },
  'me.findTreatments': (practice) => {
    const asked = accountOf(practice);
    return offered(async (_, page) => me.findTreatments(await asked, page))(practice);
  },
  'me.findUpcoming': ownBooked({}, me.findUpcoming),
  'patients.findByTenant': (practice) =>
    listOf(
      practice,
      patientsCollection,
      (n) => ({ phone: `${n}`, isActive: true }),
      (page) => patients.findByTenant(practice.clinic, page),
    ),
  'patients.findInactive': (practice) =>
    listOf(
      practice,
      patientsCollection,
      (n) => ({ phone: `${n}`, isActive: false }),
      (page) => patients.findInactive(practice.clinic, page),
    ),
  'patients.search': (practice) =>
    listOf(
      practice,
      patientsCollection,
      (n) => ({ name: `Zahra ${third(n)}`, phone: `${n}`, isActive: true, searchWords: ['=zahra'] }),
      (page) => patients.search(practice.clinic, 'zahra', page),
    ),
  'publicPage.findStaff': employed(({ clinic }, page) => publicPage.findStaff(open(clinic), page)),
  'publicPage.findTreatments': offered(({ clinic }, page) => publicPage.findTreatments(open(clinic), page)),
  'sessions.findByUser': (practice) => {
    const userId = users.UserId.parse('0123456789abcdef01234567');
    const later = new Date(morning.getTime() + 86_400_000);
    return listOf(
      practice,
      sessionsCollection,
      (n) => ({ tokenHash: `${n}`, userId, expiresAt: later, lastUsedAt: morning }),
      (page) => sessions.findByUser(practice.clinic, userId, page),
    );
  },
  'staff.findByTenant': employed(({ clinic }, page) => staff.findByTenant(clinic, page)),
  'staff.findByTenantAndRole': employed(({ clinic }, page) =>
    staff.findByTenantAndRole(clinic, 'Doctor', page),
  ),
  'staff.findByTenantAndSkill': employed(({ clinic }, page) =>
    staff.findByTenantAndSkill(clinic, 'Laser', page),
  ),
  'staff.findInactive': employed(({ clinic }, page) => staff.findInactive(clinic, page), false),
  'tenants.findActive': () => ({
    add: () => newClinic(held.database),
    remove: (id) =>
      held.database.db
        .collection('tenants')
        .updateOne({ _id: new ObjectId(id) }, { $set: { isActive: false } }),
    read: (page) => tenants.findActive(held.database, page),
  }),
  'tenants.findSuspended': () => ({
    add: async () => {
      const { tenant } = await newClinic(held.database);
      await tenants.suspend(platformOf(), tenant.id, { reason: 'For now' });
    },
    remove: (id) =>
      held.database.db
        .collection('tenants')
        .updateOne({ _id: new ObjectId(id) }, { $set: { isActive: true } }),
    read: (page) => tenants.findSuspended(held.database, page),
  }),
  'tenants.search': () => ({
    add: () => newClinic(held.database),
    remove: (id) => held.database.db.collection('tenants').deleteOne({ _id: new ObjectId(id) }),
    read: (page) => tenants.search(platformOf(), page),
  }),
  'treatments.findInactive': offered(({ clinic }, page) => treatments.findInactive(clinic, page), {
    isActive: false,
  }),
  'treatments.findByTenant': offered(({ clinic }, page) => treatments.findByTenant(clinic, page)),
  'treatments.findByTenantAndCategory': offered(({ clinic }, page) =>
    treatments.findByTenantAndCategory(clinic, 'Laser', page),
  ),
  'treatments.findByTenantAndStaff': offered(({ clinic, sari }, page) =>
    treatments.findByTenantAndStaff(clinic, sari.id, page),
  ),
  'users.findByTenant': (practice) =>
    listOf(
      practice,
      usersCollection,
      (n) => ({ email: `${n}@clinic.test` }),
      (page) => users.findByTenant(practice.clinic, page),
    ),
};

/** The lists that come whole, and what bounds each. A new list pages, or says here why it need not. */
const whole: Record<OfWholeLists, string> = {
  'audit.eventsAfter': 'at most `limit`, 500; the number of the last one is where to go on',
  'availability.nextFree': 'at most 500 staff members; more are refused, never cut',
  'availability.search': 'at most 62 days on a grid of five minutes or more',
  'availability.visits': 'the same',
  'availability.searchMoves': 'those of one staff member and day; more than 5,000 are refused, never cut',
  'bookings.bookVisit': 'at most 8 steps',
  'bookings.confirmVisit': 'the same',
  'checks.findWrongIndexes': 'as many as there are indexes',
  'checks.repairIndexes': 'as many as there are indexes',
  'bookings.cancelVisit': 'the same',
  'bookings.findByIds': 'at most 500 ids are taken',
  'bookings.findByTenantAndDate': 'a day; more than 5,000 are refused, never cut',
  'bookings.findByVisit': 'a visit has at most 8 steps',
  'bookings.findTodays': 'no more than those of a day',
  'bookings.importAppointments': 'at most 20 rows are taken',
  'bookings.importHistory': 'at most 100 rows are taken',
  'bookings.rearrange': 'at most 100 bookings are taken',
  'bookings.undoRearrange': 'the same',
  'bookings.rescheduleVisit': 'a visit has at most 8 steps',
  'bookings.undoVisit': 'the same',
  'bookings.giveLink': 'a visit has at most 8 steps',
  'byLink.cancel': 'the same',
  'byLink.get': 'the same',
  'byLink.reschedule': 'the same',
  'byLink.timesToMove': 'at most 14 days on the grid of the clinic',
  'me.appointment': 'a visit has at most 8 steps',
  'me.book': 'at most 4 treatments',
  'me.cancel': 'a visit has at most 8 steps',
  'me.freeTimes': 'at most 14 days on the grid of the clinic',
  'me.reschedule': 'a visit has at most 8 steps',
  'me.timesToMove': 'at most 14 days on the grid of the clinic',
  'patients.findByIds': 'at most 500 ids are taken',
  'patients.findByPhones': 'at most 100 numbers are taken',
  'patients.registerMany': 'at most 100 rows are taken',
  'patients.suggestDuplicates': 'at most 20 are suggested',
  'queue.findToday': 'the walk-ins of a day, out of at most 5,000 bookings',
  'queue.queueOf': 'out of what the caller has',
  'publicPage.book': 'at most 4 treatments',
  'publicPage.freeTimes': 'at most 14 days on the grid of the clinic',
  'reports.busiestHours': 'a week has 168 hours',
  'quotas.findWrongCounts': 'at most one entry for each quota',
  'sessions.findByTokens': 'at most 500 hashes are taken',
  'sessions.signedIn': 'at most 200 ids are taken',
  'staff.findAvailableForTreatment': 'a treatment has at most 500 staff members assigned',
  'staff.findByIds': 'at most 500 ids are taken',
  'staff.findUncovered': 'a staff member has fewer bookings to come than a year has quarter hours, 35,040',
  'treatments.findCategories': 'a clinic has at most 1,000 categories',
  'users.findByPatient': 'one of the patient, and one of each duplicate that was merged into him',
};

const idOf = (item: Item) => (typeof item === 'string' ? item : item.id);

async function filled(list: (practice: Practice) => List): Promise<List> {
  const made = list(await newPractice(held.database));
  for (let n = 0; n < 9; n++) {
    held.clock.now = at(n);
    await made.add(n);
  }
  return made;
}

test.each(Object.entries(lists))('%s is read without a gap while items come and go', async (_, list) => {
  const { read, add, remove } = await filled(list);
  const before = (await Array.fromAsync(every(read))).map(idOf);
  expect(new Set(before).size).toBe(before.length);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 4, ...(cursor && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(4);
    seen.push(...page.items.map(idOf));
    // The cursor's own item and one that was seen before it go, others come.
    if (!cursor) for (const id of [seen[0]!, seen.at(-1)!]) await remove(id);
    if (!cursor) for (const n of [9, 10, 11]) await add(n);
    cursor = page.next;
  } while (cursor);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((id) => before.includes(id))).toEqual(before);
});

/** What is read by another list under its own name, whose cursors it takes. */
const same: Partial<Record<OfPages, OfPages>> = {
  'me.findStaff': 'staff.findByTenant',
  'me.findTreatments': 'treatments.findByTenant',
  'publicPage.findStaff': 'staff.findByTenant',
  'publicPage.findTreatments': 'treatments.findByTenant',
};

test('a cursor is worth nothing in another list or another clinic, nor is a made-up one', async () => {
  const [mine, theirs] = await Promise.all([newPractice(held.database), newPractice(held.database)]);
  const cursors = new Map<string, string>();
  const distinct = Object.entries(lists).filter(([name]) => !(name in same));
  for (const [name, list] of distinct) {
    const { add, read } = list(mine);
    for (const n of [cursors.size * 10, cursors.size * 10 + 1]) await add(n);
    cursors.set(name, (await read({ limit: 1 })).next!);
  }
  expect(new Set(cursors.values()).size).toBe(cursors.size);
  const refused = async (reading: Promise<unknown>) => {
    const code = (error: unknown) => (isCirceError(error) ? error.code : error);
    expect(await reading.catch(code)).toBe('VALIDATION');
  };
  for (const [name, list] of distinct) {
    const { read } = list(mine);
    const own = cursors.get(name)!;
    await expect(read({ cursor: own })).resolves.toBeDefined();
    for (const [other, cursor] of cursors) if (other !== name) await refused(read({ cursor }));
    if (!name.startsWith('tenants.')) await refused(list(theirs).read({ cursor: own }));
    const [mark, , id] = JSON.parse(Buffer.from(own, 'base64url').toString()) as unknown[];
    const forged = [[mark, id], [mark, [], id, id], [mark, [{ $gt: '' }], id], [mark, ['x', 'y', 'z', 'w'], id]];
    for (const parts of forged) await refused(read({ cursor: Buffer.from(JSON.stringify(parts)).toString('base64url') }));
    for (const cursor of ['', 'x', own.slice(1)]) await refused(read({ cursor }));
  }
}); // prettier-ignore

test('a list that comes whole is refused rather than cut where it is longer than it can be', async () => {
  expect(Object.values(whole).every(Boolean)).toBe(true);
  const { clinic, ayu, facial } = await newPractice(held.database);
  const startAt = new Date('2026-11-30T02:00:00Z');
  const ids = { patientId: ayu.id, treatmentId: facial.id };
  const many = Array.from({ length: 5_001 }, (_, n) => {
    return { ...ids, staffId: `${n}`, startAt, endAt: startAt, status: 'cancelled', source: 'online' };
  });
  await within(clinic, bookingsCollection).insertMany(
    many as unknown as NewDocument<core.bookings.Booking>[],
  );
  await expect(bookings.findByTenantAndDate(clinic, '2026-11-30')).rejects.toMatchObject({
    code: 'VALIDATION',
    details: { issues: [{ path: 'date' }] },
  });
});
