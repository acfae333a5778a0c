import { createContext } from 'svelte';
import type { Agenda } from './agenda.svelte.ts';
import type { Carry } from './carry.svelte.ts';
import type { Day, Entry, Hours, Shift } from './grid.ts';

/** What one staff member does on one day, as a column of the grid or a cell of the week. */
export interface Column {
  /** Tells it apart from the others of the page. */
  readonly key: string;
  readonly staffId: Entry['staffId'];
  readonly staffName: string;
  readonly avatar: string | undefined;
  readonly day: Day;
  readonly shift: Shift;
  readonly hours: Hours;
  readonly entries: readonly Entry[];
}

/** What every part of the calendar shares. */
export interface Calendar {
  readonly agenda: Agenda;
  readonly carry: Carry;
  readonly slug: string;
  /** Why whoever has a booking is not there then; nothing of one that is over or has begun. */
  readonly absent: (entry: Entry) => string | undefined;
  /** Whether whoever is at the desk can take a time over a rule. */
  readonly mayOverride: boolean;
  /** Where a free time is booked: with its day, its time and its staff member filled in. */
  readonly bookPath: (staffId: string, date: string, startAt?: number) => string;
}

export const [getCalendar, setCalendar] = createContext<Calendar>();
