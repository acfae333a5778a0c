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
import { staffCollection } from '../staff/collection.ts';
import type { StaffId } from '../staff/schema.ts';
import { actingAs, within } from '../tenancy.ts';
import {
  absences,
  randomClinic,
  referenceOf,
  withRoomForAll,
  type RandomClinic,
} from '../testing/random-clinic.ts';
import { newClinic, testDatabase } from '../testing/index.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import * as availability from './index.ts';

const held = testDatabase();
const runs = Math.ceil(Number(process.env['PROPERTY_RUNS'] ?? 320) / 20);

/** A clinic in the database, written in as few commands as it takes. */
async function madeOf(given: RandomClinic) {
  const { openingHours, gridMin, noticeMin, windowDays } = given;
  const clinic = await newClinic(held.database, {
    timezone: given.place[0],
    openingHours,
    booking: { gridMin, noticeMin, windowDays },
  });
  const patient = await patients.register(clinic, { name: 'Ayu', phone: '0812-3456-7890' });
  const team = await within(clinic, staffCollection).insertMany(
    given.staff.map((one) => ({
      name: 'S', role: 'T', skills: [], rating: 0, isActive: true,
      workingHours: one.workingHours, ...absences(given, one),
    })),
  ); // prettier-ignore
  const treatment = await within(clinic, treatmentsCollection).insert({
    name: 'Facial', category: 'Facial', price: 1, popularity: 0, sortOrder: 1, isActive: true, ...given.extent,
    assignedStaff: team.filter((_, who) => given.staff[who]!.assigned).map(({ id }) => id),
  }); // prettier-ignore
  const { midnight } = referenceOf(given);
  const planned = given.staff.flatMap((one, who) => one.planned.map((booking, n) => ({ booking, who, n })));
  const stored = await within(clinic, bookingsCollection).insertMany(
    planned.map(({ booking: { at, ...extent }, who }) => ({
      ...extent,
      patientId: patient.id,
      treatmentId: treatment.id,
      treatmentName: 'Facial',
      price: 1,
      status: 'confirmed',
      source: 'online',
      paymentStatus: 'unpaid',
      payments: [],
      ...placed(clinic, extent, { staffId: team[who]!.id, startAt: new Date(midnight + at * 60_000) }),
    })),
  );
  const idOf = new Map(planned.map(({ who, n }, place) => [`${who}/${n}`, stored[place]!.id]));
  return { clinic, patient, team, treatment, idOf };
}

test('a time that is offered can be booked, and another is refused for the reasons that explain gives', async () => {
  await fc.assert(
    fc.asyncProperty(randomClinic, async (random) => {
      const given = withRoomForAll(random);
      const { now, against, offered, asked } = referenceOf(given);
      held.clock.now = now;
      const { clinic, patient, team, treatment, idOf } = await madeOf(given);
      const asking = given.publicly ? actingAs(clinic, { kind: 'public' }) : clinic;
      const reasonsFor = (start: number, who: number): SlotReason[] =>
        against(start, who).map(({ code, bookingId }) => ({
          code,
          ...(bookingId !== undefined && { bookingId: idOf.get(bookingId)! }),
        }));
      const byText = (reasons: readonly SlotReason[]) => reasons.map((one) => JSON.stringify(one)).sort();
      const book = (startAt: Date, staffId: StaffId | 'any') =>
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
      expect(free).toEqual(offered());

      const all = days.flatMap(({ slots }) => slots);
      const [first, middle, last] = [all[0], all[all.length >> 1], all.at(-1)];
      for (const slot of [first, last])
        if (slot) expect(await book(slot.startAt, 'any')).toMatchObject({ staffId: slot.staffIds[0] });
      for (const slot of [middle, last])
        if (slot)
          expect(await book(slot.startAt, slot.staffIds.at(-1)!)).toMatchObject({ startAt: slot.startAt });
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
