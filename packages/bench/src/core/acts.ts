// What core does, written by hand over any peer: the same reads, the same writes, the same audit event, in one
// transaction. Nothing is validated and nothing can be asked beyond it.
import { ObjectId, type Document } from 'mongodb';
import type { Fixture } from './fixture.ts';
import type { Peer } from './peer.ts';

const minute = 60_000;
const tick = 5 * minute;
const actor = { kind: 'system', name: 'bench' };
const versions = { version: 1, revision: 1 };

/** What core stores to find a patient by, for the names of a country that writes none with an accent. */
function searchKeys(name: string, phone: string): string[] {
  const words = name.toLowerCase().split(' ');
  const keys = new Set<string>();
  for (let first = 0; first < words.length; first++) {
    const turned = [...words.slice(first), ...words.slice(0, first)].join(' ');
    keys.add((first === 0 ? '=' : ' ') + turned);
  }
  for (const word of words) for (let at = 1; at <= word.length - 2; at++) keys.add(word.slice(at));
  keys.add(`#${[...phone.slice(1)].reverse().join('')}`);
  return [...keys];
}

export function readOne(peer: Peer, { tenantId, patientId }: Fixture): Promise<unknown> {
  return peer.one('patients', { tenantId, _id: new ObjectId(patientId) });
}

export function readNewest(peer: Peer, { tenantId }: Fixture): Promise<unknown> {
  return peer.many('patients', { tenantId, isActive: true }, { sort: { createdAt: -1, _id: -1 }, limit: 21 });
}

/** @param name as it was typed, like the phone */
export function register(peer: Peer, { tenantId, nextPhone }: Fixture, name: string): Promise<void> {
  const typed = nextPhone().replace(/[\s().-]/g, '');
  const phone = typed.startsWith('0') ? `+62${typed.slice(1)}` : typed;
  const patient = {
    tenantId,
    name,
    phone,
    totalVisits: 0,
    isActive: true,
    searchWords: searchKeys(name, phone),
    ...versions,
  };
  return peer.transaction(async (session) => {
    const { _id } = await peer.add('patients', patient, session);
    const { name, phone, totalVisits, isActive } = patient;
    const changes = changed({}, { name, phone, totalVisits, isActive });
    await peer.add('auditEvents', event(tenantId, 'patients.register', 'patients', _id, 1, changes), session);
  });
}

export function book(peer: Peer, fixture: Fixture): Promise<void> {
  const { tenantId, patientId, staffId, treatmentId, maxBookings } = fixture;
  const startAt = fixture.nextSlot();
  return peer.transaction(async (session) => {
    const name = `bookings:${local(new Date()).slice(0, 7)}`;
    const counter = await peer.upsert('counters', { tenantId, name }, { $inc: { value: 1 } }, session);
    if (counter?.['value'] > maxBookings) throw new Error('The quota is used up.');
    const active = (id: string) => ({ tenantId, _id: new ObjectId(id), isActive: true });
    const patient = await peer.one('patients', active(patientId), session);
    const treatment = await peer.one('treatments', active(treatmentId), session);
    if (!patient || !treatment) throw new Error('Not found.');
    const place = await placed(peer, fixture, staffId, treatment, startAt, session);
    const booking = {
      tenantId,
      patientId,
      patientName: patient['name'],
      treatmentId,
      status: 'pending',
      source: 'online',
      paymentStatus: 'unpaid',
      treatmentName: treatment['name'],
      price: treatment['price'],
      durationMin: treatment['durationMin'],
      bufferBeforeMin: treatment['bufferBeforeMin'],
      bufferAfterMin: treatment['bufferAfterMin'],
      payments: [],
      ...place,
      ...versions,
    };
    const { _id } = await peer.add('bookings', booking, session);
    // One of the peers has put its id in.
    const {
      _id: _,
      tenantId: _tenant,
      holds: _holds,
      holding: _holding,
      version: _v,
      revision: _r,
      ...seen
    } = booking as typeof booking & { _id?: unknown };
    const changes = changed({}, seen);
    await peer.add('auditEvents', event(tenantId, 'bookings.book', 'bookings', _id, 1, changes), session);
  });
}

