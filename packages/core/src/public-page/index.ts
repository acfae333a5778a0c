// What anybody does on a clinic's public page, where it has one. Nothing here tells who is a patient.
export { book, PublicRequest, type PublicBooking } from './book.ts';
export { PublicSteps } from './open.ts';
export {
  findStaff,
  findTreatments,
  freeTimes,
  PublicTimesSearch,
  type DayOfTimes,
  type KnownStaff,
  type OfferedTreatment,
} from './offer.ts';
