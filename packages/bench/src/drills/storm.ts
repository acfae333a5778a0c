// A clinic in which three desks book as fast as they can. Everything is asked for with a key, so whoever got no answer
// can ask again; what is asked for and what was acknowledged is said, so that it can be looked for afterwards.
import { bookings, once, patients, staff, tenants, treatments } from '@paper-circe/core';
import { addDays, instantAt, localDate, type Database, type TenantScope } from '@paper-circe/core';

const slug = 'storm';
const actor = { kind: 'system', name: 'storm' } as const;
const people = ['Sari', 'Dewi', 'Maya', 'Rina'];
const weekly = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} 08:00-20:00`);
const slotsOfDay = 12;
const desks = [0, 1, 2];

/** Makes the clinic. */
export async function prepareStorm(database: Database): Promise<void> {
  const platform = tenants.openPlatform(database, actor);
  const config = { openingHours: weekly, features: { maxBookings: 1_000_000 } };
  const { id } = await tenants.create(database, platform, { name: 'Storm', slug, config });
  const clinic = await tenants.openTenant(database, id, actor);
  const team: staff.Staff[] = [];
  for (const name of people)
    team.push(await staff.add(clinic, { name, role: 'Therapist', workingHours: weekly }));
  const assignedStaff = team.map((one) => one.id);
  const facial = { name: 'Facial', category: 'Facial', durationMin: 60, price: 250_000, assignedStaff };
  await treatments.add(clinic, facial);
  for (const desk of desks)
    await patients.register(clinic, { name: `Patient ${desk}`, phone: `0812-0000-100${desk}` });
}

/** Opens it. */
export function openStorm(database: Database): Promise<TenantScope> {
  return tenants.openTenantBySlug(database, slug, actor);
}

/** What a desk asks for: a booking, and then its payment or its end. */
export interface Asked {
  readonly key: string;
  readonly act: 'book' | 'pay' | 'cancel';
  /** Of the booking that is paid or cancelled. */
  readonly id?: string;
}

/** Whether a line is about something that was asked for or acknowledged, and what. */
export function toldIn(line: string): {
  readonly isDone: boolean;
  readonly at: number;
  readonly asked: Asked;
} {
  const { isDone, at, asked } = JSON.parse(line) as ReturnType<typeof toldIn>;
  return { isDone, at, asked };
}

/** Asks until the process is killed. */
export async function storm(database: Database, say: (line: string) => void): Promise<never> {
  const clinic = await openStorm(database);
  const tell = (isDone: boolean, asked: Asked) => say(JSON.stringify({ isDone, at: Date.now(), asked }));
  const told = async (asked: Asked) => {
    tell(false, asked);
    const id = await ask(clinic, asked);
    tell(true, { ...asked, id });
    return id;
  };
  await Promise.all(
    desks.map(async (desk) => {
      for (let n = 0; ; n++) {
        const id = await told({ key: `${desk}/${n}`, act: 'book' });
        if (n % 3 > 0) await told({ key: `${desk}/${n}/then`, act: n % 3 === 1 ? 'pay' : 'cancel', id });
      }
    }),
  );
  throw new Error('A storm does not end.');
}

/** Does what is asked for, once however often it is asked, and answers the booking's id. */
export async function ask(clinic: TenantScope, { key, act, id }: Asked): Promise<string> {
  const asking = once(clinic, key);
  if (act === 'book') return (await bookings.book(asking, await placeOf(clinic, key))).id;
  const bookingId = bookings.BookingId.parse(id);
  if (act === 'pay') return (await bookings.pay(asking, bookingId, { method: 'cash', amount: 250_000 })).id;
  return (await bookings.cancel(asking, bookingId)).id;
}

/** Every desk has times of its own, on the days that follow, with everybody in turn. */
async function placeOf(clinic: TenantScope, key: string): Promise<bookings.NewBooking> {
  const [desk = 0, n = 0] = key.split('/').map(Number);
  const [team, [treatment], known] = await Promise.all([
    staff.findByTenant(clinic).then(({ items }) => items),
    treatments.findByTenant(clinic).then(({ items }) => items),
    patients.findByTenant(clinic).then(({ items }) => items),
  ]);
  const slot = Math.floor((desk + desks.length * n) / team.length);
  const { timezone } = clinic.tenant.config;
  const day = addDays(localDate(clinic.clock(), timezone), 1 + Math.floor(slot / slotsOfDay));
  const time = `${String(8 + (slot % slotsOfDay)).padStart(2, '0')}:00`;
  return {
    patientId: known[desk]!.id,
    treatmentId: treatment!.id,
    staffId: team[(desk + desks.length * n) % team.length]!.id,
    startAt: instantAt(day, time, timezone),
    source: 'online',
    status: 'confirmed',
  };
}
