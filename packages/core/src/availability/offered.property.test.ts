// What is offered can be booked and what is not is refused for the same reasons, against the database, on random
// clinics. PROPERTY_RUNS tries a twentieth as many clinics as it says.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dryRun } from '../act.ts';
import { bookingsCollection } from '../bookings/collection.ts';
import * as bookings from '../bookings/index.ts';
import { placed } from '../bookings/place.ts';
import { isCirceError, type SlotReason } from '../errors.ts';
import * as patients from '../patients/index.ts';
import * as staff from '../staff/index.ts';
import { actingAs, within } from '../tenancy.ts';
import { absences, randomClinic, referenceOf, type RandomClinic } from '../testing/random-clinic.ts';
import { newClinic, testDatabase } from '../testing/index.ts';
import * as treatments from '../treatments/index.ts';
import * as availability from './index.ts';

const held = testDatabase();
const runs = Math.ceil(Number(process.env['PROPERTY_RUNS'] ?? 160) / 20);

/** A clinic in the database as it was given, without the bookings for which there is no room. */
async function madeOf(given: RandomClinic) {
  const { openingHours, gridMin, noticeMin, windowDays } = given;
  const clinic = await newClinic(held.database, {
    timezone: given.place[0],
    openingHours,
    booking: { gridMin, noticeMin, windowDays },
  });
  const patient = await patients.register(clinic, { name: 'Ayu', phone: '0812-3456-7890' });
  const team = [];
  for (const one of given.staff) {
    const { workingHours } = one;
    team.push(await staff.add(clinic, { name: 'S', role: 'T', workingHours, ...absences(given, one) }));
  }
  const treatment = await treatments.add(clinic, {
    name: 'Facial',
    category: 'Facial',
    price: 1,
    ...given.extent,
    assignedStaff: team.filter((_, who) => given.staff[who]!.assigned).map(({ id }) => id),
  });
  const { midnight } = referenceOf(given);
  const idOf = new Map<string, bookings.BookingId>();
  const booked: RandomClinic['staff'] = [];
  for (const [who, one] of given.staff.entries()) {
    const planned = [];
    for (const booking of one.planned) {
      const { at, ...extent } = booking;
      const startAt = new Date(midnight + at * 60_000);
      const document = {
        ...extent,
        patientId: patient.id,
        treatmentId: treatment.id,
        treatmentName: 'Facial',
        price: 1,
        status: 'confirmed',
        source: 'online',
        paymentStatus: 'unpaid',
        payments: [],
        ...placed(clinic, extent, { staffId: team[who]!.id, startAt }),
      } as const;
      const kept = await within(clinic, bookingsCollection)
        .insert(document)
        .catch(() => undefined);
      if (kept) idOf.set(`${who}/${planned.push(booking) - 1}`, kept.id);
    }
    booked.push({ ...one, planned });
  }
  return { clinic, patient, team, treatment, idOf, given: { ...given, staff: booked } };
}

test('a time that is offered can be booked, and another is refused for the reasons that explain gives', async () => {
  await fc.assert(
    fc.asyncProperty(randomClinic, async (random) => {
      held.clock.now = referenceOf(random).now;
      const { clinic, patient, team, treatment, idOf, given } = await madeOf(random);
      const { against, offered, asked } = referenceOf(given);
      const asking = given.publicly ? actingAs(clinic, { kind: 'public' }) : clinic;
      const reasonsFor = (start: number, who: number): SlotReason[] =>
        against(start, who).map(({ code, bookingId }) => ({
          code,
          ...(bookingId !== undefined && { bookingId: idOf.get(bookingId)! }),
        }));
      const byText = (reasons: readonly SlotReason[]) => reasons.map((one) => JSON.stringify(one)).sort();
      const book = (startAt: Date, staffId: staff.StaffId | 'any') =>
        bookings.book(dryRun(asking), {
          patientId: patient.id,
          treatmentId: treatment.id,
          staffId,
          startAt,
          source: 'online',
        });

      const days = await availability.search(asking, {
        treatmentId: treatment.id,
        from: given.place[1],
        days: given.days,
      });
      const free = days.map(({ date, slots }) => ({
        date,
        starts: slots.map(({ startAt, staffIds }) => ({
          start: startAt.getTime(),
          free: staffIds.map((id) => team.findIndex((one) => one.id === id)).sort(),
        })),
      }));
      expect(free).toEqual(offered);

      const all = days.flatMap(({ slots }) => slots);
      for (const slot of [all[0], all[all.length >> 1], all.at(-1)]) {
        if (!slot) continue;
        expect(await book(slot.startAt, 'any')).toMatchObject({ staffId: slot.staffIds[0] });
        expect(await book(slot.startAt, slot.staffIds.at(-1)!)).toMatchObject({ startAt: slot.startAt });
      }
      for (const start of asked.slice(-3)) {
        const startAt = new Date(start);
        for (const [who, { id: staffId }] of team.entries()) {
          const expected = byText(reasonsFor(start, who));
          const { reasons } = await availability.explain(asking, {
            treatmentId: treatment.id,
            staffId,
            startAt,
          });
          expect(byText(reasons)).toEqual(expected);
          const refused = await book(startAt, staffId).catch((error: unknown) => error);
          if (expected.length === 0) expect(refused).toMatchObject({ staffId, startAt });
          else if (isCirceError(refused, 'CONFLICT_SLOT'))
            expect(byText(refused.details.reasons)).toEqual(expected);
          else throw refused;
        }
      }
    }),
    { numRuns: runs },
  );
}, 600_000);
