import { aggregateSince } from '../bookings/everywhere.ts';
import { pipeline, type Pipeline } from '../pipeline.ts';
import type { TenantScope } from '../tenancy.ts';
import { moneyOf, summed, type Money, type MoneyRows } from './money.ts';
import { spanOf, type ReportRange, type Span } from './range.ts';

/**
 * What was earned: the price of every completed booking, on the local day of the appointment, whenever it was paid, less
 * what was given back of it and not paid again. `count` is of bookings. By method it says how these bookings were paid,
 * and counts payments and refunds.
 * See docs/decisions/revenue.md, and {@link receipts} for what came in.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function revenue(clinic: TenantScope, range: ReportRange): Promise<Money> {
  const span = spanOf(clinic, range);
  const rows = await aggregateSince<MoneyRows>(clinic, span.startAtWithPrevious.$gte, revenuePipeline(span));
  return moneyOf(clinic, span, rows);
}

/** An old debt is earned all the same; only who got money back does not owe the price any more. */
const earned = {
  $cond: [
    { $lt: [{ $ifNull: [{ $min: '$payments.amount' }, 0] }, 0] },
    { $min: ['$price', '$paymentAmount'] },
    '$price',
  ],
};

export function revenuePipeline({ from, startAtWithPrevious }: Span): Pipeline {
  const inRange = { $match: { localDate: { $gte: from } } };
  return pipeline([
    { $match: { startAt: startAtWithPrevious, status: 'completed' } },
    {
      $facet: {
        days: [summed('$localDate', earned)],
        treatments: [inRange, summed('$treatmentId', earned)],
        staff: [inRange, summed('$staffId', earned)],
        methods: [inRange, { $unwind: '$payments' }, summed('$payments.method', '$payments.amount')],
      },
    },
  ]);
}
