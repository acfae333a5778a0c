export { explain, TimeQuestion, type Explanation } from './explain.ts';
export { DurationQuestion, explainDuration, type DurationExplanation } from './explain-duration.ts';
export { DateException, Hours, TimeOff, WeeklyHours } from './hours.ts';
export { explainVisit, VisitQuestion, type VisitExplanation } from './explain-visit.ts';
export { nextFree, NextFreeQuestion, type NextFree } from './next-free.ts';
export { AvailabilitySearch, search, type DayOfSlots } from './search.ts';
export { MovesSearch, searchMoves, type DayMove } from './search-moves.ts';
export type { Slot } from './slots.ts';
export { visits, VisitSearch, type DayOfVisits } from './visits.ts';
