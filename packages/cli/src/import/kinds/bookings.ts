import { bookings, every, instantAt, patients } from '@paper-circe/core';
import type { Client } from '@paper-circe/api/client';
import type { z } from 'zod';
import { field } from '../columns.ts';
import { refusal } from '../refusal.ts';
import { addingTogether, together } from '../together.ts';
import { amountOf, dayOf, phoneOf, timeOf } from '../values.ts';
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
  ['konfirmasi', 'confirmed'],
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

/** As the documentation has it: who came unannounced is a walk-in, and all that was arranged before is online. */
const sources: ReadonlyMap<string, bookings.BookingSource> = new Map([
  ...['walk-in', 'walk in', 'walkin', 'langsung', 'datang langsung', 'tanpa janji', 'go show', 'ots', 'on the spot'].map((name) => [name, 'walk-in'] as const),
  ...['online', 'web', 'website', 'aplikasi', 'app', 'whatsapp', 'wa', 'instagram', 'ig', 'telepon', 'telp', 'phone', 'janji', 'janji temu', 'appointment', 'booking', 'reservasi'].map((name) => [name, 'online'] as const),
]); // prettier-ignore

const methods: ReadonlyMap<string, bookings.PaymentMethod> = new Map([
  ...bookings.PaymentMethod.options.map((method) => [method, method] as const),
  ['tunai', 'cash'],
  ['kartu', 'card'],
  ['debit', 'card'],
  ['kredit', 'card'],
  ['lainnya', 'other'],
]);

const Appointment = bookings.NewBooking.omit({ override: true });
type Appointment = z.input<typeof Appointment>;

/**
 * Appointments to come, and with how they ended those that another system kept; of patients, treatments and staff that
 * are there. A patient's treatment at a time is one.
 */
export const bookingsKind: Kind = {
  tried: true,
  atOnce: 100,
  fields: [
    field('phone', phoneHeadings, 'required'),
    field('treatment', treatmentHeadings, 'required'),
    field('date', 'tanggal tgl hari day appointmentdate', 'required'),
    field('time', 'jam pukul waktu jammulai start starttime', 'required'),
    field('staff', 'staf terapis dokter namaterapis namastaff therapist doctor employee', 'optional'),
    field('status', '', 'optional'),
    field('price', 'harga tarif biaya total totalharga amount', 'optional'),
    field('method', 'metode metodebayar metodepembayaran carabayar pembayaran payment paymentmethod paidby', 'optional'), // prettier-ignore
    field('source', 'sumber sumberbooking asal asalbooking saluran kanal channel via jalur caradatang carapesan caraboking jeniskunjungan tipekunjungan jenisbooking bookingsource bookingtype visittype', 'optional'), // prettier-ignore
    field('notes', notesHeadings, 'optional'),
  ],
  async open(client) {
    const [{ timezone, currency }, treatments, people] = await Promise.all([
      client.clinic.current.query(),
      everyTreatment(client, 'active'),
      everyStaff(client),
    ]);
    const treatmentIds = idsByName(treatments);
    const staffIds = idsByName(people);
    const patientOf = together(100, (phones: readonly string[]) =>
      client.patients.findByPhones.query({ phones: [...phones] }),
    );
    const book = addingTogether<Appointment>(20, (rows, context) =>
      client.bookings.importAppointments.mutate({ bookings: [...rows] }, { context }),
    );
    const keep = addingTogether<bookings.PastBooking>(100, (rows, context) =>
      client.bookings.importHistory.mutate({ bookings: [...rows] }, { context }),
    );
    let former: ReturnType<typeof withFormer> | undefined;
    return async ({ phone = '', treatment = '', date = '', time = '', staff, status, source, ...row }) => {
      const number = parsed(patients.NewPatient.pick({ phone: true }), { phone: phoneOf('phone', phone) });
      const patient = await patientOf(number.phone);
      if (!patient) throw refusal('phone', `No patient has the number ${phone}.`);
      const startAt = instantAt(dayOf('date', date), timeOf('time', time), timezone);
      const ended = status === undefined ? undefined : named(statuses, 'status', status);
      const came = source === undefined ? 'online' : named(sources, 'source', source);
      const { notes } = row;
      const identityOf = (treatmentId: string) => [patient.id, treatmentId, startAt.getTime()].join(' ');
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
          source: came,
          ...(row['price'] && { price: amountOf('price', row['price'], currency) }),
          ...(row['method'] && { method: named(methods, 'method', row['method']) }),
          ...(notes && { notes }),
        });
        return { identity: identityOf(input.treatmentId), add: (asked) => keep(input, asked) };
      }
      if (came === 'walk-in') throw refusal('source', 'A walk-in is not still to come. What became of it?');
      const input = parsed(Appointment, {
        patientId: patient.id,
        treatmentId: idOf(treatmentIds, 'treatment', treatment),
        staffId: staff ? idOf(staffIds, 'staff', staff) : 'any',
        startAt,
        source: came,
        ...(ended && { status: ended }),
        ...(notes && { notes }),
      });
      return { identity: identityOf(input.treatmentId), add: (asked) => book(input, asked) };
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
