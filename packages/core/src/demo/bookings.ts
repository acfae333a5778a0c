import { hoursOn, isAway } from '../availability/hours.ts';
import { occupied } from '../bookings/holds.ts';
import { placed } from '../bookings/place.ts';
import {
  holdsTime,
  type Booking,
  type BookingStatus,
  type Payment,
  type PaymentMethod,
} from '../bookings/schema.ts';
import type { NewDocument } from '../handle.ts';
import type { PatientId } from '../patients/schema.ts';
import type { Staff } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { addDays, instantAt, minute } from '../time.ts';
import type { Treatment } from '../treatments/schema.ts';
import { bookingNotes } from './catalogue.ts';
import type { Random } from './random.ts';

export interface Diary {
  readonly staff: readonly Staff[];
  readonly treatments: readonly Treatment[];
  readonly patients: readonly { readonly id: PatientId; readonly name: string; readonly since: string }[];
  /** Who comes already, by local day. */
  readonly taken: Map<string, Set<PatientId>>;
}

export interface PlannedBooking {
  /** The local day on which it was made. */
  readonly createdOn: string;
  readonly booking: NewDocument<Booking>;
}

const pastDays = 60;
const futureDays = 14;

/** Bookings of every staff member's shifts, from 60 days back to 14 ahead, none overlapping another. */
export function bookingsOf(
  clinic: TenantScope,
  random: Random,
  today: string,
  diary: Diary,
): PlannedBooking[] {
  const planned: PlannedBooking[] = [];
  for (let offset = -pastDays; offset <= futureDays; offset++) {
    const date = addDays(today, offset);
    const ofDay = diary.staff.flatMap((staff) => dayOf(clinic, random, today, date, staff, diary));
    planned.push(...numbered(ofDay));
  }
  return planned;
}

/** Walk-ins get the queue numbers of their day in the order in which they came. */
function numbered(ofDay: readonly PlannedBooking[]): PlannedBooking[] {
  let queueNumber = 0;
  return ofDay
    .toSorted((a, b) => a.booking.startAt.getTime() - b.booking.startAt.getTime())
    .map((planned) =>
      planned.booking.source === 'walk-in'
        ? { ...planned, booking: { ...planned.booking, queueNumber: ++queueNumber } }
        : planned,
    );
}

function dayOf(
  clinic: TenantScope,
  random: Random,
  today: string,
  date: string,
  staff: Staff,
  diary: Diary,
): PlannedBooking[] {
  const zone = clinic.tenant.config.timezone;
  if (isAway(staff.timeOff, date)) return [];
  const able = diary.treatments.filter(({ assignedStaff }) => assignedStaff.includes(staff.id));
  // The further away a day is, the emptier it still is.
  const ahead = Math.max(0, daysAhead(today, date));
  const fullness = 0.72 - ahead * 0.04;
  const planned: PlannedBooking[] = [];
  for (const shift of hoursOn(date, staff.workingHours, staff.exceptions, zone)) {
    let at = shift.from;
    for (;;) {
      const treatment = random.pick(able);
      if (at + treatment.durationMin * minute > shift.to) break;
      if (!random.chance(fullness)) {
        at += 30 * minute;
        continue;
      }
      planned.push(plan(clinic, random, today, new Date(at), staff, treatment, diary));
      const end = occupied(at, treatment).to;
      at = Math.ceil(end / (15 * minute)) * 15 * minute;
    }
  }
  return planned;
}

function daysAhead(today: string, date: string): number {
  return Math.round((Date.parse(date) - Date.parse(today)) / (24 * 60 * minute));
}

