import { BookingId, PatientId, StaffId, TreatmentId, type Patient } from '@paper-circe/api';
import { expect, test } from 'vitest';
import { toldOf } from './told.ts';

const clinic = { name: 'Klinik Melati', timezone: 'Asia/Makassar', locale: 'id' } as const;
const at = (time: string) => new Date(`2026-11-24T${time}:00+08:00`);
const id = (n: number) => String(n).repeat(24);

const patient = (n: number, name: string, locale?: 'en'): Patient => ({
  ...{ id: PatientId.parse(id(n)), version: 1, revision: 1, createdAt: at('07:00'), updatedAt: at('07:00') },
  ...{ name, phone: `+62812${n}`, totalVisits: 0, isActive: true, ...(locale && { locale }) },
});

const booking = (n: number, of: Patient, time: string, status: 'confirmed' | 'cancelled' = 'confirmed') => ({
  ...{ id: BookingId.parse(id(n)), version: 1, revision: 3, createdAt: at('07:00'), updatedAt: at('07:00') },
  ...{ patientId: of.id, staffId: StaffId.parse(id(8)), treatmentId: TreatmentId.parse(id(9)), status },
  ...({
    source: 'online',
    paymentStatus: 'unpaid',
    payments: [],
    price: 1,
    treatmentName: `Facial ${n}`,
  } as const),
  ...{ durationMin: 30, bufferBeforeMin: 0, bufferAfterMin: 0, localDate: '2026-11-24', localTime: time },
  ...{ startAt: at(time), endAt: new Date(at(time).getTime() + 1_800_000), staffName: 'Dewi' },
  lastChange: { action: 'bookings.rearrange', at: at('08:30'), before: { startAt: at('10:00') } },
});

test('each patient is told once what was moved and once what was cancelled, in the patient’s language', () => {
  const [ayu, tom] = [patient(1, 'Ayu'), patient(2, 'Tom', 'en')];
  const bookings = [
    booking(3, tom, '11:30'),
    booking(4, ayu, '10:00', 'cancelled'),
    booking(5, tom, '11:00'),
  ];
  const told = toldOf(clinic, bookings, [ayu, tom]);
  expect(told.map(({ name, locale, isCancelled }) => [name, locale, isCancelled])).toEqual([
    ['Ayu', 'id', true],
    ['Tom', 'en', false],
  ]);
  expect(told[0]?.text).toContain('Klinik Melati pada Sel, 24 Nov, 10.00 (Facial 4)');
  expect(told[1]?.text).toBe(
    [
      'Hello Tom, we are sorry: your appointment at Klinik Melati on Tue 24 Nov, 10:00 has to change. It is now:',
      '*Tuesday, 24 November 2026*',
      '11:00–11:30 WITA: Facial 5 with Dewi',
      '11:30–12:00 WITA: Facial 3 with Dewi',
      'Please reply if this does not suit you. Thank you.',
    ].join('\n'),
  );
});
