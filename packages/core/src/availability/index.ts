export { DateException, Hours, TimeOff, WeeklyHours } from './hours.ts';
export { AvailabilitySearch, search, type DayOfSlots } from './search.ts';
export type { Slot } from './slots.ts';
