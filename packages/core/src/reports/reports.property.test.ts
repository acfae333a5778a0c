// Every report against a plain computation over the same bookings: it walks through all of them, day by day, and
// knows neither pipelines nor intervals. All clinics of the run lie in one database, beside one another.
import * as fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { bookingsCollection } from '../bookings/collection.ts';
import type { Booking } from '../bookings/schema.ts';
import type { PatientId } from '../patients/schema.ts';
import { staffCollection } from '../staff/collection.ts';
import type { Staff } from '../staff/schema.ts';
import { beside, within, type TenantScope } from '../tenancy.ts';
import type { TenantId } from '../tenants/index.ts';
import { newClinic, testDatabase } from '../testing/index.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import * as reports from './index.ts';

const held = testDatabase();
const runs = Number(process.env['REPORT_RUNS'] ?? 150);

const statuses = [
  'pending',
  'confirmed',
  'completed',
  'completed',
  'completed',
  'cancelled',
  'no-show',
] as const;
const methods = ['cash', 'card', 'transfer', 'qris', 'other'] as const;
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
/** The days around which everything happens; clocks change in Sydney, New York and Cairo. */
const starts = [
  ['Asia/Jakarta', '2026-11-24'],
  ['Asia/Makassar', '2026-12-30'],
  ['Australia/Sydney', '2026-10-03'],
  ['Australia/Sydney', '2026-04-04'],
  ['America/New_York', '2026-11-01'],
  ['Africa/Cairo', '2026-04-23'],
] as const;

const minuteOfDay = fc.integer({ min: 0, max: 1439 });
const span = fc
  .constantFrom('09:00-17:00', '18:00-02:00', '00:00-24:00', '22:30-06:15', '12:00-12:30')
  .chain((hours) => fc.constantFrom(...weekdays).map((day) => `${day} ${hours}`));
const given = fc.record({
  start: fc.constantFrom(...starts),
  staff: fc.array(
    fc.record({
      isActive: fc.boolean(),
      workingHours: fc.array(span, { maxLength: 10 }),
      off: fc.integer({ min: 0, max: 20 }),
      shifted: fc.integer({ min: 0, max: 20 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  bookings: fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 20 }),
      minute: minuteOfDay,
      staff: fc.nat(2),
      treatment: fc.nat(2),
      patient: fc.nat(4),
      status: fc.constantFrom(...statuses),
      durationMin: fc.integer({ min: 15, max: 480 }),
      payments: fc.array(
        fc.record({
          method: fc.constantFrom(...methods),
          amount: fc.integer({ min: 1, max: 9_000_000 }),
          day: fc.integer({ min: 0, max: 20 }),
          minute: minuteOfDay,
          /** Of a hundred, given back at the same moment. */
          back: fc.constantFrom(0, 0, 40, 100),
        }),
        { maxLength: 3 },
      ),
    }),
    { maxLength: 30 },
  ),
  from: fc.integer({ min: 0, max: 20 }),
  days: fc.integer({ min: 1, max: 12 }),
});
type Given = typeof given extends fc.Arbitrary<infer One> ? One : never;

const prices = [0, 150_000, 1_250_000] as const;
const patientIds = Array.from({ length: 5 }, (_, n) => `${n}`.repeat(24) as PatientId);
let made = 0;

/** A clinic with the given rota and bookings, written as they would be stored. */
async function opened(host: TenantScope, { start: [timezone, first], staff, bookings }: Given) {
  const id = (++made).toString(16).padStart(24, '0') as TenantId;
  const config = { ...host.tenant.config, timezone };
  const clinic = beside(host, { ...host.tenant, id, config });
  const day = (offset: number) => Temporal.PlainDate.from(first).add({ days: offset });
  const instant = (offset: number, minute: number) => {
    const plainTime = Temporal.PlainTime.from('00:00').add({ minutes: minute });
    return day(offset).toZonedDateTime({ timeZone: timezone, plainTime });
  };
  const team = await within(clinic, staffCollection).insertMany(
    staff.map((one, n) => ({
      name: `S${n}`,
      role: 'Therapist',
      skills: [],
      rating: 0,
      isActive: one.isActive,
      workingHours: one.workingHours,
      timeOff: [{ from: day(one.off).toString(), to: day(one.off + 1).toString() }],
      exceptions: [{ date: day(one.shifted).toString(), hours: ['20:00-03:00'] }],
    })),
  );
  const list = await within(clinic, treatmentsCollection).insertMany(
    prices.map((price, n) => ({
      name: `T${n}`, category: 'C', durationMin: 60, price, popularity: 0,
      assignedStaff: [], bufferBeforeMin: 0, bufferAfterMin: 0, sortOrder: 0, isActive: true,
    })),
  ); // prettier-ignore
  const stored = await within(clinic, bookingsCollection).insertMany(
    bookings.map((one) => {
      const at = instant(one.day, one.minute);
      const startAt = new Date(at.epochMilliseconds);
      const treatment = list[one.treatment]!;
      const payments = one.payments.flatMap(({ method, amount, back, day, minute }) => {
        const received = instant(day, minute);
        const localDate = received.toPlainDate().toString();
        const entry = (rupiah: number) => ({
          ...{ method, amount: rupiah, at: new Date(received.epochMilliseconds), localDate },
        });
        const given = Math.ceil((amount * back) / 100);
        return back > 0 ? [entry(amount), entry(-given)] : [entry(amount)];
      });
      const paymentAmount = payments.reduce((sum, { amount }) => sum + amount, 0);
      return {
        patientId: patientIds[one.patient]!,
        staffId: team[one.staff % team.length]!.id,
        treatmentId: treatment.id,
        startAt,
        endAt: new Date(startAt.getTime() + one.durationMin * 60_000),
        localDate: at.toPlainDate().toString(),
        localTime: at.toPlainTime().toString({ smallestUnit: 'minute' }),
        status: one.status,
        source: 'online' as const,
        paymentStatus: 'unpaid' as const,
        treatmentName: treatment.name,
        price: treatment.price,
        durationMin: one.durationMin,
        bufferBeforeMin: 0,
        bufferAfterMin: 0,
        payments,
        ...(payments.length > 0 && { paymentAmount }),
      };
    }),
  );
  return { clinic, day, team, list, stored };
}

