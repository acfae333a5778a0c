// How long a search takes in a clinic that has been busy for years: 20 staff, 31 days, 100,000 bookings.
import { MongoClient, ObjectId } from 'mongodb';
import {
  addDays,
  availability,
  instantAt,
  localDate,
  staff,
  treatments,
  type Database,
  type TenantScope,
} from '@paper-circe/core';
import { estimate, quantile } from '../rounds.ts';
import { newClinic, weekly } from './fixture.ts';

const [team, perDay, stored] = [20, 8, 100_000];
/** At most this many milliseconds in 95 of 100 cases. */
const bar = 100;

export async function benchAvailability(uri: string, database: Database): Promise<void> {
  const clinic = await newClinic(database, 'busy', '09:00-20:00');
  const staffIds: staff.StaffId[] = [];
  for (let n = 0; n < team; n++) {
    const one = { name: `Therapist ${n}`, role: 'Therapist', workingHours: weekly('09:00-20:00') };
    staffIds.push((await staff.add(clinic, one)).id);
  }
  const facial = await treatments.add(clinic, {
    name: 'Facial',
    category: 'Facial',
    durationMin: 60,
    price: 250_000,
    assignedStaff: staffIds,
  });
  const first = await fill(uri, database, clinic, staffIds);
  const times: number[] = [];
  for (let n = 0; n < 100; n++) {
    const from = addDays(first, n % 90);
    const before = performance.now();
    await availability.search(clinic, { treatmentId: facial.id, from, days: 31 });
    if (n >= 10) times.push(performance.now() - before);
  }
  const p95 = quantile(times, 0.95);
  console.log(
    `\navailability: ${team} staff, 31 days, ${stored.toLocaleString('en')} bookings\n` +
      `  median ${estimate(times).median.toFixed(0)} ms, 95 of 100 within ${p95.toFixed(0)} ms, ` +
      `at most ${bar}: ${p95 <= bar ? 'ok' : 'ABOVE'}`,
  );
}

/**
 * Eight treatments of an hour a day for everybody, those of the last 120 days still ahead.
 * @returns today
 */
async function fill(
  uri: string,
  { db }: Database,
  { tenantId }: TenantScope,
  staffIds: readonly string[],
): Promise<string> {
  const zone = 'Asia/Jakarta';
  const today = localDate(new Date(), zone);
  const client = await new MongoClient(uri).connect();
  const days = stored / (team * perDay);
  for (let day = 0; day < days; day++) {
    const date = addDays(today, day - days + 120);
    const status = date < today ? 'completed' : 'confirmed';
    const documents = staffIds.flatMap((staffId, n) =>
      Array.from({ length: perDay }, (_, hour) =>
        booking(tenantId, staffId, date, 9 + hour + (n % 3), status),
      ),
    );
    await client.db(db.databaseName).collection('bookings').insertMany(documents);
  }
  await client.close();
  return today;
}

function booking(tenantId: string, staffId: string, localDate: string, hour: number, status: string) {
  const localTime = `${String(hour).padStart(2, '0')}:00`;
  const startAt = instantAt(localDate, localTime, 'Asia/Jakarta');
  const tick = startAt.getTime() / 300_000;
  const ahead = status === 'confirmed';
  return {
    tenantId,
    patientId: new ObjectId().toHexString(),
    patientName: 'Ayu Lestari',
    staffId,
    treatmentId: new ObjectId().toHexString(),
    treatmentName: 'Facial',
    startAt,
    endAt: new Date(startAt.getTime() + 3_600_000),
    localDate,
    localTime,
    status,
    source: 'online',
    paymentStatus: ahead ? 'unpaid' : 'paid',
    price: 250_000,
    durationMin: 60,
    bufferBeforeMin: 0,
    bufferAfterMin: 0,
    payments: [],
    ...(ahead && {
      holding: true,
      holds: Array.from({ length: 12 }, (_, n) => ({ r: staffId, t: tick + n })),
    }),
    createdAt: startAt,
    updatedAt: startAt,
    version: 1,
    revision: 1,
  };
}
