import { reports, type TenantScope } from '@paper-circe/core';
import { adminProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

/** A report is for those who run the clinic. */
function report<Answer>(make: (clinic: TenantScope, range: reports.ReportRange) => Promise<Answer>) {
  return adminProcedure.input(reports.ReportRange).query(({ ctx, input }) => make(ctx.clinic, input));
}

export const reportsRouter = router({
  revenue: report(reports.revenue),
  receipts: report(reports.receipts),
  occupancy: report(reports.occupancy),
  outcomes: report(reports.outcomes),
  newAndReturning: report(reports.newAndReturning),
  busiestHours: report(reports.busiestHours),
});
