// Whatever is taken, given back, corrected and undone of a booking: what it says of its money is what its payments say.
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { findWrong } from '../checks/index.ts';
import { isCirceError } from '../errors.ts';
import * as patients from '../patients/index.ts';
import { morning, newPractice, testDatabase } from '../testing/index.ts';
import { minute } from '../time.ts';
import * as bookings from './index.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const method = fc.constantFrom<bookings.PaymentMethod>('cash', 'card', 'qris');
const amount = fc.constantFrom(1, 50_000, 125_000, 250_000);
const reason = 'x';

test('a booking agrees with its payments after any acts on its money', async () => {
  const practice = await newPractice(held.database);
  const { clinic, facial, sari } = practice;
  const step = fc.record({
    name: fc.constantFrom('pay', 'pay', 'refund', 'correct', 'complete', 'cancel', 'undo', 'undo', 'erase'),
    method,
    amount,
    payment: fc.nat(3),
  });
  let made = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: 14 }), async (steps) => {
      const patient = await patients.register(clinic, { name: 'P', phone: `0812345${10_000 + made}` });
      held.clock.now = morning;
      const startAt = new Date(morning.getTime() + ++made * 60 * minute);
      const given = { patientId: patient.id, treatmentId: facial.id, staffId: sari.id, startAt } as const;
      const { id } = await bookings.book(clinic, { ...given, source: 'online', status: 'confirmed' }); // prettier-ignore
      const acts = {
        pay: ({ method, amount }) => bookings.pay(clinic, id, { method, amount }),
        refund: ({ method, amount }) => bookings.refund(clinic, id, { method, amount, reason }),
        correct: ({ method, payment }) => bookings.correctPayment(clinic, id, { method, payment, reason }),
        complete: ({ method }) => bookings.complete(clinic, id, { method }),
        cancel: () => bookings.cancel(clinic, id),
        undo: () => bookings.undo(clinic, id),
        erase: () => patients.erase(clinic, patient.id),
      } satisfies Record<string, (given: bookings.NewPayment & { payment: number }) => Promise<unknown>>;
      for (const { name, ...of } of steps) {
        held.clock.now = new Date(held.clock.now.getTime() + minute);
        await acts[name](of).catch((error: unknown) => {
          if (!isCirceError(error)) throw error;
        });
      }
      expect(await Array.fromAsync(findWrong(clinic, 'payments'))).toEqual([]);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});