interface Receipt {
  readonly date: string;
  readonly amount: number;
  readonly treatmentId: string;
  readonly staffId: string;
  readonly method?: string;
}

function plainMoney(
  range: reports.ReportRange,
  before: string,
  all: readonly Receipt[],
  paid: readonly Receipt[],
) {
  const within = ({ date }: Receipt) => range.from <= date && date <= range.to;
  const sum = (some: readonly Receipt[]) => ({
    amount: some.reduce((total, { amount }) => total + amount, 0),
    count: some.length,
  });
  const by = (some: readonly Receipt[], key: 'treatmentId' | 'staffId' | 'method') =>
    [...new Set(some.map((one) => one[key]!))]
      .map((value): Record<string, string | number> => ({
        [key]: value,
        ...sum(some.filter((one) => one[key] === value)),
      }))
      .sort(
        (a, b) => Number(b['amount']) - Number(a['amount']) || (String(a[key]) < String(b[key]) ? -1 : 1),
      );
  const byDay = [];
  for (
    let date = range.from;
    date <= range.to;
    date = Temporal.PlainDate.from(date).add({ days: 1 }).toString()
  )
    byDay.push({ date, ...sum(all.filter((one) => one.date === date)) });
  const inRange = all.filter(within);
  return {
    ...range,
    total: sum(inRange),
    previous: sum(all.filter(({ date }) => before <= date && date < range.from)),
    byDay,
    byTreatment: by(inRange, 'treatmentId'),
    byStaff: by(inRange, 'staffId'),
    byMethod: by(paid.filter(within), 'method'),
  };
}

/** The report without the names of treatments and staff. */
function nameless(money: reports.Money) {
  const bare = <Row extends { readonly name?: string }>({ name, ...row }: Row) => (
    expect(name).toMatch(/^[TS]\d$/),
    row
  );
  return { ...money, byTreatment: money.byTreatment.map(bare), byStaff: money.byStaff.map(bare) };
}

function plainOutcomes(bookings: readonly Booking[]) {
  const number = (...some: string[]) => bookings.filter(({ status }) => some.includes(status)).length;
  const attended = number('completed', 'no-show');
  return {
    bookings: bookings.length,
    completed: number('completed'),
    cancelled: number('cancelled'),
    noShow: number('no-show'),
    open: number('pending', 'confirmed'),
    cancellationRate: bookings.length ? number('cancelled') / bookings.length : undefined,
    noShowRate: attended ? number('no-show') / attended : undefined,
  };
}

