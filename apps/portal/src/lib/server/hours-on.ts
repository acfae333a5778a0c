import { isAway, weekdayOf, type Staff } from '@paper-circe/api';

/** When somebody works on a day, such as `['09:00-12:00']`; nothing on a day off, undefined on leave. */
export function hoursOn(staff: Staff, date: string): readonly string[] | undefined {
  if (!staff.isActive || isAway(staff.timeOff, date)) return undefined;
  const exception = staff.exceptions.find((one) => one.date === date);
  if (exception) return exception.hours;
  const weekday = weekdayOf(date);
  return staff.workingHours.filter((entry) => entry.startsWith(weekday)).map((entry) => entry.slice(4));
}
