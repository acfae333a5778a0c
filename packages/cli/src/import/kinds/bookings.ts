import { bookings, instantAt } from '@paper-circe/core';
import { field } from '../columns.ts';
import { refusal } from '../refusal.ts';
import { dayOf, phoneOf, timeOf } from '../values.ts';
import type { Kind } from './kind.ts';
import { idOf, idsByName, sameName } from './names.ts';
import { parsed } from './parsed.ts';
import { notesHeadings, phoneHeadings } from './patients.ts';
import { everyStaff } from './staff.ts';
import { everyTreatment, treatmentHeadings } from './treatments.ts';

const statuses: Readonly<Record<string, 'pending' | 'confirmed'>> = {
  pending: 'pending',
  menunggu: 'pending',
  confirmed: 'confirmed',
  dikonfirmasi: 'confirmed',
  terkonfirmasi: 'confirmed',
};

/** Appointments to come, of patients, treatments and staff that are there. A patient's treatment at a time is one. */
export const bookingsKind: Kind = {
  tried: true,
  unique: false,
  fields: [
    field('phone', phoneHeadings, 'required'),
    field('treatment', treatmentHeadings, 'required'),
    field('date', 'tanggal tgl hari day appointmentdate', 'required'),
    field('time', 'jam pukul waktu jammulai start starttime', 'required'),
    field('staff', 'staf terapis dokter namaterapis namastaff therapist doctor employee', 'optional'),
    field('status', '', 'optional'),
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
    return async ({ phone = '', treatment = '', date = '', time = '', staff, status, notes }) => {
      const patient = await client.patients.findByTenantAndPhone.query({ phone: phoneOf('phone', phone) });
      if (!patient) throw refusal('phone', `No patient has the number ${phone}.`);
      const input = parsed(bookings.NewBooking, {
        patientId: patient.id,
        treatmentId: idOf(treatmentIds, 'treatment', treatment),
        staffId: staff ? idOf(staffIds, 'staff', staff) : 'any',
        startAt: instantAt(dayOf('date', date), timeOf('time', time), timezone),
        source: 'online',
        ...(status && { status: statusOf(status) }),
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

function statusOf(text: string): 'pending' | 'confirmed' {
  const status = Object.hasOwn(statuses, sameName(text)) ? statuses[sameName(text)] : undefined;
  if (!status) throw refusal('status', `"${text}" is neither pending nor confirmed.`);
  return status;
}
