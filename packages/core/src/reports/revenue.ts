import { aggregateSince } from '../bookings/everywhere.ts';
import type { Stage } from '../handle.ts';
import type { TenantScope } from '../tenancy.ts';
import { moneyOf, summed, type Money, type MoneyRows } from './money.ts';
import { spanOf, type ReportRange, type Span } from './range.ts';

/**
 * What was earned: the price of every completed booking, on the local day of the appointment, whenever it was paid.
 * `count` is of bookings. By method it says how these bookings were paid, and counts payments.
 * See docs/decisions/revenue.md, and {@link receipts} for what came in.
 * @throws VALIDATION when the range is none, or longer than 366 days
 */
export async function revenue(clinic: TenantScope, range: ReportRange): Promise<Money> {
  const span = spanOf(clinic, range);
  const rows = await aggregateSince<MoneyRows>(clinic, span.startAtWithPrevious.$gte, revenuePipeline(span));
  return moneyOf(clinic, span, rows);
}

export function revenuePipeline({ from, startAtWithPrevious }: Span): Stage[] {
  const inRange = { $match: { localDate: { $gte: from } } };
  return [
    { $match: { startAt: startAtWithPrevious, status: 'completed' } },
    {
      $facet: {
        days: [summed('$localDate', '$price')],
        treatments: [inRange, summed('$treatmentId', '$price')],
        staff: [inRange, summed('$staffId', '$price')],
        methods: [inRange, { $unwind: '$payments' }, summed('$payments.method', '$payments.amount')],
      },
    },
  ];
}
