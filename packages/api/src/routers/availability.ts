import { availability } from '@paper-circe/core';
import { staffProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';

export const availabilityRouter = router({
  search: staffProcedure
    .input(availability.AvailabilitySearch)
    .query(({ ctx, input }) => availability.search(ctx.clinic, input)),
});
