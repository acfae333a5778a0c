import { record, recordChanges, seal } from '../audit.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import type { Booking } from '../bookings/schema.ts';
import { count } from '../counters.ts';
import type { Database } from '../connection.ts';
import { patientsCollection } from '../patients/collection.ts';
import type { PatientId } from '../patients/schema.ts';
import { searchKeysOf } from '../patients/search-keys.ts';
import * as staff from '../staff/index.ts';
import { beside, clocked, transact, within, type TenantScope } from '../tenancy.ts';
import * as tenants from '../tenants/index.ts';
import { addDays, instantAt, localDate } from '../time.ts';
import * as treatments from '../treatments/index.ts';
import * as users from '../users/index.ts';
import { bookingsOf, type Diary } from './bookings.ts';
import { clinics, doctorsOnly, skillsOf, staffOf, treatments as catalogue } from './catalogue.ts';
import { patientCount, patientsOf } from './patients.ts';
import { Random } from './random.ts';

const system = { kind: 'system', name: 'demo' } as const;

/**
 * Fills an empty database with two clinics and their last 60 and next 14 days, the same for the same day: all
 * of it in one transaction, so that a process killed half-way leaves an empty database.
 * @param passwordHash the hash of the one password that all demo users share
 */
export async function seedDemo(database: Database, passwordHash: string): Promise<void> {
  const platform = tenants.openPlatform(database, system);
  await transact(platform, async (inside) => {
    await users.add(inside, {
      email: 'platform@circe.demo',
      name: 'Administrator Paper Circe',
      role: 'platform_admin',
      passwordHash,
    });
    for (const plan of clinics) {
      const tenant = await tenants.create(database, inside, plan);
      await seedClinic(beside(inside, tenant), plan.slug, passwordHash);
    }
  });
  // The first board that somebody opens would wait for all these events to be numbered.
  for (const { slug } of clinics) await seal(await tenants.openTenantBySlug(database, slug, system));
}

async function seedClinic(
  clinic: TenantScope,
  slug: 'jakarta' | 'bali',
  passwordHash: string,
): Promise<void> {
  const random = new Random(slug);
  const today = localDate(clinic.clock(), clinic.tenant.config.timezone);
  const city = slug === 'jakarta' ? 'Jakarta' : 'Bali';
  await users.add(clinic, {
    email: `admin@${slug}.demo`,
    name: `Admin ${city}`,
    role: 'admin',
    passwordHash,
  });
  await users.add(clinic, {
    email: `staff@${slug}.demo`,
    name: `Resepsionis ${city}`,
    role: 'staff',
    passwordHash,
  });
  const diary = await seedPeopleAndPrices(clinic, slug, today);
  const registered = await seedPatients(clinic, random, today);
  const written = await seedBookings(clinic, random, today, {
    ...diary,
    patients: registered,
    taken: new Map(),
  });
  await record(
    clinic,
    'demo.seed',
    { collection: 'tenants', id: clinic.tenantId },
    {
      patients: { to: registered.length },
      bookings: { to: written },
    },
  );
}

async function seedPeopleAndPrices(
  clinic: TenantScope,
  slug: 'jakarta' | 'bali',
  today: string,
): Promise<Pick<Diary, 'staff' | 'treatments'>> {
  const people: staff.Staff[] = [];
  for (const [index, plan] of staffOf[slug].entries()) {
    const workdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].filter(
      (day) => !plan.daysOff.includes(day),
    );
    people.push(
      await staff.add(clinic, {
        name: plan.name,
        role: plan.role,
        rating: plan.rating,
        skills: [...skillsOf[plan.role]],
        workingHours: workdays.flatMap((day) => plan.shift.split(' ').map((hours) => `${day} ${hours}`)),
        // One is away next week and one works a short day, so that leave and exceptions can be seen.
        timeOff: index === 3 ? [{ from: addDays(today, 5), to: addDays(today, 8), reason: 'Cuti' }] : [],
        exceptions: index === 4 ? [{ date: addDays(today, 2), hours: ['10:00-13:00'] }] : [],
      }),
    );
  }
  const prices: treatments.Treatment[] = [];
  for (const one of catalogue) {
    const able = people.filter(
      ({ role, skills }) =>
        skills.includes(one.category) && (!doctorsOnly.has(one.name) || role === 'Doctor'),
    );
    prices.push(await treatments.add(clinic, { ...one, assignedStaff: able.map(({ id }) => id) }));
  }
  return { staff: people, treatments: prices };
}

