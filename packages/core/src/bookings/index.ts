export { book } from './book.ts';
export { findWrongHolds } from './check.ts';
export { NewPayment, pay } from './payments.ts';
export {
  findByIds,
  findByPatient,
  findByTenant,
  findByTenantAndDate,
  findTodays,
  findVisitHistory,
  findWalkInsByTenant,
  get,
  VisitsPage,
} from './read.ts';
export { NewTime, reschedule } from './reschedule.ts';
export {
  BookingId,
  BookingSource,
  BookingStatus,
  NewBooking,
  PaymentMethod,
  PaymentStatus,
  type Booking,
  type Payment,
} from './schema.ts';
export { cancel, complete, Completion, confirm, noShow } from './transitions.ts';
export { Seen, undo, undoMin } from './undo.ts';
