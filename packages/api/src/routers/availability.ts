import { availability } from '@paper-circe/core';
import { staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';

export const availabilityRouter = router({
  search: staffProcedure
    .input(availability.AvailabilitySearch)
    .query(({ ctx, input }) => availability.search(ctx.clinic, input)),
  explain: staffProcedure
    .input(availability.TimeQuestion)
    .query(({ ctx, input }) => availability.explain(ctx.clinic, input)),
  nextFree: staffProcedure
    .input(availability.NextFreeQuestion.optional())
    .query(({ ctx, input }) => availability.nextFree(ctx.clinic, input)),
  visits: staffProcedure
    .input(availability.VisitSearch)
    .query(({ ctx, input }) => availability.visits(ctx.clinic, input)),
  searchMoves: staffProcedure
    .input(availability.MovesSearch)
    .query(({ ctx, input }) => availability.searchMoves(ctx.clinic, input).then(shown.all(shown.dayMove))),
  explainVisit: staffProcedure
    .input(availability.VisitQuestion)
    .query(({ ctx, input }) => availability.explainVisit(ctx.clinic, input)),
  explainDuration: staffProcedure
    .input(availability.DurationQuestion)
    .query(({ ctx, input }) => availability.explainDuration(ctx.clinic, input)),
});
