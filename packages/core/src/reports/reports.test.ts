import { afterEach, expect, test } from 'vitest';
import { bookingsCollection } from '../bookings/collection.ts';
import * as bookings from '../bookings/index.ts';
import type { Pipeline } from '../pipeline.ts';
import * as staff from '../staff/index.ts';
import { within } from '../tenancy.ts';
import { daily, morning, newPractice, testDatabase } from '../testing/index.ts';
import { busiestHoursPipeline } from './busiest-hours.ts';
import * as reports from './index.ts';
import { occupancyPipeline } from './occupancy.ts';
import { outcomesPipeline } from './outcomes.ts';
import { newAndReturningPipeline } from './patients.ts';
import { spanOf, type Span } from './range.ts';
import { receiptsPipeline } from './receipts.ts';
import { revenuePipeline } from './revenue.ts';

const held = testDatabase();
afterEach(() => void (held.clock.now = morning));

const at = (time: string, day = '24') => new Date(`2026-11-${day}T${time}:00+07:00`);
const on = (from: string, to = from) => ({ from: `2026-11-${from}`, to: `2026-11-${to}` });

async function practice() {
  const made = await newPractice(held.database);
  const { clinic, ayu, facial, sari } = made;
  const book = (startAt: Date) =>
    bookings.book(clinic, {
      patientId: ayu.id,
      treatmentId: facial.id,
      staffId: sari.id,
      startAt,
      source: 'online',
      status: 'confirmed',
    });
  return { ...made, book };
}

test('a deposit is received on the day it is paid and earned on the day of the treatment', async () => {
  const { clinic, book, facial, sari } = await practice();
  const booking = await book(at('10:00', '26'));
  await bookings.pay(clinic, booking.id, { method: 'transfer', amount: 100_000 });
  held.clock.now = at('11:00', '26');
  await bookings.complete(clinic, booking.id, { method: 'cash' });

  const range = on('24', '26');
  const received = await reports.receipts(clinic, range);
  expect(received.byDay).toEqual([
    { date: '2026-11-24', amount: 100_000, count: 1 },
    { date: '2026-11-25', amount: 0, count: 0 },
    { date: '2026-11-26', amount: 150_000, count: 1 },
  ]);
  expect(received.byMethod).toEqual([
    { method: 'cash', amount: 150_000, count: 1 },
    { method: 'transfer', amount: 100_000, count: 1 },
  ]);
  const earned = await reports.revenue(clinic, range);
  expect(earned.byDay.map(({ amount }) => amount)).toEqual([0, 0, 250_000]);
  expect(earned).toMatchObject({
    total: { amount: 250_000, count: 1 },
    byTreatment: [{ treatmentId: facial.id, name: 'Facial', amount: 250_000, count: 1 }],
    byStaff: [{ staffId: sari.id, name: 'Sari', amount: 250_000, count: 1 }],
    byMethod: received.byMethod,
  });
  expect((await reports.receipts(clinic, on('25'))).previous).toEqual({ amount: 100_000, count: 1 });
});

test('a payment that was undone never came in, a deposit that a clinic kept did', async () => {
  const { clinic, book } = await practice();
  const [undone, kept] = [await book(at('10:00', '26')), await book(at('12:00', '26'))];
  await bookings.pay(clinic, undone.id, { method: 'cash', amount: 50_000 });
  await bookings.undo(clinic, undone.id);
  await bookings.pay(clinic, kept.id, { method: 'qris', amount: 70_000 });
  await bookings.cancel(clinic, kept.id);
  expect((await reports.receipts(clinic, on('24'))).total).toEqual({ amount: 70_000, count: 1 });
  expect((await reports.revenue(clinic, on('24', '26'))).total).toEqual({ amount: 0, count: 0 });
  expect(await reports.outcomes(clinic, on('26'))).toMatchObject({
    cancelled: 1,
    open: 1,
    cancellationRate: 0.5,
  });
});

test("money belongs to the day of the clinic's zone, also near midnight", async () => {
  const { clinic, book } = await practice();
  const booking = await book(at('10:00', '26'));
  held.clock.now = at('00:30', '25');
  await bookings.pay(clinic, booking.id, { method: 'cash', amount: 10_000 });
  expect((await reports.receipts(clinic, on('24'))).total.amount).toBe(0);
  expect((await reports.receipts(clinic, on('25'))).total.amount).toBe(10_000);
});