/** The minutes between two midnights in which somebody works, in steps of the quarter hours that all hours lie on. */
function plainWorkingMinutes(one: Staff, zone: string, from: string, to: string): number {
  const spans: [number, number][] = [];
  const last = Temporal.PlainDate.from(to);
  for (
    let date = Temporal.PlainDate.from(from).subtract({ days: 2 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    const day = date.toString();
    if (one.timeOff.some((off) => off.from <= day && day <= off.to)) continue;
    const special = one.exceptions.find((exception) => exception.date === day)?.hours;
    const weekly = one.workingHours.filter((entry) => entry.startsWith(weekdays[date.dayOfWeek - 1]!));
    for (const hours of special ?? weekly.map((entry) => entry.slice(4))) {
      const [start = '', end = ''] = hours.split('-');
      const endDate = end === '24:00' || end <= start ? date.add({ days: 1 }) : date;
      const plainTime = end === '24:00' ? '00:00' : end;
      spans.push([
        date.toZonedDateTime({ timeZone: zone, plainTime: start }).epochMilliseconds,
        endDate.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds,
      ]);
    }
  }
  let minutes = 0;
  const end = last.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
  for (
    let at = Temporal.PlainDate.from(from).toZonedDateTime(zone).epochMilliseconds;
    at < end;
    at += 15 * 60_000
  ) {
    if (spans.some(([begin, over]) => begin <= at && at < over)) minutes += 15;
  }
  return minutes;
}

test('every report is what a walk through the bookings says', async () => {
  const host = await newClinic(held.database);
  await fc.assert(
    fc.asyncProperty(given, async (one) => {
      const { clinic, day, team, stored } = await opened(host, one);
      const [zone] = one.start;
      const range = { from: day(one.from).toString(), to: day(one.from + one.days - 1).toString() };
      const before = day(one.from - one.days).toString();
      const inRange = stored.filter(({ localDate }) => range.from <= localDate && localDate <= range.to);
      const done = stored.filter(({ status }) => status === 'completed');
      const took = inRange.filter(({ status }) => status !== 'cancelled' && status !== 'no-show');

      const earned = done.map(({ localDate: date, price, payments, treatmentId, staffId }) => {
        const kept = payments.reduce((sum, payment) => sum + payment.amount, 0);
        const isRefunded = payments.some((payment) => payment.amount < 0);
        return { date, amount: isRefunded ? Math.min(price, kept) : price, treatmentId, staffId };
      });
      const settled = done.flatMap((booking) =>
        booking.payments.map((payment) => ({ ...booking, ...payment, date: booking.localDate })),
      );
      expect(nameless(await reports.revenue(clinic, range))).toEqual(
        plainMoney(range, before, earned, settled),
      );

      const received = stored.flatMap((booking) =>
        booking.payments.map((payment) => ({ ...booking, ...payment, date: payment.localDate })),
      );
      expect(nameless(await reports.receipts(clinic, range))).toEqual(
        plainMoney(range, before, received, received),
      );

      expect(await reports.outcomes(clinic, range)).toEqual({
        ...range,
        ...plainOutcomes(inRange),
        previous: plainOutcomes(
          stored.filter(({ localDate }) => before <= localDate && localDate < range.from),
        ),
      });

      const seen = (n: number) => took.filter(({ staffId }) => staffId === team[n]!.id);
      const expectedStaff = team.flatMap((member, n) => {
        if (!member.isActive && seen(n).length === 0) return [];
        const bookedMin = seen(n).reduce((sum, { durationMin }) => sum + durationMin, 0);
        const workingMin = member.isActive ? plainWorkingMinutes(member, zone, range.from, range.to) : 0;
        const occupancy = workingMin ? bookedMin / workingMin : undefined;
        return [
          {
            staffId: member.id,
            name: member.name,
            bookings: seen(n).length,
            bookedMin,
            workingMin,
            occupancy,
          },
        ];
      });
      const { byStaff, ...whole } = await reports.occupancy(clinic, range);
      expect(byStaff).toEqual(expectedStaff);
      const [bookedMin, workingMin] = (['bookedMin', 'workingMin'] as const).map((field) =>
        expectedStaff.reduce((sum, row) => sum + row[field], 0),
      ) as [number, number];
      expect(whole).toEqual({
        ...range,
        bookedMin,
        workingMin,
        occupancy: workingMin ? bookedMin / workingMin : undefined,
      });

      const visitors = new Set(
        inRange.filter(({ status }) => status === 'completed').map(({ patientId }) => patientId),
      );
      const isNew = (id: string) =>
        !done.some((visit) => visit.patientId === id && visit.localDate < range.from);
      const visits = (id: string) =>
        done.filter((visit) => visit.patientId === id && inRange.includes(visit)).length;
      const [fresh, back] = [[...visitors].filter(isNew), [...visitors].filter((id) => !isNew(id))];
      expect(await reports.newAndReturning(clinic, range)).toEqual({
        ...range,
        newPatients: fresh.length,
        returningPatients: back.length,
        visitsOfNew: fresh.reduce((sum, id) => sum + visits(id), 0),
        visitsOfReturning: back.reduce((sum, id) => sum + visits(id), 0),
      });

      const hours = await reports.busiestHours(clinic, range);
      for (const { weekday, hour, bookings, perDay } of hours) {
        const name = (date: string) => weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1];
        const begun = took.filter(
          (booking) => name(booking.localDate) === weekday && Number(booking.localTime.slice(0, 2)) === hour,
        );
        const days = Array.from({ length: one.days }, (_, n) => day(one.from + n).toString()).filter(
          (date) => name(date) === weekday,
        );
        expect([bookings, perDay]).toEqual([begun.length, begun.length / days.length]);
      }
      expect(hours.reduce((sum, { bookings }) => sum + bookings, 0)).toBe(took.length);
      expect(hours.map(({ perDay }) => perDay)).toEqual(
        hours.map(({ perDay }) => perDay).toSorted((a, b) => b - a),
      );
    }),
    { numRuns: runs },
  );
}, 300_000);
