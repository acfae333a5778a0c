import { aggregateEverywhere } from '../bookings/everywhere.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import type { TenantScope } from '../tenancy.ts';
import { moneyOf, summed, type Money, type MoneyRows } from './money.ts';
import { spanOf, type ReportRange, type Span } from './range.ts';

/**
 * What came in: every payment, on the local day on which it was received, whenever the appointment is and whatever
 * became of it, less every refund, on the local day on which it was given. `count` is of both. A payment that was undone
 * never came in.
 * See docs/decisions/revenue.md, and {@link revenue} for what was earned.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function receipts(clinic: TenantScope, range: ReportRange): Promise<Money> {
  const span = spanOf(clinic, range);
  // An old debt may be paid today, so that no range is too young for the archive.
  const rows = await aggregateEverywhere<MoneyRows>(clinic, receiptsPipeline(span));
  return moneyOf(clinic, span, rows);
}

export function receiptsPipeline({ from, to, previousFrom }: Span): Pipeline {
  const days = { $gte: previousFrom, $lte: to };
  const inRange = { $match: { 'payments.localDate': { $gte: from } } };
  return pipeline([
    { $match: { paymentAmount: { $gte: 0 }, payments: { $elemMatch: { localDate: days } } } },
    { $unwind: '$payments' },
    { $match: { 'payments.localDate': days } },
    {
      $facet: {
        days: [summed('$payments.localDate', '$payments.amount')],
        treatments: [inRange, summed('$treatmentId', '$payments.amount')],
        staff: [inRange, summed('$staffId', '$payments.amount')],
        methods: [inRange, summed('$payments.method', '$payments.amount')],
      },
    },
  ]);
}