test('occupancy is booked minutes of the rota, without leave and without those who have left', async () => {
  const { clinic, book, sari, dewi } = await practice();
  await book(at('10:00'));
  await book(at('12:00'));
  await staff.add(clinic, {
    name: 'Tini',
    role: 'Nurse',
    workingHours: daily('18:00-02:00'),
    timeOff: [{ from: '2026-11-24', to: '2026-11-24' }],
  });
  const { byStaff, ...total } = await reports.occupancy(clinic, on('24'));
  expect(byStaff).toMatchObject([
    { staffId: dewi.id, bookedMin: 0, workingMin: 660, occupancy: 0 },
    { staffId: sari.id, bookings: 2, bookedMin: 120, workingMin: 660, occupancy: 120 / 660 },
    // What is left of the night before.
    { name: 'Tini', bookedMin: 0, workingMin: 120, occupancy: 0 },
  ]);
  expect(total).toEqual({ ...on('24'), bookedMin: 120, workingMin: 1440, occupancy: 120 / 1440 });
});

test.each([
  [{}],
  [{ from: '2026-11-24' }],
  [{ from: '2026-11-25', to: '2026-11-24' }],
  [{ from: '2026-02-30', to: '2026-03-01' }],
  [{ from: '2026-01-01', to: '2027-01-02' }],
  [{ from: '1999-12-31', to: '2000-01-01' }],
  [{ from: '2199-12-31', to: '2200-01-01' }],
  [{ from: new Date(0), to: new Date(0) }],
  [{ from: { $ne: '' }, to: '2026-11-24' }],
  [{ from: '2026-11-24', to: '2026-11-24', tenantId: 'other' }],
  [null],
])('a range that is none is refused by every report: %j', async (wrong) => {
  const { clinic } = await practice();
  const { ReportRange: _schema, ...all } = reports;
  for (const report of Object.values(all)) {
    await expect(report(clinic, wrong as reports.ReportRange)).rejects.toMatchObject({ code: 'VALIDATION' });
  }
});

test('a report covers a leap year and not a day more', async () => {
  const { clinic } = await practice();
  expect((await reports.revenue(clinic, { from: '2028-01-01', to: '2028-12-31' })).byDay).toHaveLength(366);
});

test('a clinic sees only its own figures', async () => {
  const [jakarta, bali] = [await practice(), await practice()];
  const booking = await jakarta.book(at('09:00'));
  await bookings.complete(jakarta.clinic, booking.id);
  const { ReportRange: _schema, ...all } = reports;
  const range = on('24');
  const empty = (await newPractice(held.database)).clinic;
  for (const report of Object.values(all)) {
    const bare = async (clinic: typeof empty) =>
      JSON.stringify(await report(clinic, range)).replace(/[0-9a-f]{24}/g, '');
    expect(await bare(bali.clinic)).toBe(await bare(empty));
    expect(await bare(jakarta.clinic)).not.toBe(await bare(empty));
  }
});

test('a report reads the days it is about, by an index, however long the history is', async () => {
  const { clinic, ayu, facial, sari } = await practice();
  const other = await practice();
  const stored = Array.from({ length: 200 }, (_, n) => {
    const startAt = new Date(at('10:00').getTime() + n * 86_400_000);
    const localDate = startAt.toISOString().slice(0, 10);
    return {
      patientId: ayu.id, staffId: sari.id, treatmentId: facial.id, treatmentName: 'Facial', price: 1,
      startAt, endAt: startAt, localDate, localTime: '10:00', status: 'completed' as const, source: 'online' as const,
      durationMin: 60, bufferBeforeMin: 0, bufferAfterMin: 0, paymentStatus: 'paid' as const, paymentAmount: 1,
      payments: [{ method: 'cash' as const, amount: 1, at: startAt, localDate }],
    };
  }); // prettier-ignore
  for (const one of [clinic, other.clinic]) await within(one, bookingsCollection).insertMany(stored);
  const span = spanOf(clinic, { from: '2027-04-01', to: '2027-04-10' });
  const pipelines: [days: number, (span: Span) => Pipeline][] = [
    [20, revenuePipeline],
    [20, receiptsPipeline],
    [20, outcomesPipeline],
    [10, occupancyPipeline],
    [10, busiestHoursPipeline],
    [10, newAndReturningPipeline],
  ];
  const handle = within(clinic, bookingsCollection);
  for (const [days, pipeline] of pipelines) {
    const { keysExamined } = await handle.explainAggregate(pipeline(span));
    expect(keysExamined, pipeline.name).toBeGreaterThanOrEqual(days);
    // One more where the engine counts what a join looks at: the patient's visit before.
    expect(keysExamined, pipeline.name).toBeLessThanOrEqual(days + 1);
  }
  const before = { patientId: ayu.id, startAt: { $lt: span.startAt.$gte }, status: 'completed' } as const;
  expect(await handle.explain(before, { limit: 1 })).toMatchObject({ keysExamined: 1 });
});
