// `pnpm bench`: core against the native driver written by hand, on one server in one run. What counts is the
// ratio; the microseconds belong to the machine that printed them.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient, ObjectId } from 'mongodb';
import {
  bookings,
  ensureIndexes,
  openDatabase,
  patients,
  staff,
  tenants,
  treatments,
} from '@paper-circe/core';
import { startEmbedded } from '@paper-circe/embedded';
import { benchHolds } from './embedded/holds.ts';
import { benchEmbedded } from './embedded/main.ts';
import { compare, print, type Task } from './rounds.ts';

// `pnpm bench core` or `pnpm bench embedded` runs one part; `pnpm bench holds` how long the event loop is held.
const [part, size] = process.argv.slice(2);
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

async function withServer(work: (uri: string) => Promise<void>): Promise<void> {
  const given = process.env['MONGODB_URI'];
  if (given) return work(given);
  const folder = await mkdtemp(join(tmpdir(), 'circe-bench-'));
  const server = await startEmbedded({ file: join(folder, 'bench.db') });
  try {
    await work(server.uri);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tasks(uri: string): Promise<{ tasks: Task[]; close: () => Promise<void> }> {
  const name = `bench-${Date.now().toString(36)}`;
  const database = await openDatabase({ uri, name });
  await ensureIndexes(database);
  const driver = await new MongoClient(uri).connect();
  const raw = driver.db(name);
  const system = { kind: 'system', name: 'bench' } as const;
  const config = {
    features: { maxBookings: 10_000_000 },
    openingHours: days.map((day) => `${day} 00:00-24:00`),
  };
  const platform = tenants.openPlatform(database, system);
  const tenant = await tenants.create(database, platform, { name: 'Bench', slug: 'bench', config });
  const clinic = await tenants.openTenant(database, tenant.id, system);
  const sari = await staff.add(clinic, {
    name: 'Sari',
    role: 'Therapist',
    workingHours: config.openingHours,
  });
  const facial = await treatments.add(clinic, {
    name: 'Facial',
    category: 'Facial',
    durationMin: 15,
    price: 1,
    assignedStaff: [sari.id],
  });
  for (let n = 0; n < 500; n++)
    await patients.register(clinic, { name: `P${n}`, phone: `+62812${10_000_000 + n}` });
  const [ayu] = (await patients.findByTenant(clinic, { limit: 1 })).items;
  if (!ayu) throw new Error('The bench has no patient.');

  let phone = 20_000_000;
  let slot = Math.ceil(Date.now() / 900_000) + 8;
  const nextSlot = () => new Date(slot++ * 900_000);
  const { tenantId } = clinic;
  return {
    close: async () => {
      await raw.dropDatabase();
      await driver.close();
      await database.close();
    },
    tasks: [
      {
        name: 'read one by id',
        calls: 300,
        contenders: [
          {
            name: 'driver',
            run: () => raw.collection('patients').findOne({ tenantId, _id: new ObjectId(ayu.id) }),
          },
          { name: 'core', run: () => patients.get(clinic, ayu.id) },
        ],
      },
      {
        name: 'read the newest 20',
        calls: 200,
        contenders: [
          {
            name: 'driver',
            run: () =>
              raw
                .collection('patients')
                .find({ tenantId, isActive: true })
                .sort({ createdAt: -1, _id: -1 })
                .limit(21)
                .toArray(),
          },
          { name: 'core', run: () => patients.findByTenant(clinic, { limit: 20 }) },
        ],
      },
      {
        name: 'register, with its audit event in one transaction',
        calls: 60,
        contenders: [
          {
            name: 'driver',
            run: () =>
              driver.withSession((session) =>
                session.withTransaction(async () => {
                  const now = new Date();
                  const document = {
                    tenantId,
                    name: 'P',
                    phone: `+62812${phone++}`,
                    createdAt: now,
                    updatedAt: now,
                  };
                  await raw.collection('patients').insertOne(document, { session });
                  await raw
                    .collection('auditEvents')
                    .insertOne({ tenantId, action: 'x', sealed: false, at: now }, { session });
                }),
              ),
          },
          { name: 'core', run: () => patients.register(clinic, { name: 'P', phone: `+62812${phone++}` }) },
        ],
      },
      {
        name: 'book, with every check, against a bare insert of a booking',
        calls: 30,
        contenders: [
          {
            name: 'driver',
            run: () =>
              raw
                .collection('bookings')
                .insertOne({ tenantId: 'bare', startAt: nextSlot(), status: 'completed' }),
          },
          {
            name: 'core',
            run: () =>
              bookings.book(clinic, {
                patientId: ayu.id,
                treatmentId: facial.id,
                staffId: sari.id,
                source: 'online',
                startAt: nextSlot(),
              }),
          },
        ],
      },
    ],
  };
}

if (part === 'holds') await benchHolds(Number(size ?? 1_000_000));
if (part === undefined || part === 'embedded') await benchEmbedded();
if (part === undefined || part === 'core')
  await withServer(async (uri) => {
    const { tasks: all, close } = await tasks(uri);
    console.log('Ratios are shares of the driver’s speed: median, and the middle half of nine rounds.');
    for (const task of all) print(await compare(task));
    await close();
  });
