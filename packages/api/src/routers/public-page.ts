import { Page, publicPage } from '@paper-circe/core';
import { router } from '../trpc.ts';
import { visitorsOf } from '../visitors.ts';
import { visitorProcedure } from './visitor.ts';

/** What anybody does on a clinic's public page, where it has one. */
export const publicPageRouter = router({
  findTreatments: visitorProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => publicPage.findTreatments(ctx.clinic, input)),
  findStaff: visitorProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => publicPage.findStaff(ctx.clinic, input)),
  freeTimes: visitorProcedure
    .input(publicPage.PublicTimesSearch)
    .query(({ ctx, input }) => publicPage.freeTimes(ctx.clinic, input)),
  book: visitorProcedure
    .input(publicPage.PublicRequest)
    .mutation(({ ctx, input }) =>
      visitorsOf(ctx.database).booking(ctx.clinic, { address: ctx.address, phone: input.phone }, () =>
        publicPage.book(ctx.clinic, input),
      ),
    ),
});
