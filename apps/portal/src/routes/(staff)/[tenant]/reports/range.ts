// Which days a report is about, and which it is compared with.
import { addDays, daysBetween, LocalDate } from '@paper-circe/api/shared';
import { mondayOf } from '#lib/server/week.ts';
import { kinds, type Kind } from './kinds.ts';

interface Days {
  readonly from: string;
  readonly to: string;
}

export interface Range extends Days {
  readonly kind: Kind;
  /** What it is compared with: the same part of the week or month before, or as many days just before. */
  readonly before: Days;
}

/** The days that an address asks for: this month where it asks for nothing that makes sense. */
export function rangeOf(asked: Pick<URLSearchParams, 'get'>, today: string): Range {
  const kind = kinds.find((one) => one === asked.get('range')) ?? 'month';
  if (kind === 'today')
    return { kind, from: today, to: today, before: moved({ from: today, to: today }, -1) };
  if (kind === 'week') {
    const days = { from: mondayOf(today), to: today };
    return { kind, ...days, before: moved(days, -7) };
  }
  if (kind === 'own') {
    const [from, to] = [LocalDate.safeParse(asked.get('from')), LocalDate.safeParse(asked.get('to'))];
    if (from.success && to.success && from.data <= to.data && daysBetween(from.data, to.data) < 366) {
      const days = { from: from.data, to: to.data };
      return { kind, ...days, before: moved(days, -daysBetween(days.from, days.to) - 1) };
    }
  }
  const from = `${today.slice(0, 8)}01`;
  const last = addDays(from, -1);
  const first = `${last.slice(0, 8)}01`;
  const sameDay = addDays(first, daysBetween(from, today));
  return { kind: 'month', from, to: today, before: { from: first, to: sameDay < last ? sameDay : last } };
}

function moved({ from, to }: Days, days: number): Days {
  return { from: addDays(from, days), to: addDays(to, days) };
}
