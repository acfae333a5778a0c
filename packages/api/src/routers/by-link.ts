import { byLink } from '@paper-circe/core';
import { hashed, MoveByLink, SearchByLink } from '../appointment-links.ts';
import { LinkToken } from '../links.ts';
import { router } from '../trpc.ts';
import { visitorsOf } from '../visitors.ts';
import { visitorProcedure } from './visitor.ts';

/** What whoever has a booking's link does with it, and with nothing else. */
export const byLinkRouter = router({
  get: visitorProcedure.input(LinkToken).query(({ ctx, input }) => byLink.get(ctx.clinic, hashed(input))),
  timesToMove: visitorProcedure
    .input(SearchByLink)
    .query(({ ctx, input }) => byLink.timesToMove(ctx.clinic, hashed(input))),
  reschedule: visitorProcedure.input(MoveByLink).mutation(({ ctx, input }) => {
    visitorsOf(ctx.database).change(ctx.clinic, ctx.address);
    return byLink.reschedule(ctx.clinic, hashed(input));
  }),
  cancel: visitorProcedure.input(LinkToken).mutation(({ ctx, input }) => {
    visitorsOf(ctx.database).change(ctx.clinic, ctx.address);
    return byLink.cancel(ctx.clinic, hashed(input));
  }),
});
