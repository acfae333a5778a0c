import { bookings, every, instantAt } from '@paper-circe/core';
import type { Client } from '@paper-circe/api/client';
import { field } from '../columns.ts';
import { refusal } from '../refusal.ts';
import { dayOf, phoneOf, rupiahOf, timeOf } from '../values.ts';
import type { Kind } from './kind.ts';
import { idOf, idsByName, sameName } from './names.ts';
import { parsed } from './parsed.ts';
import { notesHeadings, phoneHeadings } from './patients.ts';
import { everyStaff } from './staff.ts';
import { everyTreatment, treatmentHeadings } from './treatments.ts';

const statuses: ReadonlyMap<string, bookings.BookingStatus> = new Map([
  ['pending', 'pending'],
  ['menunggu', 'pending'],
  ['confirmed', 'confirmed'],
  ['dikonfirmasi', 'confirmed'],
  ['terkonfirmasi', 'confirmed'],
  ['completed', 'completed'],
  ['done', 'completed'],
  ['selesai', 'completed'],
  ['hadir', 'completed'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['batal', 'cancelled'],
  ['dibatalkan', 'cancelled'],
  ['no-show', 'no-show'],
  ['no show', 'no-show'],
  ['tidak datang', 'no-show'],
  ['tidak hadir', 'no-show'],
]);

const methods: ReadonlyMap<string, bookings.PaymentMethod> = new Map([
  ...bookings.PaymentMethod.options.map((method) => [method, method] as const),
  ['tunai', 'cash'],
  ['kartu', 'card'],
  ['debit', 'card'],
  ['kredit', 'card'],
  ['lainnya', 'other'],
]);

/**
 * Appointments to come, and with how they ended those that another system kept; of patients, treatments and staff that
 * are there. A patient's treatment at a time is one.
 */
export const bookingsKind: Kind = {
  tried: true,
  fields: [
    field('phone', phoneHeadings, 'required'),
    field('treatment', treatmentHeadings, 'required'),
    field('date', 'tanggal tgl hari day appointmentdate', 'required'),
    field('time', 'jam pukul waktu jammulai start starttime', 'required'),
    field('staff', 'staf terapis dokter namaterapis namastaff therapist doctor employee', 'optional'),
    field('status', '', 'optional'),
    field('price', 'harga tarif biaya total totalharga amount', 'optional'),
    field('method', 'metode metodebayar metodepembayaran carabayar pembayaran payment paymentmethod paidby', 'optional'), // prettier-ignore
    field('notes', notesHeadings, 'optional'),
  ],
  async open(client) {
    const [{ timezone }, treatments, people] = await Promise.all([
      client.clinic.current.query(),
      everyTreatment(client, 'active'),
      everyStaff(client),
    ]);
    const treatmentIds = idsByName(treatments);
    const staffIds = idsByName(people);
    let former: ReturnType<typeof withFormer> | undefined;
    return async ({ phone = '', treatment = '', date = '', time = '', staff, status, ...row }) => {
      const patient = await client.patients.findByTenantAndPhone.query({ phone: phoneOf('phone', phone) });
      if (!patient) throw refusal('phone', `No patient has the number ${phone}.`);
      const startAt = instantAt(dayOf('date', date), timeOf('time', time), timezone);
      const ended = status === undefined ? undefined : named(statuses, 'status', status);
      const { notes } = row;
      if (ended && ended !== 'pending' && ended !== 'confirmed') {
        former ??= withFormer(client, treatments, people);
        const all = await former;
        if (!staff) throw refusal('staff', 'Say who it was with.');
        const input = parsed(bookings.PastBooking, {
          patientId: patient.id,
          treatmentId: idOf(all.treatmentIds, 'treatment', treatment),
          staffId: idOf(all.staffIds, 'staff', staff),
          startAt,
          status: ended,
          ...(row['price'] && { price: rupiahOf('price', row['price']) }),
          ...(row['method'] && { method: named(methods, 'method', row['method']) }),
          ...(notes && { notes }),
        });
        return {
          unique: true,
          identity: [patient.id, input.treatmentId, startAt.getTime()].join(' '),
          exists: () => Promise.resolve(false),
          add: (asked) => client.bookings.importPast.mutate(input, { context: { ...asked } }),
        };
      }
      const input = parsed(bookings.NewBooking, {
        patientId: patient.id,
        treatmentId: idOf(treatmentIds, 'treatment', treatment),
        staffId: staff ? idOf(staffIds, 'staff', staff) : 'any',
        startAt,
        source: 'online',
        ...(ended && { status: ended }),
        ...(notes && { notes }),
      });
      // One that was cancelled counts: to import again shall not bring back what the desk has dealt with.
      const isSame = (one: { treatmentId: string; startAt: Date }) =>
        one.treatmentId === input.treatmentId && one.startAt.getTime() === input.startAt.getTime();
      return {
        identity: [patient.id, input.treatmentId, input.startAt.getTime()].join(' '),
        exists: async () => {
          const page = { patientId: patient.id, limit: 200 };
          return (await client.bookings.findByPatient.query(page)).items.some(isSame);
        },
        add: (asked) => client.bookings.book.mutate(input, { context: { ...asked } }),
      };
    };
  },
};

/** History is of those too who are no longer there; whoever is there has his name for himself. */
async function withFormer(
  client: Client,
  treatments: Awaited<ReturnType<typeof everyTreatment>>,
  people: Awaited<ReturnType<typeof everyStaff>>,
) {
  const [allTreatments, formerStaff] = await Promise.all([
    everyTreatment(client, 'inactive too'),
    Array.fromAsync(every((page) => client.staff.findInactive.query(page))),
  ]);
  return {
    treatmentIds: new Map([...idsByName(allTreatments), ...idsByName(treatments)]),
    staffIds: new Map([...idsByName(formerStaff), ...idsByName(people)]),
  };
}

/** @throws VALIDATION unless it is one of them */
function named<Value>(known: ReadonlyMap<string, Value>, field: string, text: string): Value {
  const value = known.get(sameName(text));
  if (value === undefined) throw refusal(field, `"${text}" is none of: ${[...known.keys()].join(', ')}.`);
  return value;
}
