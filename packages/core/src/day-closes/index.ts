export { close, reopen } from './close.ts';
export { findByTenant } from './read.ts';
export {
  NewDayClose,
  Reopening,
  type DayClose,
  type DayCloseId,
  type OfMethod,
  type Reopened,
} from './schema.ts';
export { till, type OfTaker, type Receipt, type Till, type Unpaid } from './till.ts';
