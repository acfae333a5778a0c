import { bookings, Page } from '@paper-circe/core';
import { z } from 'zod';
import { giveLink } from '../appointment-links.ts';
import { adminProcedure, staffProcedure } from '../procedures.ts';
import * as shown from '../shown.ts';
import { router } from '../trpc.ts';
import { ABooking, ADay, AVisit, OfPatient, SeenBooking } from './input.ts';

const PageOfPatient = Page.extend(OfPatient.shape);
const VisitsOfPatient = bookings.VisitsPage.extend(OfPatient.shape);
const Move = bookings.NewTime.extend(ABooking.shape);
const MoveVisit = bookings.NewVisitTime.extend(AVisit.shape);
const NewDuration = bookings.NewDuration.extend(ABooking.shape);
const Completed = bookings.Completion.extend(ABooking.shape);
const Payment = bookings.NewPayment.extend(ABooking.shape);
const Refund = bookings.NewRefund.extend(ABooking.shape);
const Correction = bookings.PaymentCorrection.extend(ABooking.shape);
const Bookings = z.strictObject({ ids: z.array(bookings.BookingId).max(500) });
const Undo = bookings.Seen.extend(ABooking.shape);
const SeenVisit = bookings.SeenSteps.extend(AVisit.shape);
const UndoVisit = bookings.SeenVisit.extend(AVisit.shape);

const { booking } = shown;
const all = shown.all(booking);
const page = shown.page(booking);

export const bookingsRouter = router({
  findByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => bookings.findByTenant(ctx.clinic, input).then(page)),
  findByTenantAndDate: staffProcedure
    .input(ADay)
    .query(({ ctx, input }) => bookings.findByTenantAndDate(ctx.clinic, input.date).then(all)),
  findTodays: staffProcedure.query(({ ctx }) => bookings.findTodays(ctx.clinic).then(all)),
  findPending: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => bookings.findPending(ctx.clinic, input).then(page)),
  countLeftOpen: staffProcedure.query(({ ctx }) => bookings.countLeftOpen(ctx.clinic)),
  countPending: staffProcedure.query(({ ctx }) => bookings.countPending(ctx.clinic)),
  findLeftOpen: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => bookings.findLeftOpen(ctx.clinic, input).then(page)),
  findWalkInsByTenant: staffProcedure
    .input(Page.optional())
    .query(({ ctx, input }) => bookings.findWalkInsByTenant(ctx.clinic, input).then(page)),
  findVisitHistory: staffProcedure
    .input(VisitsOfPatient)
    .query(({ ctx, input: { patientId, ...wanted } }) =>
      bookings.findVisitHistory(ctx.clinic, patientId, wanted).then(page),
    ),
  findByPatient: staffProcedure
    .input(PageOfPatient)
    .query(({ ctx, input: { patientId, ...wanted } }) =>
      bookings.findByPatient(ctx.clinic, patientId, wanted).then(page),
    ),
  findByIds: staffProcedure
    .input(Bookings)
    .query(({ ctx, input }) => bookings.findByIds(ctx.clinic, input.ids).then(all)),
  get: staffProcedure
    .input(ABooking)
    .query(({ ctx, input }) => bookings.get(ctx.clinic, input.id).then(booking)),

  findByVisit: staffProcedure
    .input(AVisit)
    .query(({ ctx, input }) => bookings.findByVisit(ctx.clinic, input.visitId).then(all)),

  book: staffProcedure
    .input(bookings.NewBooking)
    .mutation(({ ctx, input }) => bookings.book(ctx.clinic, input).then(booking)),
  importAppointments: staffProcedure
    .input(bookings.Appointments)
    .mutation(({ ctx, input }) => bookings.importAppointments(ctx.clinic, input)),
  importPast: adminProcedure
    .input(bookings.PastBooking)
    .mutation(({ ctx, input }) => bookings.importPast(ctx.clinic, input).then(booking)),
  importHistory: adminProcedure
    .input(bookings.PastBookings)
    .mutation(({ ctx, input }) => bookings.importHistory(ctx.clinic, input)),
  reschedule: staffProcedure
    .input(Move)
    .mutation(({ ctx, input: { id, ...time } }) => bookings.reschedule(ctx.clinic, id, time).then(booking)),
  setDuration: staffProcedure
    .input(NewDuration)
    .mutation(({ ctx, input: { id, ...duration } }) =>
      bookings.setDuration(ctx.clinic, id, duration).then(booking),
    ),
  bookVisit: staffProcedure
    .input(bookings.NewVisit)
    .mutation(({ ctx, input }) => bookings.bookVisit(ctx.clinic, input).then(all)),
  rescheduleVisit: staffProcedure
    .input(MoveVisit)
    .mutation(({ ctx, input: { visitId, ...time } }) =>
      bookings.rescheduleVisit(ctx.clinic, visitId, time).then(all),
    ),
  confirmVisit: staffProcedure
    .input(SeenVisit)
    .mutation(({ ctx, input: { visitId, ...seen } }) =>
      bookings.confirmVisit(ctx.clinic, visitId, seen).then(all),
    ),
  cancelVisit: staffProcedure
    .input(SeenVisit)
    .mutation(({ ctx, input: { visitId, ...seen } }) =>
      bookings.cancelVisit(ctx.clinic, visitId, seen).then(all),
    ),
  undoVisit: staffProcedure
    .input(UndoVisit)
    .mutation(({ ctx, input: { visitId, ...seen } }) =>
      bookings.undoVisit(ctx.clinic, visitId, seen).then(all),
    ),
  rearrange: staffProcedure
    .input(bookings.Rearrangement)
    .mutation(({ ctx, input }) => bookings.rearrange(ctx.clinic, input).then(all)),
  undoRearrange: staffProcedure
    .input(bookings.SeenRearranged)
    .mutation(({ ctx, input }) => bookings.undoRearrange(ctx.clinic, input).then(all)),
  giveLink: staffProcedure.input(ABooking).mutation(({ ctx, input }) => giveLink(ctx.clinic, input.id)),
  confirm: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => bookings.confirm(ctx.clinic, id, seen).then(booking)),
  arrive: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => bookings.arrive(ctx.clinic, id, seen).then(booking)),
  cancel: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => bookings.cancel(ctx.clinic, id, seen).then(booking)),
  complete: staffProcedure
    .input(Completed)
    .mutation(({ ctx, input: { id, ...how } }) => bookings.complete(ctx.clinic, id, how).then(booking)),
  noShow: staffProcedure
    .input(SeenBooking)
    .mutation(({ ctx, input: { id, ...seen } }) => bookings.noShow(ctx.clinic, id, seen).then(booking)),
  pay: staffProcedure
    .input(Payment)
    .mutation(({ ctx, input: { id, ...payment } }) => bookings.pay(ctx.clinic, id, payment).then(booking)),
  refund: staffProcedure
    .input(Refund)
    .mutation(({ ctx, input: { id, ...given } }) => bookings.refund(ctx.clinic, id, given).then(booking)),
  correctPayment: staffProcedure
    .input(Correction)
    .mutation(({ ctx, input: { id, ...right } }) =>
      bookings.correctPayment(ctx.clinic, id, right).then(booking),
    ),
  undo: staffProcedure
    .input(Undo)
    .mutation(({ ctx, input: { id, ...seen } }) => bookings.undo(ctx.clinic, id, seen).then(booking)),
});
