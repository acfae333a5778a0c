import {
  addDays,
  ensureIndexes,
  instantAt,
  localDate,
  openDatabase,
  patients,
  staff,
  tenants,
  treatments,
  type Database,
  type TenantScope,
} from '@paper-circe/core';

/** One clinic, with what the acts need of it. */
export interface Fixture {
  readonly database: Database;
  readonly clinic: TenantScope;
  readonly tenantId: string;
  readonly patientId: patients.PatientId;
  readonly staffId: staff.StaffId;
  readonly treatmentId: treatments.TreatmentId;
  readonly maxBookings: number;
  /** As somebody types it. */
  nextPhone(): string;
  /** A quarter of an hour that nobody has: day after day, so that no day fills up. */
  nextSlot(): Date;
}

export const weekly = (hours: string): string[] =>
  ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day} ${hours}`);

export const system = { kind: 'system', name: 'bench' } as const;

export async function newClinic(database: Database, slug: string, hours: string): Promise<TenantScope> {
  const maxBookings = 10_000_000;
  const config = { features: { maxBookings }, openingHours: weekly(hours) };
  const platform = tenants.openPlatform(database, system);
  const tenant = await tenants.create(database, platform, { name: slug, slug, config });
  return tenants.openTenant(database, tenant.id, system);
}

/** A clinic in which a patient can be booked. */
export async function newPlace(database: Database, slug: string, registered: number) {
  const always = '00:00-24:00';
  const clinic = await newClinic(database, slug, always);
  const sari = await staff.add(clinic, { name: 'Sari', role: 'Therapist', workingHours: weekly(always) });
  const facial = await treatments.add(clinic, {
    name: 'Facial',
    category: 'Facial',
    durationMin: 15,
    price: 250_000,
    assignedStaff: [sari.id],
  });
  let phone = 10_000_000;
  const nextPhone = () => String(phone++).replace(/(....)(....)/, '0812-$1-$2');
  for (let n = 0; n < registered; n++)
    await patients.register(clinic, { name: `Ayu ${n}`, phone: nextPhone() });
  const ayu = (await patients.findByTenant(clinic, { limit: 1 })).items[0]!;
  const today = localDate(new Date(), 'Asia/Jakarta');
  const tomorrow = instantAt(addDays(today, 1), '00:00', 'Asia/Jakarta').getTime();
  const days = 300;
  let slot = 0;
  return {
    clinic,
    patientId: ayu.id,
    staffId: sari.id,
    treatmentId: facial.id,
    nextPhone,
    nextSlot() {
      const at = tomorrow + (slot % days) * 86_400_000 + Math.floor(slot / days) * 900_000;
      slot++;
      return new Date(at);
    },
  };
}

export async function newFixture(uri: string, name: string, registered = 500): Promise<Fixture> {
  const database = await openDatabase({ uri, name });
  await ensureIndexes(database);
  const place = await newPlace(database, 'bench', registered);
  const { tenantId, tenant } = place.clinic;
  return { ...place, database, tenantId, maxBookings: tenant.config.features.maxBookings };
}
