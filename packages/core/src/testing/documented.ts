// A database as somebody would make it who has read the client's documentation and nothing else: through the raw
// driver, with the documented indexes, and with whatever the documentation allows or leaves open.
import { ObjectId, type Db, type Document } from 'mongodb';
import { acrossTenants } from '../firewall.ts';

export interface DocumentedClinic {
  readonly id: ObjectId;
  readonly slug: string;
  /** How its documents spell `tenantId`: the documentation says a string, and shows a slug. */
  readonly tenantId: unknown;
}

const stamp = { createdAt: new Date('2024-03-01T04:00:00Z'), updatedAt: new Date('2024-05-01T04:00:00Z') };

/** Makes the documented indexes, by the names that the driver gives them. */
export async function documentedIndexes(db: Db): Promise<void> {
  const open = { partialFilterExpression: { status: { $in: ['pending', 'confirmed'] } }, unique: true };
  await acrossTenants('this test', async () => {
    await db.collection('tenants').createIndex({ slug: 1 }, { unique: true });
    await db.collection('tenants').createIndex({ isActive: 1 });
    await db.collection('users').createIndex({ email: 1, tenantId: 1 }, { unique: true });
    await db.collection('users').createIndex({ tenantId: 1 });
    await db.collection('patients').createIndex({ tenantId: 1, phone: 1 }, { unique: true });
    await db.collection('patients').createIndex({ tenantId: 1, email: 1 }, { sparse: true });
    await db.collection('patients').createIndex({ tenantId: 1, createdAt: -1 });
    for (const key of [{ isActive: 1 }, { role: 1 }, { rating: -1 }] as const)
      await db.collection('staff').createIndex({ tenantId: 1, ...key });
    for (const key of [{ category: 1 }, { price: 1 }, { popularity: -1 }] as const)
      await db.collection('treatments').createIndex({ tenantId: 1, ...key });
    await db.collection('treatments').createIndex({ tenantId: 1, name: 1 }, { unique: true });
    for (const key of [
      { startAt: 1 }, { staffId: 1, startAt: 1 }, { patientId: 1 }, { status: 1 }, { source: 1, createdAt: -1 },
    ] as const) await db.collection('bookings').createIndex({ tenantId: 1, ...key }); // prettier-ignore
    const exact = { tenantId: 1, staffId: 1, startAt: 1, endAt: 1, status: 1 } as const;
    await db.collection('bookings').createIndex(exact, open);
  });
}

/** A documented clinic with the fields that are required and those that are given. */
export async function documentedClinic(
  db: Db,
  slug: string,
  { spelling = 'hex', ...given }: { readonly spelling?: 'hex' | 'objectId' | 'slug' } & Document = {},
): Promise<DocumentedClinic> {
  const id = new ObjectId();
  await put(db, 'tenants', { _id: id, name: `Klinik ${slug}`, slug, createdBy: 'owner', ...given });
  return { id, slug, tenantId: { hex: id.toHexString(), objectId: id, slug }[spelling] };
}

/** Puts documents of a clinic where they belong, past our doors, and answers their ids. */
export async function put(db: Db, collection: string, ...documents: Document[]): Promise<ObjectId[]> {
  const whole = documents.map((document) => ({ _id: new ObjectId(), ...stamp, ...document }));
  await acrossTenants('this test', () => db.collection(collection).insertMany(whole));
  return whole.map(({ _id }) => _id);
}

export function stored(db: Db, collection: string, _id: ObjectId): Promise<Document | null> {
  return acrossTenants('this test', () => db.collection(collection).findOne({ _id }));
}

/** A clinic with two therapists, a treatment, three patients and a year of bookings, all as documented. */
export async function documentedPractice(db: Db, clinic: DocumentedClinic) {
  const { tenantId } = clinic;
  const hours = ['Monday 09:00-17:00', 'Senin s/d Jumat 09.00-17.00', 'sat 9am - 1 pm', 'minggu libur'];
  const [sari, dewi] = await put(
    db,
    'staff',
    { tenantId, name: 'Sari', role: 'Therapist', workingHours: hours.slice(1), avatar: null },
    { tenantId, name: 'Dewi', role: 'Doctor', skills: ['Facial'], rating: 4.5, nickname: 'Dw' },
  );
  const [facial] = await put(db, 'treatments', {
    tenantId,
    name: 'Facial Premium',
    category: 'Facial',
    durationMin: 60,
    price: 250_000,
    assignedStaff: [sari!.toHexString(), dewi],
  });
  const [ayu, budi, citra] = await put(
    db,
    'patients',
    {
      tenantId,
      name: 'Ayu Lestari',
      phone: '0812 3456-7890',
      email: 'Ayu@Contoh.id',
      totalVisits: 7,
      loyalty: { level: 'gold' },
    },
    { tenantId, name: 'Budi', phone: '+6281234567002', email: null, notes: 'Latex' },
    {
      tenantId,
      name: 'Citra',
      phone: '6281234567003',
      lastVisitAt: new Date('2023-01-05T03:00:00Z'),
      totalVisits: 2,
    },
  );
  const booking = (given: Document) => ({
    tenantId,
    patientId: ayu!.toHexString(),
    staffId: sari!.toHexString(),
    treatmentId: facial!.toHexString(),
    source: 'online',
    endAt: new Date(Number(given['startAt']) + 60 * 60_000),
    ...given,
  });
  const at = (text: string) => new Date(`${text}:00Z`);
  const [past, paid, walkIn, coming] = await put(
    db,
    'bookings',
    booking({
      startAt: at('2024-04-02T03:00'),
      status: 'completed',
      paymentStatus: 'paid',
      paymentAmount: 199_000,
      paymentMethod: 'Tunai',
    }),
    booking({
      startAt: at('2024-04-03T03:00'),
      status: 'completed',
      patientId: budi,
      paymentStatus: 'paid',
      paymentMethod: 'GoPay',
    }),
    booking({
      startAt: at('2026-11-24T03:00'),
      status: 'no_show',
      source: 'walk-in',
      queueNumber: 4,
      createdAt: at('2026-11-24T02:00'),
    }),
    booking({
      startAt: at('2026-11-24T05:00'),
      patientId: citra!.toHexString(),
      staffId: dewi,
      paymentAmount: 50_000,
      createdAt: at('2026-11-20T02:00'),
    }),
  );
  const password = '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy';
  const [owner] = await put(db, 'users', {
    tenantId,
    email: 'Owner@Klinik.id',
    password,
    name: 'Pemilik',
    role: 'admin',
  });
  return {
    clinic,
    sari: sari!,
    dewi: dewi!,
    facial: facial!,
    ayu: ayu!,
    budi: budi!,
    citra: citra!,
    past: past!,
    paid: paid!,
    walkIn: walkIn!,
    coming: coming!,
    owner: owner!,
    booking,
  };
}
