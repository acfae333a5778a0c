export { archiveAll, type Archived } from './all.ts';
export { archiveBookings } from './bookings.ts';
export { archiveDaily, keepArchiving, type Archiving } from './keep.ts';
