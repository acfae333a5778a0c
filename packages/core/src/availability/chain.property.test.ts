// Visits against every way of giving the steps to the staff, with the walk through the minutes behind it.
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { occupied, type Extent } from '../bookings/holds.ts';
import type { StaffId } from '../staff/schema.ts';
import { absences, randomClinic, referenceOf, type RandomClinic } from '../testing/random-clinic.ts';
import { fitted, type Step } from './chain.ts';
import { Days } from './days.ts';
import { Starts, type Rules, type StaffPlan } from './slots.ts';

const runs = Number(process.env['PROPERTY_RUNS'] ?? 300);
const minute = 60_000;
const tick = 5 * minute;

const extent = fc.record({
  durationMin: fc.integer({ min: 15, max: 90 }),
  bufferBeforeMin: fc.constantFrom(0, 0, 5, 30),
  bufferAfterMin: fc.constantFrom(0, 0, 7, 45),
});
const asked = fc.record({
  /** A desk's clinic whose people work often enough that something fits. */
  clinic: randomClinic.map((one): RandomClinic => ({ ...one, publicly: false, days: 2 })),
  steps: fc.array(fc.record({ extent, who: fc.constantFrom('any' as const, 0) }), {
    minLength: 1,
    maxLength: 3,
  }),
  starts: fc.array(fc.integer({ min: 0, max: 280 }), { minLength: 5, maxLength: 10 }),
});

interface Wanted {
  readonly extent: Extent;
  readonly who: 'any' | number;
}

type Against = ReturnType<typeof referenceOf>['against'];

/** Where the steps are when these people do them, or undefined when somebody cannot. */
function tried(
  steps: readonly Wanted[],
  against: readonly Against[],
  people: readonly number[],
  startAt: number,
) {
  const done: { who: number; startAt: number; extent: Extent }[] = [];
  let [ready, waited] = [startAt, false];
  for (const [n, who] of people.entries()) {
    const { extent } = steps[n]!;
    const mine = () => done.some((one) => one.who === who && clash(one, { startAt: start, extent }));
    let start = ready;
    while (n > 0 && mine()) start += tick;
    waited ||= start > ready;
    if (against[n]!(start, who).length > 0) return undefined;
    done.push({ who, startAt: start, extent });
    ready = Math.ceil((start + extent.durationMin * minute) / tick) * tick;
  }
  return { starts: done.map((one) => one.startAt), waited };
}

function clash(
  one: { readonly startAt: number; readonly extent: Extent },
  other: { readonly startAt: number; readonly extent: Extent },
): boolean {
  const [a, b] = [occupied(one.startAt, one.extent), occupied(other.startAt, other.extent)];
  return a.from < b.to && b.from < a.to;
}

function peopleFor(given: RandomClinic, steps: readonly Wanted[]): number[][] {
  return steps.reduce<number[][]>(
    (all, { who }) =>
      all.flatMap((one) => (who === 'any' ? [...given.staff.keys()] : [who]).map((each) => [...one, each])),
    [[]],
  );
}

test('a visit fits where some way of giving out its steps does, without waiting if there is such a way', () => {
  fc.assert(
    fc.property(asked, ({ clinic, steps, starts }) => {
      const { midnight, now } = referenceOf(clinic);
      const [zone, from] = clinic.place;
      const days = new Days({ from, days: 3 }, zone);
      const { openingHours, gridMin } = clinic;
      const rules: Rules = {
        now, openingHours, gridMin, offGrid: true, lateMin: gridMin, noticeMin: 0, windowDays: 366,
      }; // prettier-ignore
      const staff = clinic.staff.map((one, who): StaffPlan => ({
        id: `${who}` as StaffId,
        assigned: one.assigned,
        workingHours: one.workingHours,
        ...absences(clinic, one),
        busy: one.planned.map((booking, n) => ({
          bookingId: `${who}/${n}`,
          ...occupied(midnight + booking.at * minute, booking),
        })),
      }));
      const chain = steps.map(({ extent, who }): Step => ({
        extent,
        starts: new Starts(days, rules, extent),
        staff: who === 'any' ? staff : [staff[who]!],
      }));
      const against = steps.map(({ extent }) => referenceOf({ ...clinic, extent }).against);
      for (const start of starts) {
        const startAt = midnight + start * tick;
        const ways = peopleFor(clinic, steps).flatMap(
          (people) => tried(steps, against, people, startAt) ?? [],
        );
        const found = fitted(chain, startAt);
        expect('places' in found).toBe(ways.length > 0);
        if (!('places' in found)) continue;
        const people = found.places.map(({ staffId }) => Number(staffId));
        const way = tried(steps, against, people, startAt);
        expect(way?.starts).toEqual(found.places.map((place) => place.startAt.getTime()));
        expect(way?.waited).toBe(ways.every(({ waited }) => waited));
      }
    }),
    { numRuns: runs },
  );
}, 600_000);
