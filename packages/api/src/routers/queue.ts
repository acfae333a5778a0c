import { queue } from '@paper-circe/core';
import { staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { SeenBooking } from './input.ts';

export const queueRouter = router({
  findToday: staffProcedure.query(({ ctx }) => queue.findToday(ctx.clinic).then(shown.all(shown.queueEntry))),
  // For a screen that everybody in the waiting room sees.
  numbers: staffProcedure.query(({ ctx }) => queue.findToday(ctx.clinic).then(shown.all(shown.queueNumber))),
  join: staffProcedure
    .input(queue.NewWalkIn)
    .mutation(({ ctx, input }) => queue.join(ctx.clinic, input).then(shown.booking)),
  // core's `call`: tRPC keeps that word for itself.
  callIn: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => queue.callIn(ctx.clinic, id, seen).then(shown.booking)),
  skip: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => queue.skip(ctx.clinic, id, seen).then(shown.booking)),
  start: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => queue.start(ctx.clinic, id, seen).then(shown.booking)),
});
