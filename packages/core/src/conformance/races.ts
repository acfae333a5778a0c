import { overlaps } from '../availability/intervals.ts';
import type { Booking } from '../bookings/schema.ts';
import { canonical } from '../changes.ts';
import { tenantCollections } from '../database.ts';
import { acrossTenants } from '../firewall.ts';
import * as patients from '../patients/index.ts';
import { minute } from '../time.ts';
import { atOnce, bookingId, must, times, type Check, type Tally } from './kit.ts';

const desks = 12;

const indexes: Check = {
  name: 'races/indexes',
  promise: 'The unique indexes are there by which the database refuses what two writers do at once.',
  async run({ database }) {
    for (const { name, indexes } of tenantCollections) {
      const there = await acrossTenants('indexes', () => database.db.collection(name).indexes()).catch(
        () => [],
      );
      for (const wanted of indexes.filter(({ unique }) => unique)) {
        const same = there.some(
          ({ key, unique, partialFilterExpression: partial }) =>
            unique === true &&
            JSON.stringify(key) === JSON.stringify(wanted.key) &&
            canonical(partial) === canonical(wanted.partialFilterExpression),
        );
        must(same, `${name} has no unique index ${JSON.stringify(wanted.key)}: call ensureIndexes.`);
      }
    }
  },
};

const oneTime: Check = {
  name: 'races/one-time',
  promise: `Of ${desks} bookings of one time at once exactly one is made, and the others are refused as CONFLICT_SLOT.`,
  async run(kit) {
    const { desk, wish, at, day, stored } = await kit.newClinic();
    const start = at(day(1), '10:00');
    const tally = await atOnce(times(desks, (index) => () => desk(index).book(wish(start))));
    exactlyOne(tally, await stored(day(1)));
    refusedAs('CONFLICT_SLOT', tally);
  },
};

const overlapping: Check = {
  name: 'races/overlaps',
  promise: 'Bookings at once that overlap, buffers included, leave no two that do.',
  async run(kit) {
    const { desk, wish, at, day, stored, peeling } = await kit.newClinic();
    const first = at(day(1), '10:00').getTime();
    const start = () => new Date(first + 5 * minute * Math.floor(Math.random() * 24));
    const wishes = times(2 * desks, () => ({ ...wish(start()), treatmentId: peeling.id }));
    const { made } = await atOnce(wishes.map((one, index) => () => desk(index).book(one)));
    const kept = await stored(day(1));
    must(made.length > 0, 'None was made at all.');
    must(made.length === kept.length, `${made.length} were answered as made, ${kept.length} are stored.`);
    noOverlap(kept, peeling.bufferBeforeMin + peeling.bufferAfterMin);
  },
};

const midnight: Check = {
  name: 'races/midnight',
  promise: 'Two bookings at once that overlap across midnight are not both made.',
  async run(kit) {
    const { desk, wish, at, day, stored } = await kit.newClinic();
    const starts = [at(day(1), '23:45'), at(day(2), '00:00')];
    const tally = await atOnce(times(desks, (index) => () => desk(index).book(wish(starts[index % 2]!))));
    exactlyOne(tally, [...(await stored(day(1))), ...(await stored(day(2)))]);
  },
};

const moves: Check = {
  name: 'races/moves',
  promise: 'Of bookings and moves to one time at once exactly one gets it.',
  async run(kit) {
    const { desk, wrapper, wish, at, day, stored } = await kit.newClinic();
    const earlier = [
      await wrapper.book(wish(at(day(1), '09:00'))),
      await wrapper.book(wish(at(day(1), '10:00'))),
    ];
    const noon = at(day(1), '12:00');
    const { made } = await atOnce<unknown>([
      ...earlier.map((one, index) => () => desk(index).reschedule(bookingId(one), noon)),
      ...times(desks, (index) => () => desk(index).book(wish(noon))),
    ]);
    const there = (await stored(day(1))).filter(({ startAt }) => startAt.getTime() === noon.getTime());
    must(made.length === 1, `${made.length} were answered as made.`);
    must(there.length === 1, `${there.length} bookings are at that time.`);
  },
};

const released: Check = {
  name: 'races/released',
  promise: 'A time that is cancelled can be booked again, by one.',
  async run(kit) {
    const { desk, wrapper, wish, at, day, stored } = await kit.newClinic();
    const start = at(day(1), '10:00');
    await wrapper.cancel(bookingId(await wrapper.book(wish(start))));
    const tally = await atOnce(times(desks, (index) => () => desk(index).book(wish(start))));
    exactlyOne(
      tally,
      (await stored(day(1))).filter(({ status }) => status !== 'cancelled'),
    );
  },
};

const phones: Check = {
  name: 'races/phones',
  promise: 'Of registrations of one phone at once, in any spelling, exactly one is made.',
  async run(kit) {
    const { desk, scope } = await kit.newClinic();
    const spellings = ['0812 1111 2222', '+62 812-1111-2222', '081211112222'];
    const tally = await atOnce(
      times(
        desks,
        (index) => () => desk(index).registerPatient({ name: 'Budi', phone: spellings[index % 3]! }),
      ),
    );
    const { items } = await patients.findByTenant(scope);
    exactlyOne(
      tally,
      items.filter(({ phone }) => phone === '+6281211112222'),
    );
    refusedAs('CONFLICT_DUPLICATE', tally);
  },
};

function exactlyOne({ made, refused }: Tally<unknown>, kept: readonly unknown[]): void {
  must(made.length === 1, `${made.length} were answered as made; refused were ${JSON.stringify(refused)}.`);
  must(kept.length === 1, `${kept.length} are stored.`);
}

function refusedAs(code: string, { refused }: Tally<unknown>): void {
  const others = Object.keys(refused).filter((one) => one !== code);
  must(others.length === 0, `Some were refused as ${others.join(', ')}, not as ${code}.`);
}

function noOverlap(bookings: readonly Booking[], bufferMin: number): void {
  const taken = bookings
    .map(({ startAt, endAt }) => ({ from: startAt.getTime(), to: endAt.getTime() + bufferMin * minute }))
    .toSorted((a, b) => a.from - b.from);
  const clash = taken.find((one, index) => index > 0 && overlaps(taken[index - 1]!, one));
  must(!clash, `Two bookings overlap, the later one at ${clash && new Date(clash.from).toISOString()}.`);
}

export const races: readonly Check[] = [indexes, oneTime, overlapping, midnight, moves, released, phones];
