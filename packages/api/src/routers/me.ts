import { me, Page } from '@paper-circe/core';
import { patientProcedure } from '../procedures.ts';
import { router } from '../trpc.ts';
import { ABooking } from './input.ts';

const Move = me.OwnNewTime.extend(ABooking.shape);
const SearchToMove = me.MoveSearch.extend(ABooking.shape);

/** What is a patient's own, for the account that he has. No input says whose: it is whoever is signed in. */
export const meRouter = router({
  profile: patientProcedure.query(({ ctx }) => me.profile(ctx.clinic)),
  changeContact: patientProcedure
    .input(me.ContactChanges)
    .mutation(({ ctx, input }) => me.changeContact(ctx.clinic, input)),
  findUpcoming: patientProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => me.findUpcoming(ctx.clinic, input)),
  findPast: patientProcedure.input(Page.optional()).query(({ ctx, input }) => me.findPast(ctx.clinic, input)),
  appointment: patientProcedure
    .input(ABooking)
    .query(({ ctx, input }) => me.appointment(ctx.clinic, input.id)),
  findTreatments: patientProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => me.findTreatments(ctx.clinic, input)),
  findStaff: patientProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => me.findStaff(ctx.clinic, input)),
  freeTimes: patientProcedure
    .input(me.TimesSearch)
    .query(({ ctx, input }) => me.freeTimes(ctx.clinic, input)),
  timesToMove: patientProcedure
    .input(SearchToMove)
    .query(({ ctx, input: { id, ...days } }) => me.timesToMove(ctx.clinic, id, days)),
  book: patientProcedure.input(me.Request).mutation(({ ctx, input }) => me.book(ctx.clinic, input)),
  reschedule: patientProcedure
    .input(Move)
    .mutation(({ ctx, input: { id, ...time } }) => me.reschedule(ctx.clinic, id, time)),
  cancel: patientProcedure.input(ABooking).mutation(({ ctx, input }) => me.cancel(ctx.clinic, input.id)),
});
