import { ObjectId, type ClientSession, type Document } from 'mongodb';
import type { Database } from '../../connection.ts';
import { addDays, dayInterval, localDate, localMonth } from '../../time.ts';
import type { Batch } from '../migration.ts';
import type { Clinic, Survey } from './survey.ts';

const batchSize = 100;

/** Counters begin with what is there: active users, this month's bookings, today's last queue number. */
export async function countersBatch(
  database: Database,
  { clinics }: Survey,
  after: string | undefined,
  session: ClientSession | undefined,
): Promise<Batch> {
  const begin = after === undefined ? 0 : clinics.findIndex(({ id }) => id === after) + 1;
  const some = clinics.slice(begin, begin + batchSize);
  const operations = [];
  for (const clinic of some) {
    const kept = await database.db
      .collection('counters')
      .find({ tenantId: clinic.id }, session ? { session } : {})
      .toArray();
    const names = new Set(kept.map(({ name }) => name as string));
    for (const [name, value] of await countedOf(database, clinic, session)) {
      if (names.has(name) || value === 0) continue;
      operations.push({ insertOne: { document: counter(database, clinic.id, name, value) } });
    }
  }
  const last = some.at(-1);
  return {
    next: last && begin + batchSize < clinics.length ? { collection: 'counters', after: last.id } : undefined,
    writes: [{ collection: 'counters', operations }],
    changed: 0,
    looked: { collection: 'counters', ids: [] },
    problems: [],
  };
}

async function countedOf(
  { db, clock }: Database,
  { id: tenantId, config }: Clinic,
  session: ClientSession | undefined,
): Promise<[name: string, value: number][]> {
  const options = session ? { session } : {};
  const [now, zone] = [clock(), config.timezone];
  const month = localMonth(now, zone);
  const firstOfNext = `${addDays(`${month}-01`, 31).slice(0, 7)}-01`;
  const [from, to] = [`${month}-01`, firstOfNext].map((date) => new Date(dayInterval(date, zone).from));
  const today = localDate(now, zone);
  const day = dayInterval(today, zone);
  const users = await db.collection('users').countDocuments({ tenantId, isActive: { $ne: false } }, options);
  const made = { tenantId, source: { $in: ['walk-in', 'online'] }, createdAt: { $gte: from, $lt: to } };
  const bookings = await db.collection('bookings').countDocuments(made, options);
  const [last] = await db
    .collection('bookings')
    .find(
      { tenantId, startAt: { $gte: new Date(day.from), $lt: new Date(day.to) }, queueNumber: { $gte: 1 } },
      options,
    )
    .sort({ queueNumber: -1 })
    .limit(1)
    .toArray();
  return [
    ['users', users],
    [`bookings:${month}`, bookings],
    [`queue:${today}`, Number(last?.['queueNumber'] ?? 0)],
  ];
}

function counter({ clock }: Database, tenantId: string, name: string, value: number): Document {
  const now = clock();
  return {
    _id: new ObjectId(),
    tenantId,
    name,
    value,
    createdAt: now,
    updatedAt: now,
    version: 1,
    revision: 1,
  };
}
