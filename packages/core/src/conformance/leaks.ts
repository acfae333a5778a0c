import { ObjectId } from 'mongodb';
import * as bookings from '../bookings/index.ts';
import { canonical } from '../changes.ts';
import * as patients from '../patients/index.ts';
import * as staff from '../staff/index.ts';
import * as treatments from '../treatments/index.ts';
import { bookingId, must, outcome, type Check, type Clinic } from './kit.ts';
import type { Wrapper } from './wrapper.ts';

const people = [
  { name: 'Ayu Wijaya', phone: '0812-0000-0001', email: 'ayu@example.com' },
  { name: 'Budi Santoso', phone: '0812-0000-0002', email: 'budi@example.com' },
  { name: 'Ayu Santoso', phone: '0812-0000-0003' },
] as const;

const hash = 'not-a-hash-of-anything';

/** Gives a clinic what every other filled clinic has too: the same names, phones, addresses and times. */
async function fill(clinic: Clinic): Promise<string[]> {
  const { wrapper, wish, at, day } = clinic;
  const ids: string[] = [];
  for (const person of people) ids.push((await wrapper.registerPatient(person)).id);
  for (const name of ['one', 'two']) {
    const user = { email: `${name}@example.com`, name, role: 'staff', passwordHash: hash } as const;
    ids.push((await wrapper.addUser(user)).id);
  }
  for (const time of ['09:00', '10:00', '11:00']) ids.push((await wrapper.book(wish(at(day(1), time)))).id);
  // Five minutes ago at the latest: the desk may still take it, and it is today.
  const now = new Date(Math.floor(clinic.scope.clock().getTime() / 300_000) * 300_000);
  ids.push((await wrapper.book(wish(now))).id);
  return ids;
}

/** Everything that can be read without an id, as text. */
async function readAll({ wrapper, day, facial, sari }: Clinic): Promise<string> {
  const { items: allBookings } = await wrapper.listBookings({ limit: 200 });
  return canonical({
    patients: await everyPage((page) => wrapper.listPatients(page)),
    found: await Promise.all(
      ['ayu', 'san', '0812', 'budi santoso'].map((text) => wrapper.searchPatients(text)),
    ),
    phones: await Promise.all(people.map(({ phone }) => wrapper.findPatientByPhone(phone))),
    users: await everyPage((page) => wrapper.listUsers(page)),
    bookings: allBookings,
    days: await Promise.all([day(0), day(1)].map((date) => wrapper.bookingsOn(date))),
    today: await wrapper.bookingsToday(),
    free: await wrapper.freeTimes(day(1), facial.id, 'any'),
    freeOfSari: await wrapper.freeTimes(day(1), facial.id, sari.id),
  });
}

async function everyPage(read: Wrapper['listPatients']): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let cursor: string | undefined; ;) {
    const { items, next } = await read({ limit: 2, ...(cursor !== undefined && { cursor }) });
    all.push(...items);
    if (next === undefined) return all;
    cursor = next;
  }
}

const reads: Check = {
  name: 'leaks/reads',
  promise:
    'What a clinic reads is the same whether another one is empty or full of the same names and numbers.',
  async run(kit) {
    const [here, there] = [await kit.newClinic(), await kit.newClinic()];
    const mine = await fill(here);
    const before = await readAll(here);
    const elsewhere = await readAll(there);
    const leaked = mine.find((id) => elsewhere.includes(id));
    must(leaked === undefined, `An empty clinic reads ${leaked}, which belongs to another one.`);
    const theirs = await fill(there);
    const after = await readAll(here);
    const found = theirs.find((id) => after.includes(id));
    must(found === undefined, `A clinic reads ${found}, which belongs to another one.`);
    must(after === before, 'What a clinic reads has changed after another one was filled.');
  },
};

const ids: Check = {
  name: 'leaks/ids',
  promise: 'The id of another clinic answers exactly as an id that never was, and changes nothing.',
  async run(kit) {
    const [here, there] = [await kit.newClinic(), await kit.newClinic()];
    const { wrapper, wish, at, day } = here;
    const theirs = bookingId(await there.wrapper.book(there.wish(at(day(1), '09:00'))));
    const before = canonical(await there.stored(day(1)));
    const free = wish(at(day(1), '15:00'));
    const never = new ObjectId().toHexString();
    const patient = (id: string) => patients.PatientId.parse(id);
    const booking = (id: string) => bookings.BookingId.parse(id);
    const treatment = (id: string) => treatments.TreatmentId.parse(id);
    const person = (id: string) => staff.StaffId.parse(id);
    const calls: readonly (readonly [
      what: string,
      foreign: string,
      call: (id: string) => Promise<unknown>,
    ])[] = [
      ['getPatient', there.ayu.id, (id) => wrapper.getPatient(patient(id))],
      ['getBooking', theirs, (id) => wrapper.getBooking(booking(id))],
      ['cancel', theirs, (id) => wrapper.cancel(booking(id))],
      ['reschedule', theirs, (id) => wrapper.reschedule(booking(id), free.startAt)],
      ['book for a patient', there.ayu.id, (id) => wrapper.book({ ...free, patientId: patient(id) })],
      ['book a treatment', there.facial.id, (id) => wrapper.book({ ...free, treatmentId: treatment(id) })],
      ['book with somebody', there.sari.id, (id) => wrapper.book({ ...free, staffId: person(id) })],
      ['freeTimes of a treatment', there.facial.id, (id) => wrapper.freeTimes(day(1), treatment(id), 'any')],
      ['freeTimes of somebody', there.sari.id, (id) => wrapper.freeTimes(day(1), here.facial.id, person(id))],
    ];
    for (const [what, foreign, call] of calls) {
      const [one, other] = [await answerTo(call, foreign), await answerTo(call, never)];
      must(one === other, `${what}: a foreign id answers ${one}, an unknown one ${other}.`);
    }
    must(canonical(await there.stored(day(1))) === before, 'A booking of another clinic was changed.');
    must((await here.stored(day(1))).length === 0, 'A booking that refers to another clinic was stored.');
  },
};

/** How a call with an id ended, as text that says nothing of which id it was. */
async function answerTo(call: (id: string) => Promise<unknown>, id: string): Promise<string> {
  return canonical(await outcome(() => call(id))).replaceAll(id, 'the id');
}

const cursors: Check = {
  name: 'leaks/cursors',
  promise: "Another clinic's cursor is worth nothing.",
  async run(kit) {
    const [here, there] = [await kit.newClinic(), await kit.newClinic()];
    const mine = [here.ayu.id, ...(await fill(here))];
    await fill(there);
    const { next } = await here.wrapper.listPatients({ limit: 2 });
    must(next !== undefined, 'A list of four patients has no second page after two.');
    const answer = canonical(await outcome(() => there.wrapper.listPatients({ limit: 2, cursor: next })));
    const leaked = mine.find((id) => answer.includes(id));
    must(leaked === undefined, `It led another clinic to ${leaked}.`);
  },
};

export const leaks: readonly Check[] = [reads, ids, cursors];
