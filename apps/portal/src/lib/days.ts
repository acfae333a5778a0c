import { formatDay, type TimeStyle } from '#lib/format.ts';
import { m } from '#lib/paraglide/messages.js';

const next = (date: string) =>
  new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** The same within a sentence: `today`, `tomorrow`, or `Sat, 28 Nov`. */
export function dayInText(date: string, today: string): string {
  const name = dayName(date, today);
  return date === today || date === next(today) ? name.toLocaleLowerCase('id') : name;
}

/** A local day as people say it: today, tomorrow, or its name and date. */
export function dayName(date: string, today: string, style: TimeStyle = 'short-day'): string {
  if (date === today) return style === 'day' ? m.day_today_long({ day: formatDay(date) }) : m.day_today();
  if (date === next(today))
    return style === 'day' ? m.day_tomorrow_long({ day: formatDay(date) }) : m.day_tomorrow();
  return formatDay(date, style);
}
