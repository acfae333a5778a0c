// Whatever is done in whatever order: what is stored agrees with itself and with the audit.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { firstBrokenLink, seal } from './audit.ts';
import * as bookings from './bookings/index.ts';
import { findWrong } from './checks/index.ts';
import { isCirceError } from './errors.ts';
import * as patients from './patients/index.ts';
import * as queue from './queue/index.ts';
import { findWrongCounts } from './quotas.ts';
import { replay } from './replay.ts';
import * as staff from './staff/index.ts';
import { minute } from './time.ts';
import type { TenantScope } from './tenancy.ts';
import { daily, morning, newPractice, testDatabase } from './testing/index.ts';
import * as treatments from './treatments/index.ts';
import * as users from './users/index.ts';

const held = testDatabase();
const runs = Number(process.env['PROPERTY_RUNS'] ?? 12);

type Practice = Awaited<ReturnType<typeof newPractice>>;
type Act = (practice: Practice, at: number) => Promise<unknown>;

async function one<Item>(items: Promise<readonly Item[]>, at: number): Promise<Item> {
  const all = await items;
  return all[at % all.length]!;
}

const patient = ({ clinic }: Practice, at: number) =>
  one(patients.findByTenant(clinic).then(({ items }) => items), at); // prettier-ignore
const booking = ({ clinic }: Practice, at: number) =>
  one(bookings.findByTenant(clinic).then(({ items }) => items), at); // prettier-ignore

const visit = ({ clinic }: Practice, at: number) =>
  one(bookings.findByTenant(clinic).then(({ items }) => items.flatMap(({ visitId }) => visitId ?? [])), at); // prettier-ignore

const user = (clinic: TenantScope, at: number) =>
  one(users.findByTenant(clinic).then(({ items }) => items), at); // prettier-ignore