/** The clinic as it was on an earlier day: what is written through it carries that day's instant. */
function on(clinic: TenantScope, date: string, time = '08:30'): TenantScope {
  const at = instantAt(date, time, clinic.tenant.config.timezone);
  const now = clinic.clock();
  return clocked(clinic, () => (at < now ? at : now));
}

async function seedPatients(
  clinic: TenantScope,
  random: Random,
  today: string,
): Promise<{ id: PatientId; name: string; since: string }[]> {
  const registered: { id: PatientId; name: string; since: string }[] = [];
  for (const [date, group] of Map.groupBy(patientsOf(random, today), ({ since }) => since)) {
    const documents = group.map(({ since: _, ...fields }) => ({
      ...fields,
      totalVisits: 0,
      isActive: true,
      searchWords: searchKeysOf(fields),
    }));
    const then = on(clinic, date);
    const written = await within(then, patientsCollection).insertMany(documents);
    await recordChanges(then, 'patients.register', patientsCollection, created(written));
    registered.push(...written.map(({ id, name }) => ({ id, name, since: date })));
  }
  return registered;
}

async function seedBookings(
  clinic: TenantScope,
  random: Random,
  today: string,
  diary: Diary,
): Promise<number> {
  const planned = bookingsOf(clinic, random, today, diary);
  for (const [date, group] of Map.groupBy(planned, ({ createdOn }) => createdOn)) {
    const documents = group.map(({ booking }) => booking);
    const then = on(clinic, date, '08:45');
    const written = await within(then, bookingsCollection).insertMany(documents);
    await recordChanges(then, 'bookings.book', bookingsCollection, created(written));
    await count(clinic, `bookings:${date.slice(0, 7)}`, documents.length);
  }
  for (const [date, group] of Map.groupBy(
    planned.filter(({ booking }) => booking.queueNumber),
    ({ booking }) => booking.localDate,
  )) {
    await count(clinic, `queue:${date}`, group.length);
  }
  await seedVisits(
    clinic,
    planned.map(({ booking }) => booking),
  );
  return planned.length;
}

const created = <Document>(written: readonly Document[]) =>
  written.map((after) => ({ before: undefined, after }));

async function seedVisits(clinic: TenantScope, bookings: Parameters<typeof visitsOf>[0]): Promise<void> {
  const visits = visitsOf(bookings);
  const handle = within(clinic, patientsCollection);
  const filter = { id: { $in: visits.map(({ filter: { id } }) => id) } };
  const options = { sort: { id: 1 }, limit: patientCount } as const;
  const before = await handle.find(filter, options);
  await handle.updateEach(visits);
  const changed = (await handle.find(filter, options)).map((after, n) => ({ before: before[n], after }));
  await recordChanges(clinic, 'patients.incrementVisits', patientsCollection, changed);
}

/** Counts and last dates of the visits that the completed bookings make. */
function visitsOf(bookings: readonly Pick<Booking, 'patientId' | 'status' | 'startAt'>[]) {
  const completed = bookings.filter(({ status }) => status === 'completed');
  return [...Map.groupBy(completed, ({ patientId }) => patientId)].map(([id, visits]) => ({
    filter: { id },
    update: {
      $set: {
        totalVisits: visits.length,
        lastVisitAt: new Date(Math.max(...visits.map(({ startAt }) => startAt.getTime()))),
      },
    },
  }));
}
