import { addDays, weekdayOf } from '@paper-circe/api/shared';
import { weekdays } from '#lib/hours.ts';

/** The Monday of the week in which a local day lies. */
export const mondayOf = (date: string): string => addDays(date, -weekdays.indexOf(weekdayOf(date)));

/** The seven local days of a week, by its Monday. */
export const weekFrom = (monday: string): string[] => weekdays.map((_, index) => addDays(monday, index));