/** What a front desk does, on one of the patients or bookings that there are. */
const acts: Record<string, Act> = {
  register: ({ clinic }, at) =>
    patients.register(clinic, { name: `P ${at}`, phone: `0812345${10_000 + at}` }),
  rename: async (practice, at) =>
    patients.update(practice.clinic, (await patient(practice, at)).id, {
      name: `Q ${at}`,
      notes: at % 2 ? 'x' : '',
    }),
  visit: async (practice, at) =>
    patients.incrementVisits(
      practice.clinic,
      (await patient(practice, at)).id,
      new Date(morning.getTime() - at * minute),
    ),
  merge: async (practice, at) =>
    patients.merge(practice.clinic, {
      keep: (await patient(practice, at)).id,
      from: (await patient(practice, at + 1)).id,
      take: at % 2 ? ['name', 'phone'] : [],
    }),
  deactivate: async (practice, at) => patients.deactivate(practice.clinic, (await patient(practice, at)).id),
  book: async (practice, at) =>
    bookings.book(practice.clinic, {
      patientId: (await patient(practice, at)).id,
      treatmentId: practice.facial.id,
      staffId: at % 3 ? 'any' : practice.sari.id,
      startAt: new Date(morning.getTime() + (at % 40) * 15 * minute),
      source: 'online',
      status: at % 2 ? 'confirmed' : 'pending',
    }),
  join: async (practice, at) =>
    queue.join(practice.clinic, {
      patientId: (await patient(practice, at)).id,
      treatmentId: practice.facial.id,
    }),
  callIn: async (practice, at) => queue.callIn(practice.clinic, (await booking(practice, at)).id),
  start: async (practice, at) => queue.start(practice.clinic, (await booking(practice, at)).id),
  confirm: async (practice, at) => bookings.confirm(practice.clinic, (await booking(practice, at)).id),
  complete: async (practice, at) => bookings.complete(practice.clinic, (await booking(practice, at)).id),
  cancel: async (practice, at) => bookings.cancel(practice.clinic, (await booking(practice, at)).id),
  noShow: async (practice, at) => bookings.noShow(practice.clinic, (await booking(practice, at)).id),
  undo: async (practice, at) => bookings.undo(practice.clinic, (await booking(practice, at)).id),
  bookVisit: async (practice, at) =>
    bookings.bookVisit(practice.clinic, {
      patientId: (await patient(practice, at)).id,
      steps: [{ treatmentId: practice.facial.id }, { treatmentId: practice.facial.id }],
      startAt: new Date(morning.getTime() + (at % 40) * 15 * minute),
      source: 'online',
      ...(at % 4 === 0 && { override: { reason: 'x' } }),
    }),
  moveVisit: async (practice, at) =>
    bookings.rescheduleVisit(practice.clinic, await visit(practice, at), {
      startAt: new Date(morning.getTime() + (at % 40) * 15 * minute),
      staffId: 'any',
    }),
  importPast: async (practice, at) => {
    const { clinic, facial, sari } = practice;
    const startAt = new Date(morning.getTime() - (1 + at) * 60 * minute);
    const status = at % 2 ? 'completed' : 'no-show';
    const patientId = (await patient(practice, at)).id;
    return bookings.importPast(clinic, {
      patientId,
      treatmentId: facial.id,
      staffId: sari.id,
      startAt,
      status,
    });
  },
  confirmVisit: async (practice, at) => bookings.confirmVisit(practice.clinic, await visit(practice, at)),
  cancelVisit: async (practice, at) => bookings.cancelVisit(practice.clinic, await visit(practice, at)),
  undoVisit: async (practice, at) => bookings.undoVisit(practice.clinic, await visit(practice, at)),
  pay: async (practice, at) =>
    bookings.pay(practice.clinic, (await booking(practice, at)).id, {
      method: 'qris',
      amount: 1 + at * 1000,
    }),
  refund: async (practice, at) =>
    bookings.refund(practice.clinic, (await booking(practice, at)).id, {
      method: 'cash',
      amount: 1 + at * 500,
      reason: 'x',
    }),
  correct: async (practice, at) =>
    bookings.correctPayment(practice.clinic, (await booking(practice, at)).id, {
      payment: at % 2,
      method: at % 3 ? 'card' : 'transfer',
      reason: 'x',
    }),
  reschedule: async (practice, at) =>
    bookings.reschedule(practice.clinic, (await booking(practice, at)).id, {
      startAt: new Date(morning.getTime() + (at % 40) * 15 * minute),
      staffId: 'any',
    }),
  hire: ({ clinic }, at) =>
    staff.add(clinic, { name: `S ${at}`, role: 'Therapist', workingHours: daily('09:00-20:00') }),
  offer: ({ clinic, sari }, at) =>
    treatments.add(clinic, {
      name: `T ${at}`,
      category: 'X',
      durationMin: 30,
      price: at,
      assignedStaff: [sari.id],
    }),
  addUser: ({ clinic }, at) =>
    users.add(clinic, {
      email: `u${at}@x.id`,
      name: 'U',
      role: 'staff',
      passwordHash: 'a hash of at least twenty',
    }),
  dismiss: async ({ clinic }, at) => users.deactivate(clinic, (await user(clinic, at)).id),
  take: async ({ clinic }, at) => users.reactivate(clinic, (await user(clinic, at)).id),
};

const names = Object.keys(acts);
const step = fc.record({ name: fc.constantFrom(...names, 'book', 'complete', 'undo'), at: fc.nat(60) });

test('visits, holds, counters and the audit agree after any acts, several at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 20 }),
      async (rounds) => {
        const practice = await newPractice(held.database, { features: { maxUsers: 5, maxBookings: 12 } });
        const { clinic } = practice;
        for (const round of rounds) {
          const done = await Promise.allSettled(round.map(({ name, at }) => acts[name]!(practice, at)));
          for (const failed of done.filter((result) => result.status === 'rejected')) {
            // An act that finds no booking, or is refused, has to leave nothing behind.
            if (!isCirceError(failed.reason) && !(failed.reason instanceof TypeError)) throw failed.reason;
          }
        }
        const differences: unknown[] = [];
        for await (const difference of replay(clinic)) differences.push(difference);
        expect(differences).toEqual([]);
        expect(await Array.fromAsync(patients.findWrongVisits(clinic))).toEqual([]);
        expect((await bookings.findWrongHolds(clinic)).items).toEqual([]);
        expect(await findWrongCounts(clinic)).toEqual([]);
        for (const aspect of ['search', 'queue', 'references', 'payments'] as const)
          expect(await Array.fromAsync(findWrong(clinic, aspect))).toEqual([]);
        await seal(clinic);
        expect(await firstBrokenLink(clinic)).toBeUndefined();
      },
    ),
    { numRuns: runs, endOnFailure: true },
  );
});
