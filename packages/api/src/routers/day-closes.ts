import { dayCloses, Page } from '@paper-circe/core';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ADay } from './input.ts';

export const dayClosesRouter = router({
  till: staffProcedure
    .input(ADay)
    .query(({ ctx, input }) => dayCloses.till(ctx.clinic, input.date).then(shown.till)),
  findByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => dayCloses.findByTenant(ctx.clinic, input).then(shown.page(shown.dayClose))),
  close: staffProcedure
    .input(dayCloses.NewDayClose)
    .mutation(({ ctx, input }) => dayCloses.close(ctx.clinic, input).then(shown.dayClose)),
  reopen: adminProcedure
    .input(dayCloses.Reopening)
    .mutation(({ ctx, input }) => dayCloses.reopen(ctx.clinic, input).then(shown.dayClose)),
});
