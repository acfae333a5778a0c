// The calendar's words. Functions, since a message is read when a page is rendered.
import { formatTime } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Column } from './context.ts';
import type { Absence, Span } from './grid.ts';
import type { View } from './views.ts';

export const absenceLabels: Record<Absence, () => string> = {
  closed: () => m.calendar_closed(),
  off: () => m.calendar_off(),
  break: () => m.calendar_break(),
  away: () => m.staff_leave(),
};

export const viewLabels: Record<View, () => string> = {
  day: () => m.calendar_day(),
  week: () => m.calendar_week(),
  list: () => m.calendar_list(),
};

/** When somebody works on a day, with its breaks (`09:00–13:00, 14:00–17:00`), or why not. */
export const hoursText = (column: Worked, zone: string): string =>
  whyNot(column) ?? column.shift.work.map((span) => spanText(span, zone)).join(', ');

/** The same from the first to the last hour, for where the breaks are seen. */
export function spanOfDay(column: Worked, zone: string): string {
  const [first, last] = [column.shift.work[0], column.shift.work.at(-1)];
  return whyNot(column) ?? spanText({ from: first?.from ?? 0, to: last?.to ?? 0 }, zone);
}

type Worked = Pick<Column, 'shift' | 'day'>;

function whyNot({ shift, day }: Worked): string | undefined {
  if (shift.isAway) return absenceLabels.away();
  if (shift.work.length > 0) return undefined;
  return day.open.length > 0 ? absenceLabels.off() : absenceLabels.closed();
}

const spanText = ({ from, to }: Span, zone: string) =>
  [from, to].map((at) => formatTime(new Date(at), zone)).join('–');