function plan(
  clinic: TenantScope,
  random: Random,
  today: string,
  startAt: Date,
  staff: Staff,
  treatment: Treatment,
  diary: Diary,
): PlannedBooking {
  const now = clinic.clock();
  const place = placed(clinic, treatment, { staffId: staff.id, startAt });
  const patient = pickPatient(random, diary, place.localDate);
  const ended = place.endAt <= now;
  const begun = startAt <= now;
  const walkIn = startAt <= now && random.chance(0.22);
  const status = statusOf(random, { ended, begun, ahead: daysAhead(today, place.localDate), walkIn });
  const latest = place.localDate < today ? place.localDate : today;
  const createdOn = walkIn ? place.localDate : addDays(latest, -random.int(0, 10));
  const { holding, holds, ...when } = place;
  // A deposit comes with the booking.
  const booked = Math.min(
    instantAt(createdOn, '12:00', clinic.tenant.config.timezone).getTime(),
    now.getTime(),
  );
  return {
    createdOn,
    booking: {
      patientId: patient.id,
      patientName: patient.name,
      treatmentId: treatment.id,
      treatmentName: treatment.name,
      price: treatment.price,
      durationMin: treatment.durationMin,
      bufferBeforeMin: treatment.bufferBeforeMin,
      bufferAfterMin: treatment.bufferAfterMin,
      status,
      source: walkIn ? 'walk-in' : 'online',
      ...when,
      ...(holdsTime(status) && { holding, holds }),
      ...(walkIn && begun && { calledAt: startAt }),
      ...((status === 'completed' || (status === 'confirmed' && begun && walkIn)) && { startedAt: startAt }),
      ...(random.chance(0.06) && { notes: random.pick(bookingNotes) }),
      ...paymentOf(random, status, treatment.price, {
        localDate: begun ? place.localDate : createdOn,
        at: begun ? startAt : new Date(booked),
        by: clinic.actor,
      }),
    },
  };
}

/** Somebody who was registered by then and comes at most once that day. */
function pickPatient(random: Random, { patients, taken }: Diary, date: string): Diary['patients'][number] {
  const come = taken.get(date) ?? new Set();
  const patient = random.pick(patients.filter(({ id, since }) => since <= date && !come.has(id)));
  taken.set(date, come.add(patient.id));
  return patient;
}

interface Moment {
  readonly ended: boolean;
  readonly begun: boolean;
  readonly ahead: number;
  readonly walkIn: boolean;
}

function statusOf(random: Random, { ended, begun, ahead, walkIn }: Moment): BookingStatus {
  const roll = random.next();
  // Of yesterday a few were never closed, as after any busy evening.
  if (ended && ahead === -1 && !walkIn && roll >= 0.76 && roll < 0.84) return 'confirmed';
  if (ended && ahead < 0) return walkIn || roll < 0.84 ? 'completed' : roll < 0.92 ? 'cancelled' : 'no-show';
  // Earlier today some still wait to be checked out, as on any morning.
  if (ended)
    return walkIn || roll < 0.7
      ? 'completed'
      : roll < 0.85
        ? 'confirmed'
        : roll < 0.93
          ? 'no-show'
          : 'cancelled';
  if (begun) return 'confirmed';
  if (roll < 0.05) return 'cancelled';
  // A clinic answers most requests on the day they come.
  return roll < (ahead === 0 ? 0.96 : 0.985) ? 'confirmed' : 'pending';
}

const methods: readonly PaymentMethod[] = [
  'qris',
  'qris',
  'qris',
  'cash',
  'card',
  'transfer',
  'card',
  'other',
];

function paymentOf(
  random: Random,
  status: BookingStatus,
  price: number,
  received: Pick<Payment, 'localDate' | 'at' | 'by'>,
): Pick<Booking, 'payments' | 'paymentStatus'> & Partial<Pick<Booking, 'paymentMethod' | 'paymentAmount'>> {
  const method = random.pick(methods);
  const deposit = random.chance(0.2);
  const amount = status === 'completed' ? price : deposit ? Math.round((price * 0.3) / 10_000) * 10_000 : 0;
  if (amount === 0 || status === 'cancelled') return { payments: [], paymentStatus: 'unpaid' };
  return {
    payments: [{ method, amount, ...received }],
    paymentMethod: method,
    paymentAmount: amount,
    paymentStatus: amount >= price ? 'paid' : 'deposit',
  };
}
