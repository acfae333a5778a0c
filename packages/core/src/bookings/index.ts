export { arrive } from './arrive.ts';
export { book } from './book.ts';
export { bookVisit } from './book-visit.ts';
export { findWrongHolds } from './check.ts';
export { correctPayment, PaymentCorrection } from './correct-payment.ts';
export { Appointments, importAppointments } from './import-appointments.ts';
export { importHistory, importPast, PastBooking, PastBookings } from './import-past.ts';
export { giveLink, NewLink } from './give-link.ts';
export { NewPayment, pay } from './payments.ts';
export {
  countLeftOpen,
  countPending,
  type Counted,
  findByIds,
  findByPatient,
  findByTenant,
  findByTenantAndDate,
  findByVisit,
  findLeftOpen,
  findPending,
  findTodays,
  findVisitHistory,
  findWalkInsByTenant,
  get,
  VisitsPage,
} from './read.ts';
export { rearrange, Rearrangement, SeenRearranged, undoRearrange } from './rearrange.ts';
export { NewRefund, refund } from './refund.ts';
export { NewTime, reschedule } from './reschedule.ts';
export {
  BookingId,
  BookingSource,
  BookingStatus,
  NewBooking,
  NewVisit,
  Override,
  PaymentMethod,
  PaymentStatus,
  VisitId,
  VisitSteps,
  type Booking,
  type CorrectedMethod,
  type Overridden,
  type Payment,
} from './schema.ts';
export { SeenSteps } from './seen.ts';
export { NewDuration, setDuration } from './set-duration.ts';
export { cancel, complete, Completion, confirm, noShow } from './transitions.ts';
export { undoMin } from '../recent.ts';
export { Seen, undo } from './undo.ts';
export { SeenVisit, undoVisit } from './undo-visit.ts';
export { cancelVisit, confirmVisit, NewVisitTime, rescheduleVisit } from './whole-visit.ts';
