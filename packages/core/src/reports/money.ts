import type { PaymentMethod } from '../bookings/schema.ts';
import type { Stage } from '../handle.ts';
import type { Body } from '../query.ts';
import { staffCollection } from '../staff/collection.ts';
import type { StaffId } from '../staff/schema.ts';
import type { TenantScope } from '../tenancy.ts';
import { treatmentsCollection } from '../treatments/collection.ts';
import type { TreatmentId } from '../treatments/schema.ts';
import { namesOf } from './names.ts';
import { daysOf, type Span } from './range.ts';

/** Money, and what it is made of. */
export interface Sum {
  /** Rupiah. */
  readonly amount: number;
  /** Of how many bookings, or payments and refunds. */
  readonly count: number;
}

/** One sum of money, seen four ways. */
export interface Money {
  readonly from: string;
  readonly to: string;
  readonly total: Sum;
  /** The total of as many days just before. */
  readonly previous: Sum;
  /** Every day of the range, also those without anything, in order. */
  readonly byDay: readonly (Sum & { readonly date: string })[];
  /** The largest amount first, as in the next two. The name is the present one. */
  readonly byTreatment: readonly (Sum & { readonly treatmentId: TreatmentId; readonly name?: string })[];
  readonly byStaff: readonly (Sum & { readonly staffId: StaffId; readonly name?: string })[];
  readonly byMethod: readonly (Sum & { readonly method: PaymentMethod })[];
}

type Row<Key> = Sum & { readonly _id: Key };

export interface MoneyRows {
  readonly days: readonly Row<string>[];
  readonly treatments: readonly Row<TreatmentId>[];
  readonly staff: readonly Row<StaffId>[];
  readonly methods: readonly Row<PaymentMethod>[];
}

/** Sums a field of the documents that come in, or what is made of some, by another. */
export function summed(by: string, amount: Body): Stage {
  return { $group: { _id: by, amount: { $sum: amount }, count: { $sum: 1 } } };
}

/** @param rows the days of the range before it too, everything else of the range alone; from each place one */
export async function moneyOf(
  clinic: TenantScope,
  { from, to }: Span,
  rows: readonly MoneyRows[],
): Promise<Money> {
  const [days, treatments, staff, methods] = [
    added(rows.flatMap((one) => one.days)),
    added(rows.flatMap((one) => one.treatments)),
    added(rows.flatMap((one) => one.staff)),
    added(rows.flatMap((one) => one.methods)),
  ];
  const sumOn = new Map(days.map(({ _id, amount, count }) => [_id, { amount, count }]));
  const byDay = daysOf({ from, to }).map((date) => ({ date, ...(sumOn.get(date) ?? nothing) }));
  const treatmentName = await namesOf(clinic, treatmentsCollection, treatments);
  const staffName = await namesOf(clinic, staffCollection, staff);
  return {
    from,
    to,
    total: total(byDay),
    previous: total(days.filter(({ _id }) => _id < from)),
    byDay,
    byTreatment: largestFirst(treatments).map(({ _id, ...sum }) => ({
      treatmentId: _id,
      ...treatmentName(_id),
      ...sum,
    })),
    byStaff: largestFirst(staff).map(({ _id, ...sum }) => ({ staffId: _id, ...staffName(_id), ...sum })),
    byMethod: largestFirst(methods).map(({ _id, ...sum }) => ({ method: _id, ...sum })),
  };
}

/** Rows of the same as one. */
function added<Key>(rows: readonly Row<Key>[]): Row<Key>[] {
  return [...Map.groupBy(rows, ({ _id }) => _id)].map(([_id, same]) => ({ _id, ...total(same) }));
}

const nothing: Sum = { amount: 0, count: 0 };

function total(sums: readonly Sum[]): Sum {
  return sums.reduce(
    (all, { amount, count }) => ({ amount: all.amount + amount, count: all.count + count }),
    nothing,
  );
}

function largestFirst<Key extends string>(rows: readonly Row<Key>[]): Row<Key>[] {
  return rows.toSorted((a, b) => b.amount - a.amount || (a._id < b._id ? -1 : 1));
}