/** @param id of a booking of this peer's own */
export function reschedule(peer: Peer, fixture: Fixture, id: string): Promise<void> {
  const { tenantId } = fixture;
  const startAt = fixture.nextSlot();
  const _id = new ObjectId(id);
  return peer.transaction(async (session) => {
    const booking = await peer.one('bookings', { tenantId, _id }, session);
    if (booking?.['status'] !== 'pending' || booking['startedAt']) throw new Error('It cannot be moved.');
    await peer.one('treatments', { tenantId, _id: new ObjectId(String(booking['treatmentId'])) }, session);
    const place = await placed(peer, fixture, String(booking['staffId']), booking, startAt, session, id);
    const before: Document = {};
    for (const field of undoable) if (booking[field] !== undefined) before[field] = booking[field];
    const lastChange = { action: 'bookings.reschedule', at: new Date(), before };
    const revision = Number(booking['revision']);
    const update = { $set: { ...place, lastChange }, $unset: { calledAt: true }, $inc: { revision: 1 } };
    const after = await peer.change('bookings', { tenantId, _id, revision }, update, session);
    if (!after) throw new Error('Somebody else has moved it.');
    const fields = ['startAt', 'endAt', 'localDate', 'localTime'];
    const some = (document: Document) => Object.fromEntries(fields.map((field) => [field, document[field]]));
    const changes = changed(some(booking), some(after));
    await peer.add(
      'auditEvents',
      event(tenantId, 'bookings.reschedule', 'bookings', _id, revision + 1, changes),
      session,
    );
  });
}

const undoable = [
  'status', 'paymentStatus', 'paymentMethod', 'paymentAmount', 'payments', 'staffId', 'startAt', 'endAt', 'localDate',
  'localTime', 'calledAt', 'startedAt',
]; // prettier-ignore

/** Reads who works and what is taken, and refuses a time that is. */
async function placed(
  peer: Peer,
  { tenantId }: Fixture,
  staffId: string,
  treatment: Document,
  startAt: Date,
  session: unknown,
  except?: string,
) {
  const assigned = { tenantId, _id: { $in: [new ObjectId(staffId)] }, isActive: true };
  const staff = await peer.many('staff', assigned, { sort: { name: 1 }, limit: 1 }, session);
  if (staff.length === 0) throw new Error('Not found.');
  const midnight = new Date(`${local(startAt).slice(0, 10)}T00:00:00+07:00`).getTime();
  const around = { $gte: new Date(midnight - 720 * minute), $lt: new Date(midnight + 2160 * minute) };
  const held = await peer.many(
    'bookings',
    { tenantId, staffId, startAt: around, holding: true },
    {
      projection: { _id: 1, startAt: 1, durationMin: 1, bufferBeforeMin: 1, bufferAfterMin: 1 },
      limit: 50_000,
    },
    session,
  );
  const { from, to } = occupied(startAt, treatment);
  for (const other of held) {
    const taken = occupied(other['startAt'], other);
    if (String(other['_id']) !== except && taken.from < to && from < taken.to)
      throw new Error('The time is taken.');
  }
  const holds = [];
  for (let t = from / tick; t < to / tick; t++) holds.push({ r: staffId, t });
  return {
    staffId,
    startAt,
    endAt: new Date(startAt.getTime() + treatment['durationMin'] * minute),
    localDate: local(startAt).slice(0, 10),
    localTime: local(startAt).slice(11, 16),
    holding: true,
    holds,
  };
}

function occupied(startAt: Date, { durationMin, bufferBeforeMin, bufferAfterMin }: Document) {
  const from = startAt.getTime() - bufferBeforeMin * minute;
  const to = startAt.getTime() + (durationMin + bufferAfterMin) * minute;
  return { from: Math.floor(from / tick) * tick, to: Math.ceil(to / tick) * tick };
}

/** Jakarta has no daylight saving, so that a hand-written program can do with this. */
function local(instant: Date): string {
  return new Date(instant.getTime() + 420 * minute).toISOString();
}

function changed(before: Document, after: Document): Document {
  const changes: Document = {};
  for (const key of Object.keys(after)) {
    if (JSON.stringify(before[key]) === JSON.stringify(after[key])) continue;
    changes[key] = { ...(before[key] !== undefined && { from: before[key] }), to: after[key] };
  }
  return changes;
}

function event(
  tenantId: string,
  action: string,
  collection: string,
  id: ObjectId,
  documentRevision: number,
  changes: Document,
): Document {
  const documentId = id.toHexString();
  return {
    tenantId,
    at: new Date(),
    actor,
    action,
    collection,
    documentId,
    documentRevision,
    changes,
    sealed: false,
    ...versions,
  };
}
